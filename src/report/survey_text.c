/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of many network namespaces for a terminal: which of them need attention, worst first,
 * then the report of each of these. */
#include "report/printers.h"

#include <string.h>

#include "base/text.h"
#include "report/look.h"
#include "report/summary.h"

static void put_headline(struct buf *out, const struct survey *survey, const struct look *look)
{
	struct report sum = summary_sum(survey);
	autobuf struct buf line = BUF_INIT;

	summary_survey(&line, survey);
	buf_puts(&line, ": ");
	summary_host(&line, &sum);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
}

/* The severity of the worst finding; SEVERITIES: there is none. */
static unsigned worst_of(const struct report *report)
{
	return report->finding_count ? report->findings[0].rule->severity : SEVERITIES;
}

/* News may be only what is over, or waived now. */
static bool is_printed(const struct report *report)
{
	return report->finding_count || report->closed_count;
}

static void put_unevaluated(struct buf *out, const struct report *report)
{
	if (report->unknown_count)
		buf_printf(out, " (%u of %u rules not evaluated)", report->unknown_count,
			   report->rule_count);
}

/* One line for each that finds something, worst first. */
static void put_firing(struct buf *out, const struct survey *survey, const struct look *look)
{
	unsigned i, severity;

	for (severity = SEVERITIES; severity-- > 0;)
		for (i = 0; i < survey->count; i++) {
			const struct report *report = survey->reports[i];
			autobuf struct buf line = BUF_INIT;

			if (worst_of(report) != severity)
				continue;
			buf_printf(&line, "%s: ", report->name);
			summary_verdict(&line, report);
			put_unevaluated(&line, report);
			look_hang(out, look, 2, buf_text(&line));
		}
}

static void put_quiet(struct buf *out, const struct survey *survey, const struct look *look)
{
	autobuf struct buf names = BUF_INIT;
	unsigned i;

	for (i = 0; i < survey->count; i++) {
		const struct report *report = survey->reports[i];

		if (worst_of(report) != SEVERITIES)
			continue;
		buf_printf(&names, "%s%s%s", names.len ? "; " : "", report->name,
			   report->complete ? "" : " (incomplete)");
		put_unevaluated(&names, report);
	}
	if (names.len)
		look_line(out, look, 0, "nothing to advise:", 2, names.text);
}

/* Of reports that are not printed: what all say, as that a history was not used, stands here once. */
static bool is_noted_before(const struct survey *survey, unsigned report, unsigned note)
{
	const char *text = survey->reports[report]->notes[note];
	unsigned i, j;

	for (i = 0; i <= report; i++)
		for (j = 0; j < (i < report ? survey->reports[i]->note_count : note); j++)
			if (!is_printed(survey->reports[i]) &&
			    strcmp(survey->reports[i]->notes[j], text) == 0)
				return true;
	return false;
}

static void put_notes(struct buf *out, const struct survey *survey, const struct look *look)
{
	unsigned i, j;

	for (i = 0; i < survey->count; i++)
		for (j = 0; j < survey->reports[i]->note_count; j++)
			if (!is_printed(survey->reports[i]) && !is_noted_before(survey, i, j))
				look_line(out, look, 0, "note:", 2, survey->reports[i]->notes[j]);
	if (survey->note)
		look_line(out, look, 0, "note:", 2, survey->note);
}

static void put_skipped(struct buf *out, const struct survey *survey, const struct look *look)
{
	unsigned i;

	for (i = 0; i < survey->skipped_count; i++) {
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%s: %s", survey->skipped[i].name, survey->skipped[i].reason);
		look_line(out, look, 0, "skipped:", 2, line.text);
	}
}

static void put_report(struct buf *out, const struct report *report, const struct look *look)
{
	autobuf struct buf title = BUF_INIT;

	buf_printf(&title, "---- %s ----", report->name);
	buf_putc(out, '\n');
	look_strong(out, look, title.text);
	buf_putc(out, '\n');
	print_text(out, report, look);
}

void print_text_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	size_t start = out->len;
	unsigned i, severity;

	put_headline(out, survey, look);
	put_firing(out, survey, look);
	put_quiet(out, survey, look);
	put_skipped(out, survey, look);
	put_notes(out, survey, look);
	for (severity = SEVERITIES; severity-- > 0;)
		for (i = 0; i < survey->count; i++)
			if (worst_of(survey->reports[i]) == severity)
				put_report(out, survey->reports[i], look);
	for (i = 0; i < survey->count; i++)
		if (worst_of(survey->reports[i]) == SEVERITIES && is_printed(survey->reports[i]))
			put_report(out, survey->reports[i], look);
	look_finish(out, start, look);
}
