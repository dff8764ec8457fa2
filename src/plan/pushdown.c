/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which states a predicate needs. It is run once for each TCP state on the ordinary evaluator, with
 * every other fact unknown; whatever is not certainly false is needed. Three-valued logic makes
 * that sound: more knowledge can never turn a certain false into anything else. */
#include "plan/plan.h"

unsigned plan_states(const struct plan *plan, const struct program *predicate)
{
	double columns[COLUMNS_MAX], leaves[LEAVES_MAX];
	unsigned states = 0, state_column = 0, i, s, state_fact = fact_find("state");

	if (!predicate)
		return STATES_ALL;
	for (i = 0; i < plan->column_count; i++)
		columns[i] = NAN;
	for (i = 0; i < plan->leaf_count; i++)
		leaves[i] = NAN;
	while (state_column < plan->column_count && plan->columns[state_column].fact != state_fact)
		state_column++;
	for (s = 1; s < STATES; s++) {
		double truth;

		if (state_column < plan->column_count)
			columns[state_column] = s;
		truth = program_run_row(predicate, columns, NULL, leaves);
		if (isnan(truth) || truth != 0)
			states |= 1u << s;
	}
	return states;
}
