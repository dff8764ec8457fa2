/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for a postmortem: ready to paste, with all one needs to cite it. Names and addresses are
 * code, so that they are neither markup nor links; our own words make no links either. Paragraphs
 * are lines: where this is pasted, the ends of lines are often shown. */
#include "report/printers.h"

#include <string.h>

#include "base/markdown.h"
#include "report/look.h"
#include "report/prose.h"
#include "report/summary.h"

static void put_item(struct buf *out, const char *label, const char *code)
{
	if (!code)
		return;
	buf_printf(out, "- %s: ", label);
	markdown_code(out, code);
	buf_putc(out, '\n');
}

static void put_head(struct buf *out, const struct report *report)
{
	const char *sha256 = checksum_hex(report->rulebook_checksum);
	autobuf struct buf line = BUF_INIT;

	buf_puts(out, "## tcp-advise: ");
	summary_verdict(out, report);
	buf_puts(out, "\n\n");
	put_item(out, "host", report->hostname);
	put_item(out, "kernel", report->kernel);
	put_item(out, "network namespace", report->name);
	put_item(out, report->name ? "its inode" : "network namespace", report->netns);
	summary_circumstances(&line, report);
	buf_printf(out, "- %s\n- rulebook: version ", line.text);
	markdown_words(out, report->rulebook_version ? report->rulebook_version : "unknown");
	buf_puts(out, ", sha256 ");
	markdown_code(out, sha256 ? sha256 : "unknown");
	buf_putc(out, '\n');
}

/* ---- tables of evidence ---- */

static void cell_value(struct buf *out, const struct report_evidence *evidence)
{
	if (evidence->known && !evidence->unit) /* names */
		markdown_cell_code(out, evidence->text);
	else
		markdown_cell_words(out, evidence->text);
}

static void cell_name(struct buf *out, const struct report_evidence *evidence)
{
	if (evidence->expression && strcmp(evidence->name, evidence->expression) == 0)
		markdown_cell_code(out, evidence->name);
	else
		markdown_cell_words(out, evidence->name);
}

/* One subject: a number a line. */
static void put_one(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	buf_puts(out, "\n| subject |");
	markdown_cell_code(out, finding->subject);
	buf_puts(out, "\n|---|---|\n");
	for (i = 0; i < finding->evidence_count; i++) {
		buf_putc(out, '|');
		cell_name(out, &finding->evidence[i]);
		cell_value(out, &finding->evidence[i]);
		buf_putc(out, '\n');
	}
	if (finding->by) {
		buf_puts(out, "| held by |");
		markdown_cell_words(out, finding->by);
		buf_putc(out, '\n');
	}
}

static bool any_held(const struct report_finding *findings, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (findings[i].by)
			return true;
	return false;
}

/* Several: a subject a line. All findings of a rule have the same evidence. */
static void put_several(struct buf *out, const struct report_finding *findings, unsigned count)
{
	bool held = any_held(findings, count);
	unsigned i, j;

	buf_puts(out, "\n| subject |");
	for (i = 0; i < findings->evidence_count; i++)
		cell_name(out, &findings->evidence[i]);
	buf_puts(out, held ? " held by |\n|---|---|" : "\n|---|");
	for (i = 0; i < findings->evidence_count; i++)
		buf_puts(out, "---|");
	buf_putc(out, '\n');
	for (i = 0; i < count; i++) {
		buf_putc(out, '|');
		markdown_cell_code(out, findings[i].subject);
		for (j = 0; j < findings->evidence_count && j < findings[i].evidence_count; j++)
			cell_value(out, &findings[i].evidence[j]);
		if (held)
			markdown_cell_words(out, findings[i].by ? findings[i].by : "");
		buf_putc(out, '\n');
	}
}

/* ---- one rule ---- */

static void put_settings(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	if (finding->setting_count)
		buf_puts(out, "\n**Set:**\n\n");
	for (i = 0; i < finding->setting_count; i++) {
		autobuf struct buf line = BUF_INIT;

		summary_setting(&line, &finding->settings[i]);
		buf_puts(out, "- ");
		markdown_code(out, line.text);
		buf_putc(out, '\n');
	}
}

