/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tallies laid out for speed: by state of the row, and within a grouping side by side in the tail
 * of a group, so that a row looks its group up at most once, and only if a tally wants it. */
#include "eval/sets.h"

#include <string.h>

enum {
	GROUPS_BYTES = 1 << 20, /* a grouping */
	RANKS_BYTES = 1 << 18,	/* a top() */
};

static void init_member(struct member *member, const struct plan *plan, const struct tally *tally,
			bool bound, struct common *common)
{
	member->tally = tally;
	member->term_count = (unsigned short)terms_add(&common->terms, tally->predicate, member->terms);
	member->column = tally->operand ? terms_column(tally->operand) : -1;
	member->blind = bound && tally->operand && terms_reads_info(tally->operand, plan);
	if (tally->aggregate >= AGGREGATE_DISTINCT) /* and top, and which sockets */
		member->key = made_keys_find(&common->keys, common->arena, plan, tally->key);
	if (tally->grouping < 0)
		member->state = arena_alloc(common->arena, tally_size(tally));
	if (tally->aggregate == AGGREGATE_TOP)
		member->ranks = groups_new(0, RANKS_BYTES, &common->memory);
}

/* What is only shown bounds nothing; rows of processes do not come again. */
static bool is_fed(const struct set *set, unsigned tally)
{
	const struct tally *held = set->members[tally].tally;

	return held && (held->judged || held->process || !set->bound);
}

static void hold(struct set *set)
{
	const struct plan *plan = set->plan;
	int grouping;
	unsigned i;

	set->held = xcalloc(plan->tally_count, sizeof *set->held);
	set->room = xcalloc(plan->tally_count, sizeof *set->room);
	for (grouping = -1; grouping < (int)plan->grouping_count; grouping++)
		for (i = 0; i < plan->tally_count; i++)
			if (is_fed(set, i) && plan->tallies[i].grouping == grouping)
				set->held[set->held_count++] = i;
}

void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct common *common)
{
	size_t *tails = xcalloc(plan->grouping_count, sizeof *tails);
	unsigned i;

	*set = (struct set){ .plan = plan, .terms = &common->terms, .bound = bound };
	set->members = xcalloc(plan->tally_count, sizeof *set->members);
	set->groups = xcalloc(plan->grouping_count, sizeof *set->groups);
	set->keys = xcalloc(plan->grouping_count, sizeof *set->keys);
	for (i = 0; i < plan->tally_count; i++) {
		const struct tally *tally = &plan->tallies[i];

		if ((tally->pass == PASS_INFO) != info)
			continue;
		init_member(&set->members[i], plan, tally, bound, common);
		if (tally->grouping >= 0) {
			set->members[i].offset = tails[tally->grouping];
			tails[tally->grouping] += (tally_size(tally) + 7) / 8 * 8;
		}
	}
	for (i = 0; i < plan->grouping_count; i++) {
		set->keys[i] = made_keys_find(&common->keys, common->arena, plan,
					      plan->groupings[i].key);
		if ((plan->groupings[i].pass == PASS_INFO) == info)
			set->groups[i] = groups_new(tails[i], GROUPS_BYTES, &common->memory);
	}
	free(tails);
	hold(set);
}

void set_fini(struct set *set)
{
	unsigned i;

	for (i = 0; i < set->plan->tally_count; i++)
		groups_free(set->members[i].ranks);
	for (i = 0; i < set->plan->grouping_count; i++)
		groups_free(set->groups[i]);
	for (i = 0; i < ROW_KINDS; i++)
		free(set->lanes[i].blocks);
	free(set->members);
	free(set->held);
	free(set->room);
	free(set->groups);
	free(set->keys);
	arena_free(set->aimed);
}

/* ---- lanes ---- */

static unsigned lane_state(unsigned number)
{
	return number == LANE_LISTEN_AGAIN ? STATE_LISTEN : number;
}

/* A block while its members come in. */
struct building {
	struct block *block;
	const struct terms *terms;
	const struct term *ranged[64];
	struct other others[64];
};

static uint64_t range_bit(struct building *b, const struct term *term)
{
	unsigned *count = &b->block->range_count, i;

	for (i = 0; i < *count && b->ranged[i] != term; i++)
		;
	if (i == *count && *count + b->block->other_count == 64)
		return 0;
	if (i == *count)
		b->ranged[(*count)++] = term;
	return UINT64_C(1) << i;
}

static uint64_t bit_of(struct building *b, const struct term *term);

/* Parts come before what is made of them. */
static uint64_t other_bit(struct building *b, const struct term *term)
{
	const struct term *list = b->terms->list;
	unsigned *count = &b->block->other_count, i;
	uint64_t left, right = 0;

	for (i = 0; i < *count; i++)
		if (b->others[i].term == term)
			return UINT64_C(1) << (63 - i);
	left = term->either ? bit_of(b, &list[term->parts[0]]) : 0;
	right = left ? bit_of(b, &list[term->parts[1]]) : 0;
	if ((term->either && !right) || *count + b->block->range_count == 64)
		return 0;
	b->others[*count] = (struct other){ term, left | right };
	return UINT64_C(1) << (63 - (*count)++);
}

/* The bit of a term in a block, 0 when there is no room for it. */
static uint64_t bit_of(struct building *b, const struct term *term)
{
	return term->ranged ? range_bit(b, term) : other_bit(b, term);
}

