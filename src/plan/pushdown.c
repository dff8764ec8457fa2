/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which states a predicate needs. It is run once for each TCP state on the ordinary evaluator, with
 * every other fact unknown; whatever is not certainly false is needed. Three-valued logic makes
 * that sound: more knowledge can never turn a certain false into anything else. */
#include "plan/plan.h"

unsigned plan_states(const struct plan *plan, const struct program *predicate)
{
	double columns[COLUMNS_MAX], leaves[LEAVES_MAX];
	unsigned states = 0, i, s, state_fact = fact_find("state");

	if (!predicate)
		return STATES_ALL;
	for (i = 0; i < countof(leaves); i++)
		leaves[i] = NAN;
	for (s = 1; s < STATES; s++) {
		double truth;

		for (i = 0; i < COLUMNS_MAX; i++)
			columns[i] = i < plan->column_count && plan->columns[i].fact == state_fact ? s : NAN;
		truth = program_run_row(predicate, columns, NULL, leaves);
		if (isnan(truth) || truth != 0)
			states |= 1u << s;
	}
	return states;
}
