/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/db.h: a SQLite file, with trouble kept like stdio's error flag: after the first one every
 * call does nothing, and whoever asks in the end is told what it was. Private to history/. */
#ifndef HISTORY_DB_H
#define HISTORY_DB_H

#include "base/buf.h"

#include <sqlite3.h>

enum db_mode {
	DB_READ,    /* never creates or changes it */
	DB_RESTORE, /* the same, but takes back what a run that was killed has left half done */
	DB_WRITE,   /* creates it, and brings its tables up to date */
};

struct db {
	sqlite3 *handle;
	char *path;
	struct buf trouble; /* one sentence; empty: none */
};

/* 'steps' are what makes version 1, 2, ... of the tables, ended by NULL; a file that has more of
 * them is of a newer program, and trouble. A file of another program is left alone. */
void db_open(struct db *db, const char *path, enum db_mode mode, const char *const *steps);
void db_close(struct db *db);

static inline bool db_ok(const struct db *db)
{
	return db->trouble.len == 0;
}
void db_trouble(struct db *db, const char *format, ...) PRINTF_LIKE(2, 3);

/* Locks for writing; db_commit() ends it, or takes all back if there was trouble since. */
void db_begin(struct db *db);
void db_commit(struct db *db);

struct db_value {
	enum { DB_NULL, DB_INTEGER, DB_REAL, DB_TEXT } kind;
	int64_t integer;
	double real;
	const char *text;
};
static inline struct db_value db_int(int64_t integer)
{
	return (struct db_value){ .kind = DB_INTEGER, .integer = integer };
}
/* NaN is stored as NULL. */
static inline struct db_value db_real(double real)
{
	return (struct db_value){ .kind = real == real ? DB_REAL : DB_NULL, .real = real };
}
/* Borrowed until the statement was stepped; NULL is stored as NULL. */
static inline struct db_value db_text(const char *text)
{
	return (struct db_value){ .kind = text ? DB_TEXT : DB_NULL, .text = text };
}
#define DB_VALUES(...)                                                                             \
	(const struct db_value[]){ __VA_ARGS__ },                                                  \
		sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)

/* NULL after trouble. The values are for ?1, ?2, ... */
sqlite3_stmt *db_prepare(struct db *db, const char *sql, const struct db_value *values,
			 size_t count);
/* Whether there is a row. */
bool db_step(struct db *db, sqlite3_stmt *statement);
/* Prepares, steps to the end, forgets. */
void db_run(struct db *db, const char *sql, const struct db_value *values, size_t count);
/* The first column of the first row, 0 if there is none. */
int64_t db_number(struct db *db, const char *sql, const struct db_value *values, size_t count);

/* Columns of the row at hand, as this program would have written them: NaN for no number, "" for no
 * text; texts are good until the next step. */
double db_column_real(sqlite3_stmt *statement, int column);
const char *db_column_text(sqlite3_stmt *statement, int column);

static inline void db_finish(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}
#define autostatement __attribute__((cleanup(db_finish)))

#endif
