/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lane is laid out when its first row comes, anew whenever the host facts or the open rules are
 * others: what is settled for all rows of a state is left out, and the rest is cut into blocks of terms
 * that are settled together. Most states see no row. */
#include "eval/lanes.h"

#include <string.h>

/* What is only shown bounds nothing; rows of processes do not come again. */
static bool is_fed(const struct member *member)
{
	const struct tally *tally = member->tally;

	return tally && (tally->judged || tally->process || !member->bound);
}

void lanes_init(struct lanes *lanes, const struct plan *plan, const struct terms *terms,
		const struct set *sets, unsigned count)
{
	int grouping;
	unsigned set, i;

	*lanes = (struct lanes){ .plan = plan, .terms = terms };
	lanes->held = xcalloc(count * plan->tally_count, sizeof *lanes->held);
	lanes->room = xcalloc(count * plan->tally_count, sizeof *lanes->room);
	for (grouping = -1; grouping < (int)plan->grouping_count; grouping++)
		for (set = 0; set < count; set++)
			for (i = 0; i < plan->tally_count; i++)
				if (plan->tallies[i].grouping == grouping &&
				    is_fed(&sets[set].members[i]))
					lanes->held[lanes->held_count++] = &sets[set].members[i];
}

static void forget(struct lanes *lanes)
{
	unsigned i;

	for (i = 0; i < ROW_KINDS; i++) {
		free(lanes->lanes[i].blocks);
		lanes->lanes[i] = (struct lane){ .laid_out = false };
	}
	arena_free(lanes->aimed);
	lanes->aimed = NULL;
}

void lanes_fini(struct lanes *lanes)
{
	forget(lanes);
	free(lanes->held);
	free(lanes->room);
}

void lanes_aim(struct lanes *lanes, const bool *wanted)
{
	forget(lanes);
	lanes->wanted = wanted;
}

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
static bool is_blind(const struct term *term, const struct member *member, unsigned state)
{
	return term->open || (member->bound && term->info && state != STATE_LISTEN);
}

/* Adds a member with what is left of its predicate in this state. Without room for it, the block
 * keeps some terms too many. */
static bool add_wish(const struct lanes *lanes, struct building *b, struct member *member,
		     unsigned state)
{
	struct wish wish = { .member = member };
	unsigned i;

	for (i = 0; i < member->term_count; i++) {
		const struct term *term = &lanes->terms->list[member->terms[i]];
		uint64_t bit;

		if (term->yes & 1u << state)
			continue;
		if (is_blind(term, member, state)) {
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

static void begin_block(struct lanes *lanes, struct building *b)
{
	b->terms = lanes->terms;
	b->block = arena_alloc(lanes->aimed, sizeof *b->block);
	b->block->wishes = lanes->room;
}

static void *keep(struct lanes *lanes, const void *what, size_t size)
{
	void *copy = arena_alloc(lanes->aimed, size + 1);

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

static void list_columns(struct lanes *lanes, struct block *block, const struct building *b)
{
	unsigned i;

	block->columns = arena_alloc(lanes->aimed, 2 * 64 * sizeof *block->columns);
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
	while (block->column_count % 4) {
		block->columns[block->column_count] = block->columns[0];
		block->column_count++;
	}
}

static void end_block(struct lanes *lanes, struct lane *lane, const struct building *b)
{
	struct block *block = b->block;

	block->pair_count = (block->range_count + 1) / 2;
	block->pairs = arena_alloc(lanes->aimed, block->pair_count * sizeof *block->pairs);
	lay_out_ranges(block, b->ranged);
	list_columns(lanes, block, b);
	block->others = keep(lanes, b->others, block->other_count * sizeof *b->others);
	block->wishes = keep(lanes, block->wishes, block->count * sizeof *block->wishes);
	lane->count += block->count;
	lane->blocks = xrealloc(lane->blocks, lane->block_count + 1, sizeof(struct block *));
	lane->blocks[lane->block_count++] = block;
}

static bool never(const struct lanes *lanes, const struct member *member, unsigned state)
{
	unsigned no = ~member->tally->states, i;

	for (i = 0; i < member->term_count; i++)
		no |= lanes->terms->list[member->terms[i]].no;
	return no & 1u << state;
}

/* Who asks for the holder of a listener waits until it is seen again. */
static bool is_of_lane(const struct member *member, unsigned number)
{
	bool waits = member->tally->holder && !member->bound;

	if (number == LANE_LISTEN_AGAIN || number == STATE_LISTEN)
		return waits == (number == LANE_LISTEN_AGAIN);
	return true;
}

/* Whether rows of a lane can concern it. */
static bool is_concerned(const struct lanes *lanes, const struct member *member, unsigned number)
{
	return is_of_lane(member, number) && !never(lanes, member, lane_state(number));
}

void lane_lay_out(struct lanes *lanes, unsigned number)
{
	struct lane *lane = &lanes->lanes[number];
	uncleared struct building b;
	unsigned i;

	lane->laid_out = true;
	if (!lanes->aimed)
		lanes->aimed = arena_new();
	begin_block(lanes, &b);
	for (i = 0; i < lanes->held_count; i++) {
		struct member *member = lanes->held[i];

		if (!lanes->wanted[member->tally - lanes->plan->tallies] ||
		    !is_concerned(lanes, member, number) ||
		    add_wish(lanes, &b, member, lane_state(number)))
			continue;
		end_block(lanes, lane, &b);
		begin_block(lanes, &b);
		add_wish(lanes, &b, member, lane_state(number));
	}
	if (b.block->count)
		end_block(lanes, lane, &b);
}
