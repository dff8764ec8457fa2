/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/episode.h: the findings of a place that have not ended, from run to run. Private to
 * history/. */
#ifndef HISTORY_EPISODE_H
#define HISTORY_EPISODE_H

#include "history/inside.h"

struct episode {
	int64_t id; /* 0: begins with this run */
	const char *rule, *subject;
	const struct report_finding *finding; /* of this run; NULL: not found */
	enum episode_state state;
	enum severity severity;
	const char *title;
	int64_t began, seen; /* time */
	double age, lasted;  /* seconds from the first run that found it: to this one, to the last that did */
	int64_t runs, hits, misses, last_run;
};

struct episodes {
	struct arena *arena;
	struct episode *list;
	unsigned count, size;
	unsigned *of_finding; /* by finding of the report: its episode */
};

/* Those of the place that were live after its last run. */
void episodes_load(struct episodes *episodes, struct history *history, int64_t place);
void episodes_free(struct episodes *episodes);

/* What a run makes of them: those it finds go on or begin, those it surely does not find come to
 * their end. 'elapsed' is since the last run of the place. */
void episodes_advance(struct episodes *episodes, const struct history_run *run, double elapsed);

/* Writes all back, with the number of the run; new ones get their id. */
void episodes_save(struct episodes *episodes, struct history *history, int64_t place, int64_t run);

#endif
