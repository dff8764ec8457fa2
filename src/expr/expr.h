/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/expr.h: the rule language. Text becomes a checked tree, the tree becomes flat programs.
 *
 *     count(state == close_wait and owned and last_ack_recv > age) >= many
 *     '------------------ aggregate ------------------------------'
 *
 * Host facts and aggregates make the outer (host) program; what stands inside an aggregate is a
 * socket program, run on every row. tcp-advise-rules(5) is the reference of the language. */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include "base/arena.h"
#include "base/errors.h"
#include "fact/value.h"

enum {
	EXPR_DEPTH_MAX = 32, /* parentheses, calls and operators nested */
	EXPR_NODES_MAX = 512,
	EXPR_TEXT_MAX = 4096, /* bytes of one expression */
	EXPR_LIST_MAX = 16,   /* items of one 'show' */
	EXPR_STACK_MAX = 8 * EXPR_DEPTH_MAX, /* or and == + * each hold one operand a level */
};

/* A value of an INI key as it stands in its file: fragments are its lines, joined by '\n'. */
struct fragment {
	size_t offset;	     /* in text */
	unsigned line, column;
	const char *source;  /* the physical line, for the caret */
};
struct source_text {
	const char *file;
	const char *text;
	const struct fragment *fragments;
	unsigned fragment_count;
};
/* The place of text[offset]. */
struct place source_place(const struct source_text *text, size_t offset);

/* A named threshold: let.age = 60s. */
struct let {
	const char *name;
	double number;
	enum unit unit;
};

enum one_byte expr_kind {
	EXPR_NUMBER,
	EXPR_TEXT,	/* "bbr" */
	EXPR_SYMBOL,	/* close_wait: a symbol of the fact it is compared with */
	EXPR_FACT,
	EXPR_CALL,	/* delta, rate, lifetime, present, configured of a fact */
	EXPR_NOT,
	EXPR_NEGATE,
	EXPR_BINARY,
	EXPR_AGGREGATE,
	EXPR_ROLE,	/* role == proxy, role != proxy */
};

enum one_byte call {
	CALL_VALUE,	 /* the fact as it is now */
	CALL_DELTA,	 /* its growth over the window */
	CALL_RATE,	 /* its growth a second */
	CALL_LIFETIME,	 /* a socket counter's total, said on purpose */
	CALL_PRESENT,	 /* whether this kernel and namespace has it: never unknown for absence */
	CALL_CONFIGURED, /* whether a sysctl.d file sets it */
};

enum one_byte binary {
	BINARY_OR, BINARY_AND,
	BINARY_EQ, BINARY_NE, BINARY_LT, BINARY_LE, BINARY_GT, BINARY_GE,
	BINARY_ADD, BINARY_SUB, BINARY_MUL, BINARY_DIV,
	BINARY_GIVEN, /* P given Q: P where Q holds, else unknown */
};

enum one_byte aggregate {
	AGGREGATE_COUNT, AGGREGATE_SHARE, AGGREGATE_SUM, AGGREGATE_MIN, AGGREGATE_MAX,
	AGGREGATE_P50, AGGREGATE_P90, AGGREGATE_P99, AGGREGATE_DISTINCT, AGGREGATE_TOP,
	AGGREGATE_SOCKETS, /* which they are: for a plan, it is no word of the language */
};

/* A counter's total is no number to compare: it has grown for an unknown time. Over a socket's
 * own life two totals make a ratio; over the host's they make folklore. */
enum one_byte life { LIFE_NONE, LIFE_SOCKET, LIFE_HOST };

