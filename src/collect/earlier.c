/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first sample, kept as two short arrays: a whole sample is 30 KiB, and a table of listeners
 * 80 KiB, of which the second sample wants a few numbers. */
#include "collect/earlier.h"

#include <string.h>

#include "collect/collect.h"
#include "collect/listeners.h"

enum { FIRST_LISTENERS = 16 };

/* ---- readings ---- */

void earlier_readings(struct earlier *earlier, const struct plan *plan,
		      const struct sample *sample)
{
	unsigned i, count = 0;

	for (i = 0; i < fact_count; i++)
		count += plan->fact_twice[i];
	earlier->readings = xcalloc(count + 1, sizeof *earlier->readings);
	for (i = 0; i < fact_count; i++) {
		if (!plan->fact_twice[i])
			continue;
		earlier->readings[earlier->reading_count++] = (struct earlier_reading){
			.fact = (unsigned short)i,
			.reading = { .why = sample->readings[i].why,
				     .number = sample->readings[i].number,
				     .raw = sample->readings[i].raw },
		};
	}
}

struct sample *earlier_sample(const struct earlier *earlier)
{
	struct sample *sample = sample_new();
	unsigned i;

	for (i = 0; i < earlier->reading_count; i++)
		sample->readings[earlier->readings[i].fact] = earlier->readings[i].reading;
	return sample;
}

/* ---- listeners ---- */

static unsigned record_cells(const struct earlier *earlier)
{
	return 1 + earlier->columns;
}

double *earlier_add(struct earlier *earlier, uint64_t cookie)
{
	unsigned cells = record_cells(earlier);
	double *record;

	if (cookie == 0 || earlier->listener_count == LISTENERS_MAX)
		return NULL;
	if (earlier->listener_count == earlier->listener_size) {
		earlier->listener_size = earlier->listener_size ? 2 * earlier->listener_size :
								  FIRST_LISTENERS;
		earlier->listeners = xrealloc(earlier->listeners, earlier->listener_size,
					      cells * sizeof *earlier->listeners);
	}
	record = earlier->listeners + (size_t)earlier->listener_count++ * cells;
	memcpy(record, &cookie, sizeof cookie);
	return record + 1;
}

/* Only the columns wanted twice are kept: delta(drops) needs one of a dozen. */
void earlier_row(struct earlier *earlier, const struct plan *plan, const struct row *row)
{
	double *cell = earlier_add(earlier, row->cookie);
	unsigned i;

	for (i = 0; cell && i < plan->column_count; i++)
		if (plan->columns[i].before)
			*cell++ = row->value[i];
}

static int by_cookie(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

void earlier_sort(struct earlier *earlier)
{
	if (earlier->listener_count)
		qsort(earlier->listeners, earlier->listener_count,
		      record_cells(earlier) * sizeof *earlier->listeners, by_cookie);
}

const double *earlier_find(const struct earlier *earlier, uint64_t cookie)
{
	const double *record = NULL;

	if (earlier->listener_count)
		record = bsearch(&cookie, earlier->listeners, earlier->listener_count,
				 record_cells(earlier) * sizeof *earlier->listeners, by_cookie);
	return record ? record + 1 : NULL;
}

/* ---- both ---- */

struct earlier *earlier_new(const struct plan *plan)
{
	struct earlier *earlier = xcalloc(1, sizeof *earlier);
	unsigned i;

	for (i = 0; i < plan->column_count; i++)
		earlier->columns += plan->columns[i].before;
	return earlier;
}

struct earlier *earlier_take(struct source *source, const struct plan *plan)
{
	struct earlier *earlier = earlier_new(plan);
	struct sample *sample = sample_new();

	collect_host(source, plan, 0, sample);
	earlier_readings(earlier, plan, sample);
	if (plan->listen_twice)
		sockets_earlier(plan, source, sample, earlier);
	sample_free(sample);
	return earlier;
}

void earlier_free(struct earlier *earlier)
{
	if (!earlier)
		return;
	free(earlier->readings);
	free(earlier->listeners);
	free(earlier);
}
