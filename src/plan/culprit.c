/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a tally among those of a condition, and makes one like it. */
#include "plan/culprit.h"

#include <string.h>

/* The rows that a finding is about are those its condition counts first; what a role counts says
 * nothing of them. */
int culprit_find(struct plan *plan, const struct verdict_spec *v)
{
	unsigned i;

	for (i = 0; i < v->tally_count && !v->rule->role; i++) {
		struct tally *tally = &plan->tallies[v->tallies[i]];

		if (tally->of_role || tally->process || tally->grouping != v->grouping)
			continue;
		tally->witnesses = plan->witnesses = true;
		return (int)v->tallies[i];
	}
	return -1;
}

/* The tally's rows again, told apart by their cookies. */
static struct tally which_of(struct plan *plan, const struct tally *of)
{
	struct tally tally = *of;

	tally.aggregate = AGGREGATE_SOCKETS;
	tally.operand = NULL;
	tally.key = (unsigned short)fact_find("cookie");
	tally.witnesses = false;
	tally.text = arena_printf(plan->arena, "sockets of %s", of->text);
	return tally;
}

static bool same(const struct tally *a, const struct tally *b)
{
	return a->pass == b->pass && a->grouping == b->grouping && strcmp(a->text, b->text) == 0;
}

int culprit_flag(struct plan *plan, struct verdict_spec *v)
{
	struct tally tally;
	unsigned i;

	if (v->culprit < 0 || v->tally_count == RULE_TALLIES_MAX)
		return -1;
	tally = which_of(plan, &plan->tallies[v->culprit]);
	for (i = 0; i < plan->tally_count && !same(&plan->tallies[i], &tally); i++)
		;
	if (i == TALLIES_MAX)
		return -1;
	if (i == plan->tally_count)
		plan->tallies[plan->tally_count++] = tally;
	v->tallies[v->tally_count++] = i;
	return (int)i;
}
