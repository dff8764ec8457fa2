/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/sets.h: the tallies that the same passes feed. */
#ifndef EVAL_SETS_H
#define EVAL_SETS_H

#include "eval/groups.h"
#include "eval/key.h"
#include "eval/tally.h"
#include "eval/terms.h"

/* What the sets of an evaluation share. */
struct common {
	struct arena *arena;
	struct terms terms;
	struct made_keys keys;
	size_t memory; /* what tables of groups may still take */
};

/* A tally in a set. */
struct member {
	const struct tally *tally; /* NULL: the set does not hold it */
	struct tally_state *state; /* of a tally for the namespace */
	size_t offset;		   /* of a grouped one: of its state in the tail of a group */
	struct groups *groups;	   /* ... the table */
	struct made_key *group;	   /* ... what these are made of */
	struct groups *ranks;	   /* top() */
	struct made_key *key;	   /* distinct, top */
	int column;		   /* the operand is just this column; -1: run it */
	bool bound;		   /* connections come without tcp_info ... */
	bool blind;		   /* ... which the operand reads */
	unsigned short terms[TERMS_OF_PREDICATE];
	unsigned short term_count;
	unsigned short why, fact;  /* of the first row in doubt; WHY_KNOWN: there was none */
};

/* Tallies of the same passes, and the tables of their groups. */
struct set {
	const struct plan *plan;
	struct member *members;	/* by number of tally */
	struct groups **groups;	/* by number of grouping; NULL: the set does not hold it */
};

/* The tallies of rules that wait for PASS_INFO, or the others; the former also where only what
 * PASS_SOCKETS brings is to bound them. 'common' must outlive the set. */
void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct common *common);
void set_fini(struct set *set);

static inline const struct tally_state *member_state(const struct member *member,
						     const struct group *group)
{
	if (member->tally->grouping < 0)
		return member->state;
	if (!group)
		return NULL;
	return (const void *)((const unsigned char *)group_tail(group) + member->offset);
}

#endif
