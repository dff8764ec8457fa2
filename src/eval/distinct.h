/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/distinct.h: how many different keys there were, in bounded memory.
 *
 * It keeps the k smallest hashes seen (KMV: Bar-Yossef and others, "Counting distinct elements in
 * a data stream", RANDOM 2002). With at most k different keys the count is exact. Past that, the
 * k-th smallest of n evenly spread numbers tells n with a relative standard error of
 * 1 / sqrt(k - 2): 3% for 1024, 13% for 64. */
#ifndef EVAL_DISTINCT_H
#define EVAL_DISTINCT_H

#include "base/base.h"

struct distinct {
	uint32_t count;	 /* of the hashes kept */
	bool more;	 /* there were others */
	uint64_t last;	 /* the one that came last: it mostly comes again */
	uint64_t hash[]; /* ascending */
};

static inline size_t distinct_size(unsigned k)
{
	return sizeof(struct distinct) + k * sizeof(uint64_t);
}

/* All zero is empty. The hash must be good in all its bits (base/hash.h). */
void distinct_add(struct distinct *distinct, unsigned k, uint64_t hash);
/* What the number is from and to: equal when exact, else three standard errors either way. */
void distinct_range(const struct distinct *distinct, double *lo, double *hi);

#endif
