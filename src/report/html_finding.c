/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: the rule once, its subjects side by side with their numbers, and what to do. */
#include "report/html.h"

#include <string.h>

#include "base/html.h"
#include "fact/sysctl.h"
#include "report/prose.h"
#include "report/summary.h"

/* ---- bars ---- */

/* What a full bar stands for. A share has its own end. Of several subjects the largest has, and
 * within one subject the largest of the numbers that are alike. */
struct scale {
	const struct report_finding *findings;
	unsigned count;
};

/* Numbers of sockets go together, and so do a quantity of the host and its limits. Growth goes with that
 * of other subjects, and totals with nothing: they are over a time that is theirs alone. */
enum kin { KIN_NONE, KIN_SOCKETS, KIN_HOST, KIN_GROWTH };

/* A setting of one byte is a choice or a number of tries, and no limit of anything. */
static bool is_choice(const struct fact *fact)
{
	return sysctl_is(fact) && fact->most > 0 && fact->most <= 255;
}

static bool is_quantity(const char *unit)
{
	static const enum unit others[] = { UNIT_PORT, UNIT_ID, UNIT_BOOL };
	unsigned i;

	for (i = 0; i < countof(others); i++)
		if (unit && strcmp(unit, unit_name(others[i])) == 0)
			return false;
	return unit != NULL;
}

static enum kin kin_of(const struct report_evidence *evidence)
{
	const char *expression = evidence->expression ? evidence->expression : "";
	unsigned fact = fact_find(expression);

	if (!evidence->known || !is_quantity(evidence->unit) || !isfinite(evidence->number) ||
	    evidence->number < 0)
		return KIN_NONE;
	if (strstr(expression, "delta(") || strstr(expression, "rate("))
		return KIN_GROWTH;
	if (fact == FACT_NONE)
		return KIN_SOCKETS;
	if (fact_catalogue[fact].kind == FACT_COUNTER || is_choice(&fact_catalogue[fact]))
		return KIN_NONE;
	return KIN_HOST;
}

static bool are_alike(const struct scale *scale, const struct report_evidence *a,
		      const struct report_evidence *b)
{
	if (kin_of(a) != kin_of(b) || (kin_of(a) == KIN_GROWTH && scale->count == 1))
		return false;
	return strcmp(a->unit, b->unit) == 0 && (scale->count == 1 || strcmp(a->name, b->name) == 0);
}

static double upper(const struct report_evidence *evidence)
{
	return isfinite(evidence->number_hi) ? evidence->number_hi : evidence->number;
}

static double full_bar(const struct scale *scale, const struct report_evidence *evidence)
{
	unsigned i, j, alike = 0;
	double full = 0;

	if (strcmp(evidence->unit, unit_name(UNIT_RATIO)) == 0)
		return 1;
	for (i = 0; i < scale->count; i++) {
		for (j = 0; j < scale->findings[i].evidence_count; j++) {
			const struct report_evidence *other = &scale->findings[i].evidence[j];

			if (!are_alike(scale, evidence, other))
				continue;
			alike++;
			full = upper(other) > full ? upper(other) : full;
		}
	}
	return alike > 1 ? full : 0;
}

/* Settings alone are no quantities to compare. */
static bool is_measured(const struct scale *scale, const struct report_evidence *evidence)
{
	unsigned i, fact;

	if (kin_of(evidence) != KIN_HOST)
		return true;
	for (i = 0; i < scale->findings->evidence_count; i++) {
		const struct report_evidence *other = &scale->findings->evidence[i];

		if (!are_alike(scale, evidence, other))
			continue;
		fact = fact_find(other->expression);
		if (fact_catalogue[fact].origin != FROM_SYSCTL || fact_catalogue[fact].read_only)
			return true;
	}
	return false;
}

static double percent(double number, double full)
{
	return number >= full ? 100 : 100 * number / full;
}

/* The second, pale part is what is not certain. */
static void put_bar(struct buf *out, const struct scale *scale,
		    const struct report_evidence *evidence)
{
	bool bar = kin_of(evidence) && is_measured(scale, evidence);
	double full = bar ? full_bar(scale, evidence) : 0;
	double sure = full > 0 ? percent(evidence->number, full) : 0;

	if (!(full > 0))
		return;
	buf_puts(out, "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
		      "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"8\"/>");
	if (upper(evidence) > evidence->number)
		buf_printf(out, "<rect class=\"maybe\" width=\"%.1f\" height=\"8\"/>",
			   percent(upper(evidence), full));
	buf_printf(out, "<rect class=\"fill\" width=\"%.1f\" height=\"8\"/></svg>", sure);
}

/* ---- subjects ---- */

/* What earlier runs saw of it. */
static void put_past(struct buf *out, const struct report_past *past)
{
	const char *change = summary_change(past);
	autobuf struct buf line = BUF_INIT;

	summary_past(&line, past);
	if (!line.len)
		return;
	buf_puts(out, "<p class=\"aside\">");
	if (change)
		html_element(out, "b", NULL, change);
	html_text(out, line.text);
	buf_puts(out, "</p>\n");
}

