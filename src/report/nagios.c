/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for Nagios, Icinga and their kin, as the Monitoring Plugins Development Guidelines have
 * it: "TCP-ADVISE WARNING: text | performance data", then long output. Nagios keeps 8 KiB (nagios
 * include/nagios.h, MAX_PLUGIN_OUTPUT_LENGTH), so the worst stands first.
 *
 * A '|' begins performance data wherever it stands, and cannot be escaped: in texts it is \x7c, as
 * everything else that text_printable() takes out. */
#include "report/printers.h"

#include <string.h>

#include "report/look.h"
#include "report/prose.h"
#include "report/summary.h"

/* Rules and their first subject on the status line; all are in the long output. */
enum { NAMED = 3 };

static const char *const statuses[] = { "OK", "WARNING", "CRITICAL" };

/* A text, its ends of lines replaced. */
static void put_escaped(struct buf *out, const char *text, char line_end)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_puts(out, "\\x7c");
		else
			buf_putc(out, *text == '\n' ? line_end : *text);
	}
}

static void put_text(struct buf *out, const char *text)
{
	put_escaped(out, text, ' ');
}

/* Those that make the status: an OK names none. */
static void put_named(struct buf *out, const struct report *report)
{
	unsigned i, count, named = 0;

	for (i = 0; i < report->finding_count; i += count) {
		const struct report_finding *finding = &report->findings[i];

		count = summary_same_rule(report, i);
		if (finding->rule->severity < SEVERITY_WARNING || named++ == NAMED)
			break;
		buf_printf(out, "%s%s ", named > 1 ? "; " : ": ", finding->rule->id);
		put_text(out, finding->subject);
		if (count > 1)
			buf_printf(out, " and %u more", count - 1);
	}
	if (named > NAMED)
		buf_puts(out, "; ...");
}

/* label=value;warn;crit;min;max, always the same, so that graphs go on. Whoever reads thresholds
 * from here sees what makes the status: more than 0. */
static void put_performance(struct buf *out, const struct report *report)
{
	static const struct { enum severity severity; const char *thresholds; } counts[] = {
		{ SEVERITY_CRITICAL, ";0" }, { SEVERITY_WARNING, "0;" },
		{ SEVERITY_NOTICE, ";" },    { SEVERITY_INFO, ";" },
	};
	unsigned i;

	buf_puts(out, " |");
	for (i = 0; i < countof(counts); i++)
		buf_printf(out, " %s=%u;%s;0;%u", severity_name(counts[i].severity),
			   report->by_severity[counts[i].severity], counts[i].thresholds,
			   report->rule_count);
	buf_printf(out, " waived=%u;;;0;%u not_evaluated=%u;;;0;%u quiet=%u;;;0;%u\n",
		   report->waived_rules, report->rule_count, report->unknown_count,
		   report->rule_count, report->quiet_count, report->rule_count);
}

static void put_line(struct buf *out, const char *label, const char *text)
{
	buf_printf(out, "%s: ", label);
	put_text(out, text);
	buf_putc(out, '\n');
}

static void put_finding(struct buf *out, const struct report_finding *finding)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	buf_printf(&line, "%s [%s]: %s", finding->rule->title, finding->rule->id, finding->subject);
	for (i = 0; i < finding->evidence_count; i++)
		buf_printf(&line, "; %s: %s", finding->evidence[i].name, finding->evidence[i].text);
	if (*finding->past.began) {
		buf_puts(&line, "; ");
		summary_past(&line, &finding->past);
	}
	if (finding->by)
		buf_printf(&line, "; by: %s", finding->by);
	put_line(out, severity_name(finding->rule->severity), line.text);
}

static void put_remedy(struct buf *out, const struct report_finding *finding)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	for (i = 0; i < finding->setting_count; i++) {
		buf_clear(&line);
		summary_setting(&line, &finding->settings[i]);
		put_line(out, "  set", line.text);
	}
	buf_clear(&line);
	prose_first(&line, finding->rule->advice ? finding->rule->advice : "");
	if (line.len)
		put_line(out, "  do", line.text);
}

