/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two evaluators of one instruction set. On rows, where speed counts, a value is a double and
 * NaN is unknown. At host level, where soundness counts, a value is the interval of what it can
 * be (fact/value.h), so that a rule is decided as soon as what is known decides it. */
#include "expr/program.h"

/* ---- rows ---- */

/* In floating point a comparison with NaN is false; unknown must stay unknown. */
static inline double known(bool truth, double a, double b)
{
	return isnan(a) || isnan(b) ? NAN : truth;
}

static inline double row_and(double a, double b)
{
	return a == 0 || b == 0 ? 0 : a * b; /* 1, or NaN if either is */
}

static inline double row_or(double a, double b)
{
	return a == 1 || b == 1 ? 1 : a + b; /* 0, or NaN if either is */
}

/* 0/0 is 0: a share of nothing. */
static inline double row_divide(double a, double b)
{
	if (b != 0)
		return a / b;
	return a == 0 ? 0 : NAN;
}

static inline double row_binary(enum op op, double a, double b)
{
	switch (op) {
	case OP_OR:
		return row_or(a, b);
	case OP_AND:
		return row_and(a, b);
	case OP_EQ:
		return known(a == b, a, b);
	case OP_NE:
		return known(a != b, a, b);
	case OP_LT:
		return known(a < b, a, b);
	case OP_LE:
		return known(a <= b, a, b);
	case OP_GT:
		return known(a > b, a, b);
	case OP_GE:
		return known(a >= b, a, b);
	case OP_ADD:
		return a + b;
	case OP_SUB:
		return a - b;
	case OP_MUL:
		return a * b;
	case OP_GIVEN:
		return b == 1 ? a : NAN;
	default:
		return row_divide(a, b);
	}
}

double program_run_row(const struct program *program, const double *column, const double *before,
		       const double *host)
{
	uncleared double stack[EXPR_STACK_MAX + 1];
	double *top = stack;
	const struct insn *insn = program->code, *end = insn + program->length;

	*top = NAN; /* what an empty program would give */
	for (; insn < end; insn++) {
		switch ((enum op)insn->op) {
		case OP_CONST:
			*++top = insn->number;
			break;
		case OP_COLUMN:
			*++top = column[insn->argument];
			break;
		case OP_GROWTH:
			*++top = before ? column[insn->argument] - before[insn->argument] : NAN;
			break;
		case OP_HOST:
			*++top = host[insn->argument];
			break;
		case OP_NOT:
			*top = isnan(*top) ? NAN : *top == 0;
			break;
		case OP_NEGATE:
			*top = -*top;
			break;
		case OP_IF_FALSE:
			if (*top == 0)
				insn = program->code + insn->argument - 1;
			break;
		case OP_IF_TRUE:
			if (*top == 1)
				insn = program->code + insn->argument - 1;
			break;
		default:
			top--;
			*top = row_binary((enum op)insn->op, top[0], top[1]);
		}
	}
	return *top;
}

int program_missing(const struct program *program, const double *column, const double *before,
		    const double *host, bool *is_host)
{
	unsigned i;

	for (i = 0; i < program->length; i++) {
		const struct insn *insn = &program->code[i];

		*is_host = insn->op == OP_HOST;
		if (insn->op == OP_COLUMN && isnan(column[insn->argument]))
			return insn->argument;
		if (insn->op == OP_GROWTH && (!before || isnan(before[insn->argument]) ||
					      isnan(column[insn->argument])))
			return insn->argument;
		if (insn->op == OP_HOST && isnan(host[insn->argument]))
			return insn->argument;
	}
	return -1;
}

/* ---- host ---- */

/* An interval with the reason of the first operand that is one, if it is one itself. */
static struct value interval(double lo, double hi, struct value a, struct value b)
{
	struct value v = { isnan(lo) ? -INFINITY : lo, isnan(hi) ? INFINITY : hi, WHY_KNOWN, FACT_NONE };

	if (v.lo == v.hi)
		return v;
	v.why = a.why ? a.why : b.why;
	v.fact = a.why ? a.fact : b.fact;
	return v;
}

static double product(double x, double y)
{
	return x == 0 || y == 0 ? 0 : x * y; /* 0 times unlimited: nothing of it */
}

/* The interval that spans four results. */
static struct value span(const double p[4], struct value a, struct value b)
{
	double lo = p[0], hi = p[0];
	unsigned i;

	for (i = 1; i < 4; i++) {
		lo = p[i] < lo ? p[i] : lo;
		hi = p[i] > hi ? p[i] : hi;
	}
	return interval(lo, hi, a, b);
}

static struct value multiply(struct value a, struct value b)
{
	const double p[] = { product(a.lo, b.lo), product(a.lo, b.hi), product(a.hi, b.lo),
			     product(a.hi, b.hi) };

