/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters and settings, as tables. */
#include "report/html.h"

#include <inttypes.h>

#include "base/html.h"

static void put_help(struct buf *out, const struct fact *fact)
{
	buf_puts(out, "<td class=\"help\">");
	html_text(out, fact->help);
	if (fact->host_wide)
		buf_puts(out, "; of the whole host");
	buf_puts(out, "</td>");
}

static void put_growth(struct buf *out, const struct report_counter *counter, double window)
{
	buf_puts(out, "<tr>");
	html_element(out, "th", "code", counter->fact->name);
	buf_puts(out, "<td class=\"number\">");
	unit_print(out, UNIT_COUNT, counter->growth);
	buf_puts(out, "</td><td class=\"number\">");
	unit_print(out, UNIT_PER_SECOND, counter->growth / window);
	buf_puts(out, "</td>");
	put_help(out, counter->fact);
	buf_puts(out, "</tr>\n");
}

static unsigned count_grown(const struct report_vitals *vitals)
{
	unsigned grown = 0, i;

	for (i = 0; i < vitals->counter_count; i++)
		grown += vitals->counters[i].growth > 0;
	return grown;
}

static void put_grown(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;
	unsigned i;

	if (!(html->report->window > 0)) {
		buf_puts(out, "<p class=\"aside\">There was one sample only, so what grew is not "
			      "known.</p>\n");
		return;
	}
	buf_printf(out, "<p class=\"aside\">%u of %u counters grew in ", count_grown(vitals),
		   vitals->counter_count);
	unit_print(out, UNIT_SECONDS, html->report->window);
	buf_puts(out, ".</p>\n");
	if (!count_grown(vitals))
		return;
	buf_puts(out, "<table class=\"counters\">\n<thead><tr><th>counter</th>"
		      "<th class=\"number\">growth</th><th class=\"number\">rate</th>"
		      "<th class=\"help\">what it counts</th></tr></thead>\n<tbody>\n");
	for (i = 0; i < vitals->counter_count; i++)
		if (vitals->counters[i].growth > 0)
			put_growth(out, &vitals->counters[i], html->report->window);
	buf_puts(out, "</tbody>\n</table>\n");
}

/* Totals tell nothing without their age; they are here for comparing with another report. */
static void put_totals(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;
	unsigned i;

	buf_puts(out, "<details>\n<summary>Totals of all counters that are not zero</summary>\n"
		      "<p class=\"aside\">Since boot, or since the namespace began: a total alone is "
		      "no sign of trouble now.</p>\n<table class=\"counters\">\n");
	for (i = 0; i < vitals->counter_count; i++) {
		const struct report_counter *counter = &vitals->counters[i];

		if (!counter->total)
			continue;
		buf_puts(out, "<tr>");
		html_element(out, "th", "code", counter->fact->name);
		buf_printf(out, "<td class=\"number\">%" PRIu64 "</td>", counter->total);
		put_help(out, counter->fact);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</table>\n</details>\n");
}

static void put_settings(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;
	unsigned i;

	buf_printf(out, "<section>\n<h2>Settings</h2>\n<details>\n<summary>%u settings as they are"
			"</summary>\n<table class=\"counters\">\n", vitals->sysctl_count);
	for (i = 0; i < vitals->sysctl_count; i++) {
		const struct report_sysctl *sysctl = &vitals->sysctls[i];

		buf_puts(out, "<tr>");
		html_element(out, "th", "code", sysctl->fact->key);
		html_element(out, "td", "code", sysctl->text);
		put_help(out, sysctl->fact);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</table>\n</details>\n</section>\n");
}

void html_vitals(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;

	if (!vitals->taken)
		return;
	buf_puts(out, "<section>\n<h2>Counters</h2>\n");
	put_grown(html);
	put_totals(html);
	buf_puts(out, "</section>\n");
	put_settings(html);
}
