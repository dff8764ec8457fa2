/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/html.h: the parts of an HTML page of reports, one file each. Static: no script, and nothing
 * is fetched. Every element is closed and every attribute quoted, so that an XML parser can tell
 * whether a text of the system got through (tests/page.py). */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/report.h"

extern const char html_style[]; /* the style sheet */

/* One report on the page. */
struct html {
	struct buf *out;
	const struct report *report;
	unsigned number; /* ids begin with it: a page may hold several reports */
};

/* The page around them. */
void html_head(struct buf *out, const char *title);
void html_report(const struct html *html);
void html_tail(struct buf *out);

/* ---- parts of a report ---- */

void html_findings(const struct html *html);
/* The state diagram of RFC 9293 with the sockets now in each. */
void html_states(const struct html *html);
/* Counters that grew, and those and the settings as they are. */
void html_vitals(const struct html *html);

/* ---- words ---- */

/* The class of the worst that was found: "critical" ... "info", "quiet", "unknown". */
const char *html_worst(const struct report *report);

/* <tag class="class">text</tag> and a line end; class may be NULL. */
void html_element(struct buf *out, const char *tag, const char *class, const char *text);
/* A paragraph for each line of the text; a heading in front of the first, or NULL. */
void html_paragraphs(struct buf *out, const char *heading, const char *text);
/* The id of a rule's section, to stand in an attribute: "r1-close-wait-leak". */
void html_id(const struct html *html, const char *rule);

#endif
