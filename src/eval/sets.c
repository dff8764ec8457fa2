/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tallies laid out for speed: by state of the row, and within a grouping side by side in the tail
 * of a group, so that a row looks its group up at most once, and only if a tally wants it. */
#include "eval/sets.h"

enum {
	GROUPS_BYTES = 1 << 20, /* a grouping */
	RANKS_BYTES = 1 << 18,	/* a top() */
};

static void init_member(struct member *member, const struct plan *plan, const struct tally *tally,
			struct terms *terms, size_t *memory)
{
	member->tally = tally;
	member->term_count = (unsigned short)terms_add(terms, tally->predicate, member->terms);
	member->column = tally->operand ? terms_column(tally->operand) : -1;
	if (tally->aggregate == AGGREGATE_DISTINCT || tally->aggregate == AGGREGATE_TOP)
		member->key = key_source_of_fact(plan, tally->key);
	if (tally->grouping < 0)
		member->state = xcalloc(1, tally_size(tally));
	if (tally->aggregate == AGGREGATE_TOP)
		member->ranks = groups_new(0, RANKS_BYTES, memory);
}

void set_init(struct set *set, const struct plan *plan, bool info, struct terms *terms,
	      size_t *memory)
{
	size_t *tails = xcalloc(plan->grouping_count, sizeof *tails);
	unsigned i;

	*set = (struct set){ .plan = plan, .terms = terms };
	set->members = xcalloc(plan->tally_count, sizeof *set->members);
	set->groups = xcalloc(plan->grouping_count, sizeof *set->groups);
	set->keys = xcalloc(plan->grouping_count, sizeof *set->keys);
	set->wishes = xcalloc((size_t)plan->tally_count * STATES, sizeof *set->wishes);
	for (i = 0; i < plan->tally_count; i++) {
		const struct tally *tally = &plan->tallies[i];

		if ((tally->pass == PASS_INFO) != info)
			continue;
		init_member(&set->members[i], plan, tally, terms, memory);
		if (tally->grouping >= 0) {
			set->members[i].offset = tails[tally->grouping];
			tails[tally->grouping] += (tally_size(tally) + 7) / 8 * 8;
		}
	}
	for (i = 0; i < plan->grouping_count; i++) {
		set->keys[i] = key_source_of_rule((enum socket_rule)plan->groupings[i].key);
		if ((plan->groupings[i].pass == PASS_INFO) == info)
			set->groups[i] = groups_new(tails[i], GROUPS_BYTES, memory);
	}
	free(tails);
}

void set_fini(struct set *set)
{
	unsigned i;

	for (i = 0; i < set->plan->tally_count; i++) {
		free(set->members[i].state);
		groups_free(set->members[i].ranks);
	}
	for (i = 0; i < set->plan->grouping_count; i++)
		groups_free(set->groups[i]);
	for (i = 0; i < STATES; i++)
		free(set->lanes[i].blocks);
	free(set->members);
	free(set->groups);
	free(set->keys);
	free(set->wishes);
}

/* ---- lanes ---- */

/* The bit of a term in a block, 0 when there is no room for it. */
static uint64_t bit_of(struct block *block, const struct term *term)
{
	unsigned used = block->compare_count + block->other_count, i;

	for (i = 0; term->simple && i < block->compare_count; i++)
		if (block->others[i] == term)
			return UINT64_C(1) << i;
	for (i = 63; !term->simple && i > 63 - block->other_count; i--)
		if (block->others[i] == term)
			return UINT64_C(1) << i;
	if (used == 64)
		return 0;
	if (term->simple) {
		block->compares[block->compare_count] = term->compare;
		i = block->compare_count++;
	} else {
		i = 63 - block->other_count++;
	}
	block->others[i] = term;
	return UINT64_C(1) << i;
}

/* Adds a member with what is left of its predicate in this state. Without room for it, the block
 * keeps some terms too many. */
static bool add_wish(const struct set *set, struct block *block, struct member *member,
		     unsigned state)
{
	struct wish wish = { member, 0 };
	unsigned i;

	for (i = 0; i < member->term_count; i++) {
		const struct term *term = &set->terms->list[member->terms[i]];
		uint64_t bit;

		if (term->yes & 1u << state)
			continue;
		bit = bit_of(block, term);
		if (!bit)
			return false;
		wish.terms |= bit;
	}
	block->wishes[block->count++] = wish;
	return true;
}

static struct block *add_block(const struct set *set, struct lane *lane, unsigned state)
{
	struct block *block;

	lane->blocks = xrealloc(lane->blocks, lane->block_count + 1, sizeof *lane->blocks);
	block = &lane->blocks[lane->block_count++];
	*block = (struct block){
		.wishes = set->wishes + state * set->plan->tally_count + lane->count,
	};
	return block;
}

static bool never(const struct set *set, const struct member *member, unsigned state)
{
	unsigned no = ~member->tally->states, i;

	for (i = 0; i < member->term_count; i++)
		no |= set->terms->list[member->terms[i]].no;
	return no & 1u << state;
}

/* Adds the wanted members of one grouping that rows in a state can concern. */
static void aim_lane(struct set *set, unsigned state, int grouping, const bool *wanted)
{
	struct lane *lane = &set->lanes[state];
	unsigned i;

	for (i = 0; i < set->plan->tally_count; i++) {
		struct member *member = &set->members[i];

		if (!member->tally || !wanted[i] || member->tally->grouping != grouping ||
		    never(set, member, state))
			continue;
		if (!lane->block_count)
			add_block(set, lane, state);
		if (!add_wish(set, &lane->blocks[lane->block_count - 1], member, state))
			add_wish(set, add_block(set, lane, state), member, state);
		lane->count++;
	}
}

void set_aim(struct set *set, const bool *wanted)
{
	unsigned state;
	int grouping;

	for (state = 0; state < STATES; state++) {
		free(set->lanes[state].blocks);
		set->lanes[state] = (struct lane){ .count = 0 };
		for (grouping = -1; grouping < (int)set->plan->grouping_count; grouping++)
			aim_lane(set, state, grouping, wanted);
	}
}
