/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scope, units, counters. Every fault found is reported; a node with a fault counts as fitting
 * everything, so that one mistake gives one message. */
#include "expr/check.h"

#include "base/text.h"
#include "expr/kind.h"
#include "expr/words.h"

#include <string.h>

struct walk {
	const struct checker *checker;
	bool socket; /* inside an aggregate */
};

static void check(const struct walk *w, struct expr *expr);

static void fault(const struct walk *w, struct expr *expr, const char *message)
{
	struct place place = source_place(w->checker->source, expr->offset);

	errors_add_at(w->checker->errors, &place, "%s", message);
	expr->any_unit = true;
	expr->life = LIFE_NONE;
}

static void fault_about(const struct walk *w, struct expr *expr, const char *format, const char *a,
			const char *b)
{
	autobuf struct buf text = BUF_INIT;

	while (*format) {
		if (format[0] == '$' && (format[1] == '1' || format[1] == '2')) {
			buf_puts(&text, format[1] == '1' ? a : b);
			format += 2;
		} else {
			buf_putc(&text, *format++);
		}
	}
	fault(w, expr, buf_text(&text));
}

/* ---- leaves ---- */

static void check_scope(const struct walk *w, struct expr *expr, const struct fact *fact)
{
	if (fact->scope == FACT_SOCKET && !w->socket)
		fault_about(w, expr, "$1 is known of each $2: count it, as in count($1 ...)",
			    fact->name, fact_of_process(fact) ? "process" : "socket");
}

static void check_fact(const struct walk *w, struct expr *expr)
{
	const struct fact *fact = &fact_catalogue[expr->fact];

	expr->unit = fact->unit;
	if (fact->kind == FACT_COUNTER)
		expr->life = fact->scope == FACT_HOST ? LIFE_HOST : LIFE_SOCKET;
	check_scope(w, expr, fact);
	if (fact->unit == UNIT_KEY)
		fault_about(w, expr, "$1 is a key, not a number: it can stand in distinct($1, ...), "
			    "top($1, ...) and 'per'", fact->name, "");
}

/* What x grows by, and what it grows by in a second. */
static bool growth_unit(enum unit unit, bool rate, enum unit *result)
{
	static const enum unit rates[UNITS] = {
		[UNIT_COUNT] = UNIT_PER_SECOND,
		[UNIT_BYTES] = UNIT_BYTES_PER_SECOND,
		[UNIT_SECONDS] = UNIT_RATIO,
	};

	*result = rate ? rates[unit] : unit;
	return unit == UNIT_COUNT || unit == UNIT_BYTES || unit == UNIT_SECONDS;
}

static void check_call(const struct walk *w, struct expr *expr)
{
	const struct fact *fact = &fact_catalogue[expr->fact];
	bool socket = fact->scope == FACT_SOCKET, counter = fact->kind == FACT_COUNTER;

	expr->unit = UNIT_BOOL;
	switch (expr->call) {
	case CALL_DELTA:
	case CALL_RATE:
		check_scope(w, expr, fact);
		if (!counter)
			fault_about(w, expr, "$1 is no counter: $2() is for what only grows",
				    fact->name, expr->text);
		else if (socket && expr->call == CALL_RATE)
			fault_about(w, expr, "rate() is for host counters; use delta($1)", fact->name, "");
		else
			growth_unit(fact->unit, expr->call == CALL_RATE, &expr->unit);
		return;
	case CALL_LIFETIME:
		check_scope(w, expr, fact);
		expr->unit = fact->unit;
		if (!counter || !socket)
			fault_about(w, expr, "lifetime() is for counters of one socket; $1 is none",
				    fact->name, "");
		return;
	case CALL_CONFIGURED:
		if (fact->origin != FROM_SYSCTL)
			fault_about(w, expr, "configured() is for sysctls; $1 is none", fact->name, "");
		return;
	default:
		if (socket)
			fault_about(w, expr, "present() is for host facts; $1 is a socket fact",
				    fact->name, "");
	}
}

/* ---- operators ---- */

