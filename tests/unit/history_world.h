/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/history_world.h: runs made by hand, at any time, and a file for them. */
#ifndef HISTORY_WORLD_H
#define HISTORY_WORLD_H

#include "unit.h"

#include <string.h>
#include <sys/stat.h>

#include "collect/collect.h"
#include "history/history.h"
#include "history/timeline.h"

enum { WORLD_FINDINGS = 64, DAY = 86400, STEP = 300 };

static struct rule leak = { .id = "leak", .title = "Descriptors leak", .severity = SEVERITY_WARNING,
			    .enter = 1, .leave = 3 };
static struct rule full = { .id = "full", .title = "The queue is full",
			    .severity = SEVERITY_CRITICAL, .per = PER_LISTENER, .enter = 2,
			    .leave = 2 };

struct world {
	char dir[32], path[64];
	struct rule *rules[2];
	struct rulebook book;
	struct checksum checksum;
	struct verdict_spec verdicts[2];
	struct plan plan;
	struct sample *now;
	struct report_finding findings[WORLD_FINDINGS];
	struct report_unknown unknown[2];
	struct report report;
	char texts[WORLD_FINDINGS][64];
	struct history_run run;
};

static inline void world_init(struct world *w)
{
	*w = (struct world){ .dir = "/dev/shm/test_history.XXXXXX", .rules = { &full, &leak },
			     .checksum = { .hex = "abc" } };
	/* In memory, where a thousand runs do not wait for a disk. */
	if (!mkdtemp(w->dir)) {
		strcpy(w->dir, "/tmp/test_history.XXXXXX");
		assert_non_null(mkdtemp(w->dir));
	}
	snprintf(w->path, sizeof w->path, "%s/h.db", w->dir);
	w->book = (struct rulebook){ .rules = w->rules, .count = 2 };
	w->verdicts[0].rule = &full;
	w->verdicts[1].rule = &leak;
	w->plan = (struct plan){ .book = &w->book, .verdicts = w->verdicts, .verdict_count = 2,
				 .rule_count = 2 };
	w->plan.fact_twice = xcalloc(fact_count, sizeof *w->plan.fact_twice);
	w->now = sample_new();
	w->report = (struct report){ .findings = w->findings, .unknown = w->unknown,
				     .complete = true, .rule_count = 2,
				     .rulebook_version = "1", .rulebook_checksum = &w->checksum,
				     .arena = arena_new() };
	w->run = (struct history_run){
		.moment = { .time = 1750000000, .uptime = 1000, .boot = "b1", .place = "here" },
		.limits = HISTORY_LIMITS,
		.plan = &w->plan, .report = &w->report,
	};
}

static inline void world_fini(struct world *w)
{
	char journal[80];

	snprintf(journal, sizeof journal, "%s-journal", w->path);
	unlink(journal);
	unlink(w->path);
	assert_int_equal(rmdir(w->dir), 0); /* nothing else was written */
	sample_free(w->now);
	arena_free(w->report.arena);
	free(w->plan.fact_twice);
}

/* What the run at hand finds: one number each. */
static inline void world_find(struct world *w, const struct rule *rule, const char *subject,
			      double number)
{
	unsigned i = w->report.finding_count++;

	assert_true(i < WORLD_FINDINGS);
	snprintf(w->texts[i], sizeof w->texts[i], "%s", subject);
	w->findings[i] = (struct report_finding){
		.rule = rule, .subject = w->texts[i], .evidence_count = 1,
		.evidence = { { .name = "sockets", .expression = "count(true)", .text = "n",
				.known = true, .number = number, .number_hi = number,
				.unit = "count" } },
	};
}

/* The next run finds nothing yet. */
static inline void world_pass(struct world *w, double seconds)
{
	w->run.moment.time += (time_t)seconds;
	w->run.moment.uptime += seconds;
	w->report.finding_count = w->report.waived_count = w->report.unknown_count = 0;
	w->report.closed_count = 0;
	w->report.news = false;
	w->report.complete = true;
}

static inline void world_store(struct world *w)
{
	struct history *history = history_open(w->path, HISTORY_STORE);

	history_store(history, &w->run);
	if (history_trouble(history))
		fail_msg("%s", history_trouble(history));
	history_close(history);
}

static inline struct timeline *world_timeline(struct world *w, const char *rule, int64_t since)
{
	struct history *history = history_open(w->path, HISTORY_READ);
	struct timeline *timeline =
		timeline_new(history, rule, since, (int64_t)w->run.moment.time);

	if (history_trouble(history))
		fail_msg("%s", history_trouble(history));
	history_close(history);
	return timeline;
}

static inline int64_t count_runs(struct world *w)
{
	struct timeline *timeline = world_timeline(w, NULL, INT64_MIN);
	int64_t runs = (int64_t)timeline->runs;

	timeline_free(timeline);
	return runs;
}

#endif
