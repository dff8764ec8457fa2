/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row and the tallies that want its state. This is the inner loop: it runs for every socket. */
#include "eval/lanes.h"

#include <string.h>

#include "base/hash.h"

/* Where a row is in its lane: members of a grouping follow each other and share the group. */
struct walk {
	const struct surroundings *around;
	const struct row *row;
	int grouping;
	struct group *group; /* NULL: not looked up yet */
	bool groupless;	     /* the row has no key for this grouping */
	bool somebody;	     /* its key is not known: it may be of any group */
	bool holder;	     /* a tally took it that asks who holds it */
};

/* ---- why a row is in doubt ---- */

static enum why column_why(const struct surroundings *around, const struct row *row,
			   unsigned column)
{
	if (!isnan(row->value[column])) { /* now it is known, before it was not */
		if (row->state != STATE_LISTEN)
			return WHY_LISTENERS_ONLY;
		return around->window > 0 ? WHY_NO_VALUE : WHY_NO_WINDOW;
	}
	if (row->unknown[column])
		return (enum why)row->unknown[column];
	return row->why ? (enum why)row->why : WHY_NO_VALUE;
}

static void keep_column(struct member *member, const struct walk *walk, unsigned column)
{
	member->fact = walk->around->plan->columns[column].fact;
	member->why = (unsigned short)column_why(walk->around, walk->row, column);
}

/* Of the first row only: it takes longer than all the rest. */
static void keep_reason(struct member *member, const struct walk *walk,
			const struct program *program)
{
	const struct surroundings *around = walk->around;
	bool host = false;
	int leaf;

	if (walk->somebody && member->tally->grouping >= 0) {
		keep_column(member, walk, (unsigned)member->group->source.column);
		return;
	}
	member->fact = FACT_NONE;
	member->why = WHY_DIVISION;
	leaf = program_missing(program, walk->row->value, walk->row->before, around->host, &host);
	if (leaf < 0)
		return;
	if (host) {
		member->fact = around->leaf[leaf].fact;
		member->why = around->leaf[leaf].why;
	} else {
		keep_column(member, walk, (unsigned)leaf);
	}
}

static void keep_key_reason(struct member *member, const struct surroundings *around,
			    const struct row *row)
{
	if (member->why)
		return;
	member->why = WHY_NO_ATTRIBUTE;
	if (member->key->source.column >= 0)
		member->why = (unsigned short)column_why(around, row,
							 (unsigned)member->key->source.column);
	member->fact = member->key->source.fact;
}

/* ---- tallies ---- */

static void feed_operand(struct member *member, struct tally_state *state, const struct walk *walk,
			 bool sure)
{
	const struct tally *tally = member->tally;
	const struct row *row = walk->row;
	double x;

	if (member->blind && state->unknown) { /* which changes nothing but their number */
		state->unknown++;
		return;
	}
	if (member->column >= 0)
		x = row->value[member->column];
	else
		x = program_run_row(tally->operand, row->value, row->before, walk->around->host);
	if (tally_add(tally, state, sure, x) && !member->why)
		keep_reason(member, walk, sure ? tally->operand : tally->predicate);
}

static void feed_key(struct member *member, struct tally_state *state, const struct walk *walk)
{
	const struct made_key *key = key_of_row(member->key, walk->row, walk->around->row_number);

	if (key->result == KEY_UNKNOWN) {
		state->unknown++;
		keep_key_reason(member, walk->around, walk->row);
	}
	if (key->result != KEY_READY)
		return;
	if (member->tally->aggregate != AGGREGATE_TOP) {
		tally_add_key(member->tally, state, &key->key, key->hash);
	} else {
		groups_touch(member->ranks, &key->key, key->hash,
			     member->tally->grouping < 0 ? 0 : walk->group->hash);
		state->rows++;
	}
}

static void feed_member(struct member *member, struct tally_state *state, const struct walk *walk,
			bool sure)
{
	if (member->tally->operand) {
		feed_operand(member, state, walk, sure);
	} else if (!sure) {
		state->unknown++;
		if (!member->why)
			keep_reason(member, walk, member->tally->predicate);
	} else if (member->tally->aggregate == AGGREGATE_COUNT) {
		state->rows++;
	} else {
		feed_key(member, state, walk);
	}
}

/* Of a listener's connections it is the listener's holder who is asked; so it is of those that
 * wait to be accepted, and have no holder yet. */
static const struct who *witness_of(const struct walk *walk)
{
	static const unsigned queued = 1 << STATE_SYN_RECV | 1 << STATE_ESTABLISHED |
				       1 << STATE_CLOSE_WAIT;
	const struct row *row = walk->row;

	if (walk->group && walk->around->plan->groupings[walk->grouping].per == PER_LISTENER)
		return &row->listener;
	return !row->who.inode && queued >> row->state & 1 ? &row->listener : &row->who;
}

static void feed_state(struct member *member, struct tally_state *state, const struct walk *walk,
		       bool sure)
{
	feed_member(member, state, walk, sure);
	if (sure && member->tally->witnesses)
		tally_add_witness(member->tally, state, witness_of(walk));
}