static const struct fact *symbol_fact(const struct expr *expr)
{
	const struct fact *fact = expr->fact == FACT_NONE ? NULL : &fact_catalogue[expr->fact];

	return fact && expr->kind == EXPR_FACT && fact->unit == UNIT_SYMBOL ? fact : NULL;
}

/* 'close_wait' beside 'state': finds its number, or names the nearest. */
static void resolve(const struct walk *w, struct expr *symbol, const struct fact *beside)
{
	struct nearest nearest = { .name = symbol->text };
	autobuf struct buf hint = BUF_INIT;
	const struct symbol *s;

	symbol->unit = UNIT_SYMBOL;
	for (s = beside->symbols; s && s->name; s++)
		if (strcmp(s->name, symbol->text) == 0) {
			symbol->number = s->value;
			return;
		}
	for (s = beside->symbols; s && s->name; s++)
		nearest_try(&nearest, s->name);
	buf_puts(&hint, "");
	nearest_hint(&nearest, &hint);
	fault_about(w, symbol, buf_text(&hint)[0] ? "'$1' is not a value of this fact$2" :
						     "'$1' is not a value of this fact",
		    symbol->text, buf_text(&hint));
}

/* timer == keepalive: 'keepalive' is a fact of its own, but beside 'timer' it is a symbol. */
static void unhide(struct expr *expr, const struct fact *beside)
{
	const struct symbol *s;

	if (!beside || expr->kind != EXPR_FACT || expr->unit == UNIT_SYMBOL)
		return;
	for (s = beside->symbols; s->name; s++) {
		if (strcmp(s->name, expr->text) == 0) {
			expr->kind = EXPR_SYMBOL;
			expr->life = LIFE_NONE;
		}
	}
}

static bool is_role(const struct expr *expr)
{
	return expr->kind == EXPR_SYMBOL && strcmp(expr->text, "role") == 0;
}

/* A word that is no fact and stands beside nothing that has symbols. */
static void unresolved(const struct walk *w, struct expr *symbol)
{
	struct nearest nearest = { .name = symbol->text };
	autobuf struct buf hint = BUF_INIT;

	if (is_role(symbol)) {
		fault(w, symbol, "a role compares with its name, as in role == proxy");
		return;
	}
	fact_nearest(&nearest, FACT_HOST);
	fact_nearest(&nearest, FACT_SOCKET);
	fault_about(w, symbol, "'$1' is not a fact$2", symbol->text, nearest_hint(&nearest, &hint));
	symbol->unit = UNIT_SYMBOL;
}

static bool is_number(enum unit unit)
{
	return unit != UNIT_BOOL && unit != UNIT_SYMBOL && unit != UNIT_TEXT && unit != UNIT_KEY;
}

static bool same_unit(const struct expr *a, const struct expr *b)
{
	if (a->any_unit || b->any_unit || a->unit == b->unit)
		return true;
	/* 22 is a port where a port is meant, 1000 a uid. */
	return (a->unit == UNIT_COUNT && (b->unit == UNIT_PORT || b->unit == UNIT_ID)) ||
	       (b->unit == UNIT_COUNT && (a->unit == UNIT_PORT || a->unit == UNIT_ID));
}

/* Where units do not fit, names both: "cannot compare bytes and seconds". */
static void check_same(const struct walk *w, struct expr *expr, const char *verb)
{
	enum unit a = expr->left->unit, b = expr->right->unit;
	bool share = (a == UNIT_RATIO && b == UNIT_COUNT) || (a == UNIT_COUNT && b == UNIT_RATIO);
	autobuf struct buf text = BUF_INIT;

	if (same_unit(expr->left, expr->right))
		return;
	buf_printf(&text, "cannot %s %s and %s%s", verb, unit_name(a), unit_name(b),
		   share ? "; write a share as a percentage, such as 80%" : "");
	fault(w, expr, buf_text(&text));
}

