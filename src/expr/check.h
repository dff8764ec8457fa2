/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/check.h: scope, units and counters of a parsed tree. Private to expr/. */
#ifndef EXPR_CHECK_H
#define EXPR_CHECK_H

#include "expr/expr.h"

/* Resolves symbols, sets units, adds an error for each fault found. 'aggregates' says whether
 * socket facts may be counted here, 'top' whether top() may stand here. */
struct checker {
	const struct expr_context *context;
	const struct source_text *source;
	struct errors *errors;
	bool aggregates;
	bool top;
};
void expr_check(const struct checker *checker, struct expr *expr);

#endif
