/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the page of the rules says, whatever it is written in. */
#include "report/reference.h"

#include <string.h>

#include "base/text.h"
#include "report/prose.h"

/* ---- order ---- */

static const char *file_of(const struct rule *rule)
{
	const char *slash = strrchr(rule->place.file, '/');

	return slash ? slash + 1 : rule->place.file;
}

void reference_topic(struct buf *out, const struct rule *rule)
{
	const char *file = file_of(rule);
	size_t len = strlen(file);

	if (len > 4 && strcmp(file + len - 4, ".ini") == 0)
		len -= 4;
	text_printable(out, file, len);
}

const char *reference_title(const struct rule *rule)
{
	return rule->title[strspn(rule->title, " \n")] ? rule->title : rule->id;
}

static int by_topic(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;
	int order = strcmp(file_of(x), file_of(y));

	if (order == 0)
		order = strcmp(x->place.file, y->place.file);
	return order ? order : x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
}

/* ---- one rule ---- */

static void put_prose(struct buf *out, const struct reference_style *style, const char *heading,
		      const char *text)
{
	if (text && *text)
		style->prose(out, heading, text);
}

/* As the condition and --let have it: "1min". */
static void put_threshold(struct buf *out, const struct let *let)
{
	const struct expr number = { .kind = EXPR_NUMBER, .unit = let->unit, .number = let->number };

	buf_printf(out, "%s = ", let->name);
	expr_print(out, &number);
}

static void put_thresholds(struct buf *out, const struct reference_style *style,
			   const struct rule *rule)
{
	unsigned i;

	if (!rule->let_count)
		return;
	style->list(out, "Thresholds");
	for (i = 0; i < rule->let_count; i++) {
		autobuf struct buf text = BUF_INIT;

		put_threshold(&text, &rule->lets[i]);
		style->item(out, NULL, text.text);
	}
	style->list_end(out);
}

/* Texts in quotes and labels stand in the tree as they were written. */
static void put_expression(struct buf *out, const struct expr *expr)
{
	autobuf struct buf text = BUF_INIT;

	expr_print(&text, expr);
	text_printable(out, buf_text(&text), text.len);
}

static void put_condition(struct buf *out, const struct reference_style *style,
			  const struct rule *rule)
{
	autobuf struct buf text = BUF_INIT;

	put_expression(&text, rule->when);
	style->code(out, "Fires when", buf_text(&text));
	put_thresholds(out, style, rule);
}

static void put_evidence(struct buf *out, const struct reference_style *style,
			 const struct rule *rule)
{
	unsigned i;

	if (!rule->show_count)
		return;
	style->list(out, "Shows");
	for (i = 0; i < rule->show_count; i++) {
		const char *label = rule->show[i].label;
		autobuf struct buf words = BUF_INIT, code = BUF_INIT;

		if (label)
			buf_puts(&words, label);
		put_expression(&code, rule->show[i].expr);
		style->item(out, words.len ? words.text : NULL, buf_text(&code));
	}
	style->list_end(out);
}

static void put_remedy(struct buf *out, const struct reference_style *style,
		       const struct rule *rule)
{
	autobuf struct buf lines = BUF_INIT;
	unsigned i;

	for (i = 0; i < rule->setting_count; i++) {
		autobuf struct buf line = BUF_INIT;

		setting_print(&line, &rule->settings[i]);
		buf_puts(&lines, i ? "\n" : "");
		text_printable(&lines, buf_text(&line), line.len);
	}
	if (lines.len)
		style->code(out, "Remedy", lines.text);
	put_prose(out, style, lines.len ? NULL : "Remedy", rule->advice);
}

static void put_sources(struct buf *out, const struct reference_style *style,
			const struct rule *rule)
{
	autobuf struct buf item = BUF_INIT;
	const char *cite = rule->cite;

	if (!cite || !prose_item(&cite, &item))
		return;
	style->list(out, "Sources");
	do
		style->item(out, item.text, NULL);
	while (prose_item(&cite, &item));
	style->list_end(out);
}

static void put_rule(struct buf *out, const struct reference_style *style, const struct rule *rule)
{
	style->rule(out, rule);
	put_prose(out, style, NULL, rule->why);
	put_condition(out, style, rule);
	put_evidence(out, style, rule);
	put_remedy(out, style, rule);
	put_prose(out, style, "Risk", rule->risk);
	put_prose(out, style, "To verify", rule->verify);
	put_prose(out, style, "Wrong when", rule->wrong_when);
	put_sources(out, style, rule);
	put_prose(out, style, "Kernels", rule->kernel);
}

/* ---- all of them ---- */

void reference_print(struct buf *out, const struct rulebook *book,
		     const struct reference_style *style)
{
	autofree const struct rule **rules = xcalloc(book->count + 1, sizeof *rules);
	const struct reference reference = { book, rules };
	unsigned i;

	for (i = 0; i < book->count; i++)
		rules[i] = book->rules[i];
	qsort(rules, book->count, sizeof *rules, by_topic);
	style->begin(out, &reference);
	for (i = 0; i < book->count; i++) {
		autobuf struct buf topic = BUF_INIT;

		reference_topic(&topic, rules[i]);
		if (i == 0 || strcmp(file_of(rules[i - 1]), file_of(rules[i])) != 0)
			style->topic(out, buf_text(&topic));
		put_rule(out, style, rules[i]);
	}
	style->end(out);
}