static void find_group(struct walk *walk, const struct member *member)
{
	const struct made_key *made = key_of_row(member->group, walk->row, walk->around->row_number);
	struct key key;

	walk->somebody = made->result == KEY_UNKNOWN && made->source.parts == 0;
	walk->groupless = made->result != KEY_READY && !walk->somebody;
	if (made->result == KEY_READY)
		walk->group = groups_touch(member->groups, &made->key, made->hash, 0);
	if (!walk->somebody)
		return;
	key = key_of_somebody(&made->source);
	walk->group = groups_touch(member->groups, &key, key_hash(&key), 0);
}

/* The state to feed; NULL when the row belongs to no group. A row in doubt is one of its group
 * all the same. */
static struct tally_state *state_for(const struct left *left, struct walk *walk)
{
	if (left->grouping != walk->grouping) {
		walk->grouping = left->grouping;
		walk->group = NULL;
		walk->groupless = walk->somebody = false;
	}
	if (left->grouping < 0)
		return left->member->state;
	if (!walk->group && !walk->groupless)
		find_group(walk, left->member);
	if (walk->groupless)
		return NULL;
	return (void *)((unsigned char *)group_tail(walk->group) + left->offset);
}

/* ---- terms ---- */

static inline unsigned order_of(const struct compare *c, const double *column)
{
	double x = column[c->column], y = c->relative ? c->number * column[c->of] : c->number;

	return (x < y ? ORDER_LESS : 0) | (x == y ? ORDER_EQUAL : 0) | (x > y ? ORDER_GREATER : 0);
}

/* Two at a time and without branches: whether a socket's column is in a range is anybody's guess. */
static struct truths settle_ranges(const struct block *block, const double *column)
{
	const struct range_pair *pair = block->pairs, *end = pair + block->pair_count;
	pair_bits too_low = { 0, 0 }, high_enough = { 0, 0 }, too_high = { 0, 0 }, known;
	uint64_t yes, all;

	for (; pair < end; pair++) {
		pair_number x = { column[pair->column[0]], column[pair->column[1]] };

		too_low |= (x < pair->low) & pair->bit;
		high_enough |= (x >= pair->low) & pair->bit;
		too_high |= (x > pair->high) & pair->bit;
	}
	known = too_low | high_enough;
	high_enough &= ~too_high;
	all = (uint64_t)(known[0] | known[1]);
	yes = (uint64_t)(high_enough[0] | high_enough[1]) ^ (block->outside & all);
	return (struct truths){
		.done = block->ranges,
		.yes = yes,
		.no = all & ~yes,
	};
}

static void settle_others(struct truths *truths, const struct block *block, const double *column)
{
	unsigned i;

	for (i = 0; i < block->other_count; i++) {
		const struct other *other = &block->others[i];
		const struct compare *c = &other->term->compare;
		uint64_t bit = UINT64_C(1) << (63 - i);
		unsigned order;

		if (other->term->either) {
			truths->yes |= truths->yes & other->parts ? bit : 0;
			truths->no |= other->parts & ~truths->no ? 0 : bit;
		} else if (other->term->simple) {
			order = order_of(c, column);
			truths->yes |= order & c->accept ? bit : 0;
			truths->no |= order & ~(unsigned)c->accept ? bit : 0;
		} else {
			continue;
		}
		truths->done |= bit;
	}
}

static inline uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static bool is_alike(const struct memo *memo, const struct block *block, const double *column)
{
	const unsigned short *number = block->columns, *end = number + block->column_count;
	const uint64_t *old = memo->columns;
	uint64_t difference = 0;

	if (!old)
		return false;
	for (; number < end && !difference; number += 4, old += 4)
		difference = (old[0] ^ bits_of(column[number[0]])) |
			     (old[1] ^ bits_of(column[number[1]])) |
			     (old[2] ^ bits_of(column[number[2]])) |
			     (old[3] ^ bits_of(column[number[3]]));
	return !difference;
}

static void remember(struct lanes *lanes, struct memo *memo, const struct block *block,
		     const double *column)
{
	unsigned i;

	if (!memo->columns)
		memo->columns = arena_alloc(lanes->aimed, (block->column_count + 1) * sizeof(uint64_t));
	for (i = 0; i < block->column_count; i++)
		memo->columns[i] = bits_of(column[block->columns[i]]);
}

/* The highest of these terms. */
static void run_next(struct truths *truths, const struct block *block, uint64_t terms,
		     const struct walk *walk)
{
	unsigned i = (unsigned)__builtin_clzll(terms);
	uint64_t bit = UINT64_C(1) << (63 - i);
	double truth = program_run_row(&block->others[i].term->program, walk->row->value,
				       walk->row->before, walk->around->host);

	truths->done |= bit;
	truths->yes |= truth > 0 ? bit : 0;
	truths->no |= truth == 0 ? bit : 0;
}

