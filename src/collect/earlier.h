/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/earlier.h: what the first of two samples leaves behind. Small: a run over many network
 * namespaces keeps one for each while the window lasts. */
#ifndef COLLECT_EARLIER_H
#define COLLECT_EARLIER_H

#include "collect/source.h"
#include "fact/value.h"

struct earlier {
	/* Host facts that are used twice, by fact number. */
	struct earlier_reading {
		unsigned short fact;
		struct reading reading; /* without its text */
	} *readings;
	unsigned reading_count;
	/* Columns of listeners: records of a cookie's bits and 'columns' values, sorted. */
	unsigned columns;
	double *listeners;
	unsigned listener_count, listener_size;
};

/* Reads sample 0 of the source: counters, and listeners where a rule follows them. Never fails:
 * what cannot be read says why. */
struct earlier *earlier_take(struct source *source, const struct plan *plan);
void earlier_free(struct earlier *earlier); /* NULL is allowed */

/* The readings as a sample, which the caller frees. */
struct sample *earlier_sample(const struct earlier *earlier);

/* The same by hand, of readings and rows there are: earlier_new() is empty, earlier_readings() adds
 * those the plan uses twice, earlier_row() a listener. */
struct earlier *earlier_new(const struct plan *plan);
void earlier_readings(struct earlier *earlier, const struct plan *plan,
		      const struct sample *sample);
void earlier_row(struct earlier *earlier, const struct plan *plan, const struct row *row);

/* Room for the values of one listener, to be filled by the caller before the next call; NULL when
 * there is no room. A cookie of 0 names nothing. earlier_sort() ends the adding. */
double *earlier_add(struct earlier *earlier, uint64_t cookie);
void earlier_sort(struct earlier *earlier);
/* What was added for a cookie, or NULL. */
const double *earlier_find(const struct earlier *earlier, uint64_t cookie);

#endif
