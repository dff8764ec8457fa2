/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/inside.h: struct eval, for the files of eval/ only. */
#ifndef EVAL_INSIDE_H
#define EVAL_INSIDE_H

#include "eval/eval.h"
#include "eval/lanes.h"

/* The tallies of rules that wait for PASS_INFO are held twice. PASS_SOCKETS sees the same
 * connections, only without tcp_info: what needs it is in doubt, so that the intervals are sound
 * and often decide a rule before PASS_INFO is asked for. */
enum set_number {
	SET_SOCKETS, /* final after PASS_SOCKETS */
	SET_BOUND,   /* of PASS_INFO's tallies; stands when that pass was not complete */
	SET_INFO,
	SETS
};

/* Which of them see the same rows. */
enum look {
	LOOK_FIRST, /* PASS_LISTEN and PASS_SOCKETS: SET_SOCKETS and SET_BOUND */
	LOOK_AGAIN, /* PASS_LISTEN and PASS_INFO: SET_INFO */
	LOOKS
};

struct eval {
	const struct plan *plan;
	const struct sample *before, *now; /* before: NULL without a window */
	struct value *leaf; /* by number of leaf */
	double *host;
	double window;
	struct common common;
	struct set sets[SETS];
	struct lanes lanes[LOOKS];
	bool *wanted;	       /* by tally: of a rule that is open */
	enum why done[PASSES]; /* how each pass ended; WHY_NO_SOCKETS before */
	enum why processes;    /* how their rows ended; WHY_SECOND_LOOK before */
	struct surroundings around; /* what the programs of tallies read beside a row */
	uint64_t states[STATES]; /* sockets seen in each, whatever the rules want of them */
	bool ran[PASSES];
	bool *quiet; /* by verdict: certainly so since eval_open() said it, whatever else is read */
	bool *hopeless; /* by verdict: it cannot fire, for want of host facts, so its sockets do not matter */
	bool roles_unknown; /* judge as if nothing was known of what roles count */
	struct value *values; /* of the tallies of the rule at hand, by number of tally */
	struct verdict *verdicts;
	struct arena *shown; /* their evidence */
	unsigned verdict_count, verdict_size;
	unsigned judged; /* for at most so many groups, and nothing came since; 0: not */
	unsigned more;
};

/* eval/judge.c: */

/* The groups of a grouped rule, or NULL. */
const struct groups *judge_groups(const struct eval *eval, const struct verdict_spec *spec);
/* Puts the rule's tallies into eval->values; 'group' is NULL for a rule of the namespace, and for
 * a group that is not in the table. */
void judge_values(struct eval *eval, const struct verdict_spec *spec, const struct group *group);
/* The rule's condition, likewise. */
struct value judge_when(struct eval *eval, const struct verdict_spec *spec,
			const struct group *group);
/* Whether the rule has counted any row of the group. */
bool judge_touched(const struct eval *eval, const struct verdict_spec *spec,
		   const struct group *group);
/* Whether a group of which the table knows nothing could exist and make the rule fire; then *when
 * is the condition, as an unknown with its reason. */
bool judge_absent(struct eval *eval, const struct verdict_spec *spec, struct value *when);
/* Whether any group, seen or not, could make the rule fire. */
bool judge_could_fire(struct eval *eval, const struct verdict_spec *spec);
/* The first part of the rule's condition that speaks of the host alone and does not surely hold, or
 * true. What is not known of the host stays so: whatever sockets are read, the rule cannot fire. */
struct value judge_host_part(const struct eval *eval, const struct verdict_spec *spec);
/* Whether a rule depends on the role: one that is quiet whatever the host is does not. */
bool judge_needs_role(struct eval *eval, const struct rule *role);
/* The member that holds a tally in the set that counts. */
const struct member *judge_member(const struct eval *eval, unsigned tally);

#endif
