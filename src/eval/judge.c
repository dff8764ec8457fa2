/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule's tallies and its condition are worth: in the end, and on the way, when passes that
 * have not run yet count as passes of which every row is missing. */
#include "eval/inside.h"

static const struct set *final_set(const struct eval *eval, enum pass pass)
{
	if (pass != PASS_INFO)
		return &eval->sets[SET_SOCKETS];
	return &eval->sets[eval->done[PASS_INFO] == WHY_KNOWN ? SET_INFO : SET_BOUND];
}

const struct member *judge_member(const struct eval *eval, unsigned tally)
{
	return &final_set(eval, eval->plan->tallies[tally].pass)->members[tally];
}

const struct groups *judge_groups(const struct eval *eval, const struct verdict_spec *spec)
{
	if (spec->grouping < 0)
		return NULL;
	return final_set(eval, eval->plan->groupings[spec->grouping].pass)->groups[spec->grouping];
}

/* Why rows of a tally may not have been seen. The connections in SET_BOUND came with PASS_SOCKETS;
 * what is only shown waits for PASS_INFO.
 * Without all listeners, a connection may belong to one that is not known. */
static enum why rows_missing(const struct eval *eval, const struct tally *tally)
{
	bool info = tally->pass == PASS_INFO &&
		    (eval->done[PASS_INFO] == WHY_KNOWN || !tally->judged);
	bool listeners = tally->states & STATES_LISTEN ||
			 (tally->grouping >= 0 &&
			  eval->plan->groupings[tally->grouping].per == PER_LISTENER);

	if (tally->process)
		return eval->processes;
	if (listeners && eval->done[PASS_LISTEN] != WHY_KNOWN)
		return eval->done[PASS_LISTEN];
	if (tally->states & ~STATES_LISTEN)
		return eval->done[info ? PASS_INFO : PASS_SOCKETS];
	return WHY_KNOWN;
}

/* Where tcp_info is what was missing, the reason is why PASS_INFO did not bring it. */
static unsigned short reason_of(const struct eval *eval, const struct member *member)
{
	bool info = member->fact != FACT_NONE &&
		    fact_catalogue[member->fact].scope == FACT_SOCKET &&
		    (fact_needs_info(&fact_catalogue[member->fact]) ||
		     fact_needs_holder(&fact_catalogue[member->fact]));

	if (info && eval->ran[PASS_INFO] && eval->done[PASS_INFO] != WHY_KNOWN)
		return (unsigned short)eval->done[PASS_INFO];
	return member->why;
}

static struct value member_value(const struct eval *eval, const struct verdict_spec *spec,
				 const struct member *member, const struct group *group)
{
	const struct tally *tally = member->tally;
	/* Of a process that was counted, nothing is missing. */
	bool whole = tally->process && tally->grouping >= 0 && group;
	enum why missing = whole ? WHY_KNOWN : rows_missing(eval, tally);
	struct doubt doubt = { 0, WHY_GROUPS, reason_of(eval, member), member->fact };

	if (eval->roles_unknown && tally->of_role)
		return value_unknown(WHY_UNSEEN, FACT_NONE);
	if (missing != WHY_KNOWN) {
		doubt.missed = INFINITY;
		doubt.missed_why = (unsigned short)missing;
	} else if (tally->grouping >= 0) {
		doubt.missed =
			(double)(group ? group->missed : groups_offset(judge_groups(eval, spec)));
	}
	return tally_value(tally, member_state(member, group), &doubt);
}

void judge_values(struct eval *eval, const struct verdict_spec *spec, const struct group *group)
{
	unsigned i;

	for (i = 0; i < spec->tally_count; i++) {
		const struct member *member = judge_member(eval, spec->tallies[i]);

		eval->values[spec->tallies[i]] = member_value(eval, spec, member, group);
	}
}

struct value judge_when(struct eval *eval, const struct verdict_spec *spec,
			const struct group *group)
{
	judge_values(eval, spec, group);
	return program_run(spec->when, eval->leaf, eval->values);
}

bool judge_touched(const struct eval *eval, const struct verdict_spec *spec,
		   const struct group *group)
{
	unsigned i;

	for (i = 0; i < spec->tally_count; i++) {
		const struct member *member = judge_member(eval, spec->tallies[i]);
		const struct tally_state *state = member_state(member, group);

		/* What a role counts says nothing of the group. */
		if (member->tally->grouping >= 0 && (state->rows || state->unknown))
			return true;
	}
	return false;
}

bool judge_absent(struct eval *eval, const struct verdict_spec *spec, struct value *when)
{
	enum why why = groups_offset(judge_groups(eval, spec)) > 0 ? WHY_GROUPS : WHY_KNOWN;
	unsigned i;

	for (i = 0; i < spec->tally_count && why == WHY_KNOWN; i++)
		why = rows_missing(eval, &eval->plan->tallies[spec->tallies[i]]);
	if (why == WHY_KNOWN)
		return false;
	*when = judge_when(eval, spec, NULL);
	/* Even where it would surely fire, there may be no such group. */
	if (value_true(*when))
		*when = (struct value){ 0, 1, (unsigned short)why, FACT_NONE };
	return !value_false(*when);
}

bool judge_could_fire(struct eval *eval, const struct verdict_spec *spec)
{
	const struct groups *groups = judge_groups(eval, spec);
	struct value when;
	unsigned i;

	if (!groups)
		return !value_false(judge_when(eval, spec, NULL));
	if (judge_absent(eval, spec, &when))
		return true;
	for (i = 0; i < groups_count(groups); i++) {
		const struct group *group = groups_at(groups, i);

		if (judge_touched(eval, spec, group) && !value_false(judge_when(eval, spec, group)))
			return true;
	}
	return false;
}

struct value judge_host_part(const struct eval *eval, const struct verdict_spec *spec)
{
	unsigned i;

	for (i = 0; i < spec->host_part_count; i++) {
		struct value v = program_run(spec->host_parts[i], eval->leaf, NULL);

		if (!value_true(v))
			return v;
	}
	return value_known(1);
}

static bool uses(const struct rule *rule, const struct rule *role)
{
	unsigned i;

	for (i = 0; i < rule->role_count; i++)
		if (rule->roles[i] == role)
			return true;
	return false;
}

bool judge_needs_role(struct eval *eval, const struct rule *role)
{
	bool needed = false;
	unsigned i;

	eval->roles_unknown = true;
	for (i = 0; i < eval->plan->rule_count && !needed; i++)
		needed = !eval->quiet[i] && uses(eval->plan->verdicts[i].rule, role) &&
			 judge_could_fire(eval, &eval->plan->verdicts[i]);
	eval->roles_unknown = false;
	return needed;
}