static void put_prose(struct buf *out, const char *heading, const char *text)
{
	if (text)
		markdown_prose(out, heading, text, 0);
}

static void put_sources(struct buf *out, const struct rule *rule)
{
	autobuf struct buf item = BUF_INIT;
	const char *rest = rule->cite ? rule->cite : "", *heading = "\n**Sources:**\n\n";

	while (prose_item(&rest, &item)) {
		buf_printf(out, "%s- ", heading);
		markdown_words(out, item.text);
		buf_putc(out, '\n');
		heading = "";
	}
}

static void put_pasts(struct buf *out, const struct report_finding *findings, unsigned count)
{
	const char *heading = "\n**History:**\n\n";
	unsigned i;

	for (i = 0; i < count; i++) {
		const char *change = summary_change(&findings[i].past);
		autobuf struct buf line = BUF_INIT;

		summary_past(&line, &findings[i].past);
		if (!line.len)
			continue;
		buf_printf(out, "%s- ", heading);
		markdown_code(out, findings[i].subject);
		buf_printf(out, ": %s%s", change ? change : "", change ? ", " : "");
		markdown_words(out, line.text);
		buf_putc(out, '\n');
		heading = "";
	}
}

static void put_closed(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->closed_count)
		buf_puts(out, "\n### No longer told\n\n");
	for (i = 0; i < report->closed_count; i++) {
		const struct report_closed *closed = &report->closed[i];
		autobuf struct buf line = BUF_INIT;

		summary_closed(&line, closed);
		buf_puts(out, "- ");
		markdown_words(out, closed->title);
		buf_puts(out, ", ");
		markdown_code(out, closed->rule);
		buf_puts(out, ", ");
		markdown_code(out, closed->subject);
		buf_printf(out, ": %s%s", closed->why == CLOSED_GONE ? "" : summary_closing(closed->why),
			   closed->why == CLOSED_GONE ? "" : ", ");
		markdown_words(out, line.text);
		buf_putc(out, '\n');
	}
}

/* The version does not say what this site, or this command line, has changed. */
static void put_tuned(struct buf *out, const struct rule *rule)
{
	unsigned i;

	for (i = 0; i < rule->let_count; i++) {
		autobuf struct buf let = BUF_INIT;

		if (!rule->tuned[i])
			continue;
		buf_printf(&let, "%s = ", rule->lets[i].name);
		unit_print(&let, rule->lets[i].unit, rule->lets[i].number);
		buf_puts(out, ", tuned: ");
		markdown_code(out, let.text);
	}
}

/* What is cited: the id is never given to another rule, the version says which text of it. */
static void put_rule(struct buf *out, const struct report *report,
		     const struct report_finding *findings, unsigned count)
{
	const struct rule *rule = findings->rule;

	buf_printf(out, "\n### %s: ", severity_name(rule->severity));
	markdown_words(out, rule->title);
	buf_puts(out, "\n\nRule ");
	markdown_code(out, rule->id);
	buf_puts(out, ", rulebook ");
	markdown_words(out, report->rulebook_version ? report->rulebook_version :
						       "without a version");
	put_tuned(out, rule);
	buf_puts(out, ".\n");
	if (count == 1)
		put_one(out, findings);
	else
		put_several(out, findings, count);
	put_pasts(out, findings, count);
	put_prose(out, "Why", rule->why);
	put_settings(out, findings);
	put_prose(out, "Do", rule->advice);
	put_prose(out, "Risk", rule->risk);
	put_prose(out, "To verify", rule->verify);
	put_prose(out, "Wrong when", rule->wrong_when);
	put_sources(out, rule);
}

static void put_findings(struct buf *out, const struct report *report)
{
	unsigned i, count;

	for (i = 0; i < report->finding_count; i += count) {
		count = summary_same_rule(report, i);
		put_rule(out, report, &report->findings[i], count);
	}
	if (report->more)
		buf_printf(out, "\nAnd %u more of these, not listed.\n", report->more);
}

/* ---- the rest ---- */

