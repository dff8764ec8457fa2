/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/timeline.h: what the history knows of findings, to be printed: when each began, how long
 * it lasted, and its numbers over time. */
#ifndef HISTORY_TIMELINE_H
#define HISTORY_TIMELINE_H

#include "history/history.h"

struct point {
	int64_t time;
	double lo, hi; /* NaN: not known then; infinite: no bound was */
};

/* One number of a finding, or a text such as a ranking, of which only the last is kept. */
struct curve {
	const char *name;
	enum unit unit;
	struct point *points; /* in order of the runs */
	unsigned count, size;
	const char *text;     /* the last; NULL: it is a number */
};

struct timeline_episode {
	int64_t id;
	const char *rule, *title, *subject, *place;
	enum severity severity;
	bool ended;
	enum closing why; /* ended: why it is told no more */
	bool waived;	  /* by the site, when it was seen last */
	bool current;	  /* the last run of its place found it */
	int64_t began, seen; /* time */
	double lasted;	     /* seconds */
	uint64_t runs;
	struct curve *curves;
	unsigned curve_count;
};

struct timeline {
	struct arena *arena;
	const char *rule;	/* of this rule only; NULL: of all */
	int64_t since, now;	/* time */
	uint64_t runs;		/* stored since then ... */
	int64_t first, last;	/* ... from when to when; 0: none */
	uint64_t damaged;	/* rows that could not be read */
	const char *rulebook;	/* of the last of these runs: version and checksum; NULL: none */
	struct timeline_episode *episodes; /* those seen since then, the newest first */
	unsigned count;
	bool places;		/* there is more than one */
};

/* Episodes last seen at 'since' or later; their numbers from then on. Check history_trouble()
 * afterwards. */
struct timeline *timeline_new(struct history *history, const char *rule, int64_t since,
			      int64_t now);
void timeline_free(struct timeline *timeline);

struct timeline_format {
	const char *name;
	void (*print)(struct buf *out, const struct timeline *timeline, const struct look *look);
};
extern const struct timeline_format timeline_formats[]; /* ends with a NULL name */

/* ---- between the formats ---- */

void timeline_print_text(struct buf *out, const struct timeline *timeline,
			 const struct look *look);
void timeline_print_json(struct buf *out, const struct timeline *timeline,
			 const struct look *look);
void timeline_print_markdown(struct buf *out, const struct timeline *timeline,
			     const struct look *look);

/* Appends "2026-11-21 15:40Z", and "2026-11-21T15:40:07Z". */
void timeline_minute(struct buf *out, int64_t time);
void timeline_time(struct buf *out, int64_t time);

/* Appends "; waived", "; rule removed": what else is to be said of when it was; or nothing. */
void timeline_standing(struct buf *out, const struct timeline_episode *episode);

/* Cuts the time from the first to the last point of all curves of an episode into equal parts, at
 * most 'most' of them: the number of parts. */
unsigned timeline_parts(const struct timeline_episode *episode, unsigned most);
/* The highest value in a part, NaN if nothing is known there; *time is when it was. */
double timeline_peak(const struct timeline_episode *episode, const struct curve *curve,
		     unsigned parts, unsigned part, int64_t *time);

#endif
