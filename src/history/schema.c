/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables. A step that was released is never changed: a new one is added. */
#include "history/inside.h"

/* A run is one row, whatever it found: rows come in order and fill their pages, so that 30 days
 * of 20 findings every 5 minutes stay below 20 MiB (make bench measures it). */
const char *const history_steps[] = {
	"CREATE TABLE word ("	/* texts that many rows share */
	"	id INTEGER PRIMARY KEY,"
	"	text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE place ("
	"	id INTEGER PRIMARY KEY,"
	"	name TEXT NOT NULL UNIQUE,"
	"	run INTEGER NOT NULL,"	/* the last one */
	"	listeners TEXT,"	/* what it knew of each: see before.c */
	"	told INTEGER);"		/* when all was told last */
	"CREATE TABLE run ("
	"	id INTEGER PRIMARY KEY,"
	"	place INTEGER NOT NULL,"
	"	time INTEGER NOT NULL,"	/* seconds since 1970 */
	"	uptime REAL,"
	"	boot INTEGER,"		/* word */
	"	rulebook INTEGER NOT NULL," /* word: version and checksum */
	"	window REAL NOT NULL,"
	"	complete INTEGER NOT NULL,"
	"	status INTEGER NOT NULL,"
	"	counted INTEGER NOT NULL," /* word: names of the counters, a JSON list */
	"	counters TEXT NOT NULL,"   /* their growth since the run before, likewise */
	"	findings TEXT NOT NULL);"  /* [[episode, word: names, value, ...], ...] */
	"CREATE TABLE episode ("
	"	id INTEGER PRIMARY KEY,"
	"	place INTEGER NOT NULL,"
	"	rule TEXT NOT NULL,"
	"	subject TEXT NOT NULL,"
	"	severity INTEGER NOT NULL,"
	"	title TEXT NOT NULL,"
	"	state INTEGER NOT NULL,"
	"	began INTEGER NOT NULL,"   /* time of the first run that found it */
	"	seen INTEGER NOT NULL,"	   /* ... and of the last */
	"	lasted REAL NOT NULL,"	   /* seconds between them */
	"	age REAL NOT NULL,"	   /* ... and up to the last run of all */
	"	runs INTEGER NOT NULL,"	   /* how many found it */
	"	last_run INTEGER NOT NULL,"
	"	hits INTEGER NOT NULL,"	   /* the last so many runs found it ... */
	"	misses INTEGER NOT NULL,"  /* ... or did not */
	"	told INTEGER NOT NULL DEFAULT 0," /* the state that was told last */
	"	told_value REAL,"	   /* the number told last */
	"	rising INTEGER NOT NULL DEFAULT 0," /* the last so many runs had far more ... */
	"	falling INTEGER NOT NULL DEFAULT 0);" /* ... or far less */
	"CREATE INDEX episode_live ON episode (place) WHERE state < 2;",

	/* a run has the growth of its counters, which is mostly 0, its place the totals */
	"ALTER TABLE place ADD COLUMN counted INTEGER;" /* word: their names */
	"ALTER TABLE place ADD COLUMN totals TEXT;"
	"ALTER TABLE episode ADD COLUMN sockets TEXT;" /* see same.c */
	"DROP INDEX episode_live;"
	"CREATE INDEX episode_live ON episode (place) WHERE state < 2 OR told = 1;",

	/* 'hits' is not used any more: 'runs' says it */
	"ALTER TABLE episode ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;" /* by the last run */
	"ALTER TABLE episode ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;" /* enum closing */
	"ALTER TABLE episode ADD COLUMN condition INTEGER;", /* word: the last that found it */
	NULL,
};