static void put_findings(struct buf *out, const struct report *report)
{
	unsigned i, j, count;

	for (i = 0; i < report->finding_count; i += count) {
		count = summary_same_rule(report, i);
		for (j = i; j < i + count; j++)
			put_finding(out, &report->findings[j]);
		put_remedy(out, &report->findings[i]);
	}
	if (report->more)
		buf_printf(out, "and %u more of these, not listed\n", report->more);
}

static void put_waived(struct buf *out, const struct report *report)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	for (i = 0; i < report->waived_count; i++) {
		const struct report_finding *finding = &report->waived[i];

		buf_clear(&line);
		buf_printf(&line, "%s [%s]: %s: ", finding->rule->title, finding->rule->id,
			   finding->subject);
		summary_reason(&line, finding->waiver);
		put_line(out, "waived", line.text);
	}
	if (report->waived_more)
		buf_printf(out, "and %u more of these, not listed\n", report->waived_more);
	for (i = 0; i < report->waiver_count; i++) {
		buf_clear(&line);
		summary_waiver(&line, &report->waivers[i]);
		put_line(out, "waiver", line.text);
	}
}

static void put_rest(struct buf *out, const struct report *report)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	for (i = 0; i < report->unknown_count; i++) {
		autobuf struct buf ids = BUF_INIT;

		if (!summary_unknown(&ids, report, i))
			continue;
		buf_clear(&line);
		buf_printf(&line, "%s: %s", report->unknown[i].reason, ids.text);
		put_line(out, "not evaluated", line.text);
	}
	for (i = 0; i < report->role_count; i++) {
		buf_clear(&line);
		summary_role(&line, &report->roles[i]);
		put_line(out, "role", line.text);
	}
	for (i = 0; i < report->note_count; i++)
		put_line(out, "note", report->notes[i]);
	buf_clear(&line);
	summary_host(&line, report);
	buf_puts(&line, "; ");
	summary_circumstances(&line, report);
	put_line(out, "host", line.text);
}

void print_nagios(struct buf *out, const struct report *report, const struct look *look)
{
	size_t start = out->len;

	(void)look;
	buf_printf(out, "TCP-ADVISE %s: ", statuses[report_status(report)]);
	summary_verdict(out, report);
	put_named(out, report);
	put_performance(out, report);
	put_findings(out, report);
	put_waived(out, report);
	put_rest(out, report);
	look_finish(out, start, NULL);
}

/* Those with the status of all, by name. */
static void put_namespaces(struct buf *out, const struct survey *survey)
{
	unsigned i, named = 0;

	for (i = 0; i < survey->count && survey_status(survey) > 0; i++) {
		if (report_status(survey->reports[i]) < survey_status(survey))
			continue;
		if (named++ == NAMED)
			break;
		buf_puts(out, named > 1 ? "; " : ": ");
		put_text(out, survey->reports[i]->name);
	}
	if (named > NAMED)
		buf_puts(out, "; ...");
}

void print_nagios_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	struct report sum = summary_sum(survey);
	size_t start = out->len;
	unsigned i;

	(void)look;
	buf_printf(out, "TCP-ADVISE %s: ", statuses[survey_status(survey)]);
	summary_survey(out, survey);
	put_namespaces(out, survey);
	put_performance(out, &sum);
	for (i = 0; i < survey->count; i++) {
		const struct report *report = survey->reports[i];

		if (report->finding_count || report->waived_count || report->waiver_count)
			put_line(out, "network namespace", report->name);
		put_findings(out, report);
		put_waived(out, report);
	}
	for (i = 0; i < survey->skipped_count; i++) {
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%s: %s", survey->skipped[i].name, survey->skipped[i].reason);
		put_line(out, "skipped", line.text);
	}
	if (survey->note)
		put_line(out, "note", survey->note);
	look_finish(out, start, NULL);
}

/* A plugin that says nothing on its standard output did not run, for all Nagios knows. */
void fail_nagios(struct buf *out, const char *errors)
{
	size_t start = out->len;

	buf_puts(out, "TCP-ADVISE UNKNOWN: ");
	put_escaped(out, errors, '\n');
	look_finish(out, start, NULL);
}
