/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to tree: precedence climbing, bounded in depth, nodes and length. Names are looked up
 * here, so that a misspelt one is reported where it stands; units are check.c's. */
#include "base/text.h"
#include "expr/check.h"
#include "expr/lex.h"
#include "expr/words.h"

#include <string.h>

struct parser {
	const struct expr_context *context;
	struct lexer lexer;
	struct token token; /* the next one ... */
	unsigned binary;    /* ... which is this operator, or none: binary_count */
	unsigned depth, nodes;
	bool failed;
};

static struct expr *parse_inner(struct parser *p, unsigned level);

static struct expr *fail(struct parser *p, size_t offset, const char *message)
{
	struct place place = source_place(p->lexer.source, offset);

	if (!p->failed)
		errors_add_at(p->context->errors, &place, "%s", message);
	p->failed = true;
	return NULL;
}

static bool at(const struct parser *p, const char *text)
{
	return token_is(&p->lexer, &p->token, text);
}

/* No operator is longer than "given". */
static bool is_short_word(const struct token *token)
{
	return token->kind == TOKEN_WORD && token->len <= strlen("given");
}

static void advance(struct parser *p)
{
	p->token = lex_next(&p->lexer);
	if (p->token.kind == TOKEN_BAD)
		p->failed = true;
	p->binary = p->token.kind == TOKEN_SIGN || is_short_word(&p->token) ? 0 : binary_count;
	while (p->binary < binary_count && !at(p, binary_words[p->binary].sign))
		p->binary++;
}

static bool accept(struct parser *p, const char *text)
{
	if (!at(p, text))
		return false;
	advance(p);
	return true;
}

static bool expect(struct parser *p, const char *text, const char *message)
{
	if (accept(p, text))
		return true;
	fail(p, p->token.offset, message);
	return false;
}

static struct expr *node(struct parser *p, enum expr_kind kind, size_t offset)
{
	struct expr *expr = arena_alloc(p->context->arena, sizeof *expr);

	if (++p->nodes > EXPR_NODES_MAX)
		fail(p, offset, "this expression is too long (512 terms)");
	expr->kind = kind;
	expr->offset = (unsigned)offset;
	expr->fact = FACT_NONE;
	return expr;
}

static const char *token_text(const struct parser *p)
{
	return arena_strndup(p->context->arena, p->lexer.source->text + p->token.offset, p->token.len);
}

/* A word that is looked up now and not kept: names of facts fit the room. */
enum { ROOM = 64 };
static const char *word_text(const struct parser *p, char room[ROOM])
{
	size_t len = p->token.len;

	if (len >= ROOM)
		return token_text(p);
	memcpy(room, p->lexer.source->text + p->token.offset, len);
	room[len] = '\0';
	return room;
}

/* ---- names ---- */

static struct expr *unknown_fact(struct parser *p, const char *name, size_t offset)
{
	struct place place = source_place(p->lexer.source, offset);
	struct nearest nearest = { .name = name };
	autobuf struct buf hint = BUF_INIT;

	fact_nearest(&nearest, FACT_HOST);
	fact_nearest(&nearest, FACT_SOCKET);
	if (!p->failed)
		errors_add_at(p->context->errors, &place, "'%s' is not a fact%s", name,
			      nearest_hint(&nearest, &hint));
	p->failed = true;
	return NULL;
}

/* A fact between the parentheses of delta(...), distinct(...), ... */
static bool parse_fact(struct parser *p, unsigned short *fact)
{
	size_t offset = p->token.offset;
	char room[ROOM];
	const char *name;

	if (p->token.kind != TOKEN_WORD) {
		fail(p, offset, "expected the name of a fact");
		return false;
	}
	name = word_text(p, room);
	*fact = (unsigned short)fact_find(name);
	if (*fact == FACT_NONE) {
		unknown_fact(p, name, offset);
		return false;
	}
	advance(p);
	return true;
}

static struct expr *parse_let(struct parser *p, const char *name, size_t offset)
{
	const struct expr_context *context = p->context;
	struct expr *expr;
	unsigned i;

	for (i = 0; i < context->let_count; i++) {
		if (strcmp(context->lets[i].name, name) != 0)
			continue;
		expr = node(p, EXPR_NUMBER, offset);
		expr->number = context->lets[i].number;
		expr->unit = context->lets[i].unit;
		expr->any_unit = expr->number == 0;
		if (context->let_used)
			context->let_used[i] = true;
		return expr;
	}
	return NULL;
}

static struct expr *parse_call(struct parser *p, const char *name, size_t offset)
{
	struct expr *expr;
	unsigned i;

	for (i = CALL_DELTA; i < call_count; i++) {
		if (strcmp(call_words[i], name) != 0)
			continue;
		expr = node(p, EXPR_CALL, offset);
		expr->text = call_words[i];
		expr->call = (enum call)i;
		if (!parse_fact(p, &expr->fact) || !expect(p, ")", "expected ')' after the fact"))
			return NULL;
		return expr;
	}
	return NULL;
}

