/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/quantile.h: the distribution of a number, in bounded memory: p50, p90 and p99.
 *
 * A bin is a range of doubles that share their leading bits: sign, exponent and five bits of the
 * fraction. So a bin is 1/32 of its power of two wide, its middle within 1.6% of every value in
 * it, and no logarithm is taken. If there are more bins than room, one bit less tells them apart:
 * neighbours are joined (as in UDDSketch: Epicoco and others, 2020). Zero, negative and infinite
 * values have their bins like all others. The order of the rows does not matter. */
#ifndef EVAL_QUANTILE_H
#define EVAL_QUANTILE_H

#include "base/base.h"

struct bin {
	int32_t number;
	uint32_t count;
};

struct quantile {
	double min, max;
	uint64_t count;
	uint32_t bins;
	uint32_t joins;	  /* how often all neighbours were joined */
	struct bin bin[]; /* ascending */
};

static inline size_t quantile_size(unsigned max_bins)
{
	return sizeof(struct quantile) + max_bins * sizeof(struct bin);
}

/* All zero is empty. max_bins is at least 4; x is not NaN. */
void quantile_add(struct quantile *quantile, unsigned max_bins, double x);

/* Where the value is that 'percent' of all values do not exceed (nearest rank), when up to
 * 'extra' further values, of which nothing is known, may belong to them. Infinite where nothing
 * bounds it; not to be asked of no values at all. */
void quantile_range(const struct quantile *quantile, unsigned percent, uint64_t extra, double *lo,
		    double *hi);

#endif
