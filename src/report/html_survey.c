/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of many network namespaces on one page: a list that leads to them, then one after another. */
#include "report/html.h"

#include "base/html.h"
#include "report/printers.h"
#include "report/summary.h"

static void put_entry(struct buf *out, const struct report *report, unsigned number)
{
	autobuf struct buf verdict = BUF_INIT;
	const char *name = report->name ? report->name : report->netns;

	summary_verdict(&verdict, report);
	buf_puts(out, "<li>");
	html_element(out, "span", html_worst(report), buf_text(&verdict));
	buf_printf(out, " <a href=\"#r%u\">", number);
	html_element(out, "bdi", NULL, name ? name : "unnamed");
	buf_puts(out, "</a></li>\n");
}

static void put_skipped(struct buf *out, const struct survey *survey)
{
	unsigned i;

	if (survey->note)
		html_element(out, "p", "aside", survey->note);
	if (!survey->skipped_count)
		return;
	buf_puts(out, "<h2>Not looked at</h2>\n<dl>\n");
	for (i = 0; i < survey->skipped_count; i++) {
		html_element(out, "dt", NULL,
			     survey->skipped[i].name ? survey->skipped[i].name : "unnamed");
		html_element(out, "dd", NULL, survey->skipped[i].reason);
	}
	buf_puts(out, "</dl>\n");
}

void print_html_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	autobuf struct buf title = BUF_INIT;
	unsigned i;

	(void)look;
	buf_printf(&title, "%u network namespaces", survey->count);
	if (survey->count && survey->reports[0]->hostname)
		buf_printf(&title, " of %s", survey->reports[0]->hostname);
	html_head(out, title.text);
	buf_puts(out, "<header>\n");
	html_element(out, "h1", NULL, title.text);
	buf_puts(out, "<ul class=\"index\">\n");
	for (i = 0; i < survey->count; i++)
		put_entry(out, survey->reports[i], i + 1);
	buf_puts(out, "</ul>\n");
	put_skipped(out, survey);
	buf_puts(out, "</header>\n");
	for (i = 0; i < survey->count; i++) {
		const struct html html = { out, survey->reports[i], i + 1 };

		html_report(&html);
	}
	html_tail(out);
}