/* Whom no term refuses that is settled. */
static void find_left(struct lanes *lanes, const struct block *block, const struct truths *truths,
		      struct leaving *leaving)
{
	unsigned i;

	if (!leaving->list)
		leaving->list = arena_alloc(lanes->aimed, (block->count + 1) * sizeof *leaving->list);
	leaving->yes = truths->yes;
	leaving->no = truths->no;
	leaving->count = 0;
	for (i = 0; i < block->count; i++) {
		const struct wish *wish = &block->wishes[i];
		const struct tally *tally = wish->member->tally;
		uint64_t programs = wish->terms & ~truths->done;
		struct left left = {
			.member = wish->member,
			.terms = programs,
			.offset = wish->member->offset,
			.grouping = tally->grouping,
		};

		left.sure = !wish->unsure && !(wish->terms & ~programs & ~truths->yes);
		left.counts = tally->aggregate == AGGREGATE_COUNT && !tally->holder &&
			      !tally->witnesses && !programs;
		if (left.counts && left.sure && left.grouping < 0)
			left.rows = wish->member->state;
		if (!(wish->terms & truths->no))
			leaving->list[leaving->count++] = left;
	}
}

static bool came_out(const struct leaving *leaving, const struct truths *truths)
{
	return leaving->yes == truths->yes && leaving->no == truths->no;
}

/* Rows of a block come out in few ways. Where four places from that of the hash on are taken by
 * others, the first is given up. */
static const struct leaving *find_leaving(struct lanes *lanes, struct block *block,
					  const struct truths *truths)
{
	uint64_t hash = hash_u64(truths->yes + (truths->no << 32 | truths->no >> 32));
	struct leaving *leaving;
	unsigned i;

	for (i = 0; i < 4; i++) {
		leaving = &block->leaving[(hash + i) % LEAVINGS];
		if (leaving->list && came_out(leaving, truths))
			return leaving;
		if (!leaving->list)
			break;
	}
	leaving = &block->leaving[(hash + i % 4) % LEAVINGS];
	find_left(lanes, block, truths, leaving);
	return leaving;
}

/* What terms come to in a row with these columns, and whom they leave. */
static const struct memo *settle(struct lanes *lanes, struct block *block, const double *column)
{
	struct memo *memo;
	unsigned i;

	for (i = 0; i < MEMOS; i++) {
		memo = &block->memos[i];
		if (!is_alike(memo, block, column))
			continue;
		if (!came_out(memo->leaving, &memo->truths))
			memo->leaving = find_leaving(lanes, block, &memo->truths);
		return memo;
	}
	block->newest = (block->newest + 1) % MEMOS;
	memo = &block->memos[block->newest];
	memo->truths = settle_ranges(block, column);
	settle_others(&memo->truths, block, column);
	memo->leaving = find_leaving(lanes, block, &memo->truths);
	remember(lanes, memo, block, column);
	return memo;
}

/* Whether the programs leave it too. */
static bool is_left(const struct left *left, struct truths *truths, const struct block *block,
		    const struct walk *walk)
{
	uint64_t open;

	while (!(left->terms & truths->no) && (open = left->terms & ~truths->done) != 0)
		run_next(truths, block, open, walk);
	return !(left->terms & truths->no);
}

/* Where the members of a grouping end that the row has no key for. */
static const struct left *past_grouping(const struct left *left, const struct left *end)
{
	int grouping = left->grouping;

	while (left < end && left->grouping == grouping)
		left++;
	return left;
}

static void feed_left(const struct left *left, struct tally_state *state, const struct truths *truths,
		      struct walk *walk)
{
	bool sure = left->sure && !walk->somebody && !(left->terms & ~truths->yes);

	if (left->counts && sure) {
		state->rows++;
		return;
	}
	walk->holder |= left->member->tally->holder;
	feed_state(left->member, state, walk, sure);
}

static void feed_block(struct lanes *lanes, struct block *block, struct walk *walk)
{
	const struct memo *memo = settle(lanes, block, walk->row->value);
	const struct left *left = memo->leaving->list, *end = left + memo->leaving->count;
	struct truths truths = memo->truths;
	struct tally_state *state;

	while (left < end) {
		if (left->rows) {
			left++->rows->rows++;
			continue;
		}
		if (left->terms && !is_left(left, &truths, block, walk)) {
			left++;
			continue;
		}
		state = state_for(left, walk);
		if (!state) {
			left = past_grouping(left, end);
			continue;
		}
		feed_left(left++, state, &truths, walk);
	}
}

bool lanes_feed(struct lanes *lanes, const struct surroundings *around, const struct row *row,
		bool again)
{
	unsigned number = again && row->state == STATE_LISTEN ? LANE_LISTEN_AGAIN : row->state, i;
	const struct lane *lane = &lanes->lanes[number];
	struct walk walk = { .around = around, .row = row, .grouping = -1 };

	if (!lane->laid_out)
		lane_lay_out(lanes, number);
	for (i = 0; i < lane->block_count; i++)
		feed_block(lanes, lane->blocks[i], &walk);
	return walk.holder;
}
