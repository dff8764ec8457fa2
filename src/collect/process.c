/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is unknown of one is unknown for a reason: no dump, or no limit that could be read. */
#include "collect/process.h"

#include <math.h>

static bool is_tcp(unsigned count)
{
	return count == COUNT_TCP || count == COUNT_TCP_UNLISTED;
}

static void fill(const struct plan *plan, const struct owner_counts *counts, struct row *row)
{
	unsigned i;

	*row = (struct row){ .state = ROW_PROCESS };
	for (i = 0; i < plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[plan->columns[i].fact];

		row->value[i] = NAN;
		row->unknown[i] = WHY_NO_VALUE;
		if (fact_of_process(fact)) {
			row->value[i] = counts->count[fact->field];
			if (is_tcp(fact->field))
				row->unknown[i] = WHY_NO_SOCKETS;
		} else if (fact_of_both(fact)) {
			row->value[i] = counts->number;
		}
	}
}

void process_rows(const struct plan *plan, const struct owners *owners, process_fn *fn, void *arg)
{
	const struct owner_counts *counts;
	struct row row;
	size_t i;

	for (i = 0; (counts = owners_counts(owners, i)) != NULL; i++) {
		fill(plan, counts, &row);
		fn(arg, &row);
	}
}
