/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'facts': the catalogue, with values where this host, or the recording, tells them. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "collect/netns.h"
#include "fact/manual.h"

#include <string.h>

/* A plan without rules that reads every host fact. */
static struct sample *read_here(const struct options *options, struct errors *errors)
{
	const struct rulebook none = { .version = "" };
	const struct plan_options all = { .everything = true };
	struct source *source = run_source(options, errors);
	struct plan *plan = source ? plan_build(&none, &all, errors) : NULL;
	struct sample *sample = NULL;

	if (plan) {
		sample = sample_new();
		collect_host(source, plan, 1, sample);
	}
	if (source)
		source->ops->close(source, errors);
	plan_free(plan);
	return sample;
}

/* Here, or in the network namespace that is asked for. */
static struct sample *read_all(const struct options *options, struct errors *errors)
{
	struct netns_list *namespaces;
	struct netns *netns;
	struct sample *sample = NULL;
	int error;

	if (!options->netns || options->from)
		return read_here(options, errors);
	namespaces = netns_find();
	netns = netns_named(namespaces, options->netns, errors);
	error = netns ? netns_enter(namespaces, netns) : 0;
	if (error) {
		autobuf struct buf reason = BUF_INIT;

		netns_reason(&reason, error);
		errors_add(errors, "--netns %s: %s", options->netns, buf_text(&reason));
	} else if (netns) {
		sample = read_here(options, errors);
	}
	netns_free(namespaces);
	return sample;
}

static void print_value(struct buf *out, const struct sample *sample, unsigned i)
{
	const struct fact *fact = &fact_catalogue[i];
	const struct reading *reading = &sample->readings[i];

	if (fact->scope == FACT_SOCKET)
		buf_puts(out, "(one for each socket)");
	else if (reading->why != WHY_KNOWN)
		value_reason(out, value_unknown(reading->why, i));
	else if (fact->unit == UNIT_TEXT)
		buf_puts(out, reading->text ? reading->text : "");
	else if (fact->unit == UNIT_BOOL)
		buf_puts(out, reading->number != 0 ? "yes" : "no");
	else
		unit_print(out, fact->unit, reading->number);
}

static void print_fact(struct buf *out, const struct sample *sample, unsigned i, bool whole)
{
	const struct fact *fact = &fact_catalogue[i];

	buf_printf(out, "%-44s  ", fact->name);
	print_value(out, sample, i);
	buf_putc(out, '\n');
	if (!whole)
		return;
	buf_printf(out, "    %s, %s%s\n    ", unit_name(fact->unit),
		   fact->kind == FACT_COUNTER ? "a counter" : "a value",
		   fact->host_wide ? ", of the whole host" : "");
	text_wrap(out, fact->help, 4, 4, 80);
}

static int find_facts(const struct options *options, bool *chosen, struct errors *errors)
{
	unsigned i, fact;

	for (i = 0; i < options->word_count; i++) {
		struct nearest nearest = { .name = options->words[i] };
		autobuf struct buf hint = BUF_INIT;

		fact = fact_find(options->words[i]);
		if (fact != FACT_NONE) {
			chosen[fact] = true;
			continue;
		}
		fact_nearest(&nearest, FACT_HOST);
		fact_nearest(&nearest, FACT_SOCKET);
		errors_add(errors, "'%s' is not a fact%s", options->words[i],
			   nearest_hint(&nearest, &hint));
	}
	return errors->count ? -1 : 0;
}

int command_facts(const struct options *options, struct errors *errors)
{
	autofree bool *chosen = xcalloc(fact_count, sizeof *chosen);
	autobuf struct buf text = BUF_INIT;
	struct sample *sample;
	unsigned i;

	if (options->mdoc) {
		fact_manual(&text);
	} else if (find_facts(options, chosen, errors) == 0) {
		sample = read_all(options, errors);
		for (i = 0; sample && i < fact_count; i++)
			if (chosen[i] || !options->word_count)
				print_fact(&text, sample, i, chosen[i]);
		sample_free(sample);
	}
	run_output(options, &text, errors);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}
