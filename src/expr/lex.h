/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/lex.h: the text of an expression as tokens. Private to expr/. */
#ifndef EXPR_LEX_H
#define EXPR_LEX_H

#include <string.h>

#include "expr/expr.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER, /* number, unit */
	TOKEN_WORD,   /* name, keyword */
	TOKEN_STRING, /* between the quotes */
	TOKEN_SIGN,   /* ( ) , and the operators */
	TOKEN_BAD,    /* an error was added */
};

struct token {
	enum token_kind kind;
	size_t offset, len; /* in the text; of a string: without the quotes */
	double number;
	enum unit unit;
};

struct lexer {
	const struct source_text *source;
	size_t offset;
	struct errors *errors;
};

struct token lex_next(struct lexer *lexer);

/* Whether the token is this word or sign. */
static inline bool token_is(const struct lexer *lexer, const struct token *token, const char *text)
{
	const char *start = lexer->source->text + token->offset;

	return (token->kind == TOKEN_WORD || token->kind == TOKEN_SIGN) && *start == *text &&
	       strncmp(start, text, token->len) == 0 && text[token->len] == '\0';
}

#endif
