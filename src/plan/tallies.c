/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds tallies, and makes one like another. */
#include "plan/tallies.h"

unsigned tally_find(const struct plan *plan, const struct tally *wanted)
{
	unsigned i;

	for (i = 0; i < plan->tally_count; i++) {
		const struct tally *tally = &plan->tallies[i];

		if (tally->aggregate == wanted->aggregate && tally->pass == wanted->pass &&
		    tally->grouping == wanted->grouping && expr_equal(tally->expr, wanted->expr))
			break;
	}
	return i;
}

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
static struct tally which_of(const struct tally *of)
{
	struct tally tally = *of;

	tally.aggregate = AGGREGATE_SOCKETS;
	tally.operand = NULL;
	tally.key = (unsigned short)fact_find("cookie");
	tally.witnesses = false;
	return tally;
}

int culprit_flag(struct plan *plan, struct verdict_spec *v)
{
	struct tally tally;
	unsigned i;

	if (v->culprit < 0 || v->tally_count == RULE_TALLIES_MAX)
		return -1;
	tally = which_of(&plan->tallies[v->culprit]);
	i = tally_find(plan, &tally);
	if (i == TALLIES_MAX)
		return -1;
	if (i == plan->tally_count)
		plan->tallies[plan->tally_count++] = tally;
	v->tallies[v->tally_count++] = i;
	return (int)i;
}
