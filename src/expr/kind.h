/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/kind.h: an aggregate counts sockets, or it counts processes: by the facts in it. */
#ifndef EXPR_KIND_H
#define EXPR_KIND_H

#include "expr/expr.h"

/* What is wrong with that: it would count both, or processes by what is of sockets ('grouped'). NULL:
 * nothing. In the text $1 and $2 stand for names[]. */
const char *kind_fault(const struct expr *aggregate, bool grouped, const char *names[2]);

#endif
