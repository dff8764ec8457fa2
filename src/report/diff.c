/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two accounts side by side. */
#include "report/diff.h"

#include <math.h>
#include <string.h>

/* Clocks are set while hosts run; that a host started again within this time is not likely. */
enum { CLOCK_SLACK = 5 };

static const char *const changes[DIFF_CHANGES] = {
	[DIFF_BEGAN] = "began",
	[DIFF_ENDED] = "ended",
	[DIFF_UNCLEAR] = "unclear",
	[DIFF_WENT_ON] = "went on",
};

const char *diff_change_name(enum diff_change change)
{
	return changes[change];
}

static void add_note(struct diff *diff, const char *note)
{
	if (diff->note_count < countof(diff->notes))
		diff->notes[diff->note_count++] = note;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

/* ---- whether they compare ---- */

enum boots { BOOTS_SAME, BOOTS_OTHER, BOOTS_UNKNOWN };

/* By the name of the boot, or else by when it must have been. */
static enum boots compare_boots(const struct account *a, const struct account *b)
{
	double began_a = (double)a->time - a->uptime, began_b = (double)b->time - b->uptime;

	if (a->boot && b->boot)
		return strcmp(a->boot, b->boot) == 0 ? BOOTS_SAME : BOOTS_OTHER;
	if (!a->time || !b->time || isnan(began_a) || isnan(began_b))
		return BOOTS_UNKNOWN;
	return fabs(began_a - began_b) <= CLOCK_SLACK ? BOOTS_SAME : BOOTS_OTHER;
}

static const struct account_counter *counter_named(const struct account *account, const char *name)
{
	unsigned i;

	for (i = 0; i < account->counter_count; i++)
		if (strcmp(account->counters[i].name, name) == 0)
			return &account->counters[i];
	return NULL;
}

/* The kernel gives the number of a namespace that is gone to the next one, whose counters begin at
 * zero: then one that is larger tells as little as one that is smaller. */
static bool any_went_back(const struct account *a, const struct account *b)
{
	unsigned i;

	for (i = 0; i < b->counter_count; i++) {
		const struct account_counter *before = counter_named(a, b->counters[i].name);

		if (before && b->counters[i].total < before->total)
			return true;
	}
	return false;
}

/* Captures do not tell their numbers: then their names do. */
static bool other_namespace(const struct account *a, const struct account *b)
{
	if (!a->netns && !b->netns)
		return strcmp(account_namespace(a), account_namespace(b)) != 0;
	return differ(a->netns, b->netns) || (a->cookie && b->cookie && a->cookie != b->cookie);
}

/* Half a sentence, or NULL. What is not known of one of them is no difference, and no sameness. */
static const char *why_not_subtracted(const struct account *a, const struct account *b,
				      enum boots boot, double seconds)
{
	if (differ(a->host, b->host))
		return "These are different hosts";
	if (!same(a->host, b->host))
		return "It is not known whether these are one host";
	if (boot == BOOTS_OTHER)
		return "The host was started in between";
	if (boot == BOOTS_UNKNOWN)
		return "It is not known whether the host was started in between";
	if (other_namespace(a, b))
		return "These are different network namespaces";
	if (!a->netns != !b->netns)
		return "It is not known whether these are one network namespace";
	if (seconds < 0)
		return "The first is the later one";
	if (any_went_back(a, b))
		return "Counters went back: another network namespace has the number now";
	return NULL;
}

static void compare_sources(struct diff *diff)
{
	const struct account *a = diff->a, *b = diff->b;
	enum boots boot = compare_boots(a, b);
	const char *why;

	diff->seconds = boot == BOOTS_SAME && isfinite(b->uptime - a->uptime) ? b->uptime - a->uptime :
			a->time && b->time ? (double)(b->time - a->time) :
					     NAN;
	why = why_not_subtracted(a, b, boot, diff->seconds);
	diff->counters_compare = a->vitals && b->vitals && !why;
	if (why)
		add_note(diff, arena_printf(diff->arena, "%s, so counters are not subtracted.", why));
	if (!a->vitals || !b->vitals)
		add_note(diff, "A report of an older program has no counters, settings and states to "
			       "compare.");
	if (differ(a->kernel, b->kernel))
		add_note(diff, "The kernels differ.");
	if (strcmp(a->sha256, b->sha256) != 0 || a->rules != b->rules)
		add_note(diff, "They were made by different rules, which may be why a finding began or "
			       "ended.");
}

/* ---- findings ---- */

static const struct account_finding *find_same(const struct account *account,
					       const struct account_finding *finding)
{
	unsigned i;

	for (i = 0; i < account->finding_count; i++)
		if (strcmp(account->findings[i].rule, finding->rule) == 0 &&
		    strcmp(account->findings[i].subject, finding->subject) == 0)
			return &account->findings[i];
	return NULL;
}

static const char *why_not_evaluated(const struct account *account, const char *rule)
{
	unsigned i;

	for (i = 0; i < account->unknown_count; i++)
		if (strcmp(account->unknown[i].rule, rule) == 0)
			return account->unknown[i].reason;
	return NULL;
}

/* A report lists the largest subjects of a rule only. */
static bool may_be_unlisted(const struct account *account, const char *rule)
{
	unsigned listed = 0, i;

	for (i = 0; i < account->finding_count; i++)
		listed += strcmp(account->findings[i].rule, rule) == 0;
	return account->more > 0 && listed >= REPORT_GROUPS;
}

/* Why the other report does not have it, if not because it was not there. */
static const char *why_unclear(struct diff *diff, const struct account *other, const char *rule)
{
	const char *reason = why_not_evaluated(other, rule);
	const char *when = other == diff->a ? "before" : "after";

	if (reason)
		return arena_printf(diff->arena, "not evaluated %s: %s", when, reason);
	if (may_be_unlisted(other, rule))
		return arena_printf(diff->arena, "more subjects than are listed %s", when);
	return NULL;
}

static void add_finding(struct diff *diff, enum diff_change change,
			const struct account_finding *finding, const struct account *other)
{
	const char *why = change == DIFF_WENT_ON ? NULL : why_unclear(diff, other, finding->rule);

	change = why ? DIFF_UNCLEAR : change;
	diff->findings[diff->finding_count++] = (struct diff_finding){ change, finding, why };
	diff->by_change[change]++;
}

static void compare_findings(struct diff *diff)
{
	const struct account *a = diff->a, *b = diff->b;
	unsigned i;

	diff->findings = arena_alloc(diff->arena, (a->finding_count + b->finding_count) *
							  sizeof *diff->findings);
	for (i = 0; i < b->finding_count; i++)
		add_finding(diff, find_same(a, &b->findings[i]) ? DIFF_WENT_ON : DIFF_BEGAN,
			    &b->findings[i], a);
	for (i = 0; i < a->finding_count; i++)
		if (!find_same(b, &a->findings[i]))
			add_finding(diff, DIFF_ENDED, &a->findings[i], b);
}

/* ---- vitals ---- */

static const char *sysctl_text(const struct account *account, const char *key)
{
	unsigned i;

	for (i = 0; i < account->sysctl_count; i++)
		if (strcmp(account->sysctls[i].key, key) == 0)
			return account->sysctls[i].text;
	return NULL;
}

static void add_sysctl(struct diff *diff, const char *key, const char *a, const char *b)
{
	if (!same(a, b))
		diff->sysctls[diff->sysctl_count++] = (struct diff_sysctl){ key, a, b };
}

static void compare_sysctls(struct diff *diff)
{
	const struct account *a = diff->a, *b = diff->b;
	unsigned i;

	diff->sysctls = arena_alloc(diff->arena, (a->sysctl_count + b->sysctl_count) *
							 sizeof *diff->sysctls);
	for (i = 0; i < a->sysctl_count; i++)
		add_sysctl(diff, a->sysctls[i].key, a->sysctls[i].text,
			   sysctl_text(b, a->sysctls[i].key));
	for (i = 0; i < b->sysctl_count; i++)
		if (!sysctl_text(a, b->sysctls[i].key))
			add_sysctl(diff, b->sysctls[i].key, NULL, b->sysctls[i].text);
}

static void add_counter(struct diff *diff, const struct account_counter *a,
			const struct account_counter *b)
{
	if (b->total == a->total)
		return;
	diff->counters[diff->counter_count++] = (struct diff_counter){
		.name = b->name,
		.a = a->total,
		.b = b->total,
		.rate = diff->seconds > 0 ? (double)(b->total - a->total) / diff->seconds : NAN,
	};
}

/* One that is not in both is unknown in one. */
static void compare_counters(struct diff *diff)
{
	const struct account *b = diff->b;
	unsigned i;

	diff->counters = arena_alloc(diff->arena, b->counter_count * sizeof *diff->counters);
	for (i = 0; i < b->counter_count && diff->counters_compare; i++) {
		const struct account_counter *a = counter_named(diff->a, b->counters[i].name);

		if (a)
			add_counter(diff, a, &b->counters[i]);
	}
}

static const struct account_state *state_named(const struct account *account, const char *name)
{
	unsigned i;

	for (i = 0; i < account->state_count; i++)
		if (strcmp(account->states[i].name, name) == 0)
			return &account->states[i];
	return NULL;
}

static bool is_empty(const struct account_state *state)
{
	return state && state->known && !state->count && !state->reason;
}

bool diff_state_matters(const struct diff_state *state)
{
	return !is_empty(state->a) || !is_empty(state->b);
}

bool diff_states_matter(const struct diff *diff)
{
	unsigned i;

	for (i = 0; i < diff->state_count; i++)
		if (diff_state_matters(&diff->states[i]))
			return true;
	return false;
}

static void compare_states(struct diff *diff)
{
	const struct account *of = diff->b;
	unsigned i;

	diff->states = arena_alloc(diff->arena, of->state_count * sizeof *diff->states);
	for (i = 0; i < of->state_count; i++)
		diff->states[diff->state_count++] = (struct diff_state){
			.name = of->states[i].name,
			.a = state_named(diff->a, of->states[i].name),
			.b = state_named(diff->b, of->states[i].name),
		};
}

/* ---- the whole ---- */

struct diff *diff_new(const struct account *a, const struct account *b)
{
	struct diff *diff = xcalloc(1, sizeof *diff);

	diff->arena = arena_new();
	diff->a = a;
	diff->b = b;
	compare_sources(diff);
	compare_findings(diff);
	if (a->vitals && b->vitals) {
		compare_sysctls(diff);
		compare_counters(diff);
		compare_states(diff);
	}
	return diff;
}

void diff_free(struct diff *diff)
{
	if (!diff)
		return;
	arena_free(diff->arena);
	free(diff);
}

int diff_status(const struct diff *diff)
{
	int status = 0, of;
	unsigned i;

	for (i = 0; i < diff->finding_count; i++) {
		of = diff->findings[i].change == DIFF_BEGAN ?
			     account_status(diff->findings[i].finding) : 0;
		status = of > status ? of : status;
	}
	return status;
}

void diff_who(struct buf *out, const struct account *account)
{
	buf_puts(out, account->host ? account->host : "unnamed host");
	if (account->kernel)
		buf_printf(out, ", Linux %s", account->kernel);
	if (account->name)
		buf_printf(out, ", %s", account->name);
	if (account->netns)
		buf_printf(out, ", %s", account->netns);
	if (account->text_time)
		buf_printf(out, ", %s", account->text_time);
}

void diff_count(struct buf *out, const struct account_state *state)
{
	if (!state || !state->known) {
		buf_puts(out, "unknown");
		return;
	}
	buf_puts(out, state->reason ? "at least " : "");
	unit_print(out, UNIT_COUNT, (double)state->count);
}
