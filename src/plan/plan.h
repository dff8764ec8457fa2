/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan/plan.h: what to ask the kernel and what to do with the answers.
 *
 * Immutable once built. collect reads the first half, eval the second. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/names.h"
#include "plan/row.h"
#include "rule/rulebook.h"

/* Far above what a hundred rules need; a rulebook that passes one of them is refused. */
enum { LEAVES_MAX = 1024, TALLIES_MAX = 1024, RULE_TALLIES_MAX = 64, GROUPINGS_MAX = 32 };

/* Sockets are read in passes. Listeners come first and apart: they sit in their own hash table,
 * take no socket lock and tell servers from clients. PASS_INFO is the only one that asks for
 * tcp_info of connections, which waits for each socket's lock; it is watched and may be cut. It is
 * also the second look for rules that ask who holds a socket: that is found out for those that the
 * first passes have shown to matter. */
enum pass { PASS_LISTEN, PASS_SOCKETS, PASS_INFO, PASSES };

/* One sock_diag dump for each of AF_INET and AF_INET6. */
struct query {
	unsigned states; /* 1 << enum tcp_state; 0: not needed */
	unsigned ext;	 /* idiag_ext bits */
	bool options;	 /* socket options too: PASS_LISTEN */
	struct columns idle; /* those that nobody will read */
};

struct column {
	unsigned short fact;
	bool before; /* its value in the first sample is wanted too: delta() */
};

/* A host fact used in some way: net.core.somaxconn, rate(TcpExt.ListenDrops), ... */
struct leaf {
	enum call call;
	unsigned short fact;
};

/* A streaming aggregate. Equal ones are shared between rules. */
struct tally {
	enum aggregate aggregate; /* never SHARE: that is two counts */
	enum pass pass;		  /* PASS_SOCKETS, or PASS_INFO if it or its rule needs tcp_info */
	int grouping;		  /* index, or -1: one for the namespace */
	unsigned states;	  /* rows in other states are certainly outside; 1 << ROW_PROCESS:
				     its rows are processes */
	unsigned ext;		  /* idiag_ext bits of the attributes it reads */
	struct columns columns;	  /* that it reads */
	bool options;		  /* it reads socket options of listeners */
	const struct program *predicate; /* NULL: every row */
	const struct program *operand;	 /* sum, min, max, quantiles */
	unsigned short key;	  /* distinct, top: the fact */
	bool judged;		  /* a condition rests on it; else it is evidence, to be shown */
	bool of_role;		  /* a role's condition counts it, whoever else does */
	bool holder;		  /* it asks which process holds a socket */
	bool process;		  /* it counts processes, not sockets */
	bool witnesses;		  /* some of its rows are kept, to find out who holds them */
	const struct expr *expr;  /* as it stands in a rule; of AGGREGATE_SOCKETS the one it is for */
};

/* Rules with the same 'per' and pass share one bounded table of groups. */
struct grouping {
	enum grouping_key per;
	enum pass pass;
	unsigned short key; /* the key fact */
};

struct evidence_spec {
	const char *label;	/* NULL: called by its expression */
	const struct expr *expr;
	const struct program *program; /* NULL for top() */
	int top;		/* tally number of a top(), else -1 */
	unsigned short fact;	/* a bare host fact (its text and age can be shown), else FACT_NONE */
	enum call call;
	enum unit unit;
	const struct symbol *symbols; /* UNIT_SYMBOL */
};

/* What a rule, or a role that rules use, needs to reach its verdict. */
struct verdict_spec {
	const struct rule *rule;
	const struct program *when;
	const struct program **host_parts; /* what 'and' joins in it without a word on sockets */
	unsigned host_part_count;
	int grouping;	/* index or -1 */
	enum pass pass; /* the last pass it waits for; PASS_LISTEN when it needs listeners only */
	bool sockets;	/* it has tallies */
	unsigned *tallies; /* tally numbers it uses, in when and show */
	unsigned tally_count;
	int culprit; /* the tally whose witnesses tell whom a finding is about; -1: none */
	int flagged; /* the tally of AGGREGATE_SOCKETS that tells which these are; -1: none */
	struct evidence_spec *show;
	unsigned show_count;
	const struct program **settings; /* one for each rule->settings; NULL entry: a text value */
};

struct plan {
	struct arena *arena;
	struct names *names; /* texts as numbers; rows add to it while collecting */
	const struct rulebook *book;

	/* what to ask */
	bool *fact_used;  /* host facts to read, by fact number */
	bool *fact_twice; /* ... in both samples */
	bool configured;  /* the sysctl.d folders are to be read */
	struct query query[PASSES];
	bool listen_twice; /* listeners in both samples */
	bool witnesses;	   /* a tally keeps some, or asks for holders: rows say whom they belong to */
	bool services;	   /* the names of cgroups are to be read */
	bool everything;   /* ask for all there is: plan_options */
	bool vitals;	   /* ask for what the report shows besides: plan_options */
	struct column *columns;
	unsigned column_count;

	/* what to do with the answers */
	struct leaf *leaves;
	unsigned leaf_count;
	struct tally *tallies;
	unsigned tally_count;
	struct grouping *groupings;
	unsigned grouping_count;
	struct verdict_spec *verdicts; /* of rules, then of roles when sockets tell them */
	unsigned verdict_count;
	unsigned rule_count; /* the first of the verdicts */
};

struct plan_options {
	const char *const *only; /* rule ids; none: all */
	unsigned only_count;
	bool everything; /* ask for all states, attributes and facts: recordings and the push-down test */
	bool vitals; /* ask for every state, counter and setting, as the report shows them to people
		      * whatever the rules want: what that costs is in plan/build.c */
	bool flagged; /* tell which sockets a rule fires for, so that a later run can know them again */
	bool namespace_only; /* without rules that rest on the whole host alone: another network
				namespace's report has them */
};

/* Borrows from the rulebook, which must outlive it. NULL with errors for an unknown id. */
struct plan *plan_build(const struct rulebook *book, const struct plan_options *options,
			struct errors *errors);
void plan_free(struct plan *plan);

/* Whether a rule of the plan uses the role. */
bool plan_uses_role(const struct plan *plan, const struct rule *role);

/* The states a row program can be true or unknown in: it is run once for each state with all
 * else unknown (plan/pushdown.c). */
unsigned plan_states(const struct plan *plan, const struct program *predicate);

/* Whether one of these verdicts asks which processes hold sockets. */
bool plan_asks_holders(const struct plan *plan, const bool *open);
/* Whether one of them counts what processes have open. */
bool plan_asks_descriptors(const struct plan *plan, const bool *open);

/* What is to be asked when only the verdicts marked 'open' are undecided; NULL: all are. */
struct query plan_query(const struct plan *plan, enum pass pass, const bool *open);

/* The plan for people: what would be read, and for which rule. */
void plan_print(struct buf *out, const struct plan *plan);

#endif
