/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/inside.h: struct history and its tables, for the files of history/ only. */
#ifndef HISTORY_INSIDE_H
#define HISTORY_INSIDE_H

#include "history/db.h"
#include "history/history.h"

/* What will have been told once the report is printed. */
struct telling;
struct tellings {
	struct telling *list;
	unsigned count, size;
};

struct history {
	struct db db;
	struct tellings tellings;
};

enum episode_state {
	EPISODE_PENDING, /* seen, but in fewer runs than the rule's 'enter' */
	EPISODE_OPEN,
	EPISODE_ENDED,	 /* missing in as many runs in a row as the rule's 'leave' */
};

/* Stored. */
enum episode_told { TOLD_NOTHING, TOLD_OPEN, TOLD_END, TOLD_WAIVED };

/* What makes versions 1, 2, ... of the tables; ends with NULL. */
extern const char *const history_steps[];

/* The number of a text that many rows share; it is added if need be. */
int64_t history_word(struct history *history, const char *text);

/* The seconds from the last run of the place to the moment, by the clock that does not jump where
 * both are of one boot; *same_boot says that, *time when it was by the wall clock. Never negative;
 * NaN where there is no such run. */
double history_elapsed(struct history *history, const struct history_moment *moment,
		       bool *same_boot, int64_t *time);

/* history/before.c: */

/* What the last run of the place left: JSON lists. */
struct before {
	struct buf names, totals; /* of counters */
	struct buf growth;	  /* since the run before that */
	struct buf listeners;
};
/* Of a run: with the growth since the last one of its place, null where that did not know. */
void before_make(struct before *before, struct history *history, const struct history_run *run);
void before_fini(struct before *before);

/* history/values.c: the numbers of a finding as JSON. */

/* [["connections waiting","count"], ...]: what the values of a finding are. */
void values_names(struct buf *out, const struct report_finding *finding);
/* ,12,[3,9],"text",null : what is exact, between, only a text, unknown. */
void values_put(struct buf *out, const struct report_finding *finding);
/* A string, with quotes. */
void values_string(struct buf *out, const char *text);
/* A number, in as few digits as a curve needs: integers whole, others with 4; null if there is
 * none. */
void values_number(struct buf *out, double number);

#endif