static void check_lifetime(const struct walk *w, struct expr *expr)
{
	const struct expr *a = expr->left, *b = expr->right;

	if (a->life == LIFE_HOST || b->life == LIFE_HOST) {
		const struct expr *counter = a->life == LIFE_HOST ? a : b;
		const char *name = counter->fact == FACT_NONE ? "this counter" :
								fact_catalogue[counter->fact].name;

		fault_about(w, expr, "$1 has grown since the namespace began, so a threshold on it says "
			    "nothing about now; use delta($1) or rate($1)", name, "");
	} else if ((a->life == LIFE_SOCKET) != (b->life == LIFE_SOCKET)) {
		fault(w, expr, "this total has grown since the socket began; compare it with another "
			       "total of the socket, use delta() for listeners, or say lifetime()");
	}
}

/* Notes the use: which roles there are is known when all files are read. */
static void use_role(const struct walk *w, struct expr *expr, const char *name)
{
	const struct expr_context *context = w->checker->context;
	struct role_use *use = arena_alloc(context->arena, sizeof *use), **at = context->roles;

	expr->kind = EXPR_ROLE;
	expr->text = name;
	expr->left = expr->right = NULL;
	*use = (struct role_use){ expr, source_place(w->checker->source, expr->offset), NULL };
	while (*at)
		at = &(*at)->next;
	*at = use;
}

/* role == proxy, role != proxy. */
static void check_role(const struct walk *w, struct expr *expr)
{
	const struct expr *name = is_role(expr->left) ? expr->right : expr->left;

	expr->unit = UNIT_BOOL;
	if (expr->binary != BINARY_EQ && expr->binary != BINARY_NE)
		fault(w, expr, "only == and != can compare a role");
	else if (name->kind != EXPR_SYMBOL || is_role(name))
		fault(w, expr, "a role compares with its name, as in role == proxy");
	else if (w->socket)
		fault(w, expr, "a role is of the host: it cannot stand inside an aggregate");
	else if (w->checker->context->of_role)
		fault(w, expr, "a role cannot rest on a role");
	else if (!w->checker->context->roles || !w->checker->aggregates)
		fault(w, expr, "a role cannot stand here");
	else
		use_role(w, expr, name->text);
}

static void check_comparison(const struct walk *w, struct expr *expr)
{
	const struct fact *a = symbol_fact(expr->left), *b = symbol_fact(expr->right);
	bool equality = expr->binary == BINARY_EQ || expr->binary == BINARY_NE;
	enum unit unit;

	if (is_role(expr->left) || is_role(expr->right)) {
		check_role(w, expr);
		return;
	}
	unhide(expr->left, b);
	unhide(expr->right, a);
	if (expr->left->kind == EXPR_SYMBOL)
		b ? resolve(w, expr->left, b) : unresolved(w, expr->left);
	if (expr->right->kind == EXPR_SYMBOL)
		a ? resolve(w, expr->right, a) : unresolved(w, expr->right);
	check_same(w, expr, "compare");
	unit = expr->left->any_unit ? expr->right->unit : expr->left->unit;
	if (!equality && !is_number(unit) && !expr->left->any_unit && !expr->right->any_unit)
		fault_about(w, expr, "only == and != can compare this: it is a $1", unit_name(unit), "");
	if (a && b && a->symbols != b->symbols)
		fault(w, expr, "these two facts have different values");
	check_lifetime(w, expr);
	expr->unit = UNIT_BOOL;
	expr->life = LIFE_NONE;
}

static void check_logic(const struct walk *w, struct expr *expr)
{
	struct expr *sides[] = { expr->left, expr->right };
	unsigned i;

	expr->unit = UNIT_BOOL;
	for (i = 0; i < countof(sides); i++) {
		if (!sides[i])
			continue;
		if (sides[i]->kind == EXPR_SYMBOL)
			unresolved(w, sides[i]);
		else if (sides[i]->unit != UNIT_BOOL && !(sides[i]->any_unit && sides[i]->kind != EXPR_NUMBER))
			fault_about(w, sides[i], "expected a condition; this is a number of $1 (compare it)",
				    unit_name(sides[i]->unit), "");
	}
}

static bool scalar(enum unit unit)
{
	return unit == UNIT_COUNT || unit == UNIT_RATIO;
}

