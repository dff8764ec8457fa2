/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people, and a table for the tests. */
#include "show.h"

#include <string.h>

#include "fault.h"

static const struct expected *expected_of(const struct condition *condition, const char *rule,
					  size_t len)
{
	const struct expected *expected = condition->expected;
	size_t i;

	for (i = 0; i < EXPECTED; i++, expected++)
		if (!expected->rule ||
		    (strlen(expected->rule) == len && strncmp(expected->rule, rule, len) == 0))
			return expected;
	return NULL;
}

static void show_bound(double bound)
{
	if (bound > 0)
		printf("\t%g", bound);
	else
		printf("\t-");
}

static void show_table_line(const struct condition *condition, const char *rule, size_t len)
{
	const struct expected *expected = expected_of(condition, rule, len);

	printf("%s\t%.*s\t%s", condition->name, (int)len, rule,
	       condition->advise ? condition->advise : "-");
	printf("\t%s", expected && expected->subject ? expected->subject : "host");
	printf("\t%s", expected && expected->number ? expected->number : "-");
	show_bound(expected ? expected->least : 0);
	show_bound(expected ? expected->most : 0);
	printf("\t%s\n", condition->remedy ? condition->remedy : "-");
}

void show_table_lines(const struct condition *condition)
{
	const char *rules = condition->rules ? condition->rules : "-";
	size_t len;

	for (; *rules; rules += len + strspn(rules + len, " ")) {
		len = strcspn(rules, " ");
		show_table_line(condition, rules, len);
	}
}

static void count_state(const struct inet_diag_msg *row, void *arg)
{
	unsigned *counts = arg;

	if (row->idiag_state < STATES)
		counts[row->idiag_state]++;
}

static void show_sockets(const struct world *world)
{
	unsigned counts[STATES] = { 0 }, state;

	printf("\nsockets, both ends of each connection\n");
	if (diag_each(world->diag, ANY_STATE, count_state, counts) < 0)
		fault_errno("cannot list sockets");
	for (state = 1; state < STATES; state++)
		if (counts[state])
			printf("  %-28s %8u\n", diag_state_name(state), counts[state]);
}

static void show_counters(const struct counters *before)
{
	struct counters now;
	size_t i;

	printf("\ncounters of TCP that moved\n");
	if (counters_read(&now) < 0)
		return;
	for (i = 0; i < now.count && i < before->count; i++)
		if (strncmp(now.list[i].name, "Tcp", 3) == 0 &&
		    now.list[i].value != before->list[i].value)
			printf("  %-28s %+8ld\n", now.list[i].name,
			       (long)(now.list[i].value - before->list[i].value));
	counters_fini(&now);
}

static void show_ways_in(const struct drill *drill, const struct world *world)
{
	const char *enter = world->rootless ? "-U --preserve-credentials -n -m" : "-n -m";
	const char *advise = drill->condition->advise, *program = getenv("TCP_ADVISE");
	int pid = getpid();

	printf("\nto look at it, from another terminal%s\n",
	       world->rootless ? "" : " as root");
	printf("  nsenter -t %d %s ss -tanp\n", pid, enter);
	printf("  nsenter -t %d %s %s%s%s\n", pid, enter, program ? program : "tcp-advise",
	       advise ? " " : "", advise ? advise : "");
	if (drill->host)
		printf("\nThe whole host feels it.\n");
	printf("\nIt stays until interrupted, by ^C or a signal.\n");
}

void show_drill(const struct drill *drill, const struct world *world)
{
	static const char *const forms[] = {
		[FORM_PLAIN] = "",
		[FORM_HEALTHY] = " (healthy)",
		[FORM_FIXED] = " (fixed)",
	};
	const struct condition *condition = drill->condition;

	printf("%s%s: %s\n", condition->name, forms[drill->form], condition->help);
	if (condition->rules)
		printf("found by tcp-advise as: %s\n", condition->rules);
	if (drill->form != FORM_HEALTHY && condition->fault)
		printf("set: %s\n", condition->fault);
	if (drill->form == FORM_FIXED && drill->remedy)
		printf("then set: %s\n", drill->remedy);
	printf("made by: process %d, which has both the clients and the server\n", getpid());
	show_sockets(world);
	show_counters(&drill->before);
	show_ways_in(drill, world);
	fflush(stdout);
}