static struct expr *parse_aggregate(struct parser *p, enum aggregate aggregate, size_t offset)
{
	const struct aggregate_word *word = &aggregate_words[aggregate];
	struct expr *expr = node(p, EXPR_AGGREGATE, offset);

	expr->text = word->name;
	expr->aggregate = aggregate;
	if (word->key && !parse_fact(p, &expr->fact))
		return NULL;
	if (word->operand && !(expr->left = parse_inner(p, LEVEL_WHOLE)))
		return NULL;
	if (!word->key && !word->operand) {
		if (!(expr->right = parse_inner(p, LEVEL_WHOLE)))
			return NULL;
	} else if (accept(p, ",") && !(expr->right = parse_inner(p, LEVEL_WHOLE))) {
		return NULL;
	}
	if (word->second && (!expect(p, ",", "share() needs two conditions: share(P, Q) is "
					     "the part of the sockets in Q that are also in P") ||
			     !(expr->base = parse_inner(p, LEVEL_WHOLE))))
		return NULL;
	if (!expect(p, ")", "expected ',' or ')'"))
		return NULL;
	expr->everywhere = accept(p, "everywhere");
	return expr;
}

/* A word followed by '(' */
static struct expr *parse_function(struct parser *p, const char *name, size_t offset)
{
	struct nearest nearest = { .name = name };
	autobuf struct buf hint = BUF_INIT;
	struct place place = source_place(p->lexer.source, offset);
	struct expr *expr;
	unsigned i;

	for (i = 0; i < aggregate_count; i++)
		if (strcmp(aggregate_words[i].name, name) == 0)
			return parse_aggregate(p, (enum aggregate)i, offset);
	expr = parse_call(p, name, offset);
	if (expr || p->failed)
		return expr;
	for (i = 0; i < aggregate_count; i++)
		nearest_try(&nearest, aggregate_words[i].name);
	for (i = CALL_DELTA; i < call_count; i++)
		nearest_try(&nearest, call_words[i]);
	errors_add_at(p->context->errors, &place, "'%s' is not a function%s", name,
		      nearest_hint(&nearest, &hint));
	p->failed = true;
	return NULL;
}

static struct expr *parse_word(struct parser *p)
{
	size_t offset = p->token.offset;
	char room[ROOM];
	const char *name = word_text(p, room);
	struct expr *expr;

	if (expr_is_keyword(name))
		return fail(p, offset, "expected a value before this word");
	advance(p);
	if (accept(p, "("))
		return parse_function(p, name, offset);
	expr = parse_let(p, name, offset);
	if (expr)
		return expr;
	expr = node(p, EXPR_FACT, offset);
	expr->fact = (unsigned short)fact_find(name);
	if (expr->fact == FACT_NONE) { /* check.c looks for it beside what it is compared with */
		expr->kind = EXPR_SYMBOL;
		expr->text = arena_strdup(p->context->arena, name);
	} else {
		expr->text = fact_catalogue[expr->fact].name;
	}
	return expr;
}

/* ---- operators ---- */

static struct expr *parse_primary(struct parser *p)
{
	size_t offset = p->token.offset;
	struct expr *expr;

	switch (p->token.kind) {
	case TOKEN_NUMBER:
		expr = node(p, EXPR_NUMBER, offset);
		expr->number = p->token.number;
		expr->unit = p->token.unit;
		expr->any_unit = p->token.unit == UNIT_COUNT && p->token.number == 0;
		advance(p);
		return expr;
	case TOKEN_STRING:
		expr = node(p, EXPR_TEXT, offset);
		expr->text = token_text(p);
		advance(p);
		return expr;
	case TOKEN_WORD:
		return parse_word(p);
	default:
		break;
	}
	if (!accept(p, "("))
		return fail(p, offset, p->token.kind == TOKEN_END ? "a value is missing at the end" :
								    "expected a value here");
	expr = parse_inner(p, LEVEL_WHOLE);
	return expr && expect(p, ")", "expected ')'") ? expr : NULL;
}

static struct expr *parse_prefix(struct parser *p, enum expr_kind kind, unsigned level)
{
	struct expr *expr = node(p, kind, p->token.offset);

	advance(p);
	expr->left = parse_inner(p, level);
	return expr->left ? expr : NULL;
}

static struct expr *parse_operand(struct parser *p, unsigned level)
{
	if (level <= LEVEL_NOT && at(p, "not"))
		return parse_prefix(p, EXPR_NOT, LEVEL_NOT);
	return at(p, "-") ? parse_prefix(p, EXPR_NEGATE, LEVEL_UNARY) : parse_primary(p);
}

/* An operand and, from the left, the operators behind it that bind at least as tightly as 'level';
 * what stands right of one binds tighter than that. */
static struct expr *parse_level(struct parser *p, unsigned level)
{
	struct expr *left = parse_operand(p, level), *expr;
	bool compared = false;

