/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/key.h: what a row is grouped, ranked or told apart by. */
#ifndef EVAL_KEY_H
#define EVAL_KEY_H

#include "plan/plan.h"

/* How to make keys of one fact. */
struct key_source {
	unsigned parts;	     /* of the row: addresses, ports, the cookie; 0: a number */
	unsigned short fact; /* of a number */
	short column;	     /* where the number stands, -1: nowhere */
	uint8_t kind;
};

/* Of a socket fact, for groupings, distinct() and top(). */
struct key_source key_source_of_fact(const struct plan *plan, unsigned fact);

enum key_result {
	KEY_READY,
	KEY_NONE,    /* there is none: a listener has no remote, a client's socket no listener */
	KEY_UNKNOWN, /* there may be one: the number is not known */
};
enum key_result key_make(const struct key_source *source, const struct row *row, struct key *key);

/* A key of the row at hand, made when first asked for: many tallies rank and group by the same. */
struct made_key {
	unsigned fact;
	struct key_source source;
	uint64_t row; /* the number of the row it is of; rows are numbered from 1 on */
	enum key_result result;
	struct key key;
	uint64_t hash; /* KEY_READY: key_hash() */
};
const struct made_key *key_of_row(struct made_key *made, const struct row *row, uint64_t number);

/* Those of an evaluation, one for each fact. */
struct made_keys {
	struct made_key **list;
	unsigned count;
};
/* The one of a fact, in the arena. */
struct made_key *made_keys_find(struct made_keys *keys, struct arena *arena, const struct plan *plan,
				unsigned fact);

/* The group of rows whose process or service is not known: each may be of any group, or of none. */
struct key key_of_somebody(const struct key_source *source);
bool key_is_somebody(const struct key *key);

bool key_equal(const struct key *a, const struct key *b);
/* A total order, the same on every machine: addresses, then ports, then numbers. */
int key_compare(const struct key *a, const struct key *b);

uint64_t key_hash(const struct key *key);

#endif
