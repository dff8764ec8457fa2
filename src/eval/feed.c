/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row and the tallies that want its state. This is the inner loop: it runs for every socket. */
#include "eval/sets.h"

/* What a row has settled of a block's terms. A bit that is done, but neither, is unknown. */
struct truths {
	uint64_t done, yes, no;
};

/* Where a row is in its lane: members of a grouping follow each other and share the group. */
struct walk {
	struct set *set;
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

/* Kept for the first row only: it takes longer than all the rest. */
static void keep_reason(struct member *member, const struct walk *walk,
			const struct program *program)
{
	const struct surroundings *around = walk->around;
	bool host = false;
	int leaf;

	if (member->why)
		return;
	if (walk->somebody && member->tally->grouping >= 0) {
		keep_column(member, walk, (unsigned)walk->set->keys[walk->grouping].column);
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
	if (member->key.column >= 0)
		member->why = (unsigned short)column_why(around, row, (unsigned)member->key.column);
	member->fact = member->key.fact;
}

/* ---- tallies ---- */

static void feed_operand(struct member *member, struct tally_state *state, const struct walk *walk,
			 bool sure)
{
	const struct tally *tally = member->tally;
	const struct row *row = walk->row;
	double x;

	if (member->column >= 0)
		x = row->value[member->column];
	else
		x = program_run_row(tally->operand, row->value, row->before, walk->around->host);
	if (tally_add(tally, state, sure, x))
		keep_reason(member, walk, sure ? tally->operand : tally->predicate);
}

static void feed_key(struct member *member, struct tally_state *state, const struct walk *walk)
{
	enum key_result result;
	struct key key;

	result = key_make(&member->key, walk->row, &key);
	if (result == KEY_UNKNOWN) {
		state->unknown++;
		keep_key_reason(member, walk->around, walk->row);
	}
	if (result != KEY_READY)
		return;
	if (member->tally->aggregate != AGGREGATE_TOP) {
		tally_add_key(member->tally, state, &key);
	} else {
		groups_touch(member->ranks, &key, member->tally->grouping < 0 ? 0 : walk->group->hash);
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
	const struct set *set = walk->set;
	const struct row *row = walk->row;

	if (walk->group && set->plan->groupings[walk->grouping].per == PER_LISTENER)
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

static void find_group(struct walk *walk)
{
	const struct key_source *source = &walk->set->keys[walk->grouping];
	struct key key;
	enum key_result result = key_make(source, walk->row, &key);

	walk->somebody = result == KEY_UNKNOWN && source->parts == 0;
	walk->groupless = result != KEY_READY && !walk->somebody;
	if (walk->somebody)
		key = key_of_somebody(source);
	if (!walk->groupless)
		walk->group = groups_touch(walk->set->groups[walk->grouping], &key, 0);
}

/* The state to feed; NULL when the row belongs to no group. A row in doubt is one of its group
 * all the same. */
static struct tally_state *state_for(const struct member *member, struct walk *walk)
{
	int grouping = member->tally->grouping;

	if (grouping != walk->grouping) {
		walk->grouping = grouping;
		walk->group = NULL;
		walk->groupless = walk->somebody = false;
	}
	if (grouping < 0)
		return member->state;
	if (!walk->group && !walk->groupless)
		find_group(walk);
	if (walk->groupless)
		return NULL;
	return (void *)((unsigned char *)group_tail(walk->group) + member->offset);
}

/* ---- terms ---- */

static inline unsigned order_of(const struct compare *c, const double *column)
{
	double x = column[c->column], y = c->relative ? c->number * column[c->of] : c->number;

	return (x < y ? ORDER_LESS : 0) | (x == y ? ORDER_EQUAL : 0) | (x > y ? ORDER_GREATER : 0);
}

/* Without branches: whether a socket's column is above or below is anybody's guess. */
static struct truths compare_columns(const struct block *block, const double *column)
{
	struct truths truths = { .done = 0 };
	unsigned i;

	for (i = 0; i < block->compare_count; i++) {
		const struct compare *c = &block->compares[i];
		unsigned order = order_of(c, column);

		truths.yes |= (uint64_t)((order & c->accept) != 0) << i;
		truths.no |= (uint64_t)((order & ~(unsigned)c->accept) != 0) << i;
	}
	truths.done =
		block->compare_count < 64 ? (UINT64_C(1) << block->compare_count) - 1 : UINT64_MAX;
	return truths;
}

/* The lowest of the terms not done yet. */
static void run_next(struct truths *truths, const struct block *block, uint64_t left,
		     const struct walk *walk)
{
	unsigned i = (unsigned)__builtin_ctzll(left);
	const struct row *row = walk->row;
	double truth = program_run_row(&block->others[i]->program, row->value, row->before,
				       walk->around->host);

	truths->done |= UINT64_C(1) << i;
	truths->yes |= (uint64_t)(truth > 0) << i;
	truths->no |= (uint64_t)(truth == 0) << i;
}

/* Whether nobody in the block can want the row. */
static bool is_shut(const struct block *block, const struct row *row)
{
	return block->gate &&
	       order_of(&block->gate->compare, row->value) & ~(unsigned)block->gate->compare.accept;
}

static void feed_block(const struct block *block, struct walk *walk)
{
	struct truths truths = compare_columns(block, walk->row->value);
	const struct wish *wish = block->wishes, *end = wish + block->count;

	for (; wish < end; wish++) {
		struct tally_state *state;
		uint64_t left;

		while (!(wish->terms & truths.no) && (left = wish->terms & ~truths.done) != 0)
			run_next(&truths, block, left, walk);
		if (wish->terms & truths.no)
			continue;
		state = state_for(wish->member, walk);
		if (!state)
			continue;
		walk->holder |= wish->member->tally->holder;
		feed_state(wish->member, state, walk,
			   !wish->unsure && !walk->somebody && !(wish->terms & ~truths.yes));
	}
}

bool set_feed(struct set *set, const struct surroundings *around, const struct row *row, bool again)
{
	const struct lane *lane = &set->lanes[again && row->state == STATE_LISTEN ?
						      LANE_LISTEN_AGAIN :
						      row->state];
	struct walk walk = { .set = set, .around = around, .row = row, .grouping = -1 };
	unsigned i;

	for (i = 0; i < lane->block_count; i++)
		if (!is_shut(&lane->blocks[i], row))
			feed_block(&lane->blocks[i], &walk);
	return walk.holder;
}
