/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of a grouping's tallies stand side by side in the tail of a group, so that a row looks its
 * group up at most once, and only if a tally wants it. */
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
	member->bound = bound;
	member->blind = bound && tally->operand && terms_reads_info(tally->operand, plan);
	if (tally->aggregate >= AGGREGATE_DISTINCT) /* and top, and which sockets */
		member->key = made_keys_find(&common->keys, common->arena, plan, tally->key);
	if (tally->grouping < 0)
		member->state = arena_alloc(common->arena, tally_size(tally));
	if (tally->aggregate == AGGREGATE_TOP)
		member->ranks = groups_new(0, RANKS_BYTES, &common->memory);
}

static void join_group(struct member *member, const struct set *set, struct common *common)
{
	int grouping = member->tally->grouping;

	member->groups = set->groups[grouping];
	member->group = made_keys_find(&common->keys, common->arena, set->plan,
				       set->plan->groupings[grouping].key);
}

void set_init(struct set *set, const struct plan *plan, bool info, bool bound, struct common *common)
{
	size_t *tails = xcalloc(plan->grouping_count, sizeof *tails);
	unsigned i;

	*set = (struct set){ .plan = plan };
	set->members = xcalloc(plan->tally_count, sizeof *set->members);
	set->groups = xcalloc(plan->grouping_count, sizeof *set->groups);
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
	for (i = 0; i < plan->grouping_count; i++)
		if ((plan->groupings[i].pass == PASS_INFO) == info)
			set->groups[i] = groups_new(tails[i], GROUPS_BYTES, &common->memory);
	for (i = 0; i < plan->tally_count; i++)
		if (set->members[i].tally && plan->tallies[i].grouping >= 0)
			join_group(&set->members[i], set, common);
	free(tails);
}

void set_fini(struct set *set)
{
	unsigned i;

	for (i = 0; i < set->plan->tally_count; i++)
		groups_free(set->members[i].ranks);
	for (i = 0; i < set->plan->grouping_count; i++)
		groups_free(set->groups[i]);
	free(set->members);
	free(set->groups);
}
