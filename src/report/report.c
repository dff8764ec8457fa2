/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts in, report out. */
#include "report/report.h"

#include <string.h>

#include "report/ownership.h"
#include "report/subject.h"
#include "report/vitals.h"
#include "report/waive.h"
#include "report/wording.h"

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static void add_source(struct report *report, const struct report_source *source)
{
	struct tm tm;
	unsigned i;

	report->kind = copy(report->arena, source->kind);
	report->hostname = copy(report->arena, source->hostname);
	report->kernel = copy(report->arena, source->kernel);
	report->netns = copy(report->arena, source->netns);
	report->name = copy(report->arena, source->name);
	report->boot = copy(report->arena, source->boot);
	report->netns_cookie = source->netns_cookie;
	report->window = source->window;
	if (source->since && gmtime_r(&source->since, &tm))
		strftime(report->since, sizeof report->since, "%Y-%m-%dT%H:%M:%SZ", &tm);
	report->complete = source->complete;
	report->timestamp = source->time;
	if (gmtime_r(&source->time, &tm))
		strftime(report->time, sizeof report->time, "%Y-%m-%dT%H:%M:%SZ", &tm);
	for (i = 0; i < source->note_count && i < countof(report->notes); i++)
		report->notes[report->note_count++] = copy(report->arena, source->notes[i]);
}

static const char *subject_text(const struct verdict *verdict, const struct wording *wording)
{
	autobuf struct buf text = BUF_INIT;

	if (!verdict->grouped)
		return "host";
	subject_print(&text, &verdict->subject, wording);
	return arena_strdup(wording->arena, buf_text(&text));
}

/* What a rule is about: the states of the aggregate that looks at the fewest. */
static unsigned states_of(const struct plan *plan, const struct verdict_spec *spec)
{
	enum { FEW = 3 };
	unsigned states = STATES_ALL, i;

	for (i = 0; i < spec->tally_count; i++) {
		unsigned of = plan->tallies[spec->tallies[i]].states & STATES_ALL;

		if (of && __builtin_popcount(of) < __builtin_popcount(states))
			states = of;
	}
	return __builtin_popcount(states) <= FEW ? states : 0;
}

static void add_flagged(struct arena *arena, struct report_finding *finding,
			const struct verdict *verdict)
{
	uint64_t *hash;

	finding->flagged = verdict->flagged;
	if (!finding->flagged.hash_count)
		return;
	hash = arena_alloc(arena, finding->flagged.hash_count * sizeof *hash);
	memcpy(hash, verdict->flagged.hash, finding->flagged.hash_count * sizeof *hash);
	finding->flagged.hash = hash;
}

static void fill_finding(struct report_finding *finding, const struct plan *plan,
			 const struct verdict *verdict, const struct wording *wording)
{
	unsigned i;

	for (i = 0; i < verdict->spec->show_count && i < countof(finding->evidence); i++)
		word_evidence(&finding->evidence[finding->evidence_count++],
			      &verdict->evidence[i], wording);
	add_flagged(wording->arena, finding, verdict);
	finding->setting_count = word_settings(finding->settings, verdict, wording);
	finding->states = states_of(plan, verdict->spec);
	word_owners(finding, verdict, wording);
}

/* A survey keeps hundreds of reports, and a finding is 2 KiB. */
static unsigned count_of(const struct verdict *verdicts, unsigned count, enum outcome outcome)
{
	unsigned i, found = 0;

	for (i = 0; i < count; i++)
		found += verdicts[i].outcome == outcome && !verdicts[i].spec->rule->role;
	return found;
}

/* What became of the verdicts of one rule. */
struct rule_findings {
	const struct rule *rule;
	unsigned listed, waived;
};

static void add_finding(struct report *report, const struct plan *plan,
			const struct verdict *verdict, struct waiving *waiving,
			struct rule_findings *so_far, const struct wording *wording)
{
	struct report_finding finding = { .rule = verdict->spec->rule };

	struct wording lasting = *wording;

	lasting.lasting = true;
	finding.subject = subject_text(verdict, wording);
	finding.lasting = subject_text(verdict, &lasting);
	finding.waiver = waiving_find(waiving, finding.rule, finding.subject);
	if (finding.waiver && so_far->waived++ >= REPORT_GROUPS) {
		report->waived_more++;
	} else if (!finding.waiver && so_far->listed++ >= REPORT_GROUPS) {
		report->more++;
	} else {
		fill_finding(&finding, plan, verdict, wording);
		if (finding.waiver)
			report->waived[report->waived_count++] = finding;
		else
			report->findings[report->finding_count++] = finding;
	}
}

static void end_rule(struct report *report, const struct rule_findings *findings)
{
	if (!findings->rule)
		return;
	report->by_severity[findings->rule->severity] += findings->listed > 0;
	report->waived_rules += !findings->listed;
}

/* Worst first; within a severity the order of the verdicts stays, which is by rule and size. */
static void add_findings(struct report *report, const struct plan *plan,
			 const struct verdict *verdicts, unsigned count, struct waiving *waiving,
			 const struct wording *wording)
{
	unsigned most = count_of(verdicts, count, OUTCOME_FIRES);
	struct rule_findings last = { .rule = NULL };
	unsigned severity, i;

	if (most > report->rule_count * REPORT_GROUPS)
		most = report->rule_count * REPORT_GROUPS;
	report->findings = arena_alloc(report->arena, most * sizeof *report->findings);
	if (plan->book->site.waiver_count)
		report->waived = arena_alloc(report->arena, most * sizeof *report->waived);
	for (severity = SEVERITIES; severity-- > 0;) {
		for (i = 0; i < count; i++) {
			const struct rule *rule = verdicts[i].spec->rule;

			if (rule->role || verdicts[i].outcome != OUTCOME_FIRES ||
			    rule->severity != severity)
				continue;
			if (rule != last.rule) {
				end_rule(report, &last);
				last = (struct rule_findings){ .rule = rule };
			}
			add_finding(report, plan, &verdicts[i], waiving, &last, wording);
		}
	}
	end_rule(report, &last);
}