/* x * y and x / y: what comes out. Everything not listed is a mistake. */
static bool product_unit(enum binary op, enum unit a, enum unit b, enum unit *result)
{
	static const struct {
		enum binary op;
		enum unit a, b, result;
	} table[] = {
		{ BINARY_MUL, UNIT_PAGES, UNIT_BYTES, UNIT_BYTES },
		{ BINARY_MUL, UNIT_BYTES, UNIT_PAGES, UNIT_BYTES },
		{ BINARY_MUL, UNIT_PER_SECOND, UNIT_SECONDS, UNIT_COUNT },
		{ BINARY_MUL, UNIT_SECONDS, UNIT_PER_SECOND, UNIT_COUNT },
		{ BINARY_MUL, UNIT_BYTES_PER_SECOND, UNIT_SECONDS, UNIT_BYTES },
		{ BINARY_MUL, UNIT_SECONDS, UNIT_BYTES_PER_SECOND, UNIT_BYTES },
		{ BINARY_DIV, UNIT_BYTES, UNIT_PAGES, UNIT_BYTES },
		{ BINARY_DIV, UNIT_COUNT, UNIT_SECONDS, UNIT_PER_SECOND },
		{ BINARY_DIV, UNIT_BYTES, UNIT_SECONDS, UNIT_BYTES_PER_SECOND },
		{ BINARY_DIV, UNIT_BYTES, UNIT_BYTES_PER_SECOND, UNIT_SECONDS },
		{ BINARY_DIV, UNIT_COUNT, UNIT_PER_SECOND, UNIT_SECONDS },
	};
	unsigned i;

	for (i = 0; i < countof(table); i++) {
		if (table[i].op == op && table[i].a == a && table[i].b == b) {
			*result = table[i].result;
			return true;
		}
	}
	/* 2 counts divide to a ratio; a quantity by a plain number stays that quantity. */
	*result = op == BINARY_DIV && a == b ? UNIT_RATIO : a == UNIT_RATIO ? b : scalar(b) ? a : b;
	return (op == BINARY_DIV && a == b) || scalar(b) || (op == BINARY_MUL && scalar(a));
}

static void check_product(const struct walk *w, struct expr *expr)
{
	enum unit a = expr->left->unit, b = expr->right->unit;
	autobuf struct buf text = BUF_INIT;

	if (expr->left->any_unit || expr->right->any_unit) {
		expr->unit = expr->left->any_unit ? b : a;
	} else if (!is_number(a) || !is_number(b) ||
		   !product_unit(expr->binary, a, b, &expr->unit)) {
		buf_printf(&text, "cannot %s %s %s %s", expr->binary == BINARY_MUL ? "multiply" : "divide",
			   unit_name(a), expr->binary == BINARY_MUL ? "and" : "by", unit_name(b));
		fault(w, expr, buf_text(&text));
	}
}

static enum life life_of(const struct expr *expr)
{
	enum life a = expr->left->life, b = expr->right->life;

	if (a == LIFE_HOST || b == LIFE_HOST)
		return LIFE_HOST;
	/* Two totals of the same socket divide to a ratio of its life. */
	if (expr->binary == BINARY_DIV && a == LIFE_SOCKET && b == LIFE_SOCKET)
		return LIFE_NONE;
	return a == LIFE_SOCKET || b == LIFE_SOCKET ? LIFE_SOCKET : LIFE_NONE;
}

static void check_binary(const struct walk *w, struct expr *expr)
{
	check(w, expr->left);
	check(w, expr->right);
	if (binary_words[expr->binary].level == LEVEL_COMPARE) {
		check_comparison(w, expr);
		return;
	}
	if (binary_words[expr->binary].level < LEVEL_COMPARE) {
		check_logic(w, expr);
		if (expr->binary == BINARY_GIVEN && w->socket)
			fault(w, expr, "'given' is for the host: it cannot stand inside an aggregate");
		return;
	}
	if (expr->left->kind == EXPR_SYMBOL)
		unresolved(w, expr->left);
	if (expr->right->kind == EXPR_SYMBOL)
		unresolved(w, expr->right);
	expr->life = life_of(expr);
	if (binary_words[expr->binary].level == LEVEL_PRODUCT) {
		check_product(w, expr);
		return;
	}
	expr->unit = expr->left->any_unit ? expr->right->unit : expr->left->unit;
	check_same(w, expr, expr->binary == BINARY_ADD ? "add" : "subtract");
	if (!is_number(expr->unit))
		fault(w, expr, "this is no number to add or subtract");
}

