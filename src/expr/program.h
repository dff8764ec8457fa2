/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/program.h: the instructions a tree is compiled to. Private to expr/. */
#ifndef EXPR_PROGRAM_H
#define EXPR_PROGRAM_H

#include "expr/expr.h"

enum op {
#define OP(name, takes, leaves) OP_##name,
#include "expr/ops.def"
#undef OP
	OPS
};

struct insn {
	unsigned char op; /* enum op */
	unsigned short argument;
	double number;
};

#endif