	while (left && p->binary < binary_count && binary_words[p->binary].level >= level) {
		unsigned found = binary_words[p->binary].level;

		if (found == LEVEL_COMPARE && compared)
			return fail(p, p->token.offset, "comparisons do not chain; join two with 'and'");
		compared |= found == LEVEL_COMPARE;
		expr = node(p, EXPR_BINARY, p->token.offset);
		expr->binary = (enum binary)p->binary;
		expr->left = left;
		advance(p);
		expr->right = parse_level(p, found + 1);
		left = expr->right ? expr : NULL;
	}
	return p->failed ? NULL : left;
}

/* Of parentheses, calls and prefixes. */
static struct expr *parse_inner(struct parser *p, unsigned level)
{
	struct expr *expr;

	if (p->failed)
		return NULL;
	if (++p->depth > EXPR_DEPTH_MAX)
		return fail(p, p->token.offset, "this expression is nested too deeply (32)");
	expr = parse_level(p, level);
	p->depth--;
	return expr;
}

/* ---- entries ---- */

static bool parser_init(struct parser *p, const struct expr_context *context,
			const struct source_text *text)
{
	*p = (struct parser){ .context = context, .lexer = { .source = text, .errors = context->errors } };
	if (strlen(text->text) > EXPR_TEXT_MAX) {
		fail(p, 0, "this text is too long (4096 bytes)");
		return false;
	}
	advance(p);
	return !p->failed;
}

static bool parser_end(struct parser *p)
{
	if (!p->failed && p->token.kind != TOKEN_END)
		fail(p, p->token.offset, "expected an operator or the end");
	return !p->failed;
}

/* Parses and checks one whole text; NULL if that added an error. */
static struct expr *parse_whole(const struct expr_context *context, const struct source_text *text,
				bool aggregates)
{
	struct checker checker = { context, text, context->errors, aggregates, false };
	unsigned before = context->errors->count;
	struct parser p;
	struct expr *expr;

	if (!parser_init(&p, context, text))
		return NULL;
	expr = parse_inner(&p, LEVEL_WHOLE);
	if (!expr || !parser_end(&p))
		return NULL;
	expr_check(&checker, expr);
	return context->errors->count == before ? expr : NULL;
}

const struct expr *expr_condition(const struct expr_context *context, const struct source_text *text)
{
	struct expr *expr = parse_whole(context, text, true);
	struct place place = source_place(text, 0);

	if (!expr)
		return NULL;
	if (expr->unit != UNIT_BOOL) {
		errors_add_at(context->errors, &place,
			      "a condition must be true or false; this is a number of %s",
			      unit_name(expr->unit));
		return NULL;
	}
	return expr;
}

const struct expr *expr_setting(const struct expr_context *context, const struct source_text *text)
{
	return parse_whole(context, text, false);
}

/* Rule files come from anywhere: what a terminal could act on is shown as bytes. */
static const char *label_text(const struct parser *p)
{
	const char *raw = token_text(p);
	autobuf struct buf out = BUF_INIT;

	text_printable(&out, raw, strlen(raw));
	return arena_strdup(p->context->arena, buf_text(&out));
}

static bool parse_item(struct parser *p, struct expr_item *item)
{
	const struct checker checker = { p->context, p->lexer.source, p->context->errors, true,
					 true };
	struct expr *expr = parse_inner(p, LEVEL_WHOLE);

	if (!expr)
		return false;
	expr_check(&checker, expr);
	item->expr = expr;
	if (accept(p, "as")) {
		if (p->token.kind != TOKEN_STRING) {
			fail(p, p->token.offset, "expected a label in quotes after 'as'");
			return false;
		}
		item->label = label_text(p);
		advance(p);
	}
	return true;
}

int expr_show(const struct expr_context *context, const struct source_text *text,
	      struct expr_item *items, unsigned *count)
{
	unsigned before = context->errors->count;
	struct parser p;

	*count = 0;
	if (!parser_init(&p, context, text))
		return -1;
	do {
		if (*count == EXPR_LIST_MAX) {
			fail(&p, p.token.offset, "too many items (16)");
			return -1;
		}
		if (!parse_item(&p, &items[(*count)++]))
			return -1;
	} while (accept(&p, ","));
	parser_end(&p);
	return context->errors->count == before ? 0 : -1;
}

int expr_literal(const struct expr_context *context, const struct source_text *text, struct let *let)
{
	struct parser p;
	bool negative;

	if (!parser_init(&p, context, text))
		return -1;
	negative = accept(&p, "-");
	if (p.token.kind != TOKEN_NUMBER) {
		fail(&p, p.token.offset, "expected a number with its unit, such as 50, 80%, 60s or 64KiB");
		return -1;
	}
	let->number = negative ? -p.token.number : p.token.number;
	let->unit = p.token.unit;
	advance(&p);
	return parser_end(&p) ? 0 : -1;
}
