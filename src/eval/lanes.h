/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/lanes.h: who wants a row, by its state. The members of sets that see the same rows, and what of
 * their predicates a row in that state still has to meet. */
#ifndef EVAL_LANES_H
#define EVAL_LANES_H

#include "eval/sets.h"

enum { LEAVINGS = 16, MEMOS = 8 };

/* What the programs of tallies read beside the row. */
struct surroundings {
	const struct plan *plan;
	const struct value *leaf;
	const double *host; /* the leaves again; NaN unless exact */
	double window;
	uint64_t row_number; /* from 1 on */
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

/* A member that terms have left. */
struct left {
	struct tally_state *rows; /* only counts rows, for the namespace, and this one is in; else NULL */
	struct member *member;
	uint64_t terms;	/* for programs to tell */
	size_t offset;	/* as its member's */
	int grouping;	/* as its tally's */
	bool sure;	/* unless these are in doubt */
	bool counts;	/* it only counts rows, and nothing more need be told */
};

/* Whom terms that came out so leave. */
struct leaving {
	uint64_t yes, no;
	struct left *list; /* NULL: not used yet */
	unsigned count;
};

/* Sockets are much alike. What terms came to in a row with these columns, and so whom they left. */
struct memo {
	uint64_t *columns; /* as bits, so that unknown equals unknown; NULL: not used yet */
	struct truths truths;
	const struct leaving *leaving; /* unless terms came out otherwise there since */
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
	unsigned short *columns; /* that the terms read which are settled for each row, in fours */
	unsigned column_count, newest;
	struct memo memos[MEMOS];
	struct leaving leaving[LEAVINGS]; /* by a hash of how the terms came out */
};

/* The members that want rows in one state. In a block stand tallies for the namespace, then the grouped
 * ones by grouping. */
struct lane {
	bool laid_out;
	struct block **blocks;
	unsigned block_count;
	unsigned count; /* members */
};

struct lanes {
	const struct plan *plan;
	const struct terms *terms;
	struct member **held; /* for the namespace, then by grouping */
	unsigned held_count;
	const bool *wanted;   /* by number of tally */
	struct wish *room;    /* for those of a block while it is made */
	struct arena *aimed;  /* the blocks */
	struct lane lanes[ROW_KINDS]; /* by state ... */
};
enum { LANE_LISTEN_AGAIN = 0 }; /* ... but for this one, which is none: for PASS_INFO */

/* For the members of these sets, which must outlive them. */
void lanes_init(struct lanes *lanes, const struct plan *plan, const struct terms *terms,
		const struct set *sets, unsigned count);
void lanes_fini(struct lanes *lanes);

/* From now on only these tallies are fed; wanted[] is by number of tally, and must stay as it is until
 * the next call. To be called again when the terms were settled anew. */
void lanes_aim(struct lanes *lanes, const bool *wanted);

/* The lane of that number, which is not laid out yet. */
void lane_lay_out(struct lanes *lanes, unsigned number);

/* eval/feed.c. again: the listeners are seen for the second time. Returns whether a tally took the
 * row that asks which process holds it. */
bool lanes_feed(struct lanes *lanes, const struct surroundings *around, const struct row *row,
		bool again);

#endif
