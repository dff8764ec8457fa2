/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people, and a table for the tests. */
#include "show.h"

#include "fault.h"

void show_list_line(const struct condition *condition)
{
	printf("%-32s %4.1f s  %s\n", condition->name, condition->seconds,
	       condition->rules ? condition->rules : "-");
}

void show_table_line(const struct condition *condition)
{
	printf("%s\t%s\t%s\n", condition->name, condition->rules ? condition->rules : "-",
	       condition->advise ? condition->advise : "-");
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

	printf("\nsockets\n");
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

	printf("\ncounters that moved\n");
	if (counters_read(&now) < 0)
		return;
	for (i = 0; i < now.count && i < before->count; i++)
		if (now.list[i].value != before->list[i].value)
			printf("  %-28s %+8ld\n", now.list[i].name,
			       (long)(now.list[i].value - before->list[i].value));
	counters_fini(&now);
}

static void show_ways_in(const struct drill *drill, const struct world *world)
{
	const char *enter = world->rootless ? "-U --preserve-credentials -n -m" : "-n -m";
	const char *advise = drill->condition->advise;
	int pid = getpid();

	printf("\nto look at it\n");
	printf("  nsenter -t %d %s ss -tan\n", pid, enter);
	printf("  nsenter -t %d %s tcp-advise%s%s\n", pid, enter, advise ? " " : "",
	       advise ? advise : "");
	printf("\nIt stays until interrupted.\n");
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
		printf("fires: %s\n", condition->rules);
	if (drill->form != FORM_HEALTHY && condition->fault)
		printf("set: %s\n", condition->fault);
	if (drill->form == FORM_FIXED && drill->remedy)
		printf("then set: %s\n", drill->remedy);
	printf("made by: process %d\n", getpid());
	show_sockets(world);
	show_counters(&drill->before);
	show_ways_in(drill, world);
	fflush(stdout);
}
