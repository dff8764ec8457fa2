/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQLite with a rollback journal: at rest there is one file, whoever may read it needs no right to
 * write beside it (as WAL would), and a run that was killed is undone by the next. */
#include "history/db.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

enum {
	APPLICATION = 0x74637061, /* "tcpa" in the header of the file: ours */
	BUSY_MS = 2000,		  /* two runs at once: the second waits so long for the first */
};

/* ---- trouble ---- */

void db_trouble(struct db *db, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	if (!db_ok(db))
		return; /* the first one is the cause */
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	buf_printf(&db->trouble, "%s: %s", db->path, text ? text : "trouble");
	free(text);
}

static void sqlite_trouble(struct db *db, int code)
{
	int error;

	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		db_trouble(db, "it is damaged, or no history (%s); it was left as it is: move it away,"
			   " and the next run begins a new one", sqlite3_errstr(code));
		break;
	case SQLITE_READONLY: /* SQLITE_READONLY_ROLLBACK */
		db_trouble(db, "a run was killed while it stored: the next one that stores puts it right");
		break;
	case SQLITE_BUSY:
		db_trouble(db, "another run keeps it locked");
		break;
	default:
		error = db->handle ? sqlite3_system_errno(db->handle) : 0;
		db_trouble(db, "%s%s%s", sqlite3_errstr(code), error ? ": " : "",
			   error ? strerror(error) : "");
	}
}

/* ---- statements ---- */

