/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tree to flat program. 'and' and 'or' skip their right side when the left decides; share(P, Q)
 * becomes two counts and a division, so that it needs no tally of its own. */
#include "expr/program.h"
#include "expr/words.h"

#include <string.h>

struct emitter {
	const struct binder *binder;
	struct arena *arena;
	struct insn *code;
	unsigned length, size;
};

static unsigned emit(struct emitter *e, enum op op, unsigned argument, double number)
{
	if (e->length == e->size) {
		e->size = e->size ? 2 * e->size : 16;
		e->code = xrealloc(e->code, e->size, sizeof *e->code);
	}
	e->code[e->length] = (struct insn){ (unsigned char)op, (unsigned short)argument, number };
	return e->length++;
}

static void emit_expr(struct emitter *e, const struct expr *expr);

static void emit_binary(struct emitter *e, const struct expr *expr)
{
	unsigned jump = 0;

	emit_expr(e, expr->left);
	if (expr->binary == BINARY_AND)
		jump = emit(e, OP_IF_FALSE, 0, 0);
	if (expr->binary == BINARY_OR)
		jump = emit(e, OP_IF_TRUE, 0, 0);
	emit_expr(e, expr->right);
	emit(e, OP_OR + expr->binary, 0, 0);
	if (expr->binary <= BINARY_AND)
		e->code[jump].argument = (unsigned short)e->length;
}

static void emit_leaf(struct emitter *e, enum call call, unsigned fact)
{
	const struct binder *b = e->binder;

	if (fact_catalogue[fact].scope == FACT_HOST || call >= CALL_PRESENT)
		emit(e, OP_HOST, b->host(b->plan, call, fact), 0);
	else if (call == CALL_DELTA)
		emit(e, OP_GROWTH, b->column(b->plan, fact, true), 0);
	else
		emit(e, OP_COLUMN, b->column(b->plan, fact, false), 0);
}

/* share(P, Q) = count(P and Q) / count(Q) */
static void emit_share(struct emitter *e, const struct expr *share)
{
	struct expr *both = arena_alloc(e->arena, sizeof *both);
	struct expr *part = arena_alloc(e->arena, sizeof *part);
	struct expr *whole = arena_alloc(e->arena, sizeof *whole);

	*both = (struct expr){ .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_AND,
			       .left = share->base, .right = share->right, .fact = FACT_NONE };
	*whole = *share;
	whole->aggregate = AGGREGATE_COUNT;
	whole->text = aggregate_words[AGGREGATE_COUNT].name;
	whole->right = share->base;
	whole->base = NULL;
	*part = *whole;
	part->right = both;
	emit(e, OP_TALLY, e->binder->tally(e->binder->plan, part), 0);
	emit(e, OP_TALLY, e->binder->tally(e->binder->plan, whole), 0);
	emit(e, OP_DIV, 0, 0);
}

static void emit_expr(struct emitter *e, const struct expr *expr)
{
	const struct binder *b = e->binder;

	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_SYMBOL:
		emit(e, OP_CONST, 0, expr->number);
		return;
	case EXPR_TEXT:
		emit(e, OP_CONST, 0, b->name(b->plan, expr->text));
		return;
	case EXPR_FACT:
		emit_leaf(e, CALL_VALUE, expr->fact);
		return;
	case EXPR_CALL:
		emit_leaf(e, expr->call, expr->fact);
		return;
	case EXPR_NOT:
	case EXPR_NEGATE:
		emit_expr(e, expr->left);
		emit(e, expr->kind == EXPR_NOT ? OP_NOT : OP_NEGATE, 0, 0);
		return;
	case EXPR_BINARY:
		emit_binary(e, expr);
		return;
	case EXPR_AGGREGATE:
		if (expr->aggregate == AGGREGATE_SHARE)
			emit_share(e, expr);
		else
			emit(e, OP_TALLY, b->tally(b->plan, expr), 0);
		return;
	case EXPR_ROLE:
		if (expr->means)
			emit_expr(e, expr->means);
		else
			emit(e, OP_CONST, 0, expr->number);
		if (expr->binary == BINARY_NE)
			emit(e, OP_NOT, 0, 0);
	}
}

/* Texts of symbols stand for their numbers, those of calls and aggregates for these. */
bool expr_equal(const struct expr *a, const struct expr *b)
{
	bool named;

	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->fact != b->fact || a->number != b->number ||
	    a->call != b->call || a->binary != b->binary || a->aggregate != b->aggregate)
		return false;
	named = a->kind == EXPR_TEXT || a->kind == EXPR_ROLE;
	return (!named || strcmp(a->text, b->text) == 0) && expr_equal(a->left, b->left) &&
	       expr_equal(a->right, b->right) && expr_equal(a->base, b->base);
}

const struct program *program_compile(struct arena *arena, const struct expr *expr,
				      const struct binder *binder)
{
	struct emitter e = { .binder = binder, .arena = arena };
	struct program *program = arena_alloc(arena, sizeof *program);
	struct insn *code;

	emit_expr(&e, expr);
	code = arena_alloc(arena, e.length * sizeof *code);
	memcpy(code, e.code, e.length * sizeof *code);
	free(e.code);
	program->code = code;
	program->length = e.length;
	program->unit = expr->unit;
	return program;
}
