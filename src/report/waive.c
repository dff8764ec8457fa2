/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which findings are waived, and what is wrong with the waivers themselves. */
#include "report/waive.h"

#include <string.h>

/* Beyond these they are only counted: rules seldom fire for so many, and memory is bounded. */
enum { GROUPS_WAIVED = 256 };

struct waiving {
	const struct site *site;
	time_t now;
	bool *used; /* by waiver: there was a finding for it, whether or not it still holds */
};

struct waiving *waiving_new(const struct rulebook *book, time_t now)
{
	struct waiving *waiving = xcalloc(1, sizeof *waiving);

	waiving->site = &book->site;
	waiving->now = now;
	waiving->used = xcalloc(book->site.waiver_count + 1, sizeof *waiving->used);
	return waiving;
}

void waiving_free(struct waiving *waiving)
{
	free(waiving->used);
	free(waiving);
}

unsigned waiving_groups(const struct waiving *waiving)
{
	/* Those that are waived must not crowd out those that are not, nor be counted as such. */
	return waiving->site->waiver_count ? GROUPS_WAIVED : REPORT_GROUPS;
}

const struct waiver *waiving_find(struct waiving *waiving, const struct rule *rule,
				  const char *subject)
{
	const struct waiver *found = NULL;
	unsigned i;

	for (i = 0; i < waiving->site->waiver_count; i++) {
		const struct waiver *waiver = &waiving->site->waivers[i];

		if (strcmp(waiver->id, rule->id) != 0 || !waiver_is_for(waiver, subject))
			continue;
		waiving->used[i] = true;
		if (!found && waiver_holds(waiver, waiving->now))
			found = waiver;
	}
	return found;
}

/* ---- waivers that need a hand ---- */

static const struct rule *rule_in_plan(const struct plan *plan, const char *id)
{
	unsigned i;

	for (i = 0; i < plan->rule_count; i++)
		if (strcmp(plan->verdicts[i].rule->id, id) == 0)
			return plan->verdicts[i].rule;
	return NULL;
}

/* It fires, for others, or is quiet; all else is not known to be one of these. */
static bool was_evaluated(const struct report *report, const struct rule *rule)
{
	unsigned i;

	for (i = 0; i < report->quiet_count; i++)
		if (report->quiet[i] == rule)
			return true;
	for (i = 0; i < report->finding_count; i++)
		if (report->findings[i].rule == rule)
			return true;
	return false;
}

static void add(struct report *report, const struct waiver *waiver, enum waiver_fault fault)
{
	report->waivers[report->waiver_count++] = (struct report_waiver){ waiver, fault };
}

/* A short window in which a counter stood still does not say that the fault is gone. */
static bool is_unmatched(const struct waiving *waiving, unsigned i, const struct report *report,
			 const struct rule *rule)
{
	return !waiving->used[i] && was_evaluated(report, rule) && !rule_rests_on_growth(rule);
}

void waiving_report(const struct waiving *waiving, struct report *report, const struct plan *plan)
{
	const struct site *site = waiving->site;
	unsigned i;

	report->waivers = arena_alloc(report->arena, (WAIVER_FAULTS * site->waiver_count + 1) *
							     sizeof *report->waivers);
	for (i = 0; i < site->waiver_count; i++) {
		const struct waiver *waiver = &site->waivers[i];
		const struct rule *rule = rule_in_plan(plan, waiver->id);

		if (!rule)
			continue;
		if (!waiver_holds(waiver, waiving->now))
			add(report, waiver, WAIVER_EXPIRED);
		else if (is_unmatched(waiving, i, report, rule))
			add(report, waiver, WAIVER_UNMATCHED);
		if (!waiver->reason)
			add(report, waiver, WAIVER_WITHOUT_REASON);
		if (!waiver->until)
			add(report, waiver, WAIVER_WITHOUT_END);
	}
}
