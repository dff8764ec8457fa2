/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/reference.h: all rules on one page, topic by topic, for people: made of the rulebook
 * alone, and the same bytes on every host. */
#ifndef REPORT_REFERENCE_H
#define REPORT_REFERENCE_H

#include "rule/rulebook.h"

/* Both append the whole page. In Markdown each rule has an anchor that is its id. */
void reference_markdown(struct buf *out, const struct rulebook *book);
void reference_mdoc(struct buf *out, const struct rulebook *book); /* tcp-advise-rules(7) */

/* ---- between reference.c, which knows what a page says, and the files that know how ---- */

struct reference {
	const struct rulebook *book;
	const struct rule **rules; /* by topic, then as they stand in its file */
};

/* How the parts of a page are laid out. Texts are as hostile as a site's rules may be: printable,
 * and nothing more. A heading may be NULL. */
struct reference_style {
	void (*begin)(struct buf *out, const struct reference *reference);
	void (*topic)(struct buf *out, const char *topic);
	void (*rule)(struct buf *out, const struct rule *rule);
	/* Paragraphs are lines. */
	void (*prose)(struct buf *out, const char *heading, const char *text);
	void (*code)(struct buf *out, const char *heading, const char *lines);
	/* A list: its beginning, items of words and code, where either may be NULL, its end. */
	void (*list)(struct buf *out, const char *heading);
	void (*item)(struct buf *out, const char *words, const char *code);
	void (*list_end)(struct buf *out);
	void (*end)(struct buf *out);
};

void reference_print(struct buf *out, const struct rulebook *book,
		     const struct reference_style *style);
/* Never empty: a lone '.' in place of a title leaves the id. */
const char *reference_title(const struct rule *rule);
/* The name of a rule's file without its folder and ".ini": "listen". */
void reference_topic(struct buf *out, const struct rule *rule);

#endif
