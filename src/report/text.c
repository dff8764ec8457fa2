/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for a terminal, read in a hurry: the verdict on the first line, then what to act
 * on, worst first. Each line begins with a word that grep can take: severity, "set:", "do:". */
#include "report/printers.h"

#include <string.h>

#include "base/text.h"
#include "report/look.h"
#include "report/prose.h"
#include "report/summary.h"

/* One rule may fire for many subjects: the largest are enough to act on. */
enum { SUBJECTS_SHOWN = 8 };

static void put_headline(struct buf *out, const struct report *report, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	summary_verdict(&line, report);
	buf_puts(&line, ": ");
	summary_host(&line, report);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
}

static void put_circumstances(struct buf *out, const struct report *report,
			      const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	summary_circumstances(&line, report);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
	buf_clear(&line);
	summary_news(&line, report);
	if (report->news && line.len)
		text_wrap(out, line.text, 0, 0, look_width(look));
}

/* A line of its own that begins with a word: "  do:  ...". */
static void put_remark(struct buf *out, const struct look *look, const char *word,
		       const char *text)
{
	look_line(out, look, 2, word, 2 + (unsigned)sizeof "risk:", text);
}

static void put_sentence(struct buf *out, const struct look *look, const char *word,
			 const char *text)
{
	autobuf struct buf sentence = BUF_INIT;

	if (!text || !*text)
		return;
	prose_first(&sentence, text);
	put_remark(out, look, word, buf_text(&sentence));
}

static void put_setting(struct buf *out, const struct look *look,
			const struct report_setting *setting)
{
	autobuf struct buf line = BUF_INIT;

	summary_setting(&line, setting);
	put_remark(out, look, "set:", buf_text(&line));
}

/* The widest label that still leaves room for the values beside it. */
static unsigned label_columns(const struct report_finding *finding, unsigned most)
{
	unsigned i, columns, widest = 0;

	for (i = 0; i < finding->evidence_count; i++) {
		columns = look_columns(finding->evidence[i].name) + 1;
		if (columns > widest && columns <= most)
			widest = columns;
	}
	return widest;
}

/* One number a line, values in a column. */
static void put_numbers(struct buf *out, const struct look *look,
			const struct report_finding *finding, unsigned indent)
{
	unsigned column = indent + 1 + label_columns(finding, look_width(look) / 2), i;

	for (i = 0; i < finding->evidence_count; i++) {
		const struct report_evidence *evidence = &finding->evidence[i];
		autobuf struct buf label = BUF_INIT;

		buf_printf(&label, "%s:", evidence->name);
		look_line(out, look, indent, label.text, column, evidence->text);
	}
}

static void put_one(struct buf *out, const struct look *look,
		    const struct report_finding *finding)
{
	bool host = strcmp(finding->subject, "host") == 0;

	if (!host)
		text_wrap(out, finding->subject, 2, 0, look_width(look));
	put_numbers(out, look, finding, host ? 2 : 4);
	if (finding->by)
		put_remark(out, look, "by:", finding->by);
}

/* "new:", "worse:", "better:", or "past:" when nothing is news. */
static void put_past(struct buf *out, const struct look *look,
		     const struct report_finding *finding)
{
	const char *change = summary_change(&finding->past);
	autobuf struct buf word = BUF_INIT, line = BUF_INIT;

	summary_past(&line, &finding->past);
	if (!line.len)
		return;
	buf_printf(&word, "%s:", change ? change : "past");
	put_remark(out, look, word.text, line.text);
}

/* Several subjects of one rule: a line each, which grep finds by the subject. */
static void put_subject(struct buf *out, const struct look *look,
			const struct report_finding *finding, unsigned column)
{
	const char *change = summary_change(&finding->past);
	autobuf struct buf line = BUF_INIT, past = BUF_INIT;
	unsigned i;

	for (i = 0; i < finding->evidence_count; i++)
		buf_printf(&line, "%s%s: %s", i ? "; " : "", finding->evidence[i].name,
			   finding->evidence[i].text);
	summary_past(&past, &finding->past);
	if (past.len)
		buf_printf(&line, "; %s: %s", change ? change : "past", past.text);
	if (finding->by)
		buf_printf(&line, "; by: %s", finding->by);
	look_line(out, look, 2, finding->subject, column, buf_text(&line));
}

static void put_subjects(struct buf *out, const struct look *look,
			 const struct report_finding *findings, unsigned count)
{
	unsigned shown = count < SUBJECTS_SHOWN ? count : SUBJECTS_SHOWN, widest = 0, columns, i;

	for (i = 0; i < shown; i++) {
		columns = look_columns(findings[i].subject);
		if (columns > widest && columns <= look_width(look) / 3)
			widest = columns;
	}
	for (i = 0; i < shown; i++)
		put_subject(out, look, &findings[i], 2 + widest + 2);
	if (shown < count)
		buf_printf(out, "  and %u more\n", count - shown);
}

