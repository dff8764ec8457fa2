/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tallies in, verdicts out: what fires, for which groups, on what evidence. */
#include <string.h>

#include "eval/inside.h"
#include "eval/key.h"

static struct verdict *add_verdict(struct eval *eval, const struct verdict_spec *spec,
				   enum outcome outcome, struct value when)
{
	struct verdict *verdict;

	if (eval->verdict_count == eval->verdict_size) {
		eval->verdict_size = eval->verdict_size ? 2 * eval->verdict_size : 64;
		eval->verdicts =
			xrealloc(eval->verdicts, eval->verdict_size, sizeof *eval->verdicts);
	}
	verdict = &eval->verdicts[eval->verdict_count++];
	memset(verdict, 0, sizeof *verdict);
	verdict->spec = spec;
	verdict->outcome = outcome;
	verdict->when = when;
	verdict->subject.fact = FACT_NONE;
	return verdict;
}

/* ---- evidence ---- */

/* Heavier first, then by key, so that the order does not depend on that of the rows. */
static bool ranks_before(const struct top_entry *a, const struct group *b)
{
	if (a->count != b->weight)
		return a->count > b->weight;
	return key_compare(&a->key, &b->key) < 0;
}

static void rank(struct evidence *evidence, const struct group *group, uint64_t unknown)
{
	unsigned place = 0, last;

	while (place < evidence->top_count && ranks_before(&evidence->top[place], group))
		place++;
	if (place == TOP_SHOWN)
		return;
	last = evidence->top_count < TOP_SHOWN ? evidence->top_count++ : TOP_SHOWN - 1;
	memmove(&evidence->top[place + 1], &evidence->top[place],
		(last - place) * sizeof *evidence->top);
	evidence->top[place].key = group->key;
	evidence->top[place].count = group->weight;
	evidence->top[place].error = group->missed + unknown;
}

/* The ranks of all groups of a grouped rule share a table; the hash of the group tells whose they
 * are. */
static void fill_top(const struct eval *eval, struct evidence *evidence, const struct group *group)
{
	const struct member *member = judge_member(eval, (unsigned)evidence->spec->top);
	const struct tally_state *state = member_state(member, group);
	uint64_t shown = 0;
	unsigned i;

	for (i = 0; i < groups_count(member->ranks); i++) {
		const struct group *entry = groups_at(member->ranks, i);

		if (entry->scope == (group ? group->hash : 0))
			rank(evidence, entry, state->unknown);
	}
	for (i = 0; i < evidence->top_count; i++)
		shown += evidence->top[i].count;
	/* A group that was forgotten for a while has counted fewer rows than its ranks. */
	evidence->top_total = state->rows > shown ? state->rows : shown;
}

static void fill_witnesses(const struct eval *eval, struct verdict *verdict,
			   const struct group *group)
{
	const struct member *member;
	const struct witnesses *witnesses;

	if (verdict->spec->culprit < 0)
		return;
	member = judge_member(eval, (unsigned)verdict->spec->culprit);
	witnesses = tally_witnesses(member->tally, member_state(member, group));
	if (!witnesses || !witnesses->count)
		return;
	verdict->witness_count = witnesses->count;
	verdict->witnesses = witnesses->list;
}

/* What was forgotten of a group is not known again. */
static struct flagged flagged_of(const struct eval *eval, unsigned tally,
				 const struct group *group)
{
	const struct member *member = judge_member(eval, tally);

	if (group && group->missed)
		return (struct flagged){ .count = 0 };
	return tally_flagged(member->tally, member_state(member, group));
}

/* eval->values are those of the verdict. */
static void fill(const struct eval *eval, struct verdict *verdict, const struct group *group)
{
	const struct verdict_spec *spec = verdict->spec;
	unsigned i;

	verdict->evidence = arena_alloc(eval->shown, spec->show_count * sizeof *verdict->evidence);
	for (i = 0; i < spec->show_count; i++) {
		struct evidence *evidence = &verdict->evidence[i];

		evidence->spec = &spec->show[i];
		if (evidence->spec->program)
			evidence->value =
				program_run(evidence->spec->program, eval->leaf, eval->values);
		else
			fill_top(eval, evidence, group);
	}
	fill_witnesses(eval, verdict, group);
	if (spec->flagged >= 0)
		verdict->flagged = flagged_of(eval, (unsigned)spec->flagged, group);
	for (i = 0; i < spec->rule->setting_count; i++)
		if (spec->settings[i])
			verdict->settings[i] =
				program_run(spec->settings[i], eval->leaf, eval->values);
}

