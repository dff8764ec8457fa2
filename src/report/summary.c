/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences of a report, in one wording for all formats. */
#include "report/summary.h"

#include <string.h>

bool summary_severities(struct buf *out, const unsigned by_severity[SEVERITIES])
{
	const char *comma = "";
	unsigned severity;

	for (severity = SEVERITIES; severity-- > 0;) {
		const unsigned count = by_severity[severity];
		const bool plural = severity == SEVERITY_WARNING || severity == SEVERITY_NOTICE;

		if (!count)
			continue;
		buf_printf(out, "%s%u %s%s", comma, count, severity_name(severity),
			   plural && count > 1 ? "s" : "");
		comma = ", ";
	}
	return *comma;
}

void summary_verdict(struct buf *out, const struct report *report)
{
	bool any = summary_severities(out, report->by_severity);

	if (!any && report->rule_count && report_evaluated(report) == 0)
		buf_puts(out, "nothing could be evaluated");
	else if (!any)
		buf_puts(out, "nothing to advise");
	if (report->waived_rules)
		buf_printf(out, ", %u waived", report->waived_rules);
	if (!report->complete)
		buf_puts(out, " (incomplete)");
}

void summary_host(struct buf *out, const struct report *report)
{
	buf_puts(out, report->hostname ? report->hostname : "unnamed host");
	if (report->kernel)
		buf_printf(out, ", Linux %s", report->kernel);
	if (report->name)
		buf_printf(out, ", %s", report->name);
	if (report->netns)
		buf_printf(out, ", %s", report->netns);
}

void summary_circumstances(struct buf *out, const struct report *report)
{
	buf_printf(out, "%u of %u rules evaluated", report_evaluated(report), report->rule_count);
	if (report->optional_count)
		buf_printf(out, ", %u more with --socket-options", report->optional_count);
	buf_puts(out, "; ");
	if (*report->since) {
		buf_printf(out, "since %s, ", report->since);
		unit_print(out, UNIT_SECONDS, report->window);
		buf_puts(out, " ago");
	} else if (report->window > 0) {
		buf_puts(out, "window ");
		unit_print(out, UNIT_SECONDS, report->window);
	} else {
		buf_puts(out, "no window");
	}
	buf_printf(out, "; %s", report->time);
}

void summary_setting(struct buf *out, const struct report_setting *setting)
{
	if (setting->value)
		buf_printf(out, "%s = %s", setting->key, setting->value);
	else
		buf_printf(out, "%s, to a value that is unknown: %s", setting->key,
			   setting->reason);
	if (setting->current && setting->value && strcmp(setting->current, setting->value) == 0)
		buf_puts(out, " (already so)");
	else if (setting->current)
		buf_printf(out, " (now %s)", *setting->current ? setting->current : "empty");
	if (setting->elsewhere)
		buf_puts(out, ", in the host's first network namespace");
}

void summary_role(struct buf *out, const struct report_role *role)
{
	static const char *const words[] = {
		[ROLE_NO] = "no", [ROLE_YES] = "yes", [ROLE_UNKNOWN] = "unknown",
	};
	unsigned i;

	buf_printf(out, "%s: %s", role->role->id, words[role->holds]);
	if (role->given)
		buf_puts(out, ", said by --role");
	if (role->holds == ROLE_UNKNOWN)
		buf_printf(out, ": %s", role->reason);
	for (i = 0; i < role->evidence_count; i++)
		buf_printf(out, "; %s: %s", role->evidence[i].name, role->evidence[i].text);
	if (role->holds == ROLE_UNKNOWN)
		buf_puts(out, "; --role says it");
}

const char *summary_change(const struct report_past *past)
{
	static const char *const words[] = {
		[CHANGE_NONE] = NULL, [CHANGE_NEW] = "new",
		[CHANGE_WORSE] = "worse", [CHANGE_BETTER] = "better",
	};

	return words[past->change];
}

static const struct { const char *word, *counted, *after, *because; } closings[] = {
	[CLOSED_GONE] = { "gone", "gone", "gone after ", NULL },
	[CLOSED_WAIVED] = { "waived", "waived", "found for ", "still there, and waived: " },
	[CLOSED_REMOVED] = { "rule removed", "of removed rules", "found for ",
			     "the rulebook has no such rule any more, so nobody looks" },
	[CLOSED_CHANGED] = { "rule changed", "of changed rules", "found for ",
			     "its condition is another one now, and does not find it" },
};

const char *summary_closing(enum closing why)
{
	return closings[why].word;
}

void summary_news(struct buf *out, const struct report *report)
{
	static const enum change order[] = { CHANGE_NEW, CHANGE_WORSE, CHANGE_BETTER };
	const char *comma = "";
	unsigned i, j, count;

	for (i = 0; i < countof(order); i++) {
		for (j = count = 0; j < report->finding_count; j++)
			count += report->findings[j].past.change == order[i];
		if (!count)
			continue;
		buf_printf(out, "%s%u %s", comma, count,
			   summary_change(&(struct report_past){ .change = order[i] }));
		comma = ", ";
	}
	for (i = 0; i < CLOSINGS; i++) {
		for (j = count = 0; j < report->closed_count; j++)
			count += report->closed[j].why == i;
		if (!count)
			continue;
		buf_printf(out, "%s%u %s", comma, count, closings[i].counted);
		comma = ", ";
	}
	if (report->unchanged)
		buf_printf(out, "; %u as before, not listed", report->unchanged);
}