/* Small, since a rulebook is thousands of them. */
struct expr {
	enum expr_kind kind;
	enum unit unit;	       /* of the result; set by the checker */
	enum call call;
	enum binary binary;    /* BINARY; ROLE: BINARY_EQ or BINARY_NE */
	enum aggregate aggregate;
	enum life life;	       /* whether it rests on a counter's total */
	unsigned short fact;   /* FACT, CALL; AGGREGATE distinct and top: the key */
	unsigned offset;       /* in the source text */
	bool any_unit;	       /* a literal 0: fits every unit */
	bool everywhere;       /* AGGREGATE: over the namespace, also in a rule per group */
	bool of_role;	       /* AGGREGATE: of a role's condition, which is everywhere too */
	double number;	       /* NUMBER; SYMBOL after checking */
	const char *text;      /* TEXT, SYMBOL, ROLE; of AGGREGATE, CALL, NUMBER from a let: its name */
	struct expr *left;     /* operands; AGGREGATE: the operand x (NULL for count, share, keys) */
	struct expr *right;    /* AGGREGATE: the predicate P, NULL for every socket */
	struct expr *base;     /* AGGREGATE share: Q */
	const struct expr *means; /* ROLE: the condition it stands for; NULL: 'number' is its truth */
};

/* A place where a text speaks of a role. Which roles there are is known once all files are read:
 * whoever reads them then sets expr->means or expr->number. */
struct role_use {
	struct expr *expr;
	struct place place;
	struct role_use *next;
};

/* 'show' items and lists: expr [as "label"]. */
struct expr_item {
	const struct expr *expr;
	const char *label; /* NULL: use the text of the expression */
};

struct expr_context {
	struct arena *arena;
	const struct let *lets;
	unsigned let_count;
	bool *let_used;	 /* let_count flags, or NULL */
	struct role_use **roles; /* where the uses of roles go; NULL: none may stand here */
	bool grouped;	 /* by what processes have no part in: listener, path, ... */
	bool of_role;	 /* the condition of a role: over the namespace, and on no other role */
	struct errors *errors;
};

/* Whether it joins or ends expressions, so that nothing else can be called so. */
bool expr_is_keyword(const char *word);

/* All three parse and check; on failure they add errors with places and return NULL or -1.
 * A condition must be boolean and must not rest on a lifetime counter. */
const struct expr *expr_condition(const struct expr_context *context, const struct source_text *text);
int expr_show(const struct expr_context *context, const struct source_text *text,
	      struct expr_item *items, unsigned *count);
/* A value over host facts without aggregates, for 'set'. */
const struct expr *expr_setting(const struct expr_context *context, const struct source_text *text);
/* A literal with a unit: 60s, 50, 80%, 64KiB. No place is known for command line texts:
 * pass a source_text without fragments. */
int expr_literal(const struct expr_context *context, const struct source_text *text,
		 struct let *let);

/* Canonical text, the same for equal expressions; lets appear as their values. */
void expr_print(struct buf *out, const struct expr *expr);
/* Whether two checked expressions say the same; of aggregates, not over what. */
bool expr_equal(const struct expr *a, const struct expr *b);

/* ---- programs ---- */

/* Who gives leaves their numbers: the plan. Equal leaves must get equal numbers. */
struct binder {
	void *plan;
	unsigned (*column)(void *plan, unsigned fact, bool before);
	unsigned (*host)(void *plan, enum call call, unsigned fact);
	unsigned (*tally)(void *plan, const struct expr *aggregate);
	unsigned (*name)(void *plan, const char *text);
};

struct insn;
struct program {
	const struct insn *code;
	unsigned length;
	enum unit unit;
};

/* Lives in the arena. What stands inside an aggregate becomes a row program, the rest a host
 * program; the instructions are the same. */
const struct program *program_compile(struct arena *arena, const struct expr *expr,
				      const struct binder *binder);

/* Runs a host program; host and tallies are indexed as the binder numbered them. */
struct value program_run(const struct program *program, const struct value *host,
			 const struct value *tallies);

/* Runs a row program: NaN is unknown; conditions give 0, 1 or NaN. 'before' is the columns of
 * the same listener in the first sample, or NULL. */
double program_run_row(const struct program *program, const double *column, const double *before,
		       const double *host);

/* The first leaf of the program that is unknown on this row: the number of a column, or of a host
 * leaf (*is_host); -1 when none is. For the reason a tally gives, asked once. */
int program_missing(const struct program *program, const double *column, const double *before,
		    const double *host, bool *is_host);

#endif