/* The findings of one rule: its title and remedy once. */
static void put_rule(struct buf *out, const struct look *look,
		     const struct report_finding *findings, unsigned count)
{
	const struct rule *rule = findings->rule;
	autobuf struct buf title = BUF_INIT, see = BUF_INIT;
	unsigned i;

	buf_printf(&title, "%s [%s]", rule->title, rule->id);
	buf_printf(&see, "tcp-advise explain %s", rule->id);
	buf_putc(out, '\n');
	look_severity(out, look, rule->severity);
	buf_puts(out, ": ");
	text_wrap(out, buf_text(&title), 2, look_columns(severity_name(rule->severity)) + 2,
		  look_width(look));
	if (count == 1) {
		put_one(out, look, findings);
		put_past(out, look, findings);
	} else {
		put_subjects(out, look, findings, count);
	}
	for (i = 0; i < findings->setting_count; i++)
		put_setting(out, look, &findings->settings[i]);
	put_sentence(out, look, "do:", rule->advice);
	if (findings->setting_count)
		put_sentence(out, look, "risk:", rule->risk);
	put_remark(out, look, "see:", buf_text(&see));
}

static void put_findings(struct buf *out, const struct report *report, const struct look *look)
{
	unsigned i, count;

	for (i = 0; i < report->finding_count; i += count) {
		count = summary_same_rule(report, i);
		put_rule(out, look, &report->findings[i], count);
	}
	if (report->more)
		buf_printf(out, "\nand %u more of these, not listed\n", report->more);
}

static void put_closed(struct buf *out, const struct report *report, const struct look *look)
{
	unsigned i;

	for (i = 0; i < report->closed_count; i++) {
		const struct report_closed *closed = &report->closed[i];
		autobuf struct buf line = BUF_INIT, when = BUF_INIT;

		buf_printf(&line, "%s: %s: %s [%s]", summary_closing(closed->why),
			   severity_name(closed->severity), closed->title, closed->rule);
		buf_puts(out, "\n");
		look_hang(out, look, 0, line.text);
		if (strcmp(closed->subject, "host") != 0)
			text_wrap(out, closed->subject, 2, 0, look_width(look));
		summary_closed(&when, closed);
		text_wrap(out, when.text, 2, 0, look_width(look));
	}
}

static void put_unknown(struct buf *out, const struct report *report, const struct look *look)
{
	unsigned i;

	buf_puts(out, report->unknown_count ? "\n" : "");
	for (i = 0; i < report->unknown_count; i++) {
		autobuf struct buf ids = BUF_INIT;

		if (!summary_unknown(&ids, report, i))
			continue;
		look_line(out, look, 0, "not evaluated:", 2, report->unknown[i].reason);
		text_wrap(out, buf_text(&ids), 4, 0, look_width(look));
	}
}

static void put_role(struct buf *out, const struct report_role *role, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	summary_role(&line, role);
	look_line(out, look, 0, "role:", 2, buf_text(&line));
}

/* "waived: close-wait-leak, host: the vendor knows (...)" */
static void put_waived(struct buf *out, const struct report *report, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;
	unsigned i;

	buf_puts(out, report->waived_count || report->waiver_count ? "\n" : "");
	for (i = 0; i < report->waived_count; i++) {
		const struct report_finding *finding = &report->waived[i];

		buf_clear(&line);
		buf_printf(&line, "%s, %s: ", finding->rule->id, finding->subject);
		summary_reason(&line, finding->waiver);
		look_line(out, look, 0, "waived:", 2, line.text);
	}
	if (report->waived_more)
		buf_printf(out, "and %u more of these, not listed\n", report->waived_more);
	for (i = 0; i < report->waiver_count; i++) {
		buf_clear(&line);
		summary_waiver(&line, &report->waivers[i]);
		look_line(out, look, 0, "waiver:", 2, line.text);
	}
}

static void put_rest(struct buf *out, const struct report *report, const struct look *look)
{
	unsigned i;

	put_waived(out, report, look);
	put_unknown(out, report, look);
	buf_puts(out, report->role_count ? "\n" : "");
	for (i = 0; i < report->role_count; i++)
		put_role(out, &report->roles[i], look);
}

void print_text(struct buf *out, const struct report *report, const struct look *look)
{
	size_t start = out->len;
	unsigned i;

	put_headline(out, report, look);
	put_circumstances(out, report, look);
	put_findings(out, report, look);
	put_closed(out, report, look);
	if (!report->news)
		put_rest(out, report, look);
	buf_puts(out, report->note_count ? "\n" : "");
	for (i = 0; i < report->note_count; i++)
		look_line(out, look, 0, "note:", 2, report->notes[i]);
	look_finish(out, start, look);
}
