/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line to the printed report: rulebook, plan, source, and the two samples. */
#include "cli/survey.h"

#include "cli/past.h"
#include "cli/run.h"

static struct source *open_source(const struct options *options, const char *record,
				  struct errors *errors)
{
	struct source *source = run_source(options, errors);

	if (source && record)
		source = source_recorder(source, record, "tcp-advise " PACKAGE_VERSION, errors);
	return source;
}

/* And says so to who sits there. */
static void wait_for(struct run *run, double seconds)
{
	bool say = run_waits(run) && isatty(STDERR_FILENO);

	if (say)
		fprintf(stderr, "tcp-advise: watching the counters for %g s ...", seconds);
	run_wait(run);
	if (say)
		fprintf(stderr, "\r\033[K");
}

static struct report *look(const struct options *options, const struct plan *plan,
			   struct source *source, bool record, struct errors *errors)
{
	struct past *past = record ? NULL : past_open(options);
	struct run *run = run_new(options, plan, source, past);
	struct report *report;

	wait_for(run, run_window(options, source));
	report = run_report(run, errors);
	run_free(run, errors);
	past_close(past);
	return report;
}

static int print(const struct options *options, const struct report *report, struct errors *errors)
{
	struct look how = run_look(options);
	autobuf struct buf text = BUF_INIT;

	options->format->print(&text, report, &how);
	return run_output(options, &text, errors) < 0 ? STATUS_FAILED : report_status(report);
}

int survey(const struct options *options, const char *record, struct errors *errors)
{
	const struct plan_options what = { options->only, options->only_count,
					   options->everything || record, options->format->vitals };
	struct rulebook *book = run_rulebook(options, false, errors);
	struct plan *plan = book ? plan_build(book, &what, errors) : NULL;
	struct source *source = plan ? open_source(options, record, errors) : NULL;
	struct report *report = source ? look(options, plan, source, record != NULL, errors) : NULL;
	int status = report ? print(options, report, errors) : STATUS_FAILED;

	report_free(report);
	plan_free(plan);
	rulebook_free(book);
	return status;
}
