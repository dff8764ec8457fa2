/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/sets.h: all tallies fed by the same passes. A row walks only those that want its state. */
#ifndef EVAL_SETS_H
#define EVAL_SETS_H

#include "eval/groups.h"
#include "eval/key.h"
#include "eval/tally.h"
#include "eval/terms.h"

/* What the programs of tallies read beside the row. */
struct surroundings {
	const struct plan *plan;
	const struct value *leaf;
	const double *host; /* the leaves again; NaN unless exact */
	double window;
};

/* A tally in a set. */
struct member {
	const struct tally *tally; /* NULL: the set does not hold it */
	struct tally_state *state; /* of a tally for the namespace */
	size_t offset;		   /* of a grouped one: of its state in the tail of a group */
	struct groups *ranks;	   /* top() */
	struct key_source key;	   /* distinct, top */
	int column;		   /* the operand is just this column; -1: run it */
	unsigned short terms[TERMS_OF_PREDICATE];
	unsigned short term_count;
	unsigned short why, fact;  /* of the first row in doubt; WHY_KNOWN: there was none */
};

/* Up to 64 terms, one bit each, and the members whose predicates they are. Comparisons have the
 * low bits, other terms the high ones. */
struct block {
	const struct term *gate; /* a comparison that all of its members make, or NULL */
	struct compare compares[64];
	const struct term *others[64]; /* by bit */
	unsigned compare_count, other_count;
	struct wish {
		struct member *member;
		uint64_t terms; /* all of these */
		bool unsure;	/* and others that nobody can tell */
	} *wishes;
	unsigned count;
};

/* Who wants rows in one state. Most sockets are idle, and many rules ask for data under way or for a
 * timer: what they have in common is asked first. In a block stand tallies for the namespace, then the
 * grouped ones by grouping. */
struct lane {
	struct block *blocks;
	unsigned block_count;
	unsigned count; /* members */
};

struct set {
	const struct plan *plan;
	const struct terms *terms;
	bool bound;		 /* connections come without tcp_info */
	struct member *members;	 /* by number of tally */
	unsigned *held;		 /* the numbers of those it holds: for the namespace, then by grouping */
	unsigned held_count;
	struct groups **groups;	 /* by number of grouping; NULL: the set does not hold it */
	struct key_source *keys; /* ... what its groups are made of */
	struct wish *wishes;	 /* what the blocks point into: room for each tally in each state */
	struct lane lanes[ROW_KINDS]; /* by state ... */
};
enum { LANE_LISTEN_AGAIN = 0 }; /* ... but for this one, which is none: for PASS_INFO */

/* The tallies of rules that wait for PASS_INFO, or the others; the former also where only what
 * PASS_SOCKETS brings is to bound them. Their terms go into 'terms', which
 * must outlive the set; tables take what they need from *memory. */
void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct terms *terms,
	      size_t *memory);
void set_fini(struct set *set);

/* From now on only these tallies are fed; wanted[] is by number of tally. To be called again when
 * the terms were settled anew. */
void set_aim(struct set *set, const bool *wanted);

/* eval/feed.c. again: the listeners are seen for the second time. Returns whether a tally took the
 * row that asks which process holds it. */
bool set_feed(struct set *set, const struct surroundings *around, const struct row *row, bool again);

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