static int bind(sqlite3_stmt *statement, int i, const struct db_value *value)
{
	switch (value->kind) {
	case DB_INTEGER:
		return sqlite3_bind_int64(statement, i, value->integer);
	case DB_REAL:
		return sqlite3_bind_double(statement, i, value->real);
	case DB_TEXT:
		return sqlite3_bind_text(statement, i, value->text, -1, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(statement, i);
	}
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql, const struct db_value *values,
			 size_t count)
{
	sqlite3_stmt *statement = NULL;
	int code, i;

	if (!db_ok(db))
		return NULL;
	code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
	for (i = 0; code == SQLITE_OK && i < (int)count; i++)
		code = bind(statement, i + 1, &values[i]);
	if (code == SQLITE_OK)
		return statement;
	sqlite_trouble(db, code);
	sqlite3_finalize(statement);
	return NULL;
}

bool db_step(struct db *db, sqlite3_stmt *statement)
{
	int code;

	if (!db_ok(db) || !statement)
		return false;
	code = sqlite3_step(statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		sqlite_trouble(db, code);
	return code == SQLITE_ROW;
}

void db_run(struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	autostatement sqlite3_stmt *statement = db_prepare(db, sql, values, count);

	while (db_step(db, statement))
		;
}

int64_t db_number(struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	autostatement sqlite3_stmt *statement = db_prepare(db, sql, values, count);

	return db_step(db, statement) ? sqlite3_column_int64(statement, 0) : 0;
}

double db_column_real(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return NAN;
	return sqlite3_column_double(statement, column);
}

const char *db_column_text(sqlite3_stmt *statement, int column)
{
	const void *text = sqlite3_column_text(statement, column);

	return text ? text : "";
}

/* ---- transactions ---- */

void db_begin(struct db *db)
{
	db_run(db, "BEGIN IMMEDIATE", NULL, 0);
}

void db_commit(struct db *db)
{
	if (db_ok(db))
		db_run(db, "COMMIT", NULL, 0);
	if (db->handle && !sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- opening ---- */

/* A folder, a device or a pipe would be opened, and may hang. */
static bool is_file_or_nothing(struct db *db, enum db_mode mode)
{
	struct stat status;

	if (stat(db->path, &status) < 0) {
		if (mode != DB_WRITE)
			db_trouble(db, "there is none");
		return mode == DB_WRITE;
	}
	if (!S_ISREG(status.st_mode))
		db_trouble(db, "it is no file");
	return S_ISREG(status.st_mode);
}

static void execute(struct db *db, const char *sql)
{
	if (db_ok(db) && sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		sqlite_trouble(db, sqlite3_extended_errcode(db->handle));
}

/* A row of the largest table has 2 KiB, of which a page holds several only if it is large (that of a
 * file once made does not change). The file may be anybody's: its schema runs nothing, and a page
 * that lies about itself is an error and no overflow. Without temp_store SQLite would write to
 * /var/tmp. */
static void set_up(struct db *db, enum db_mode mode)
{
	static const char *const pragmas[] = {
		"PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON",
		"PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -512",
	};
	unsigned i;

	sqlite3_busy_timeout(db->handle, BUSY_MS);
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	for (i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
		db_run(db, pragmas[i], NULL, 0);
	if (mode == DB_WRITE)
		execute(db, "PRAGMA page_size = 16384; PRAGMA synchronous = FULL");
}

/* What is not empty and bears no mark, or another, belongs to another program. */
static bool is_ours(struct db *db, int64_t *version)
{
	int64_t application = db_number(db, "PRAGMA application_id", NULL, 0);
	bool empty = db_number(db, "SELECT count(*) FROM sqlite_master", NULL, 0) == 0;

	*version = db_number(db, "PRAGMA user_version", NULL, 0);
	if (db_ok(db) && application != APPLICATION && !empty)
		db_trouble(db, "it is a database of another program");
	return db_ok(db);
}

static void migrate(struct db *db, const char *const *steps, int64_t known)
{
	autobuf struct buf sql = BUF_INIT;
	int64_t version;

	db_begin(db);
	/* Again, now that it is locked: another run may have been faster. */
	if (is_ours(db, &version) && version < known) {
		buf_printf(&sql, "PRAGMA user_version = %lld; PRAGMA application_id = %d",
			   (long long)known, APPLICATION);
		for (; version < known; version++)
			execute(db, steps[version]);
		execute(db, sql.text);
	}
	db_commit(db);
}

static void check_version(struct db *db, enum db_mode mode, const char *const *steps)
{
	int64_t version, known = 0;

	while (steps[known])
		known++;
	if (!is_ours(db, &version))
		return;
	if (version > known)
		db_trouble(db, "a newer tcp-advise wrote it (its tables are of version %lld, this "
			   "program knows %lld); it was left as it is", (long long)version,
			   (long long)known);
	else if (version < known && mode == DB_WRITE)
		migrate(db, steps, known);
	else if (version < known && version > 0)
		db_trouble(db, "an older tcp-advise wrote it; the next run that stores brings it up "
			   "to date");
	else if (version < known)
		db_trouble(db, "it is empty");
}

/* Whether a killed run left a journal that only a writer can play back. */
static bool is_half_done(struct db *db)
{
	char *message = NULL;
	int code = sqlite3_exec(db->handle, "PRAGMA user_version", NULL, NULL, &message);

	sqlite3_free(message);
	return code != SQLITE_OK &&
	       sqlite3_extended_errcode(db->handle) == SQLITE_READONLY_ROLLBACK;
}

static int open_handle(struct db *db, int flags)
{
	autobuf struct buf name = BUF_INIT;

	sqlite3_close(db->handle);
	db->handle = NULL;
	/* To SQLite ":memory:", "" and "file:" are no files. */
	buf_printf(&name, "%s%s", *db->path == '/' ? "" : "./", db->path);
	return sqlite3_open_v2(name.text, &db->handle, flags, NULL);
}

void db_open(struct db *db, const char *path, enum db_mode mode, const char *const *steps)
{
	int code;

	*db = (struct db){ .path = xstrdup(path) };
	if (!is_file_or_nothing(db, mode))
		return;
	code = open_handle(db, mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE :
						  SQLITE_OPEN_READONLY);
	if (code == SQLITE_OK && mode == DB_RESTORE && is_half_done(db))
		code = open_handle(db, SQLITE_OPEN_READWRITE);
	if (code != SQLITE_OK) {
		sqlite_trouble(db, code);
		return;
	}
	set_up(db, mode);
	check_version(db, mode, steps);
}

void db_close(struct db *db)
{
	sqlite3_close(db->handle);
	free(db->path);
	buf_fini(&db->trouble);
}
