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
	if (tally->aggregate >= AGGREGATE_DISTINCT) /* and top, and which sockets */
		member->key = key_source_of_fact(plan, tally->key);
	if (tally->grouping < 0)
		member->state = xcalloc(1, tally_size(tally));
	if (tally->aggregate == AGGREGATE_TOP)
		member->ranks = groups_new(0, RANKS_BYTES, memory);
}

static void hold(struct set *set)
{
	const struct plan *plan = set->plan;
	int grouping;
	unsigned i;

	set->held = xcalloc(plan->tally_count, sizeof *set->held);
	for (grouping = -1; grouping < (int)plan->grouping_count; grouping++)
		for (i = 0; i < plan->tally_count; i++)
			if (set->members[i].tally && plan->tallies[i].grouping == grouping)
				set->held[set->held_count++] = i;
}

void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct terms *terms,
	      size_t *memory)
{
	size_t *tails = xcalloc(plan->grouping_count, sizeof *tails);
	unsigned i;

	*set = (struct set){ .plan = plan, .terms = terms, .bound = bound };
	set->members = xcalloc(plan->tally_count, sizeof *set->members);
	set->groups = xcalloc(plan->grouping_count, sizeof *set->groups);
	set->keys = xcalloc(plan->grouping_count, sizeof *set->keys);
	set->wishes = xcalloc((size_t)plan->tally_count * ROW_KINDS, sizeof *set->wishes);
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
		set->keys[i] = key_source_of_fact(plan, plan->groupings[i].key);
		if ((plan->groupings[i].pass == PASS_INFO) == info)
			set->groups[i] = groups_new(tails[i], GROUPS_BYTES, memory);
	}
	free(tails);
	hold(set);
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
	for (i = 0; i < ROW_KINDS; i++)
		free(set->lanes[i].blocks);
	free(set->members);
	free(set->held);
	free(set->groups);
	free(set->keys);
	free(set->wishes);
}

/* ---- lanes ---- */

static unsigned lane_state(unsigned number)
{
	return number == LANE_LISTEN_AGAIN ? STATE_LISTEN : number;
}

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

/* What a term reads of tcp_info is not there to tell by; that it is unknown need not be computed. */
static bool is_blind(const struct set *set, const struct term *term, unsigned state)
{
	return set->bound && term->info && state != STATE_LISTEN;
}

/* Adds a member with what is left of its predicate in this state. Without room for it, the block
 * keeps some terms too many. */
static bool add_wish(const struct set *set, struct block *block, struct member *member,
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
		bit = bit_of(block, term);
		if (!bit)
			return false;
		wish.terms |= bit;
	}
	block->wishes[block->count++] = wish;
	return true;
}

static struct block *add_block(struct set *set, unsigned number, const struct term *gate)
{
	struct lane *lane = &set->lanes[number];
	struct block *block;

	lane->blocks = xrealloc(lane->blocks, lane->block_count + 1, sizeof *lane->blocks);
	block = &lane->blocks[lane->block_count++];
	*block = (struct block){
		.gate = gate,
		.wishes = set->wishes + number * set->plan->tally_count + lane->count,
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

/* ---- gates ---- */

enum { GATED = 3 }; /* members that make a gate worth its comparison */

/* The members a lane has not placed yet, by number, those of a grouping side by side. */
struct left {
	unsigned *members;
	unsigned count;
};

static bool may_gate(const struct set *set, const struct term *term, unsigned state)
{
	return term->simple && !(term->yes & 1u << state) && !is_blind(set, term, state);
}

/* The comparison that most of the members left have to make in a state; NULL: none is worth it. */
static const struct term *best_gate(const struct set *set, unsigned state, const struct left *left)
{
	autofree unsigned *uses = xcalloc(set->terms->count + 1, sizeof *uses);
	unsigned most = GATED - 1, i, j;
	const struct term *best = NULL;

	for (i = 0; i < left->count; i++) {
		const struct member *member = &set->members[left->members[i]];

		for (j = 0; j < member->term_count; j++) {
			const struct term *term = &set->terms->list[member->terms[j]];

			if (!may_gate(set, term, state) || ++uses[member->terms[j]] <= most)
				continue;
			most = uses[member->terms[j]];
			best = term;
		}
	}
	return best;
}

static bool has_term(const struct set *set, const struct member *member, const struct term *term)
{
	unsigned i;

	for (i = 0; i < member->term_count; i++)
		if (&set->terms->list[member->terms[i]] == term)
			return true;
	return false;
}

/* Takes the members that have the gate, all of them without one. */
static void place(struct set *set, unsigned number, const struct term *gate, struct left *left)
{
	struct block *block = add_block(set, number, gate);
	unsigned state = lane_state(number), count = left->count, i;

	left->count = 0;
	for (i = 0; i < count; i++) {
		struct member *member = &set->members[left->members[i]];

		if (gate && !has_term(set, member, gate)) {
			left->members[left->count++] = left->members[i];
			continue;
		}
		if (!add_wish(set, block, member, state)) {
			block = add_block(set, number, gate);
			add_wish(set, block, member, state);
		}
		set->lanes[number].count++;
	}
}

/* Who asks for the holder of a listener waits until it is seen again. */
static bool is_of_lane(const struct set *set, const struct member *member, unsigned number)
{
	bool waits = member->tally->holder && !set->bound;

	if (number == LANE_LISTEN_AGAIN || number == STATE_LISTEN)
		return waits == (number == LANE_LISTEN_AGAIN);
	return true;
}

/* Those that rows of a lane can concern. */
static void find_members(const struct set *set, unsigned number, const bool *wanted,
			 struct left *left)
{
	unsigned i;

	left->count = 0;
	for (i = 0; i < set->held_count; i++) {
		const struct member *member = &set->members[set->held[i]];

		if (wanted[set->held[i]] && is_of_lane(set, member, number) &&
		    !never(set, member, lane_state(number)))
			left->members[left->count++] = set->held[i];
	}
}

void set_aim(struct set *set, const bool *wanted)
{
	autofree unsigned *members = xcalloc(set->held_count + 1, sizeof *members);
	struct left left = { members, 0 };
	unsigned number;

	for (number = 0; number < ROW_KINDS; number++) {
		free(set->lanes[number].blocks);
		set->lanes[number] = (struct lane){ .count = 0 };
		find_members(set, number, wanted, &left);
		while (left.count)
			place(set, number, best_gate(set, lane_state(number), &left), &left);
	}
}