static void put_subject(struct buf *out, const struct scale *scale,
			const struct report_finding *finding)
{
	unsigned i;

	buf_puts(out, "<div class=\"subject\">\n");
	if (strcmp(finding->subject, "host") != 0) {
		buf_puts(out, "<h4>");
		html_element(out, "bdi", NULL, finding->subject);
		buf_puts(out, "</h4>\n");
	}
	put_past(out, &finding->past);
	buf_puts(out, "<table class=\"evidence\">\n");
	for (i = 0; i < finding->evidence_count; i++) {
		const struct report_evidence *evidence = &finding->evidence[i];

		buf_puts(out, "<tr>");
		html_element(out, "th", NULL, evidence->name);
		buf_puts(out, evidence->known ? "<td>" : "<td class=\"unknown\">");
		html_element(out, "bdi", NULL, evidence->text);
		put_bar(out, scale, evidence);
		buf_puts(out, "</td></tr>\n");
	}
	if (finding->by) {
		buf_puts(out, "<tr><th>held by</th><td>");
		html_element(out, "bdi", NULL, finding->by);
		buf_puts(out, "</td></tr>\n");
	}
	buf_puts(out, "</table>\n</div>\n");
}

/* ---- what to do ---- */

static void put_setting(struct buf *out, const struct report_setting *setting)
{
	bool already = setting->value && setting->current &&
		       strcmp(setting->value, setting->current) == 0;

	buf_puts(out, "<tr>");
	html_element(out, "th", "code", setting->key);
	html_element(out, "td", "code", setting->current ? setting->current : "unknown");
	if (setting->value)
		html_element(out, "td", "code", setting->value);
	else
		html_element(out, "td", "unknown", setting->reason);
	html_element(out, "td", NULL, already ? "already so" : "");
	buf_puts(out, "</tr>\n");
}

static void put_settings(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	if (!finding->setting_count)
		return;
	buf_puts(out, "<table class=\"settings\">\n"
		      "<tr><th>setting</th><th>now</th><th>advised</th><th></th></tr>\n");
	for (i = 0; i < finding->setting_count; i++)
		put_setting(out, &finding->settings[i]);
	buf_puts(out, "</table>\n");
}

static void put_sources(struct buf *out, const struct rule *rule)
{
	autobuf struct buf item = BUF_INIT;
	const char *rest = rule->cite ? rule->cite : "";

	if (!*rest)
		return;
	buf_puts(out, "<p class=\"lead\"><b>Sources</b></p>\n<ul class=\"sources\">\n");
	while (prose_item(&rest, &item))
		html_element(out, "li", NULL, item.text);
	buf_puts(out, "</ul>\n");
}

static void put_background(struct buf *out, const struct rule *rule)
{
	autobuf struct buf when = BUF_INIT;

	expr_print(&when, rule->when);
	buf_puts(out, "<details>\n<summary>Risk, how to verify, when this is wrong, sources</summary>\n");
	html_paragraphs(out, "Risk", rule->risk);
	html_paragraphs(out, "To verify", rule->verify);
	html_paragraphs(out, "Wrong when", rule->wrong_when);
	buf_puts(out, "<p><b>Fires when</b> ");
	html_element(out, "code", NULL, buf_text(&when));
	if (rule->per != PER_HOST)
		buf_printf(out, " for each %s", grouping_name(rule->per));
	buf_puts(out, "</p>\n");
	put_sources(out, rule);
	buf_puts(out, "</details>\n");
}

static void put_rule(const struct html *html, const struct scale *scale)
{
	const struct rule *rule = scale->findings->rule;
	struct buf *out = html->out;
	unsigned i;

	buf_printf(out, "<section class=\"finding %s\" id=\"", severity_name(rule->severity));
	html_id(html, rule->id);
	buf_puts(out, "\">\n<h3>");
	html_element(out, "span", severity_name(rule->severity), severity_name(rule->severity));
	html_text(out, rule->title);
	buf_puts(out, "</h3>\n");
	html_element(out, "p", "code", rule->id);
	buf_puts(out, scale->count > 1 ? "<div class=\"subjects\">\n" : "<div>\n");
	for (i = 0; i < scale->count; i++)
		put_subject(out, scale, &scale->findings[i]);
	buf_puts(out, "</div>\n");
	html_paragraphs(out, "Why", rule->why);
	put_settings(out, scale->findings);
	html_paragraphs(out, "Do", rule->advice);
	put_background(out, rule);
	buf_puts(out, "</section>\n");
}

void html_findings(const struct html *html)
{
	const struct report *report = html->report;
	struct scale scale = { 0 };
	unsigned i;

	if (!report->finding_count)
		return;
	buf_puts(html->out, "<section>\n<h2>Findings</h2>\n");
	for (i = 0; i < report->finding_count; i += scale.count) {
		scale.findings = &report->findings[i];
		scale.count = summary_same_rule(report, i);
		put_rule(html, &scale);
	}
	if (report->more)
		buf_printf(html->out, "<p>and %u more of these, not listed</p>\n", report->more);
	buf_puts(html->out, "</section>\n");
}
