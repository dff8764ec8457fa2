/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'drift': settings that run, beside those the files would set. */
#include "lint/drift.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "collect/collect.h"
#include "collect/sysctld.h"

static bool anything_read(const struct drift *drift)
{
	unsigned i;

	for (i = 0; i < drift->count; i++)
		if (drift->keys[i].running)
			return true;
	return false;
}

static int print_drift(const struct options *options, const struct drift *drift,
		       struct errors *errors)
{
	struct look look = run_look(options);
	autobuf struct buf text = BUF_INIT;
	bool json;

	if (!anything_read(drift))
		return errors_add(errors, "no setting of TCP could be read");
	if (options_text_or_json(options, &json, errors) < 0)
		return -1;
	if (json)
		drift_json(&text, drift);
	else
		drift_text(&text, drift, &look);
	return run_output(options, &text, errors);
}

static int compare(const struct options *options, struct source *source, struct plan *plan,
		   struct errors *errors)
{
	struct sample *sample = sample_new();
	struct config *config = config_new();
	enum why files = sysctld_load(source, config);
	const struct manifest *manifest = &source->manifest;
	struct drift *drift;
	int status;

	collect_host(source, plan, 1, sample);
	drift = drift_new(config, sample, manifest->kernel);
	drift->files = files;
	drift->hostname = manifest->hostname;
	drift->netns = manifest->netns;
	status = remarks_status(&drift->remarks);
	if (print_drift(options, drift, errors) < 0)
		status = STATUS_FAILED;
	drift_free(drift);
	config_free(config);
	sample_free(sample);
	return status;
}

static int look_here(const struct options *options, struct errors *errors)
{
	if (!options->netns || options->from)
		return 0;
	return errors_add(errors,
			  "drift: it does not take --netns: the files are for the first network"
			  " namespace, and ip netns exec runs it in another");
}

/* Its plan has no rules and reads every host fact. */
int command_drift(const struct options *options, struct errors *errors)
{
	const struct rulebook none = { .version = "" };
	const struct plan_options all = { .everything = true };
	struct source *source =
		look_here(options, errors) == 0 ? run_source(options, errors) : NULL;
	struct plan *plan = source ? plan_build(&none, &all, errors) : NULL;
	int status = plan ? compare(options, source, plan, errors) : STATUS_FAILED;

	if (source && source->ops->close(source, errors) < 0)
		status = STATUS_FAILED;
	plan_free(plan);
	return status;
}
