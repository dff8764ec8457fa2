/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/history.h: what earlier runs saw. One file; a run reads from it what came before, adds
 * itself, and learns what of its report is new.
 *
 *     place    where a run looked: a network namespace
 *     run      one report: when, by which rules, counters, what was found with which numbers
 *     episode  a finding from the run that first saw it to the one that last did
 *
 * Nothing here is allowed to spoil a report: after trouble all calls do nothing. */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "collect/earlier.h"
#include "report/report.h"

struct history;

enum history_use {
	HISTORY_READ,	 /* writes nothing */
	HISTORY_RESTORE, /* ... but takes back what a killed run has left half done */
	HISTORY_STORE,	 /* creates the file, but not its folder */
};

/* Never NULL; history_trouble() says whether it is any good. */
struct history *history_open(const char *path, enum history_use use);
void history_close(struct history *history); /* NULL is allowed */
/* One sentence, or NULL. */
const char *history_trouble(const struct history *history);

/* When and where a run looks. The wall clock may jump; 'uptime' does not, and the two are kept
 * apart: durations are of uptime where one boot has both ends. */
struct history_moment {
	time_t time;
	double uptime;	   /* seconds, CLOCK_BOOTTIME; NaN: unknown */
	const char *boot;  /* names the boot; NULL: unknown */
	const char *place; /* the same text is the same namespace */
};

/* How long the history reaches back, and how large its file may become. */
struct history_limits {
	double keep;   /* seconds */
	uint64_t bytes;
};
#define HISTORY_LIMITS { 30 * 86400.0, 20 << 20 }

/* A run that comes to its end. */
struct history_run {
	struct history_moment moment; /* of its last sample */
	struct history_limits limits;
	const struct plan *plan;
	const struct earlier *left; /* counters and listeners, for the next run to compare with */
	bool left_all;		    /* ... and these are all listeners there were */
	struct report *report;	    /* its findings learn of their past */
	bool news;		    /* --cron: and only what is news is to stay */
};

/* A run that lies so short a time back is one to compare with. Cron comes every few minutes, and
 * may be late; what a rate was on average over hours says little of now. */
#define HISTORY_RECENT 900.0 /* seconds */
#define HISTORY_LEAST 1.0

/* What the last run at this place left, in the caller's hands, if that was in the same boot, at
 * least HISTORY_LEAST and at most 'recent' seconds ago, and knew all that the plan compares; *since
 * is its time and *seconds how long ago it was. Else NULL. */
struct earlier *history_earlier(struct history *history, const struct history_moment *moment,
				const struct plan *plan, double recent, time_t *since,
				double *seconds);

/* Stores the run, all of it or nothing. */
void history_store(struct history *history, const struct history_run *run);
/* To be called once reports of news are printed: until then they are news. */
void history_told(struct history *history);

#endif
