/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doc/rules.md: a table of contents, then the rules. Anchors are HTML, because not every reader of
 * Markdown makes them of headings; only ids and numbers of topics go into them. */
#include "report/reference.h"

#include <string.h>

#include "base/markdown.h"

enum { WIDTH = 100 };

/* Names of files are free: "my rules" would be no anchor. */
static void put_anchor(struct buf *out, const char *topic)
{
	buf_puts(out, "topic-");
	for (; *topic; topic++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *topic))
			buf_putc(out, *topic);
}

static void put_contents(struct buf *out, const struct reference *reference)
{
	autobuf struct buf last = BUF_INIT;
	unsigned i;

	buf_puts(out, "\n## Contents\n\n");
	for (i = 0; i < reference->book->count; i++) {
		const struct rule *rule = reference->rules[i];
		autobuf struct buf topic = BUF_INIT;

		reference_topic(&topic, rule);
		if (i == 0 || strcmp(buf_text(&topic), buf_text(&last)) != 0) {
			buf_puts(out, "- [");
			markdown_words(out, buf_text(&topic));
			buf_puts(out, "](#");
			put_anchor(out, buf_text(&topic));
			buf_puts(out, ")\n");
		}
		buf_printf(out, "  - [%s](#%s), %s: ", rule->id, rule->id, severity_name(rule->severity));
		markdown_words(out, reference_title(rule));
		buf_putc(out, '\n');
		buf_clear(&last);
		buf_puts(&last, buf_text(&topic));
	}
}

static void begin(struct buf *out, const struct reference *reference)
{
	const struct rulebook *book = reference->book;

	if (book->licence)
		buf_printf(out, "<!-- SPDX-License-Identifier: %s -->\n", book->licence);
	buf_puts(out, "<!-- Made from the rules by 'tcp-advise rules --markdown'; edit those. -->\n"
		      "\n# The rules of tcp-advise\n\n");
	buf_printf(out, "%u rules. Rulebook version %s, licence %s, sha256\n`%s`.\n", book->count,
		   book->version ? book->version : "unknown",
		   book->licence ? book->licence : "unknown", checksum_hex(book->checksum));
	buf_puts(out, "\nEvery rule can be cited as its id, and linked to as `#` and its id. "
		      "`tcp-advise explain ID` prints\nthe same page, with the thresholds and "
		      "the checksum of the rulebook that is in use. Thresholds can be\n"
		      "changed without a copy of the rule: `--let ID.NAME=VALUE`.\n");
	put_contents(out, reference);
}

static void topic(struct buf *out, const char *name)
{
	buf_puts(out, "\n<a id=\"");
	put_anchor(out, name);
	buf_puts(out, "\"></a>\n\n## ");
	markdown_words(out, name);
	buf_putc(out, '\n');
}

static void rule(struct buf *out, const struct rule *rule)
{
	buf_printf(out, "\n<a id=\"%s\"></a>\n\n### %s\n\n%s", rule->id, rule->id,
		   severity_name(rule->severity));
	if (rule->per != PER_HOST)
		buf_printf(out, ", for each %s", grouping_name(rule->per));
	buf_puts(out, ": **");
	markdown_words(out, reference_title(rule));
	buf_puts(out, "**\n");
}

static void prose(struct buf *out, const char *heading, const char *text)
{
	markdown_prose(out, heading, text, WIDTH);
}

static void code(struct buf *out, const char *heading, const char *lines)
{
	buf_printf(out, "\n**%s:**\n\n", heading);
	markdown_block(out, lines, WIDTH);
}

static void list(struct buf *out, const char *heading)
{
	buf_printf(out, "\n**%s:**\n\n", heading);
}

static void item(struct buf *out, const char *words, const char *source)
{
	buf_puts(out, "- ");
	if (words)
		markdown_words(out, words);
	if (source) {
		buf_puts(out, words ? ": " : "");
		markdown_code(out, source);
	}
	buf_putc(out, '\n');
}

static void nothing(struct buf *out)
{
	(void)out;
}

void reference_markdown(struct buf *out, const struct rulebook *book)
{
	static const struct reference_style style = {
		.begin = begin, .topic = topic, .rule = rule, .prose = prose, .code = code,
		.list = list,	.item = item,	.list_end = nothing, .end = nothing,
	};

	reference_print(out, book, &style);
}
