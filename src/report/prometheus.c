/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for the textfile collector of node_exporter: text format 0.0.4. Series are bounded by
 * the rulebook: subjects, which a stranger can make many of, are counted and not named. HELP texts
 * are constant, and nothing has a time stamp: the collector drops files that differ or have one. */
#include "report/printers.h"

#include "report/look.h"
#include "report/summary.h"

/* The samples of one family, of one report. */
struct series {
	struct buf *out;
	const char *name;
	const char *netns; /* a label of all, where there are several reports; else NULL */
};

struct family {
	const char *name;
	const char *help;
	void (*samples)(const struct series *series, const struct report *report);
};

/* A label's value: what would end it or the line is escaped. */
static void put_value(struct buf *out, const char *value)
{
	buf_putc(out, '"');
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			buf_putc(out, '\\');
		if (*value == '\n')
			buf_puts(out, "\\n");
		else
			buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

static void put_label(struct buf *out, const char **before, const char *label, const char *value)
{
	if (!label)
		return;
	buf_printf(out, "%s%s=", *before, label);
	put_value(out, value ? value : "");
	*before = ",";
}

/* NAME{LABEL="VALUE",SECOND="OTHER"} NUMBER; labels that are NULL are left out. */
static void put_sample(const struct series *series, double number, const char *label,
		       const char *value, const char *second, const char *other)
{
	const char *before = "{";

	buf_puts(series->out, series->name);
	put_label(series->out, &before, series->netns ? "netns" : NULL, series->netns);
	put_label(series->out, &before, label, value);
	put_label(series->out, &before, second, other);
	buf_printf(series->out, "%s %.10g\n", *before == ',' ? "}" : "", number);
}

static void put_number(const struct series *series, double number)
{
	put_sample(series, number, NULL, NULL, NULL, NULL);
}

static void put_rule(const struct series *series, const struct rule *rule, unsigned number)
{
	put_sample(series, number, "rule", rule->id, "severity", severity_name(rule->severity));
}

static void rulebook_info(const struct series *series, const struct report *report)
{
	put_sample(series, 1, "version", report->rulebook_version, "sha256",
		   checksum_hex(report->rulebook_checksum));
}

static void last_run(const struct series *series, const struct report *report)
{
	put_number(series, (double)report->timestamp);
}

static void window(const struct series *series, const struct report *report)
{
	put_number(series, report->window > 0 ? report->window : 0);
}

static void complete(const struct series *series, const struct report *report)
{
	put_number(series, report->complete);
}

static void status(const struct series *series, const struct report *report)
{
	put_number(series, report_status(report));
}

static void rules(const struct series *series, const struct report *report)
{
	const struct { const char *state; unsigned count; } states[] = {
		{ "firing", report_evaluated(report) - report->waived_rules - report->quiet_count },
		{ "waived", report->waived_rules },
		{ "quiet", report->quiet_count },
		{ "not_evaluated", report->unknown_count },
		{ "not_asked", report->optional_count },
	};
	unsigned i;

	for (i = 0; i < countof(states); i++)
		put_sample(series, states[i].count, "state", states[i].state, NULL, NULL);
}

static void firing_rules(const struct series *series, const struct report *report)
{
	unsigned severity;

	for (severity = SEVERITIES; severity-- > 0;)
		put_sample(series, report->by_severity[severity], "severity",
			   severity_name(severity), NULL, NULL);
}

static bool is_listed(const struct report *report, const struct rule *rule)
{
	unsigned i;

	for (i = 0; i < report->finding_count && report->findings[i].rule != rule; i++)
		;
	return i < report->finding_count;
}

static bool waived_before(const struct report *report, unsigned index)
{
	return index && report->waived[index - 1].rule == report->waived[index].rule;
}

/* A quiet rule is 0, and one whose findings are all waived, so that an alert resolves; one that was
 * not evaluated is not there: it is not known to be quiet. */
static void findings(const struct series *series, const struct report *report)
{
	unsigned i, count;

	for (i = 0; i < report->finding_count; i += count) {
		count = summary_same_rule(report, i);
		put_rule(series, report->findings[i].rule, count);
	}
	for (i = 0; i < report->quiet_count; i++)
		put_rule(series, report->quiet[i], 0);
	for (i = 0; i < report->waived_count; i++)
		if (!waived_before(report, i) && !is_listed(report, report->waived[i].rule))
			put_rule(series, report->waived[i].rule, 0);
}

static void waived(const struct series *series, const struct report *report)
{
	unsigned i, j, count;

	for (i = 0; i < report->waived_count; i++) {
		if (waived_before(report, i))
			continue;
		for (count = 0, j = i; j < report->waived_count; j++)
			count += report->waived[j].rule == report->waived[i].rule;
		put_rule(series, report->waived[i].rule, count);
	}
}

static void waivers(const struct series *series, const struct report *report)
{
	unsigned counts[WAIVER_FAULTS] = { 0 }, i;

	for (i = 0; i < report->waiver_count; i++)
		counts[report->waivers[i].fault]++;
	for (i = 0; i < WAIVER_FAULTS; i++)
		put_sample(series, counts[i], "fault", summary_fault((enum waiver_fault)i), NULL,
			   NULL);
}

static void not_listed(const struct series *series, const struct report *report)
{
	put_number(series, report->more);
}

static void not_evaluated(const struct series *series, const struct report *report)
{
	unsigned i;

	for (i = 0; i < report->unknown_count; i++)
		put_rule(series, report->unknown[i].rule, 1);
}

static void roles(const struct series *series, const struct report *report)
{
	unsigned i;

	for (i = 0; i < report->role_count; i++)
		if (report->roles[i].holds != ROLE_UNKNOWN)
			put_sample(series, report->roles[i].holds == ROLE_YES, "role",
				   report->roles[i].role->id, NULL, NULL);
}

/* All gauges. Names are for ever: dashboards and alerts hold them. */
static const struct family families[] = {
	{ "tcp_advise_rulebook_info", "Always 1; the rulebook that was evaluated.", rulebook_info },
	{ "tcp_advise_last_run_timestamp_seconds", "When the last sample was taken.", last_run },
	{ "tcp_advise_window_seconds", "Time between the two samples; 0: there was one only.", window },
	{ "tcp_advise_complete", "1: all that was asked for came.", complete },
	{ "tcp_advise_status", "0: nothing at warning or above, 1: a warning, 2: something critical.",
	  status },
	{ "tcp_advise_rules", "Rules by what became of them.", rules },
	{ "tcp_advise_firing_rules", "Rules that fire, by severity.", firing_rules },
	{ "tcp_advise_findings",
	  "Listed subjects that a rule fires for; 0: it is quiet, or waived; absent: it was not evaluated.",
	  findings },
	{ "tcp_advise_findings_not_listed", "Further subjects of all rules, beyond those listed.",
	  not_listed },
	{ "tcp_advise_waived_findings", "Listed subjects that a rule fires for and the site waives.",
	  waived },
	{ "tcp_advise_waivers", "Waivers of the site that need a hand, by what is wrong with them.",
	  waivers },
	{ "tcp_advise_rule_not_evaluated", "1: evidence that the rule needs is missing.", not_evaluated },
	{ "tcp_advise_role", "What this host is to others, as far as a rule depends on it.", roles },
};

static void put_families(struct buf *out, const struct report *const *reports, unsigned count,
			 bool named)
{
	size_t start = out->len;
	unsigned i, j;

	for (i = 0; i < countof(families); i++) {
		const struct family *family = &families[i];

		buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", family->name, family->help,
			   family->name);
		for (j = 0; j < count; j++) {
			const struct series series = { out, family->name,
						       named ? reports[j]->name : NULL };

			family->samples(&series, reports[j]);
		}
	}
	look_finish(out, start, NULL);
}

void print_prometheus(struct buf *out, const struct report *report, const struct look *look)
{
	(void)look;
	put_families(out, &report, 1, false);
}

void print_prometheus_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	(void)look;
	put_families(out, (const struct report *const *)survey->reports, survey->count, true);
}
