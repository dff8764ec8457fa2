/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/episode.h: the findings of a place that have not ended, from run to run. Private to
 * history/. */
#ifndef HISTORY_EPISODE_H
#define HISTORY_EPISODE_H

#include "history/inside.h"
#include "history/measure.h"

struct episode {
	int64_t id; /* 0: begins with this run */
	const char *rule, *subject;
	const struct report_finding *finding; /* of this run; NULL: not found */
	enum episode_state state;
	enum severity severity;
	const char *title;
	int64_t began, seen; /* time */
	double age, lasted;  /* seconds from the first run that found it: to this one, to the last that did */
	int64_t runs, misses, last_run;
	double value;	     /* the number that says whether it got worse; NaN: none does */
	int64_t told;	     /* enum episode_told */
	double told_value;   /* the number then */
	const char *sockets; /* what same.c keeps; "" */
	const char *same;    /* how long they are the same sockets; NULL: nothing is known */
	int64_t rising, falling; /* runs in a row with at least twice, at most half of that */
	bool waived, was_waived; /* by this run; by the one that found it before */
	enum closing closed;	 /* EPISODE_ENDED: why */
	const char *condition;	 /* of its rule, when that found it last; "": unknown */
};

struct episodes {
	struct arena *arena;
	struct episode *list;
	unsigned count, size;
	unsigned *of_finding; /* by finding of the report: its episode */
};

/* Findings of a report, and after them those it lists as waived: they go on all the same. */
static inline unsigned episodes_found(const struct report *report)
{
	return report->finding_count + report->waived_count;
}
static inline const char *episodes_subject(const struct report_finding *finding)
{
	return finding->lasting ? finding->lasting : finding->subject;
}
static inline struct report_finding *episodes_finding(const struct report *report, unsigned i)
{
	return i < report->finding_count ? &report->findings[i] :
					   &report->waived[i - report->finding_count];
}

/* Those of the place that were live after its last run, or whose end was not told. */
void episodes_load(struct episodes *episodes, struct history *history, int64_t place);
void episodes_free(struct episodes *episodes);

/* What a run makes of them: those it finds go on or begin, those it surely does not find come to
 * their end. 'elapsed' is since the last run of the place; in another boot its sockets had other
 * cookies. */
void episodes_advance(struct episodes *episodes, const struct history_run *run, double elapsed,
		      bool same_boot);

/* Writes all back, with the number of the run; new ones get their id. */
void episodes_save(struct episodes *episodes, struct history *history, int64_t place, int64_t run);

/* history/news.c: puts into the report what the episodes know of its findings, and makes a report of
 * news of it if the run wants that. 'told' is when all was told last at the place, 0: never. */
void news_of(struct history *history, const struct history_run *run,
	     const struct episodes *episodes, int64_t place, int64_t told);

#endif
