/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of an evaluation: host facts, then passes of rows; which rules they can still change. */
#include "eval/eval.h"

#include <string.h>

#include "eval/inside.h"
#include "eval/leaves.h"

/* All tables of groups together. The program may use 16 MiB, of which rules, plan and all the rest
 * take about 8. */
enum { MEMORY = 6 << 20 };

static void aim(struct eval *eval)
{
	unsigned i;

	for (i = 0; i < LOOKS; i++)
		lanes_aim(&eval->lanes[i], eval->wanted);
}

struct eval *eval_new(const struct plan *plan)
{
	struct eval *eval = xcalloc(1, sizeof *eval);
	unsigned i;

	eval->plan = plan;
	eval->common.memory = MEMORY;
	eval->leaf = xcalloc(plan->leaf_count, sizeof *eval->leaf);
	eval->host = xcalloc(plan->leaf_count, sizeof *eval->host);
	for (i = 0; i < plan->leaf_count; i++) {
		eval->leaf[i] = value_unknown(WHY_NOT_RECORDED, plan->leaves[i].fact);
		eval->host[i] = NAN;
	}
	eval->common.arena = arena_new();
	terms_init(&eval->common.terms);
	for (i = 0; i < SETS; i++)
		set_init(&eval->sets[i], plan, i != SET_SOCKETS, i == SET_BOUND, &eval->common);
	lanes_init(&eval->lanes[LOOK_FIRST], plan, &eval->common.terms, &eval->sets[SET_SOCKETS], 2);
	lanes_init(&eval->lanes[LOOK_AGAIN], plan, &eval->common.terms, &eval->sets[SET_INFO], 1);
	for (i = 0; i < PASSES; i++)
		eval->done[i] = WHY_NO_SOCKETS;
	eval->processes = WHY_SECOND_LOOK;
	eval->quiet = xcalloc(plan->verdict_count, sizeof *eval->quiet);
	eval->hopeless = xcalloc(plan->verdict_count, sizeof *eval->hopeless);
	eval->values = xcalloc(plan->tally_count, sizeof *eval->values);
	eval->wanted = xcalloc(plan->tally_count, sizeof *eval->wanted);
	memset(eval->wanted, true, plan->tally_count * sizeof *eval->wanted);
	return eval;
}

void eval_free(struct eval *eval)
{
	unsigned i;

	if (!eval)
		return;
	for (i = 0; i < LOOKS; i++)
		lanes_fini(&eval->lanes[i]);
	for (i = 0; i < SETS; i++)
		set_fini(&eval->sets[i]);
	terms_fini(&eval->common.terms);
	free(eval->common.keys.list);
	arena_free(eval->common.arena);
	free(eval->wanted);
	free(eval->leaf);
	free(eval->host);
	free(eval->quiet);
	free(eval->hopeless);
	free(eval->values);
	free(eval->verdicts);
	arena_free(eval->shown);
	free(eval);
}

void eval_host(struct eval *eval, const struct sample *before, const struct sample *now,
	       double window)
{
	unsigned i;

	eval->judged = 0;
	eval->now = now;
	eval->before = before;
	eval->window = before ? window : 0;
	eval->around = (struct surroundings){ eval->plan, eval->leaf, eval->host, eval->window,
					      eval->around.row_number };
	for (i = 0; i < eval->plan->leaf_count; i++) {
		struct value v = leaf_value(&eval->plan->leaves[i], before, now, eval->window);

		eval->leaf[i] = v;
		eval->host[i] = value_is_known(v) ? v.lo : NAN;
	}
	terms_settle(&eval->common.terms, eval->plan, eval->host);
	aim(eval);
}

const struct sample *eval_now(const struct eval *eval)
{
	return eval->now;
}

struct value eval_fact(const struct eval *eval, enum call call, unsigned fact)
{
	const struct leaf leaf = { call, (unsigned short)fact };

	return leaf_value(&leaf, eval->before, eval->now, eval->window);
}

struct value eval_state(const struct eval *eval, enum tcp_state state)
{
	enum pass pass = state == STATE_LISTEN ? PASS_LISTEN : PASS_SOCKETS;
	struct value seen = value_known((double)eval->states[state]);

	if (!(eval->plan->query[pass].states & 1u << state))
		return value_unknown(WHY_NOT_RECORDED, FACT_NONE);
	if (eval->done[pass] == WHY_KNOWN)
		return seen;
	return (struct value){ seen.lo, INFINITY, (unsigned short)eval->done[pass], FACT_NONE };
}

/* ---- what is open ---- */

/* Rows are counted only for rules that are open: another rule's groups would take the room. */
static void aim_at_open(struct eval *eval, const bool *open)
{
	unsigned i, j;

	memset(eval->wanted, false, eval->plan->tally_count * sizeof *eval->wanted);
	for (i = 0; i < eval->plan->verdict_count; i++) {
		const struct verdict_spec *spec = &eval->plan->verdicts[i];

		for (j = 0; open[i] && j < spec->tally_count; j++)
			eval->wanted[spec->tallies[j]] = true;
	}
	aim(eval);
}

/* A rule that was certainly quiet stays so: as its rows are not asked for any more, its tallies
 * are worth nothing from here on. The pass with tcp_info is dear, and made for rules that may fire
 * by it: that sockets could at best make them quiet does not pay for it. */
void eval_open(struct eval *eval, enum pass next, bool *open)
{
	unsigned i;

	for (i = 0; i < eval->plan->verdict_count; i++) {
		const struct verdict_spec *spec = &eval->plan->verdicts[i];

		open[i] = spec->sockets && spec->pass >= next && !eval->quiet[i] &&
			  !eval->hopeless[i];
		if (!open[i])
			continue;
		open[i] = spec->rule->role ? judge_needs_role(eval, spec->rule) :
					    judge_could_fire(eval, spec);
		eval->quiet[i] = !open[i];
		eval->hopeless[i] = open[i] && next == PASS_INFO &&
				    !value_true(judge_host_part(eval, spec));
		open[i] &= !eval->hopeless[i];
	}
	aim_at_open(eval, open);
}

/* ---- rows ---- */

bool eval_row(struct eval *eval, enum pass pass, const struct row *row)
{
	bool again = pass == PASS_INFO, holder = false;

	/* A recording may hold any socket in any file; none may be counted twice. */
	if (row->state >= STATES ||
	    (!again && (row->state == STATE_LISTEN) != (pass == PASS_LISTEN)))
		return false;
	eval->judged = 0;
	eval->around.row_number++;
	eval->states[row->state] += !again;
	if (!again)
		holder = lanes_feed(&eval->lanes[LOOK_FIRST], &eval->around, row, false);
	if (pass != PASS_SOCKETS)
		holder |= lanes_feed(&eval->lanes[LOOK_AGAIN], &eval->around, row, again);
	return holder;
}

/* Whichever of the two sets is to stand in the end. */
void eval_process(struct eval *eval, const struct row *row)
{
	eval->judged = 0;
	eval->around.row_number++;
	lanes_feed(&eval->lanes[LOOK_FIRST], &eval->around, row, false);
	lanes_feed(&eval->lanes[LOOK_AGAIN], &eval->around, row, false);
}

void eval_processes_done(struct eval *eval, enum why why)
{
	eval->judged = 0;
	eval->processes = why;
}

void eval_pass_done(struct eval *eval, enum pass pass, enum why why)
{
	eval->judged = 0;
	eval->done[pass] = why;
	eval->ran[pass] = true;
}
