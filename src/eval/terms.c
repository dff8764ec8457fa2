/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Works on the instructions, as the tree is gone by now: 'A and B' is
 *
 *     A  IF_FALSE end  B  AND
 *
 * (expr/compile.c). What does not look like anything known here stays whole: it is slower, not
 * wrong. */
#include "eval/terms.h"

#include <math.h>
#include <string.h>

#include "expr/program.h"

void terms_init(struct terms *terms)
{
	*terms = (struct terms){ .arena = arena_new() };
}

void terms_fini(struct terms *terms)
{
	arena_free(terms->arena);
	free(terms->list);
}

/* ---- pieces of programs ---- */

static bool is_jump(const struct insn *insn)
{
	return insn->op == OP_IF_FALSE || insn->op == OP_IF_TRUE;
}

/* Instructions from first to before end, as a program of their own. */
static struct program piece(struct arena *arena, const struct program *program, unsigned first,
			    unsigned end)
{
	struct insn *code = arena_alloc(arena, (end - first) * sizeof *code);
	unsigned i;

	memcpy(code, program->code + first, (end - first) * sizeof *code);
	for (i = 0; i < end - first; i++)
		if (is_jump(&code[i]))
			code[i].argument = (unsigned short)(code[i].argument - first);
	return (struct program){ code, end - first, program->unit };
}

/* Where the left side of an 'and' or an 'or' ends, with the jump behind it; 0 if it is none. */
static unsigned find_join(const struct program *program, enum op join, enum op jump)
{
	unsigned i;

	if (program->code[program->length - 1].op == join)
		for (i = 1; i + 2 < program->length; i++)
			if (program->code[i].op == jump && program->code[i].argument == program->length)
				return i;
	return 0;
}

static const struct {
	unsigned char takes, leaves;
} effects[OPS] = {
#define OP(name, takes, leaves) [OP_##name] = { takes, leaves },
#include "expr/ops.def"
#undef OP
};

/* Whether this stretch computes one number out of nothing but host facts and constants. */
static bool is_host_number(const struct program *program, unsigned first, unsigned end)
{
	unsigned depth = 0, i;

	for (i = first; i < end; i++) {
		const struct insn *insn = &program->code[i];

		if (insn->op == OP_COLUMN || insn->op == OP_GROWTH || insn->op == OP_TALLY ||
		    is_jump(insn) || effects[insn->op].takes > depth)
			return false;
		depth += effects[insn->op].leaves;
		depth -= effects[insn->op].takes;
	}
	return depth == 1;
}

/* ---- comparisons ---- */

static unsigned mirror(unsigned accept)
{
	return (accept & ORDER_EQUAL) | (accept & ORDER_LESS ? ORDER_GREATER : 0) |
	       (accept & ORDER_GREATER ? ORDER_LESS : 0);
}

static void set_number(struct terms *terms, struct term *term, unsigned first, unsigned end)
{
	const struct insn *insn = &term->program.code[first];

	if (end - first == 1 && insn->op == OP_CONST)
		term->compare.number = insn->number;
	else
		term->number = piece(terms->arena, &term->program, first, end);
	term->simple = true;
}

/* Whether this stretch is a column, or a constant times a column; then the comparison is with that. */
static bool is_part_of_column(struct compare *compare, const struct insn *code, unsigned length)
{
	if (length == 1 && code[0].op == OP_COLUMN) {
		compare->number = 1;
		compare->of = code[0].argument;
	} else if (length == 3 && code[0].op == OP_CONST && code[1].op == OP_COLUMN &&
		   code[2].op == OP_MUL) {
		compare->number = code[0].number;
		compare->of = code[1].argument;
	} else {
		return false;
	}
	compare->relative = true;
	return true;
}

/* column OP number, number OP column, or column OP part of a column. */
static void recognise_comparison(struct terms *terms, struct term *term, unsigned length,
				 unsigned accept)
{
	const struct insn *code = term->program.code;

	if (code[0].op == OP_COLUMN && is_host_number(&term->program, 1, length - 1)) {
		term->compare.column = code[0].argument;
		term->compare.accept = (unsigned char)accept;
		set_number(terms, term, 1, length - 1);
	} else if (code[length - 2].op == OP_COLUMN &&
		   is_host_number(&term->program, 0, length - 2)) {
		term->compare.column = code[length - 2].argument;
		term->compare.accept = (unsigned char)mirror(accept);
		set_number(terms, term, 0, length - 2);
	} else if (code[0].op == OP_COLUMN &&
		   is_part_of_column(&term->compare, code + 1, length - 2)) {
		term->compare.column = code[0].argument;
		term->compare.accept = (unsigned char)accept;
		term->simple = true;
	}
}

static void recognise(struct terms *terms, struct term *term)
{
	static const unsigned char accepts[OPS] = {
		[OP_EQ] = ORDER_EQUAL,
		[OP_NE] = ORDER_LESS | ORDER_GREATER,
		[OP_LT] = ORDER_LESS,
		[OP_LE] = ORDER_LESS | ORDER_EQUAL,
		[OP_GT] = ORDER_GREATER,
		[OP_GE] = ORDER_GREATER | ORDER_EQUAL,
	};
	const struct insn *code = term->program.code;
	unsigned length = term->program.length, nots = 0;

	while (length > 1 && code[length - 1].op == OP_NOT) {
		length--;
		nots++;
	}
	if (length == 1 && code[0].op == OP_COLUMN) { /* a flag: not 0 */
		term->simple = true;
		term->compare.column = code[0].argument;
		term->compare.accept = ORDER_LESS | ORDER_GREATER;
	} else if (length >= 3 && accepts[code[length - 1].op]) {
		recognise_comparison(terms, term, length, accepts[code[length - 1].op]);
	}
	if (nots % 2)
		term->compare.accept ^= ORDER_LESS | ORDER_EQUAL | ORDER_GREATER;
}

