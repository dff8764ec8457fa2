/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/site.h: what a site says of the rules without copying them: tcp-advise.ini, which changes
 * thresholds, waives findings, and says how long history is kept. tcp-advise.ini(5) describes it. */
#ifndef RULE_SITE_H
#define RULE_SITE_H

#include "base/arena.h"
#include "base/errors.h"

#include <time.h>

/* A change to a rule: of a line of [tune ID], or of --let ID.NAME=VALUE. */
struct tuning {
	const char *id;
	const char *name;	  /* of a threshold, or "severity"; NULL: the section itself */
	const char *value;
	struct place place;	  /* of the name; file NULL: it is of the command line */
	struct place value_place;
};

/* [waive ID]: findings of a rule that the site knows of and lives with. */
struct waiver {
	const char *id;
	const char *subject; /* a pattern of '*' and '?'; NULL: all */
	const char *reason;  /* NULL: none was given, which is reported; so is a missing date */
	const char *owner;   /* NULL: nobody */
	const char *until;   /* as written; NULL: not said */
	time_t ends;	     /* the first second it does not hold: a day is one of UTC; 0: never */
	struct place place;  /* of its section */
};

struct site {
	const char *file; /* NULL: none was read */
	struct tuning *tunings;
	unsigned tuning_count;
	struct waiver *waivers;
	unsigned waiver_count;
	double keep; /* [history] keep: seconds; 0: not said */
};

/* Reads the file into *site; its texts live in the arena. Whether its rules exist is not known here. */
void site_read(struct site *site, struct arena *arena, const char *path, struct errors *errors);

/* Whether the waiver is for this subject, and whether it still holds at that time. */
bool waiver_is_for(const struct waiver *waiver, const char *subject);
bool waiver_holds(const struct waiver *waiver, time_t now);

#endif