/* ---- aggregates ---- */

static void check_predicate(const struct walk *w, struct expr *predicate)
{
	struct expr both = { .left = predicate };

	if (!predicate)
		return;
	check(w, predicate);
	check_logic(w, &both);
}

static void check_aggregate(const struct walk *w, struct expr *expr)
{
	const struct aggregate_word *word = &aggregate_words[expr->aggregate];
	struct walk inside = { w->checker, true };
	const char *names[2], *fault_text;

	expr->unit = expr->aggregate == AGGREGATE_SHARE ? UNIT_RATIO : UNIT_COUNT;
	expr->of_role = w->checker->context->of_role;
	if (w->socket)
		fault(w, expr, "an aggregate cannot stand inside another");
	else if (!w->checker->aggregates)
		fault(w, expr, "sockets cannot be counted here");
	if (word->show_only && !w->checker->top)
		fault(w, expr, "top() is for 'show' only: it is a list, not a number");
	if (word->show_only && expr->everywhere)
		fault(w, expr, "top() ranks the sockets of the group: it cannot be 'everywhere'");
	if (word->key && fact_catalogue[expr->fact].scope != FACT_SOCKET)
		fault_about(w, expr, "$1 is not known of a socket", fact_catalogue[expr->fact].name, "");
	if (word->operand) {
		check(&inside, expr->left);
		if (expr->left->kind == EXPR_SYMBOL)
			unresolved(&inside, expr->left);
		else if (!is_number(expr->left->unit) && !expr->left->any_unit)
			fault(&inside, expr->left, "expected a number here");
		expr->unit = expr->left->unit;
		expr->life = expr->left->life;
	}
	check_predicate(&inside, expr->right);
	check_predicate(&inside, expr->base);
	if ((fault_text = kind_fault(expr, w->checker->context->grouped, names)) != NULL)
		fault_about(w, expr, fault_text, names[0], names[1]);
}

static void check(const struct walk *w, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_SYMBOL:
		return;
	case EXPR_TEXT:
		expr->unit = UNIT_TEXT;
		return;
	case EXPR_FACT:
		check_fact(w, expr);
		return;
	case EXPR_CALL:
		check_call(w, expr);
		return;
	case EXPR_NOT:
		check(w, expr->left);
		check_logic(w, expr);
		return;
	case EXPR_NEGATE:
		check(w, expr->left);
		expr->unit = expr->left->unit;
		expr->life = expr->left->life;
		expr->any_unit = expr->left->any_unit;
		if (expr->left->kind == EXPR_SYMBOL || !is_number(expr->unit))
			fault(w, expr, "only a number can be negated; for a condition write 'not'");
		return;
	case EXPR_BINARY:
		check_binary(w, expr);
		return;
	case EXPR_AGGREGATE:
		check_aggregate(w, expr);
		return;
	case EXPR_ROLE: /* made by check_role() */
		return;
	}
}

/* top() stands alone: its list cannot be added to anything. */
static bool holds_top(const struct expr *expr)
{
	return expr && ((expr->kind == EXPR_AGGREGATE && expr->aggregate == AGGREGATE_TOP) ||
			holds_top(expr->left) || holds_top(expr->right));
}

void expr_check(const struct checker *checker, struct expr *expr)
{
	struct walk walk = { checker, false };

	check(&walk, expr);
	if (expr->kind == EXPR_SYMBOL)
		unresolved(&walk, expr);
	if (expr->kind != EXPR_AGGREGATE && (holds_top(expr->left) || holds_top(expr->right)))
		fault(&walk, expr, "top() must stand alone");
}
