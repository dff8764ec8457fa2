/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/eval.h: readings and rows in, verdicts out. Memory is bounded: it does not grow with the
 * number of sockets, and what had to be forgotten widens the interval of what was counted. */
#ifndef EVAL_EVAL_H
#define EVAL_EVAL_H

#include "eval/tally.h"
#include "plan/plan.h"

struct eval;

enum outcome { OUTCOME_QUIET, OUTCOME_FIRES, OUTCOME_UNKNOWN };

/* One entry of top(): 'count' is exact within 'error' (it may be up to error too small). */
struct top_entry {
	struct key key;
	uint64_t count;
	uint64_t error;
};
enum { TOP_SHOWN = 3 };

struct evidence {
	const struct evidence_spec *spec;
	struct value value;
	struct top_entry top[TOP_SHOWN];
	unsigned top_count;
	uint64_t top_total; /* rows ranked by top() */
};

struct verdict {
	const struct verdict_spec *spec;
	enum outcome outcome;
	struct key subject; /* of a grouped rule that fires */
	bool grouped;
	struct value when; /* its reason when unknown */
	/* Of OUTCOME_FIRES only, and of roles: a quiet rule's rows may not have been asked for. */
	struct evidence *evidence; /* spec->show_count of them; as what follows, borrowed from eval */
	struct value settings[8]; /* of rule->settings; not used for texts */
	/* Of OUTCOME_FIRES: some of the sockets it is about, all of them when there are few. */
	const struct who *witnesses;
	unsigned witness_count;
	struct flagged flagged;
};

struct eval *eval_new(const struct plan *plan);
void eval_free(struct eval *eval);

/* The host's readings; before is NULL when there was no window. Call before the first row. */
void eval_host(struct eval *eval, const struct sample *before, const struct sample *now,
	       double window);

/* Which verdicts rows of this and later passes could still change: open[verdict_count]. A rule
 * that already fires stays open, its evidence needs the rows; a certainly quiet one does not.
 * Before PASS_LISTEN every tally is unknown; before PASS_INFO those of PASS_INFO are bounded by
 * what PASS_SOCKETS has seen. */
void eval_open(struct eval *eval, enum pass next, bool *open);

/* Listeners may come again in PASS_INFO, once their holders are known. Returns whether an open rule
 * asks which process holds the socket. */
bool eval_row(struct eval *eval, enum pass pass, const struct row *row);

/* A row that is a process. They come once, before the rows of PASS_INFO; then, or when they cannot
 * come, why some may be missing. */
void eval_process(struct eval *eval, const struct row *row);
void eval_processes_done(struct eval *eval, enum why why);

/* Ends a pass. 'why' is WHY_KNOWN when it was complete; else the reason rows may be missing,
 * which every tally of that pass carries on as an unknown. When PASS_INFO is not complete its
 * rows are dropped and the bounds from PASS_SOCKETS stand. */
void eval_pass_done(struct eval *eval, enum pass pass, enum why why);

/* The verdicts, in the order of the plan: those of rules, then those of the roles that one depends on; a grouped rule gives one for each group that fires,
 * largest first and at most max_groups of them (the rest is counted in *more), or one quiet or
 * unknown. The result is borrowed from eval. */
const struct verdict *eval_verdicts(struct eval *eval, unsigned max_groups, unsigned *count,
				    unsigned *more);

/* The readings eval_host() was given, for evidence that shows host facts: borrowed. */
const struct sample *eval_now(const struct eval *eval);

/* ---- what no rule need have asked for ---- */

/* A host fact as a rule would use it: the fact itself, its growth over the window, its rate. */
struct value eval_fact(const struct eval *eval, enum call call, unsigned fact);
/* The sockets in a state: at least those seen when a pass ended early. Only a plan with
 * plan_options.vitals has looked at all states. */
struct value eval_state(const struct eval *eval, enum tcp_state state);

#endif
