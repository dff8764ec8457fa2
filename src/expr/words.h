/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/words.h: the words and signs of the language, once for the parser, the checker and the
 * printer. Private to expr/. */
#ifndef EXPR_WORDS_H
#define EXPR_WORDS_H

#include "expr/expr.h"

struct binary_word {
	const char *sign;
	unsigned char level; /* binds tighter the higher */
};
extern const struct binary_word binary_words[];
extern const unsigned binary_count;

enum {
	LEVEL_GIVEN = 1, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_SUM, LEVEL_PRODUCT,
	LEVEL_UNARY,
	LEVEL_WHOLE = LEVEL_GIVEN, /* an expression from its first operator on */
};

struct aggregate_word {
	const char *name;
	bool operand;  /* takes x before P */
	bool key;      /* x is a key, not a number */
	bool second;   /* takes Q after P */
	bool show_only;
};
extern const struct aggregate_word aggregate_words[];
extern const unsigned aggregate_count;

extern const char *const call_words[]; /* by enum call; "" for CALL_VALUE */
extern const unsigned call_count;

struct unit_word {
	const char *suffix;
	enum unit unit;
	double scale;
};
extern const struct unit_word unit_words[];
extern const unsigned unit_count;

#endif