void summary_past(struct buf *out, const struct report_past *past)
{
	if (!*past->began)
		return;
	if (past->was)
		buf_printf(out, "was %s; ", past->was);
	if (past->runs > 1) {
		buf_printf(out, "since %s, for ", past->began);
		unit_print(out, UNIT_SECONDS, past->lasted);
		buf_printf(out, ", in %llu runs", (unsigned long long)past->runs);
	} else {
		buf_puts(out, "in this run for the first time");
	}
	if (past->sockets)
		buf_printf(out, "; %s", past->sockets);
}

void summary_reason(struct buf *out, const struct waiver *waiver)
{
	buf_puts(out, waiver->reason ? waiver->reason : "without a reason");
	buf_puts(out, " (");
	if (waiver->owner)
		buf_printf(out, "owner %s, ", waiver->owner);
	if (!waiver->until)
		buf_puts(out, "without an end)");
	else if (!waiver->ends)
		buf_puts(out, "never ends)");
	else
		buf_printf(out, "until %s)", waiver->until);
}

void summary_closed(struct buf *out, const struct report_closed *closed)
{
	buf_puts(out, closings[closed->why].after);
	unit_print(out, UNIT_SECONDS, closed->lasted);
	buf_printf(out, ", %s to %s", closed->began, closed->seen);
	if (closings[closed->why].because)
		buf_printf(out, "; %s", closings[closed->why].because);
	if (closed->waiver)
		summary_reason(out, closed->waiver);
}

static const struct { const char *word, *text; } faults[] = {
	[WAIVER_EXPIRED] = { "expired", "it has expired" },
	[WAIVER_UNMATCHED] = { "unmatched", "there is nothing left that it waives" },
	[WAIVER_WITHOUT_REASON] = { "without_reason", "it has no reason" },
	[WAIVER_WITHOUT_END] = { "without_end", "it does not say until when; 'until' is a day, or never" },
};

const char *summary_fault(enum waiver_fault fault)
{
	return faults[fault].word;
}

void summary_waiver(struct buf *out, const struct report_waiver *report_waiver)
{
	const struct waiver *waiver = report_waiver->waiver;

	buf_printf(out, "%s:%u: %s", waiver->place.file, waiver->place.line, waiver->id);
	if (waiver->subject)
		buf_printf(out, ", for %s", waiver->subject);
	buf_printf(out, ": %s", faults[report_waiver->fault].text);
	if (report_waiver->fault == WAIVER_EXPIRED)
		buf_printf(out, " on %s", waiver->until);
	if (waiver->owner)
		buf_printf(out, " (owner %s)", waiver->owner);
}

unsigned summary_same_rule(const struct report *report, unsigned finding)
{
	const struct report_finding *first = &report->findings[finding];
	unsigned count = 1;

	while (finding + count < report->finding_count && first[count].rule == first->rule)
		count++;
	return count;
}

bool summary_unknown(struct buf *ids, const struct report *report, unsigned index)
{
	const char *reason = report->unknown[index].reason;
	unsigned i;

	for (i = 0; i < index; i++)
		if (strcmp(report->unknown[i].reason, reason) == 0)
			return false;
	for (i = index; i < report->unknown_count; i++)
		if (strcmp(report->unknown[i].reason, reason) == 0)
			buf_printf(ids, "%s%s", i > index ? ", " : "", report->unknown[i].rule->id);
	return true;
}

/* ---- of many network namespaces ---- */

struct report summary_sum(const struct survey *survey)
{
	struct report sum = { .complete = true };
	unsigned i, severity;

	if (survey->count) {
		sum.hostname = survey->reports[0]->hostname;
		sum.kernel = survey->reports[0]->kernel;
	}
	for (i = 0; i < survey->count; i++) {
		const struct report *report = survey->reports[i];

		for (severity = 0; severity < SEVERITIES; severity++)
			sum.by_severity[severity] += report->by_severity[severity];
		sum.rule_count += report->rule_count;
		sum.quiet_count += report->quiet_count;
		sum.unknown_count += report->unknown_count;
		sum.optional_count += report->optional_count;
		sum.waived_rules += report->waived_rules;
		sum.complete &= report->complete;
	}
	return sum;
}

void summary_survey(struct buf *out, const struct survey *survey)
{
	struct report sum = summary_sum(survey);
	unsigned i, firing = 0;

	for (i = 0; i < survey->count; i++)
		firing += survey->reports[i]->finding_count > 0;
	summary_verdict(out, &sum);
	buf_puts(out, " in ");
	if (firing)
		buf_printf(out, "%u of ", firing);
	buf_printf(out, "%u network namespace%s", survey->count, survey->count == 1 ? "" : "s");
	if (survey->unchanged)
		buf_printf(out, "; %u other%s as before, not listed", survey->unchanged,
			   survey->unchanged == 1 ? "" : "s");
}