/* What a term reads of tcp_info is not there to tell by; that it is unknown need not be computed. */
static bool is_blind(const struct set *set, const struct term *term, unsigned state)
{
	return term->open || (set->bound && term->info && state != STATE_LISTEN);
}

/* Adds a member with what is left of its predicate in this state. Without room for it, the block
 * keeps some terms too many. */
static bool add_wish(const struct set *set, struct building *b, struct member *member,
		     unsigned state)
{
	struct wish wish = { .member = member };
	unsigned i;

	for (i = 0; i < member->term_count; i++) {
		const struct term *term = &set->terms->list[member->terms[i]];
		uint64_t bit;

		if (term->yes & 1u << state)
			continue;
		if (is_blind(set, term, state)) {
			wish.unsure = true;
			continue;
		}
		bit = bit_of(b, term);
		if (!bit)
			return false;
		wish.terms |= bit;
	}
	b->block->wishes[b->block->count++] = wish;
	return true;
}

static void begin_block(struct set *set, struct building *b)
{
	b->terms = set->terms;
	b->block = arena_alloc(set->aimed, sizeof *b->block);
	b->block->wishes = set->room;
}

static void *keep(struct set *set, const void *what, size_t size)
{
	void *copy = arena_alloc(set->aimed, size + 1);

	if (size)
		memcpy(copy, what, size);
	return copy;
}

static void lay_out_ranges(struct block *block, const struct term *const *ranged)
{
	unsigned i;

	for (i = 0; i < block->range_count; i++) {
		struct range_pair *pair = &block->pairs[i / 2];

		pair->low[i % 2] = ranged[i]->range.low;
		pair->high[i % 2] = ranged[i]->range.high;
		pair->bit[i % 2] = (int64_t)(UINT64_C(1) << i);
		pair->column[i % 2] = ranged[i]->range.column;
		block->ranges |= UINT64_C(1) << i;
		block->outside |= (uint64_t)ranged[i]->outside << i;
	}
}

static void add_column(struct block *block, unsigned column)
{
	unsigned i;

	for (i = 0; i < block->column_count && block->columns[i] != column; i++)
		;
	if (i == block->column_count)
		block->columns[block->column_count++] = (unsigned short)column;
}

static void list_columns(struct set *set, struct block *block, const struct building *b)
{
	unsigned i;

	block->columns = arena_alloc(set->aimed, 2 * 64 * sizeof *block->columns);
	for (i = 0; i < block->range_count; i++)
		add_column(block, b->ranged[i]->range.column);
	for (i = 0; i < block->other_count; i++) {
		const struct compare *compare = &b->others[i].term->compare;

		if (!b->others[i].term->simple)
			continue;
		add_column(block, compare->column);
		if (compare->relative)
			add_column(block, compare->of);
	}
}

static void end_block(struct set *set, struct lane *lane, const struct building *b)
{
	struct block *block = b->block;

	block->pair_count = (block->range_count + 1) / 2;
	block->pairs = arena_alloc(set->aimed, block->pair_count * sizeof *block->pairs);
	lay_out_ranges(block, b->ranged);
	list_columns(set, block, b);
	block->others = keep(set, b->others, block->other_count * sizeof *b->others);
	block->wishes = keep(set, block->wishes, block->count * sizeof *block->wishes);
	lane->count += block->count;
	lane->blocks = xrealloc(lane->blocks, lane->block_count + 1, sizeof(struct block *));
	lane->blocks[lane->block_count++] = block;
}

static bool never(const struct set *set, const struct member *member, unsigned state)
{
	unsigned no = ~member->tally->states, i;

	for (i = 0; i < member->term_count; i++)
		no |= set->terms->list[member->terms[i]].no;
	return no & 1u << state;
}

/* Who asks for the holder of a listener waits until it is seen again. */
static bool is_of_lane(const struct set *set, const struct member *member, unsigned number)
{
	bool waits = member->tally->holder && !set->bound;

	if (number == LANE_LISTEN_AGAIN || number == STATE_LISTEN)
		return waits == (number == LANE_LISTEN_AGAIN);
	return true;
}

/* Whether rows of a lane can concern it. */
static bool is_concerned(const struct set *set, const struct member *member, unsigned number)
{
	return is_of_lane(set, member, number) && !never(set, member, lane_state(number));
}

static void aim_lane(struct set *set, unsigned number, const bool *wanted)
{
	struct lane *lane = &set->lanes[number];
	uncleared struct building b;
	unsigned i;

	free(lane->blocks);
	*lane = (struct lane){ .count = 0 };
	begin_block(set, &b);
	for (i = 0; i < set->held_count; i++) {
		struct member *member = &set->members[set->held[i]];

		if (!wanted[set->held[i]] || !is_concerned(set, member, number) ||
		    add_wish(set, &b, member, lane_state(number)))
			continue;
		end_block(set, lane, &b);
		begin_block(set, &b);
		add_wish(set, &b, member, lane_state(number));
	}
	if (b.block->count)
		end_block(set, lane, &b);
}

void set_aim(struct set *set, const bool *wanted)
{
	unsigned number;

	arena_free(set->aimed);
	set->aimed = arena_new();
	for (number = 0; number < ROW_KINDS; number++)
		aim_lane(set, number, wanted);
}