int terms_column(const struct program *program)
{
	bool column = program->length == 1 && program->code[0].op == OP_COLUMN;

	return column ? program->code[0].argument : -1;
}

/* ---- the list ---- */

static bool same_program(const struct program *a, const struct program *b)
{
	unsigned i;

	if (a->length != b->length)
		return false;
	for (i = 0; i < a->length; i++)
		if (a->code[i].op != b->code[i].op || a->code[i].argument != b->code[i].argument ||
		    a->code[i].number != b->code[i].number)
			return false;
	return true;
}

static unsigned short add_term(struct terms *terms, const struct program *program);

/* Of an 'or' whose sides need no interpreter. The list may move while they are added. */
static void recognise_either(struct terms *terms, unsigned number)
{
	const struct program whole = terms->list[number].program;
	unsigned end = find_join(&whole, OP_OR, OP_IF_TRUE), i;
	struct program sides[2];
	unsigned short parts[2];
	bool either = end > 0;

	if (!end)
		return;
	sides[0] = (struct program){ whole.code, end, whole.unit };
	sides[1] = piece(terms->arena, &whole, end + 1, whole.length - 1);
	for (i = 0; i < 2; i++) {
		parts[i] = add_term(terms, &sides[i]);
		either &= terms->list[parts[i]].simple || terms->list[parts[i]].either;
	}
	terms->list[number].either = either;
	memcpy(terms->list[number].parts, parts, sizeof parts);
}

static unsigned short add_term(struct terms *terms, const struct program *program)
{
	unsigned i;

	for (i = 0; i < terms->count; i++)
		if (same_program(&terms->list[i].program, program))
			return (unsigned short)i;
	if (terms->count == terms->size) {
		terms->size = terms->size ? 2 * terms->size : 64;
		terms->list = xrealloc(terms->list, terms->size, sizeof *terms->list);
	}
	terms->list[i] = (struct term){ .program = *program };
	recognise(terms, &terms->list[i]);
	terms->count++;
	recognise_either(terms, i);
	return (unsigned short)i;
}

/* Splits into at most 'limit' terms. */
static unsigned split(struct terms *terms, const struct program *program, unsigned short *numbers,
		      unsigned limit)
{
	unsigned end = limit > 1 ? find_join(program, OP_AND, OP_IF_FALSE) : 0, count;
	struct program left, right;

	if (!end) {
		numbers[0] = add_term(terms, program);
		return 1;
	}
	left = (struct program){ program->code, end, program->unit };
	right = piece(terms->arena, program, end + 1, program->length - 1);
	count = split(terms, &left, numbers, limit - 1);
	return count + split(terms, &right, numbers + count, limit - count);
}

unsigned terms_add(struct terms *terms, const struct program *predicate, unsigned short *numbers)
{
	return predicate ? split(terms, predicate, numbers, TERMS_OF_PREDICATE) : 0;
}

/* ---- settling ---- */

static void settle(struct term *term, unsigned state, const double *column, const double *host)
{
	double truth = program_run_row(&term->program, column, NULL, host);

	if (isnan(truth))
		return;
	if (truth != 0)
		term->yes |= 1u << state;
	else
		term->no |= 1u << state;
}

/* The range that a comparison with a number accepts, or all that it does not. Infinite numbers are
 * left to the comparison itself. */
static void settle_range(struct term *term)
{
	double number = term->compare.number;
	unsigned accept = term->compare.accept;

	term->ranged = term->simple && !term->compare.relative && isfinite(number);
	term->outside = accept == (ORDER_LESS | ORDER_GREATER);
	if (term->outside)
		accept = ORDER_EQUAL;
	term->range = (struct range){ -INFINITY, INFINITY, term->compare.column };
	if (!(accept & ORDER_LESS))
		term->range.low = accept & ORDER_EQUAL ? number : nextafter(number, INFINITY);
	if (!(accept & ORDER_GREATER))
		term->range.high = accept & ORDER_EQUAL ? number : nextafter(number, -INFINITY);
}

bool terms_reads_info(const struct program *program, const struct plan *plan)
{
	unsigned i;

	for (i = 0; i < program->length; i++) {
		const struct insn *insn = &program->code[i];

		if ((insn->op == OP_COLUMN || insn->op == OP_GROWTH) &&
		    fact_needs_info(&fact_catalogue[plan->columns[insn->argument].fact]))
			return true;
	}
	return false;
}

void terms_settle(struct terms *terms, const struct plan *plan, const double *host)
{
	unsigned state_fact = fact_find("state"), state, i;
	double column[COLUMNS_MAX] = { 0 };

	for (i = 0; i < terms->count; i++) {
		struct term *term = &terms->list[i];

		term->yes = term->no = 0;
		term->info = terms_reads_info(&term->program, plan);
		if (term->number.length)
			term->compare.number = program_run_row(&term->number, column, NULL, host);
		term->open = term->simple && isnan(term->compare.number);
		settle_range(term);
	}
	for (state = 0; state < ROW_KINDS; state++) {
		for (i = 0; i < COLUMNS_MAX; i++)
			column[i] = NAN;
		for (i = 0; i < plan->column_count; i++)
			if (plan->columns[i].fact == state_fact)
				column[i] = state;
		for (i = 0; i < terms->count; i++)
			settle(&terms->list[i], state, column, host);
	}
}