static void put_waived(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->waived_count)
		buf_puts(out, "\n### Waived\n\n| rule | subject | why |\n|---|---|---|\n");
	for (i = 0; i < report->waived_count; i++) {
		autobuf struct buf reason = BUF_INIT;

		summary_reason(&reason, report->waived[i].waiver);
		buf_putc(out, '|');
		markdown_cell_code(out, report->waived[i].rule->id);
		markdown_cell_code(out, report->waived[i].subject);
		markdown_cell_words(out, reason.text);
		buf_putc(out, '\n');
	}
	if (report->waived_more)
		buf_printf(out, "\nAnd %u more of these, not listed.\n", report->waived_more);
	if (report->waiver_count)
		buf_puts(out, "\n### Waivers that need a hand\n\n");
	for (i = 0; i < report->waiver_count; i++) {
		autobuf struct buf line = BUF_INIT;

		summary_waiver(&line, &report->waivers[i]);
		buf_puts(out, "- ");
		markdown_words(out, line.text);
		buf_putc(out, '\n');
	}
}

static void put_unknown(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->unknown_count)
		buf_puts(out, "\n### Not evaluated\n\n");
	for (i = 0; i < report->unknown_count; i++) {
		autobuf struct buf ids = BUF_INIT;

		if (!summary_unknown(&ids, report, i))
			continue;
		buf_puts(out, "- ");
		markdown_words(out, report->unknown[i].reason);
		buf_puts(out, ": ");
		markdown_words(out, ids.text);
		buf_putc(out, '\n');
	}
}

static void put_roles(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->role_count)
		buf_puts(out, "\n### Roles\n\n");
	for (i = 0; i < report->role_count; i++) {
		autobuf struct buf line = BUF_INIT;

		summary_role(&line, &report->roles[i]);
		buf_puts(out, "- ");
		markdown_words(out, line.text);
		buf_putc(out, '\n');
	}
}

static void put_notes(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->note_count)
		buf_puts(out, "\n### Notes\n\n");
	for (i = 0; i < report->note_count; i++) {
		buf_puts(out, "- ");
		markdown_words(out, report->notes[i]);
		buf_putc(out, '\n');
	}
}

static void put_report(struct buf *out, const struct report *report)
{
	put_head(out, report);
	put_findings(out, report);
	put_closed(out, report);
	put_waived(out, report);
	put_unknown(out, report);
	put_roles(out, report);
	put_notes(out, report);
}

void print_markdown(struct buf *out, const struct report *report, const struct look *look)
{
	size_t start = out->len;

	(void)look;
	put_report(out, report);
	look_finish(out, start, NULL);
}

/* ---- many network namespaces ---- */

static void put_namespaces(struct buf *out, const struct survey *survey)
{
	unsigned i;

	buf_puts(out, "\n| network namespace | verdict |\n|---|---|\n");
	for (i = 0; i < survey->count; i++) {
		autobuf struct buf verdict = BUF_INIT;

		summary_verdict(&verdict, survey->reports[i]);
		buf_putc(out, '|');
		markdown_cell_code(out, survey->reports[i]->name);
		markdown_cell_words(out, verdict.text);
		buf_putc(out, '\n');
	}
	for (i = 0; i < survey->skipped_count; i++) {
		autobuf struct buf reason = BUF_INIT;

		buf_printf(&reason, "not looked at: %s", survey->skipped[i].reason);
		buf_putc(out, '|');
		markdown_cell_code(out, survey->skipped[i].name);
		markdown_cell_words(out, reason.text);
		buf_putc(out, '\n');
	}
	if (survey->note) {
		buf_putc(out, '\n');
		markdown_words(out, survey->note);
		buf_putc(out, '\n');
	}
}

/* Those that find something follow whole. */
void print_markdown_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	size_t start = out->len;
	unsigned i;

	(void)look;
	buf_puts(out, "## tcp-advise: ");
	summary_survey(out, survey);
	buf_putc(out, '\n');
	put_namespaces(out, survey);
	for (i = 0; i < survey->count; i++) {
		const struct report *report = survey->reports[i];

		if (!report->finding_count && !report->closed_count && !report->waived_count &&
		    !report->waiver_count)
			continue;
		buf_putc(out, '\n');
		put_report(out, report);
	}
	look_finish(out, start, NULL);
}
