/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of one rule. It is made of the rule alone, so it cannot say what the rule does not. */
#include "report/explain.h"

#include <string.h>

#include "base/text.h"
#include "report/look.h"
#include "report/prose.h"

void explain_heading(struct buf *out, const struct look *look, const char *heading)
{
	buf_putc(out, '\n');
	look_strong(out, look, heading);
	buf_putc(out, '\n');
}

static void explain_paragraphs(struct buf *out, const struct look *look, const char *text)
{
	const char *between = "";

	while (*text) {
		size_t len = strcspn(text, "\n");
		autobuf struct buf paragraph = BUF_INIT;

		if (len) {
			buf_write(&paragraph, text, len);
			buf_puts(out, between);
			text_wrap(out, paragraph.text, EXPLAIN_MARGIN, 0, look_width(look));
			between = "\n";
		}
		text += len + (text[len] == '\n');
	}
}

void explain_section(struct buf *out, const struct look *look, const char *heading,
		     const char *text)
{
	if (!text || !*text)
		return;
	explain_heading(out, look, heading);
	explain_paragraphs(out, look, text);
}

static void put_condition(struct buf *out, const struct rule *rule, const struct look *look)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i;

	explain_heading(out, look, rule->role ? "HOLDS WHEN" : "FIRES WHEN");
	expr_print(&text, rule->when);
	look_hang(out, look, EXPLAIN_MARGIN, buf_text(&text));
	if (rule->per != PER_HOST) {
		buf_clear(&text);
		buf_printf(&text, "for each %s", grouping_name(rule->per));
		look_hang(out, look, EXPLAIN_MARGIN, text.text);
	}
	for (i = 0; i < rule->let_count; i++) {
		buf_clear(&text);
		buf_printf(&text, "with %s = ", rule->lets[i].name);
		unit_print(&text, rule->lets[i].unit, rule->lets[i].number);
		if (rule->tuned[i] && rule->tuned[i]->place.file)
			buf_printf(&text, ", as %s:%u has it", rule->tuned[i]->place.file,
				   rule->tuned[i]->place.line);
		else
			buf_printf(&text, ", which --let %s.%s=VALUE changes", rule->id,
				   rule->lets[i].name);
		look_hang(out, look, EXPLAIN_MARGIN, text.text);
	}
}

/* The roles that stand in the condition, and what is taken for them. */
static void put_roles(struct buf *out, const struct rule *rule, const struct look *look)
{
	unsigned i;

	for (i = 0; i < rule->role_count; i++) {
		autobuf struct buf text = BUF_INIT;

		buf_printf(&text, "role == %s, unless --role says what this host is: ",
			   rule->roles[i]->id);
		expr_print(&text, rule->roles[i]->when);
		look_hang(out, look, EXPLAIN_MARGIN, text.text);
	}
}

static void put_evidence(struct buf *out, const struct rule *rule, const struct look *look)
{
	unsigned i;

	if (!rule->show_count)
		return;
	explain_heading(out, look, "SHOWS");
	for (i = 0; i < rule->show_count; i++) {
		autobuf struct buf text = BUF_INIT;

		if (rule->show[i].label)
			buf_printf(&text, "%s: ", rule->show[i].label);
		expr_print(&text, rule->show[i].expr);
		look_hang(out, look, EXPLAIN_MARGIN, buf_text(&text));
	}
}

static void put_remedy(struct buf *out, const struct rule *rule, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	if (!rule->setting_count && !(rule->advice && *rule->advice))
		return;
	explain_heading(out, look, "REMEDY");
	for (i = 0; i < rule->setting_count; i++) {
		buf_clear(&line);
		setting_print(&line, &rule->settings[i]);
		look_hang(out, look, EXPLAIN_MARGIN, line.text);
	}
	if (rule->advice && *rule->advice) {
		buf_puts(out, rule->setting_count ? "\n" : "");
		explain_paragraphs(out, look, rule->advice);
	}
}

static void put_sources(struct buf *out, const struct rule *rule, const struct look *look)
{
	autobuf struct buf item = BUF_INIT;
	const char *cite = rule->cite;

	if (!cite || !*cite)
		return;
	explain_heading(out, look, "SOURCES");
	while (prose_item(&cite, &item))
		look_hang(out, look, EXPLAIN_MARGIN, item.text);
}

/* A version is what people say; the checksum is of every byte of the rulebook. */
static void put_citation(struct buf *out, const struct rulebook *book, const struct rule *rule,
			 const struct look *look)
{
	autobuf struct buf text = BUF_INIT;

	explain_heading(out, look, "CITE AS");
	buf_printf(&text, "%s, tcp-advise rulebook %s, sha256 %s", rule->id,
		   book->version ? book->version : "without a version", checksum_hex(book->checksum));
	look_hang(out, look, EXPLAIN_MARGIN, text.text);
}

void explain_print(struct buf *out, const struct rulebook *book, const struct rule *rule,
		   const struct look *look)
{
	size_t start = out->len;

	if (rule->role)
		buf_puts(out, "role");
	else
		look_severity(out, look, rule->severity);
	buf_puts(out, ": ");
	look_strong(out, look, rule->id);
	buf_putc(out, '\n');
	if (rule->title)
		text_wrap(out, rule->title, EXPLAIN_MARGIN, 0, look_width(look));
	explain_section(out, look, "WHY", rule->why);
	put_condition(out, rule, look);
	put_roles(out, rule, look);
	put_evidence(out, rule, look);
	put_remedy(out, rule, look);
	explain_section(out, look, "RISK", rule->risk);
	explain_section(out, look, "TO VERIFY", rule->verify);
	explain_section(out, look, "WRONG WHEN", rule->wrong_when);
	put_sources(out, rule, look);
	explain_section(out, look, "KERNEL", rule->kernel);
	put_citation(out, book, rule, look);
	look_finish(out, start, look);
}
