/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens. Numbers swallow their unit: 60s, 80%, 64KiB, 10/s are one token each. */
#include "expr/lex.h"

#include "base/text.h"
#include "expr/words.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { NUMBER_MAX = 32 }; /* digits and point of a literal */

struct place source_place(const struct source_text *text, size_t offset)
{
	struct place place = { .file = text->file };
	unsigned i;

	for (i = 0; i < text->fragment_count; i++) {
		const struct fragment *fragment = &text->fragments[i];

		if (i > 0 && fragment->offset > offset)
			break;
		place.line = fragment->line;
		place.column = fragment->column + (unsigned)(offset - fragment->offset);
		place.source = fragment->source;
	}
	return place;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static struct token bad(struct lexer *lexer, struct token token, const char *message)
{
	struct place place = source_place(lexer->source, token.offset);

	errors_add_at(lexer->errors, &place, "%s", message);
	token.kind = TOKEN_BAD;
	return token;
}

static const struct unit_word *find_unit(const char *suffix, size_t len)
{
	unsigned i;

	for (i = 0; i < unit_count; i++)
		if (strlen(unit_words[i].suffix) == len && memcmp(unit_words[i].suffix, suffix, len) == 0)
			return &unit_words[i];
	return NULL;
}

/* "/s" right behind a number, and nothing that would go on: 10/s, but not 10/sum(...) */
static bool per_second(const char *s)
{
	return s[0] == '/' && s[1] == 's' && !is_word(s[2]) && s[2] != '(';
}

static struct token lex_number(struct lexer *lexer, struct token token)
{
	const char *text = lexer->source->text, *start = text + token.offset, *p;
	size_t digits = strspn(start, "0123456789."), suffix;
	const struct unit_word *word;
	char copy[NUMBER_MAX + 1];

	if (digits > NUMBER_MAX)
		return bad(lexer, token, "this number has too many digits");
	memcpy(copy, start, digits);
	copy[digits] = '\0';
	if (!text_double(copy, &token.number))
		return bad(lexer, token, "this is not a number");
	p = start + digits;
	for (suffix = 0; isalpha((unsigned char)p[suffix]) || p[suffix] == '_'; suffix++)
		;
	if (suffix == 0 && *p == '%')
		suffix = 1;
	token.unit = UNIT_COUNT;
	if (suffix) {
		word = find_unit(p, suffix);
		if (!word)
			return bad(lexer, token,
				   "unknown unit; expected %, B, KiB, MiB, GiB, us, ms, s, min, h, d or /s");
		token.unit = word->unit;
		/* Dividing by 1000 is exact where multiplying by 0.001 is not. */
		token.number = word->scale < 1 ? token.number / round(1 / word->scale) :
						 token.number * word->scale;
		p += suffix;
	}
	if (per_second(p) && (token.unit == UNIT_COUNT || token.unit == UNIT_BYTES)) {
		token.unit = token.unit == UNIT_COUNT ? UNIT_PER_SECOND : UNIT_BYTES_PER_SECOND;
		p += 2;
	}
	token.kind = TOKEN_NUMBER;
	token.len = (size_t)(p - start);
	lexer->offset = (size_t)(p - text);
	return token;
}

static struct token lex_string(struct lexer *lexer, struct token token)
{
	const char *start = lexer->source->text + token.offset + 1;
	size_t len = strcspn(start, "\"\n");

	if (start[len] != '"')
		return bad(lexer, token, "this text has no closing quote on its line");
	lexer->offset = token.offset + len + 2;
	token.kind = TOKEN_STRING;
	token.offset++;
	token.len = len;
	return token;
}

/* == != <= >= < > + - * / ( ) , */
static size_t sign_length(const char *text)
{
	if (text[1] == '=' && strchr("=!<>", *text))
		return 2;
	return strchr("<>+-*/(),", *text) ? 1 : 0;
}

struct token lex_next(struct lexer *lexer)
{
	const char *text = lexer->source->text;
	struct token token = { .kind = TOKEN_END };

	while (text[lexer->offset] == ' ' || text[lexer->offset] == '\t' ||
	       text[lexer->offset] == '\n')
		lexer->offset++;
	token.offset = lexer->offset;
	text += lexer->offset;
	if (!*text)
		return token;
	if (isdigit((unsigned char)*text))
		return lex_number(lexer, token);
	if (*text == '"')
		return lex_string(lexer, token);
	if (is_word(*text)) {
		while (is_word(text[token.len]))
			token.len++;
		token.kind = TOKEN_WORD;
	}
	if (token.kind == TOKEN_END && sign_length(text)) {
		token.kind = TOKEN_SIGN;
		token.len = sign_length(text);
	}
	if (token.kind == TOKEN_END)
		return bad(lexer, token,
			   *text == '=' ? "expected '==' to compare" :
			   *text == '!' ? "expected '!=' or 'not'" :
			   *text == '&' || *text == '|' ? "expected 'and' or 'or'" :
							 "this character has no meaning here");
	lexer->offset += token.len;
	return token;
}
