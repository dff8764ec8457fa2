/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters and settings, as tables. */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>

#include "base/html.h"
#include "fact/sysctl.h"

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
		      "no sign of trouble now.</p>\n<table class=\"counters\">\n<tbody>\n");
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
	buf_puts(out, "</tbody>\n</table>\n</details>\n");
}

static bool is_changed(const struct report_sysctl *sysctl)
{
	return sysctl->initial && strcmp(sysctl->initial, sysctl->text) != 0;
}

/* Of several words, each. */
static void put_words_help(struct buf *out, const struct fact *first)
{
	unsigned words = sysctl_words((unsigned)(first - fact_catalogue)), i;

	if (words == 1) {
		put_help(out, first);
		return;
	}
	buf_puts(out, "<td class=\"help\">");
	for (i = 0; i < words; i++) {
		buf_puts(out, i ? "<br/><b>" : "<b>");
		html_text(out, first[i].name + strlen(first->key) + 1);
		buf_puts(out, "</b> ");
		html_text(out, first[i].help);
	}
	buf_puts(out, "</td>");
}

static void put_sysctl(struct buf *out, const struct report_sysctl *sysctl)
{
	buf_puts(out, "<tr>");
	html_element(out, "th", "code", sysctl->fact->key);
	html_element(out, "td", "code", *sysctl->text ? sysctl->text : "empty");
	html_element(out, "td", "code", sysctl->initial && !*sysctl->initial ? "empty" :
					sysctl->initial			    ? sysctl->initial :
									      "");
	put_words_help(out, sysctl->fact);
	buf_puts(out, "</tr>\n");
}

static void put_sysctls(const struct html *html, bool changed)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;
	unsigned i;

	buf_puts(out, "<table class=\"counters\">\n<thead><tr><th>setting</th><th>now</th>"
		      "<th>default</th><th class=\"help\">what it does</th></tr></thead>\n<tbody>\n");
	for (i = 0; i < vitals->sysctl_count; i++)
		if (is_changed(&vitals->sysctls[i]) == changed)
			put_sysctl(out, &vitals->sysctls[i]);
	buf_puts(out, "</tbody>\n</table>\n");
}

/* What somebody changed comes first; of the rest nobody asks until a value is in doubt. */
static void put_settings(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;
	unsigned changed = 0, i;

	for (i = 0; i < vitals->sysctl_count; i++)
		changed += is_changed(&vitals->sysctls[i]);
	buf_printf(out, "<section>\n<h2>Settings</h2>\n<p class=\"aside\">%u of %u are other than "
			"what the kernel starts with, as far as that is known.</p>\n", changed,
		   vitals->sysctl_count);
	if (changed)
		put_sysctls(html, true);
	buf_printf(out, "<details>\n<summary>The other %u</summary>\n", vitals->sysctl_count - changed);
	put_sysctls(html, false);
	buf_puts(out, "</details>\n</section>\n");
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
