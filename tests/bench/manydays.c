/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the history that 30 days of runs every 5 minutes leave, each with 20 findings whose numbers
 * all change; the last run is 5 minutes ago. Prints its bytes. A finding has 5 numbers, and every third
 * one a ranking: the 132 shipped rules show 667 items (2026), of which 46 are rankings.
 *
 *     manydays FILE [DAYS [FINDINGS]]                                                        */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "collect/collect.h"
#include "history/history.h"

enum { STEP = 300, FINDINGS_MOST = 64, ITEMS = 6 };

struct days {
	struct rule rules[FINDINGS_MOST], *pointers[FINDINGS_MOST];
	struct rulebook book;
	struct verdict_spec verdicts[FINDINGS_MOST];
	struct plan plan;
	struct report_finding findings[FINDINGS_MOST];
	char ids[FINDINGS_MOST][40], subjects[FINDINGS_MOST][40], tops[FINDINGS_MOST][80];
	struct report report;
	struct sample *now;
	unsigned count;
};

static uint64_t seed = 1;

static double noise(double most)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return most * (double)(seed >> 40) / (double)(1 << 24);
}

/* As many counters as the shipped rules compare. */
static void make_plan(struct days *d)
{
	unsigned i, counters = 0;

	d->book = (struct rulebook){ .rules = d->pointers, .count = d->count };
	d->plan = (struct plan){ .book = &d->book, .verdicts = d->verdicts,
				 .verdict_count = d->count, .rule_count = d->count };
	d->plan.fact_twice = xcalloc(fact_count, sizeof *d->plan.fact_twice);
	d->now = sample_new();
	for (i = 0; i < fact_count && counters < 60; i++) {
		if (fact_catalogue[i].scope != FACT_HOST || fact_catalogue[i].kind != FACT_COUNTER)
			continue;
		d->plan.fact_twice[i] = true;
		d->now->readings[i] = (struct reading){ .raw = (uint64_t)noise(1e9) };
		counters++;
	}
	for (i = 0; i < d->count; i++) {
		snprintf(d->ids[i], sizeof d->ids[i], "some-rule-of-middling-length-%u", i);
		snprintf(d->subjects[i], sizeof d->subjects[i], "10.12.%u.%u:443", i, 200 - i);
		d->rules[i] = (struct rule){ .id = d->ids[i], .enter = 1, .leave = 3,
					     .title = "Something is as it should not be",
					     .severity = SEVERITY_WARNING };
		d->pointers[i] = &d->rules[i];
		d->verdicts[i].rule = &d->rules[i];
	}
}

static void make_finding(struct days *d, unsigned i)
{
	static const char *const units[ITEMS] = { "count", "count", "ratio", "seconds", "bytes", NULL };
	static const double most[ITEMS] = { 1e4, 1e6, 1, 600, 1e7, 0 };
	struct report_finding *finding = &d->findings[i];
	unsigned j;

	*finding = (struct report_finding){ .rule = &d->rules[i], .subject = d->subjects[i],
					    .evidence_count = i % 3 ? ITEMS - 1 : ITEMS };
	snprintf(d->tops[i], sizeof d->tops[i], "192.0.2.7:5432 (%.0f), 192.0.2.9:5432 (%.0f), %.0f more",
		 noise(1e3), noise(1e3), noise(1e4));
	for (j = 0; j < finding->evidence_count; j++) {
		double number = units[j] ? noise(most[j]) : 0;
		bool whole = j < 2 || j == 4;

		finding->evidence[j] = (struct report_evidence){
			.name = "a number that people want to see", .expression = "count(true)",
			.text = d->tops[i], .known = true, .unit = units[j],
			.number = whole ? (double)(long)number : number,
		};
		finding->evidence[j].number_hi = finding->evidence[j].number;
	}
}

static void store(struct days *d, struct history *history, time_t time)
{
	struct history_run run = {
		.moment = { time, (double)time - 1.7e9, "a boot of long ago",
			    "first network namespace" },
		.limits = HISTORY_LIMITS, .plan = &d->plan, .report = &d->report,
	};
	struct earlier *left = earlier_new(&d->plan);
	unsigned i;

	for (i = 0; i < fact_count; i++)
		d->now->readings[i].raw += (uint64_t)noise(1e5);
	for (i = 0; i < d->count; i++)
		make_finding(d, i);
	earlier_readings(left, &d->plan, d->now);
	run.left = left;
	run.left_all = true;
	history_store(history, &run);
	earlier_free(left);
}

int main(int argc, char **argv)
{
	static struct checksum of_nothing;
	static struct days days;
	long count = argc > 2 ? atol(argv[2]) : 30, i;
	time_t end = time(NULL) - STEP;
	struct history *history;
	struct stat status;

	if (argc < 2)
		return 3;
	days.count = argc > 3 ? (unsigned)atoi(argv[3]) : 20;
	make_plan(&days);
	days.report = (struct report){ .arena = arena_new(), .findings = days.findings,
				       .finding_count = days.count, .complete = true,
				       .rulebook_version = "0.1.0", 
				       .rulebook_checksum = &of_nothing };
	history = history_open(argv[1], HISTORY_STORE);
	for (i = count * 86400 / STEP; i >= 0; i--) {
		arena_free(days.report.arena);
		days.report.arena = arena_new();
		store(&days, history, end - i * STEP);
	}
	if (history_trouble(history))
		fprintf(stderr, "manydays: %s\n", history_trouble(history));
	i = history_trouble(history) != NULL;
	history_close(history);
	if (stat(argv[1], &status) == 0)
		printf("%lld\n", (long long)status.st_size);
	return (int)i;
}