	return span(p, a, b);
}

/* Of an unlimited whole every part is none; the other ends of the intervals say the rest. */
static double quotient(double x, double y)
{
	return isinf(y) ? 0 : x / y;
}

static struct value divide(struct value a, struct value b)
{
	const double q[] = { quotient(a.lo, b.lo), quotient(a.lo, b.hi), quotient(a.hi, b.lo),
			     quotient(a.hi, b.hi) };

	if (b.lo == 0 && b.hi == 0) {
		if (a.lo == 0 && a.hi == 0)
			return value_known(0); /* a share of nothing */
		return value_unknown(a.why ? (enum why)a.why : WHY_DIVISION, a.fact);
	}
	if (b.lo <= 0 && b.hi >= 0) {
		/* The divisor may be 0: two counts still give at least a.lo / b.hi. */
		double least = a.lo >= 0 && b.lo >= 0 ? quotient(a.lo, b.hi) : -INFINITY;

		return interval(least, INFINITY, b, a);
	}
	return span(q, a, b);
}

static struct value truth(bool surely, bool possibly, struct value a, struct value b)
{
	return interval(surely, surely || possibly, a, b);
}

static struct value equal(struct value a, struct value b)
{
	bool both = value_is_known(a) && value_is_known(b) && a.lo == b.lo;

	return truth(both, a.lo <= b.hi && b.lo <= a.hi, a, b);
}

static struct value negate_truth(struct value v)
{
	return (struct value){ 1 - v.hi, 1 - v.lo, v.why, v.fact };
}

/* Without its evidence a condition is open, whatever it seems to be. */
static struct value given(struct value p, struct value evidence)
{
	if (value_true(evidence))
		return p;
	return (struct value){ 0, 1, evidence.why ? evidence.why : WHY_UNSEEN, evidence.fact };
}

static struct value host_binary(enum op op, struct value a, struct value b)
{
	switch (op) {
	case OP_OR:
		return interval(a.lo > b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi, a, b);
	case OP_AND:
		return interval(a.lo < b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi, a, b);
	case OP_EQ:
		return equal(a, b);
	case OP_NE:
		return negate_truth(equal(a, b));
	case OP_LT:
		return truth(a.hi < b.lo, a.lo < b.hi, a, b);
	case OP_LE:
		return truth(a.hi <= b.lo, a.lo <= b.hi, a, b);
	case OP_GT:
		return truth(a.lo > b.hi, a.hi > b.lo, a, b);
	case OP_GE:
		return truth(a.lo >= b.hi, a.hi >= b.lo, a, b);
	case OP_ADD:
		return interval(a.lo + b.lo, a.hi + b.hi, a, b);
	case OP_SUB:
		return interval(a.lo - b.hi, a.hi - b.lo, a, b);
	case OP_MUL:
		return multiply(a, b);
	case OP_GIVEN:
		return given(a, b);
	default:
		return divide(a, b);
	}
}

/* A condition that is unknown is [0, 1], also where a leaf said [-inf, inf]. */
static struct value as_condition(struct value v)
{
	v.lo = v.lo > 0 ? 1 : 0;
	v.hi = v.hi > 0 ? 1 : 0;
	return v;
}

struct value program_run(const struct program *program, const struct value *host,
			 const struct value *tallies)
{
	struct value stack[EXPR_STACK_MAX + 1], *top = stack;
	const struct insn *insn = program->code, *end = insn + program->length;

	*top = value_unknown(WHY_NO_VALUE, FACT_NONE); /* what an empty program would give */
	for (; insn < end; insn++) {
		switch ((enum op)insn->op) {
		case OP_CONST:
			*++top = value_known(insn->number);
			break;
		case OP_HOST:
			*++top = host[insn->argument];
			break;
		case OP_TALLY:
			*++top = tallies[insn->argument];
			break;
		case OP_NOT:
			*top = negate_truth(as_condition(*top));
			break;
		case OP_NEGATE:
			*top = (struct value){ -top->hi, -top->lo, top->why, top->fact };
			break;
		case OP_IF_FALSE:
			*top = as_condition(*top);
			if (value_false(*top))
				insn = program->code + insn->argument - 1;
			break;
		case OP_IF_TRUE:
			*top = as_condition(*top);
			if (value_true(*top))
				insn = program->code + insn->argument - 1;
			break;
		default:
			top--;
			if (insn->op == OP_AND || insn->op == OP_OR || insn->op == OP_GIVEN)
				top[1] = as_condition(top[1]);
			*top = host_binary((enum op)insn->op, top[0], top[1]);
		}
	}
	return program->unit == UNIT_BOOL ? as_condition(*top) : *top;
}
