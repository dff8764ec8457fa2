/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/tally.h: one aggregate over rows: what it keeps, how a row adds to it, what it comes to.
 *
 * Rows that may or may not be in, or whose number is unknown, are in doubt. They do not spoil the
 * result, they widen it: to the interval that holds whatever they turn out to be. */
#ifndef EVAL_TALLY_H
#define EVAL_TALLY_H

#include "eval/witness.h"
#include "plan/plan.h"

/* The beginning of every state; tally_size() is the whole. All zero is "no rows". */
struct tally_state {
	uint64_t rows;	  /* certainly in, and their number known */
	uint64_t unknown; /* in doubt */
};

/* What is known of the rows in doubt and of those that were not seen. */
struct doubt {
	double missed; /* rows not seen: forgotten groups; infinite when the pass was cut */
	unsigned short missed_why;
	unsigned short why, fact; /* of the first row in doubt */
};

size_t tally_size(const struct tally *tally);

/* sum, min, max, quantiles, once for each row that is 'sure' to be in or may be: x is its number,
 * NaN when unknown. Returns whether the row is in doubt, so that the reason can be kept. */
bool tally_add(const struct tally *tally, struct tally_state *state, bool sure, double x);
/* distinct, sockets: the key of a row that is in, with its hash. */
void tally_add_key(const struct tally *tally, struct tally_state *state, const struct key *key,
		   uint64_t hash);

/* The row is surely in; a tally that keeps none does nothing. */
void tally_add_witness(const struct tally *tally, struct tally_state *state, const struct who *who);
/* NULL when it keeps none. */
const struct witnesses *tally_witnesses(const struct tally *tally, const struct tally_state *state);
/* Which sockets were in: how many, and numbers that are the same only for the same ones. */
struct flagged {
	uint64_t count;	       /* 0: none, or nobody asked */
	uint64_t sum;	       /* of the hashes of their cookies */
	const uint64_t *hash;  /* the smallest of these, ascending: all, if there are 'count' */
	unsigned hash_count;
};
struct flagged tally_flagged(const struct tally *tally, const struct tally_state *state);

/* state NULL: no rows. */
struct value tally_value(const struct tally *tally, const struct tally_state *state,
			 const struct doubt *doubt);

#endif
