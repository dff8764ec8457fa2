/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/terms.h: predicates taken apart at their 'and's.
 *
 *     state == established and side == client and send_q > 0
 *     '--- term 0 -------'     '-- term 1 --'     '- term 2 '
 *
 * Rules ask the same of a socket over and over, so equal terms are one, and a row settles each
 * once. In one state many are settled beforehand, and most others compare a column with a number or
 * with a part of another column, or are an 'or' of such, which needs no interpreter. */
#ifndef EVAL_TERMS_H
#define EVAL_TERMS_H

#include "plan/plan.h"

/* What a comparison accepts: any of these. Unknown is none of them. */
enum {
	ORDER_LESS = 1,
	ORDER_EQUAL = 2,
	ORDER_GREATER = 4,
};

/* column OP number, or column OP number * column. */
struct compare {
	double number;
	unsigned short column;
	unsigned char accept;
	bool relative;	   /* to 'of' */
	unsigned short of; /* the other column */
};

/* From low to high, both in it. */
struct range {
	double low, high;
	unsigned short column;
};

struct term {
	struct program program;
	bool simple;	       /* 'compare' says it all ... */
	struct compare compare;
	struct program number; /* its number, of host facts; empty: a constant */
	bool either;	       /* one of two terms */
	unsigned short parts[2]; /* ... their numbers */
	bool ranged, outside;  /* ... and so does 'range': the column is in it, or 'outside' */
	struct range range;
	unsigned yes, no;      /* states in which it is certain, whatever else the row has */
	bool info;	       /* it reads tcp_info */
	bool open;	       /* no row can settle it, for want of a host fact */
};

struct terms {
	struct arena *arena;
	struct term *list;
	unsigned count, size;
};

enum { TERMS_OF_PREDICATE = 16 };

void terms_init(struct terms *terms);
void terms_fini(struct terms *terms);

/* The numbers of a predicate's terms, at most TERMS_OF_PREDICATE; returns how many. It is true if
 * all of them are, false if one is. */
unsigned terms_add(struct terms *terms, const struct program *predicate, unsigned short *numbers);

/* Puts in the host facts, NaN where not exact, and settles what can be settled. */
void terms_settle(struct terms *terms, const struct plan *plan, const double *host);

/* Whether a program reads tcp_info. */
bool terms_reads_info(const struct program *program, const struct plan *plan);

/* The column a program consists of, or -1. */
int terms_column(const struct program *program);

#endif
