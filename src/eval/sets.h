/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/sets.h: all tallies fed by the same passes. A row walks only those that want its state. */
#ifndef EVAL_SETS_H
#define EVAL_SETS_H

#include "eval/groups.h"
#include "eval/key.h"
#include "eval/tally.h"
#include "eval/terms.h"

enum { LEAVINGS = 16, MEMOS = 8 };

/* What the programs of tallies read beside the row. */
struct surroundings {
	const struct plan *plan;
	const struct value *leaf;
	const double *host; /* the leaves again; NaN unless exact */
	double window;
	uint64_t row_number; /* from 1 on */
};

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
	struct groups *ranks;	   /* top() */
	struct made_key *key;	   /* distinct, top */
	int column;		   /* the operand is just this column; -1: run it */
	bool blind;		   /* the operand reads tcp_info, which does not come */
	unsigned short terms[TERMS_OF_PREDICATE];
	unsigned short term_count;
	unsigned short why, fact;  /* of the first row in doubt; WHY_KNOWN: there was none */
};

/* What a row has settled of a block's terms. A bit that is done, but neither, is unknown. */
struct truths {
	uint64_t done, yes, no;
};

/* Two columns at once, each with its range and the bit it stands for; bit 0 for none. */
typedef double pair_number __attribute__((vector_size(16)));
typedef int64_t pair_bits __attribute__((vector_size(16)));
struct range_pair {
	pair_number low, high;
	pair_bits bit;
	unsigned short column[2];
};

/* A member, the terms that all must be true for it, and whether there are others that nobody can
 * tell. */
struct wish {
	struct member *member;
	uint64_t terms;
	bool unsure;
};

/* Sockets are much alike. What terms came to in a row with these columns ... */
struct memo {
	uint64_t *columns; /* as bits, so that unknown equals unknown; NULL: not used yet */
	struct truths truths;
};

/* ... and whom terms that came out so leave. */
struct leaving {
	uint64_t yes, no;
	const struct wish **wishes; /* NULL: not used yet */
	unsigned count;
};

/* A term that is no range; of one that says 'either', the bits of the two it is made of. */
struct other {
	const struct term *term;
	uint64_t parts;
};

/* Up to 64 terms, one bit each, and the members whose predicates they are. Ranges have the low
 * bits, the others the high ones, from 63 on down. All are settled for each row but for programs,
 * which wait until a member asks. */
struct block {
	struct range_pair *pairs;
	unsigned pair_count, range_count, other_count;
	uint64_t ranges;  /* their bits */
	uint64_t outside; /* those to be turned round */
	struct other *others;
	struct wish *wishes;
	unsigned count;
	unsigned short *columns; /* that the terms read which are settled for each row */
	unsigned column_count, newest;
	struct memo memos[MEMOS];
	struct leaving leaving[LEAVINGS]; /* by a hash of how the terms came out */
};

/* Who wants rows in one state. In a block stand tallies for the namespace, then the grouped ones by
 * grouping. */
struct lane {
	struct block **blocks;
	unsigned block_count;
	unsigned count; /* members */
};

struct set {
	const struct plan *plan;
	const struct terms *terms;
	bool bound;		 /* connections come without tcp_info */
	struct member *members;	 /* by number of tally */
	unsigned *held;		 /* the numbers of those it feeds: for the namespace, then by grouping */
	unsigned held_count;
	struct wish *room;	 /* for those of a block while it is made */
	struct groups **groups;	 /* by number of grouping; NULL: the set does not hold it */
	struct made_key **keys;	 /* ... what its groups are made of */
	struct arena *aimed;	 /* the blocks of its lanes */
	struct lane lanes[ROW_KINDS]; /* by state ... */
};
enum { LANE_LISTEN_AGAIN = 0 }; /* ... but for this one, which is none: for PASS_INFO */

/* The tallies of rules that wait for PASS_INFO, or the others; the former also where only what
 * PASS_SOCKETS brings is to bound them. 'common' must outlive the set. */
void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct common *common);
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