/* ---- one rule ---- */

static void judge_host(struct eval *eval, const struct verdict_spec *spec)
{
	struct value when = judge_when(eval, spec, NULL);

	if (value_true(when))
		fill(eval, add_verdict(eval, spec, OUTCOME_FIRES, when), NULL);
	else
		add_verdict(eval, spec, value_false(when) ? OUTCOME_QUIET : OUTCOME_UNKNOWN, when);
}

static void judge_role(struct eval *eval, const struct verdict_spec *spec)
{
	struct value when = judge_when(eval, spec, NULL);
	enum outcome outcome = value_true(when)	 ? OUTCOME_FIRES :
			       value_false(when) ? OUTCOME_QUIET :
						   OUTCOME_UNKNOWN;

	fill(eval, add_verdict(eval, spec, outcome, when), NULL);
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = *(const struct group *const *)a;
	const struct group *y = *(const struct group *const *)b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return key_compare(&x->key, &y->key);
}

/* Finds the groups that fire, and the heaviest that may: returns the number of the former. */
static unsigned sort_out(struct eval *eval, const struct verdict_spec *spec,
			 const struct group **firing, struct value *unknown)
{
	const struct groups *groups = judge_groups(eval, spec);
	const struct group *doubtful = NULL;
	unsigned count = 0, i;

	for (i = 0; i < groups_count(groups); i++) {
		const struct group *group = groups_at(groups, i);
		struct value when;

		if (!judge_touched(eval, spec, group))
			continue;
		when = judge_when(eval, spec, group);
		/* What is true of rows of several groups together may be true of none. */
		if (value_true(when) && key_is_somebody(&group->key))
			when = (struct value){ 0, 1, WHY_SECOND_LOOK, FACT_NONE };
		if (value_true(when))
			firing[count++] = group;
		if (value_is_known(when) || (doubtful && compare_groups(&doubtful, &group) < 0))
			continue;
		doubtful = group;
		*unknown = when;
	}
	qsort(firing, count, sizeof *firing, compare_groups);
	return count;
}

static void fire(struct eval *eval, const struct verdict_spec *spec, const struct group *group)
{
	struct value when = judge_when(eval, spec, group);
	struct verdict *verdict = add_verdict(eval, spec, OUTCOME_FIRES, when);

	verdict->grouped = true;
	verdict->subject = group->key;
	fill(eval, verdict, group);
}

/* A group that was seen and is in doubt is the better reason; else there may be one that was
 * not seen. */
static void judge_grouped(struct eval *eval, const struct verdict_spec *spec, unsigned max_groups,
			  unsigned *more)
{
	autofree const struct group **firing =
		xcalloc(groups_count(judge_groups(eval, spec)), sizeof *firing);
	struct value unknown = value_known(0), absent;
	unsigned count = sort_out(eval, spec, firing, &unknown), i;

	for (i = 0; i < count && i < max_groups; i++)
		fire(eval, spec, firing[i]);
	*more += count - i;
	if (count)
		return;
	if (value_is_known(unknown) && judge_absent(eval, spec, &absent))
		unknown = absent;
	if (value_is_known(unknown))
		add_verdict(eval, spec, OUTCOME_QUIET, value_known(0));
	else
		add_verdict(eval, spec, OUTCOME_UNKNOWN, unknown);
}

static void judge_all(struct eval *eval, unsigned max_groups)
{
	unsigned i;

	arena_free(eval->shown);
	eval->shown = arena_new();
	eval->verdict_count = eval->more = 0;
	for (i = 0; i < eval->plan->verdict_count; i++) {
		const struct verdict_spec *spec = &eval->plan->verdicts[i];

		if (spec->rule->role && !eval->quiet[i] && judge_needs_role(eval, spec->rule))
			judge_role(eval, spec);
		else if (spec->rule->role)
			continue; /* no rule depends on it */
		else if (eval->quiet[i])
			add_verdict(eval, spec, OUTCOME_QUIET, value_known(0));
		else if (eval->hopeless[i])
			add_verdict(eval, spec, OUTCOME_UNKNOWN, judge_host_part(eval, spec));
		else if (spec->grouping < 0)
			judge_host(eval, spec);
		else
			judge_grouped(eval, spec, max_groups, &eval->more);
	}
}

const struct verdict *eval_verdicts(struct eval *eval, unsigned max_groups, unsigned *count,
				    unsigned *more)
{
	if (eval->judged != max_groups)
		judge_all(eval, max_groups);
	eval->judged = max_groups;
	*count = eval->verdict_count;
	*more = eval->more;
	return eval->verdicts;
}
