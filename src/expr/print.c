/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tree to canonical text: single spaces, only the parentheses it needs, lets as their values. */
#include "expr/words.h"

#include <string.h>

static void print_number(struct buf *out, double number, enum unit unit)
{
	const struct unit_word *word = NULL;
	bool bytes = unit == UNIT_BYTES_PER_SECOND;
	unsigned i;

	for (i = 0; i < unit_count; i++) {
		double n = number / unit_words[i].scale;

		if (unit_words[i].unit != (bytes ? UNIT_BYTES : unit))
			continue;
		/* The largest unit that leaves a whole number; else the first. */
		if (!word || (n == (double)(long long)n && n != 0))
			word = &unit_words[i];
	}
	if (unit == UNIT_RATIO && number != 0)
		buf_printf(out, "%.10g%%", number * 100);
	else
		buf_printf(out, "%.10g%s", word ? number / word->scale : number,
			   word && number != 0 ? word->suffix : "");
	if ((bytes || unit == UNIT_PER_SECOND) && number != 0)
		buf_puts(out, "/s");
}

static unsigned level_of(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NOT:
		return LEVEL_NOT;
	case EXPR_NEGATE:
		return LEVEL_UNARY;
	case EXPR_BINARY:
		return binary_words[expr->binary].level;
	case EXPR_ROLE:
		return LEVEL_COMPARE;
	default:
		return LEVEL_UNARY + 1;
	}
}

static void print_within(struct buf *out, const struct expr *expr, unsigned level)
{
	bool parentheses = level_of(expr) < level;

	if (parentheses)
		buf_putc(out, '(');
	expr_print(out, expr);
	if (parentheses)
		buf_putc(out, ')');
}

static void print_aggregate(struct buf *out, const struct expr *expr)
{
	const struct expr *arguments[] = { expr->left, expr->right, expr->base };
	const char *separator = "";
	unsigned i;

	buf_puts(out, expr->text);
	buf_putc(out, '(');
	if (expr->fact != FACT_NONE) {
		buf_puts(out, fact_catalogue[expr->fact].name);
		separator = ", ";
	}
	for (i = 0; i < countof(arguments); i++) {
		if (!arguments[i])
			continue;
		buf_puts(out, separator);
		expr_print(out, arguments[i]);
		separator = ", ";
	}
	buf_puts(out, expr->everywhere ? ") everywhere" : ")");
}

void expr_print(struct buf *out, const struct expr *expr)
{
	unsigned level = level_of(expr);

	switch (expr->kind) {
	case EXPR_NUMBER:
		print_number(out, expr->number, expr->unit);
		return;
	case EXPR_TEXT:
		buf_printf(out, "\"%s\"", expr->text);
		return;
	case EXPR_SYMBOL:
		buf_puts(out, expr->text);
		return;
	case EXPR_FACT:
		buf_puts(out, fact_catalogue[expr->fact].name);
		return;
	case EXPR_CALL:
		buf_printf(out, "%s(%s)", expr->text, fact_catalogue[expr->fact].name);
		return;
	case EXPR_NOT:
	case EXPR_NEGATE:
		buf_puts(out, expr->kind == EXPR_NOT ? "not " : "-");
		print_within(out, expr->left, level + 1);
		return;
	case EXPR_BINARY:
		print_within(out, expr->left, level == LEVEL_COMPARE ? level + 1 : level);
		buf_putc(out, ' ');
		buf_puts(out, binary_words[expr->binary].sign);
		buf_putc(out, ' ');
		print_within(out, expr->right, level + 1);
		return;
	case EXPR_AGGREGATE:
		print_aggregate(out, expr);
		return;
	case EXPR_ROLE:
		buf_printf(out, "role %s %s", binary_words[expr->binary].sign, expr->text);
	}
}