static void add_rest(struct report *report, const struct verdict *verdicts, unsigned count)
{
	unsigned i;

	report->unknown = arena_alloc(report->arena, count_of(verdicts, count, OUTCOME_UNKNOWN) *
						       sizeof *report->unknown);
	report->quiet = arena_alloc(report->arena, count_of(verdicts, count, OUTCOME_QUIET) *
						     sizeof *report->quiet);
	report->optional = arena_alloc(report->arena, count_of(verdicts, count, OUTCOME_UNKNOWN) *
							sizeof *report->optional);
	for (i = 0; i < count; i++) {
		autobuf struct buf reason = BUF_INIT;

		if (verdicts[i].spec->rule->role)
			continue;
		if (verdicts[i].outcome == OUTCOME_QUIET)
			report->quiet[report->quiet_count++] = verdicts[i].spec->rule;
		if (verdicts[i].outcome != OUTCOME_UNKNOWN)
			continue;
		if (verdicts[i].when.why == WHY_NO_OPTIONS) {
			report->optional[report->optional_count++] = verdicts[i].spec->rule;
			continue;
		}
		word_reason(&reason, verdicts[i].when);
		report->unknown[report->unknown_count++] = (struct report_unknown){
			.rule = verdicts[i].spec->rule,
			.reason = arena_strdup(report->arena, buf_text(&reason)),
		};
	}
}

static void add_derived_role(struct report *report, const struct verdict *verdict,
			     const struct wording *wording)
{
	struct report_role *role = &report->roles[report->role_count++];
	autobuf struct buf reason = BUF_INIT;
	unsigned i;

	role->role = verdict->spec->rule;
	role->holds = verdict->outcome == OUTCOME_FIRES ? ROLE_YES :
		      verdict->outcome == OUTCOME_QUIET ? ROLE_NO :
							  ROLE_UNKNOWN;
	if (role->holds == ROLE_UNKNOWN) {
		word_reason(&reason, verdict->when);
		role->reason = arena_strdup(report->arena, buf_text(&reason));
	}
	for (i = 0; i < verdict->spec->show_count && i < countof(role->evidence); i++)
		word_evidence(&role->evidence[role->evidence_count++], &verdict->evidence[i],
			      wording);
}

static void add_roles(struct report *report, const struct plan *plan,
		      const struct verdict *verdicts, unsigned count, const struct wording *wording)
{
	const struct rulebook *book = plan->book;
	unsigned i;

	report->roles = arena_alloc(report->arena, (book->role_count + 1) * sizeof *report->roles);
	for (i = 0; i < count; i++)
		if (verdicts[i].spec->rule->role)
			add_derived_role(report, &verdicts[i], wording);
	for (i = 0; i < book->role_count && book->role; i++)
		if (plan_uses_role(plan, book->roles[i]))
			report->roles[report->role_count++] = (struct report_role){
				.role = book->roles[i],
				.holds = strcmp(book->roles[i]->id, book->role) == 0 ? ROLE_YES :
										       ROLE_NO,
				.given = true,
			};
}

struct report *report_new(const struct plan *plan, struct eval *eval,
			  const struct report_source *source)
{
	struct report *report = xcalloc(1, sizeof *report);
	struct wording wording = { .names = plan->names, .window = source->window };
	struct waiving *waiving = waiving_new(plan->book, source->time);
	const struct verdict *verdicts;
	unsigned count = 0;

	report->arena = wording.arena = arena_new();
	wording.now = eval_now(eval);
	wording.owners = source->owners;
	verdicts = eval_verdicts(eval, waiving_groups(waiving), &count, &report->more);
	report->rulebook_version = plan->book->version;
	report->rulebook_checksum = plan->book->checksum;
	report->rule_count = plan->rule_count;
	add_source(report, source);
	add_findings(report, plan, verdicts, count, waiving, &wording);
	add_rest(report, verdicts, count);
	add_roles(report, plan, verdicts, count, &wording);
	if (plan->vitals)
		vitals_take(&report->vitals, eval, report->kernel, report->arena);
	waiving_report(waiving, report, plan);
	waiving_free(waiving);
	return report;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	arena_free(report->arena);
	free(report);
}

void report_note(struct report *report, const char *note)
{
	if (report->note_count < countof(report->notes))
		report->notes[report->note_count++] = copy(report->arena, note);
}

void report_only_news(struct report *report, const bool *news)
{
	unsigned i, kept = 0;

	for (i = 0; i < report->finding_count; i++)
		if (news[i])
			report->findings[kept++] = report->findings[i];
	report->news = true;
	report->unchanged = report->finding_count - kept;
	report->finding_count = kept;
}

bool report_has_news(const struct report *report)
{
	return !report->news || report->finding_count || report->closed_count;
}

unsigned report_evaluated(const struct report *report)
{
	return report->rule_count - report->unknown_count - report->optional_count;
}

int severity_status(const unsigned by_severity[SEVERITIES])
{
	if (by_severity[SEVERITY_CRITICAL])
		return 2;
	return by_severity[SEVERITY_WARNING] ? 1 : 0;
}

int report_status(const struct report *report)
{
	return severity_status(report->by_severity);
}

int survey_status(const struct survey *survey)
{
	int worst = 0, status;
	unsigned i;

	for (i = 0; i < survey->count; i++) {
		status = report_status(survey->reports[i]);
		worst = status > worst ? status : worst;
	}
	return worst;
}
