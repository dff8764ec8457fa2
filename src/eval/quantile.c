/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doubles as ordered integers, cut to their leading bits, counted. */
#include "eval/quantile.h"

#include <math.h>
#include <string.h>

enum { FRACTION_BITS = 5, SHIFT = 52 - FRACTION_BITS };

/* Zero, which is common and exact, has a bin of its own: all others are moved away by one. */
static const int64_t gap = 1LL << SHIFT;

/* Doubles are sign and magnitude: as two's complement they sort as their values do. */
static int64_t to_order(double x)
{
	uint64_t bits;

	if (x == 0)
		return 0;
	memcpy(&bits, &x, sizeof bits);
	return bits >> 63 ? -(int64_t)(bits & INT64_MAX) - gap : (int64_t)bits + gap;
}

/* Past infinity the bits would mean NaN; infinity bounds those values as well. */
static double from_order(int64_t order)
{
	static const int64_t infinity = 0x7ff0000000000000;
	uint64_t bits;
	double x;

	if (order > infinity + gap || order < -infinity - gap)
		return order > 0 ? INFINITY : -INFINITY;
	if (order < gap && order > -gap)
		return 0;
	bits = order < 0 ? (uint64_t)(-order - gap) | 1ULL << 63 : (uint64_t)(order - gap);
	memcpy(&x, &bits, sizeof x);
	return x;
}

/* Rounds down for negative numbers too, where C leaves >> to the compiler. */
static int64_t shift_down(int64_t x, unsigned bits)
{
	return x < 0 ? ~(~x >> bits) : x >> bits;
}

/* Without branches, as in distinct.c. */
static unsigned place_of(const struct quantile *q, int32_t number)
{
	unsigned first = 0, n = q->bins;

	while (n > 1) {
		first += n / 2 * (q->bin[first + n / 2 - 1].number < number);
		n -= n / 2;
	}
	return first + (n && q->bin[first].number < number);
}

/* A bin at its limit stays there: 2^32 sockets are a dump of 300 GB. */
static uint32_t add(uint32_t a, uint32_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

static void join(struct quantile *q)
{
	unsigned kept = 0, i;

	q->joins++;
	for (i = 0; i < q->bins; i++) {
		struct bin bin = q->bin[i];

		bin.number = (int32_t)shift_down(bin.number, 1);
		if (kept && q->bin[kept - 1].number == bin.number)
			q->bin[kept - 1].count = add(q->bin[kept - 1].count, bin.count);
		else
			q->bin[kept++] = bin;
	}
	q->bins = kept;
}

static void count_range(struct quantile *q, double x)
{
	if (!q->count || x < q->min)
		q->min = x;
	if (!q->count || x > q->max)
		q->max = x;
	q->count++;
}

void quantile_add(struct quantile *q, unsigned max_bins, double x)
{
	for (;;) {
		int32_t number = (int32_t)shift_down(to_order(x), SHIFT + q->joins);
		unsigned place = place_of(q, number);
		struct bin *bin = &q->bin[place];

		if (place < q->bins && bin->number == number) {
			bin->count = add(bin->count, 1);
			break;
		}
		if (q->bins < max_bins) {
			memmove(bin + 1, bin, (q->bins - place) * sizeof *bin);
			*bin = (struct bin){ number, 1 };
			q->bins++;
			break;
		}
		join(q);
	}
	count_range(q, x);
}

/* The bin of the value of a rank from 1 to count. */
static const struct bin *bin_of_rank(const struct quantile *q, uint64_t rank)
{
	const struct bin *bin = q->bin, *last = q->bin + q->bins - 1;
	uint64_t seen = bin->count;

	while (seen < rank && bin < last)
		seen += (++bin)->count;
	return bin;
}

static double lower_edge(const struct quantile *q, const struct bin *bin)
{
	int64_t order = (int64_t)((uint64_t)(int64_t)bin->number << (SHIFT + q->joins));
	double x = from_order(order);

	return x > q->min ? x : q->min;
}

static double upper_edge(const struct quantile *q, const struct bin *bin)
{
	uint64_t above = (uint64_t)(int64_t)bin->number + 1;
	int64_t order = (int64_t)((above << (SHIFT + q->joins)) - 1);
	double x = from_order(order);

	return x < q->max ? x : q->max;
}

void quantile_range(const struct quantile *q, unsigned percent, uint64_t extra, double *lo,
		    double *hi)
{
	uint64_t rank;

	*lo = -INFINITY;
	*hi = INFINITY;
	if (extra > UINT64_MAX / 100 - q->count)
		return;
	/* Should all the others be smaller, the rank counts from them; should all be larger, from
	 * ours. Fewer of them move the rank less. */
	rank = ((q->count + extra) * percent + 99) / 100;
	if (rank > extra)
		*lo = lower_edge(q, bin_of_rank(q, rank - extra));
	if (rank <= q->count)
		*hi = upper_edge(q, bin_of_rank(q, rank));
}
