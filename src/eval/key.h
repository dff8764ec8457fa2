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

/* The group of rows whose process or service is not known: each may be of any group, or of none. */
struct key key_of_somebody(const struct key_source *source);
bool key_is_somebody(const struct key *key);

bool key_equal(const struct key *a, const struct key *b);
/* A total order, the same on every machine: addresses, then ports, then numbers. */
int key_compare(const struct key *a, const struct key *b);

/* Keys within a scope: 0, or the hash of the group they are ranked in. */
uint64_t key_hash(const struct key *key, uint64_t scope);

#endif
