/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run comes to its end: one transaction adds it, carries its episodes on and forgets what is too
 * old. */
#include "history/history.h"

#include <string.h>

#include "history/episode.h"

/* What is forgotten in one run. A clock that jumps years ahead for an hour must not cost all that
 * is stored, and a run must not take long: the rest goes in the next ones. */
enum { FORGET_MOST = 8 };

struct history *history_open(const char *path, enum history_use use)
{
	static const enum db_mode modes[] = {
		[HISTORY_READ] = DB_READ, [HISTORY_RESTORE] = DB_RESTORE, [HISTORY_STORE] = DB_WRITE,
	};
	struct history *history = xcalloc(1, sizeof *history);

	db_open(&history->db, path, modes[use], history_steps);
	return history;
}

void history_close(struct history *history)
{
	if (!history)
		return;
	db_close(&history->db);
	free(history->tellings.list);
	free(history);
}

const char *history_trouble(const struct history *history)
{
	return db_ok(&history->db) ? NULL : buf_text(&history->db.trouble);
}

int64_t history_word(struct history *history, const char *text)
{
	if (!text)
		return 0;
	db_run(&history->db, "INSERT OR IGNORE INTO word (text) VALUES (?1)",
	       DB_VALUES(db_text(text)));
	return db_number(&history->db, "SELECT id FROM word WHERE text = ?1",
			 DB_VALUES(db_text(text)));
}

/* ---- the run before ---- */

double history_elapsed(struct history *history, const struct history_moment *moment,
		       bool *same_boot, int64_t *time)
{
	autostatement sqlite3_stmt *row = db_prepare(
		&history->db,
		"SELECT run.time, run.uptime, word.text FROM place JOIN run ON run.id = place.run"
		" LEFT JOIN word ON word.id = run.boot WHERE place.name = ?1",
		DB_VALUES(db_text(moment->place)));
	double seconds, up;

	*same_boot = false;
	*time = 0;
	if (!db_step(&history->db, row))
		return NAN;
	*time = sqlite3_column_int64(row, 0);
	seconds = (double)moment->time - (double)*time;
	up = moment->uptime - db_column_real(row, 1);
	*same_boot = moment->boot && strcmp(db_column_text(row, 2), moment->boot) == 0 && up >= 0;
	return *same_boot ? up : fmax(0, seconds);
}

/* ---- the new one ---- */

static void put_findings(struct buf *out, struct history *history, const struct report *report,
			 const struct episodes *episodes)
{
	unsigned i;

	buf_putc(out, '[');
	for (i = 0; i < episodes_found(report); i++) {
		const struct report_finding *finding = episodes_finding(report, i);
		autobuf struct buf names = BUF_INIT;

		values_names(&names, finding);
		buf_printf(out, "%s[%lld,%lld", i ? "," : "",
			   (long long)episodes->list[episodes->of_finding[i]].id,
			   (long long)history_word(history, names.text));
		values_put(out, finding);
		buf_putc(out, ']');
	}
	buf_putc(out, ']');
}

static void insert_run(struct history *history, int64_t id, int64_t place,
		       const struct history_run *run, const struct episodes *episodes)
{
	autobuf struct buf rulebook = BUF_INIT, findings = BUF_INIT;
	const struct report *report = run->report;
	struct before before;
	int64_t names;

	buf_printf(&rulebook, "%s %s", report->rulebook_version ? report->rulebook_version : "-",
		   checksum_hex(report->rulebook_checksum));
	before_make(&before, history, run);
	names = history_word(history, before.names.text);
	put_findings(&findings, history, report, episodes);
	db_run(&history->db,
	       "INSERT INTO run (id, place, time, uptime, boot, rulebook, window, complete, status,"
	       " counted, counters, findings)"
	       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	       DB_VALUES(db_int(id), db_int(place), db_int(run->moment.time),
			 db_real(run->moment.uptime),
			 db_int(history_word(history, run->moment.boot)),
			 db_int(history_word(history, rulebook.text)), db_real(report->window),
			 db_int(report->complete), db_int(report_status(report)),
			 db_int(names), db_text(before.growth.text), db_text(findings.text)));
	db_run(&history->db,
	       "UPDATE place SET run = ?2, counted = ?3, totals = ?4, listeners = ?5 WHERE id = ?1",
	       DB_VALUES(db_int(place), db_int(id), db_int(names), db_text(before.totals.text),
			 db_text(before.listeners.text)));
	before_fini(&before);
}

static int64_t find_place(struct history *history, const char *name)
{
	db_run(&history->db, "INSERT OR IGNORE INTO place (name, run) VALUES (?1, 0)",
	       DB_VALUES(db_text(name)));
	return db_number(&history->db, "SELECT id FROM place WHERE name = ?1",
			 DB_VALUES(db_text(name)));
}

/* ---- forgetting ---- */

static uint64_t bytes_used(struct db *db)
{
	int64_t pages = db_number(db, "PRAGMA page_count", NULL, 0) -
			db_number(db, "PRAGMA freelist_count", NULL, 0);

	return (uint64_t)pages * (uint64_t)db_number(db, "PRAGMA page_size", NULL, 0);
}

/* The oldest runs, those too old or too many; then places where nobody looked since what is left,
 * and episodes that ended before. A page that is free is used again by the next runs: the file does
 * not shrink, and does not grow. */
static void forget(struct history *history, const struct history_run *run)
{
	struct db *db = &history->db;
	bool full = bytes_used(db) > run->limits.bytes - run->limits.bytes / 16;
	int64_t oldest = full ? INT64_MAX : (int64_t)((double)run->moment.time - run->limits.keep);

	db_run(db,
	       "DELETE FROM run WHERE id IN (SELECT id FROM run ORDER BY id LIMIT ?2)"
	       " AND time < ?1 AND id < (SELECT max(id) FROM run)",
	       DB_VALUES(db_int(oldest), db_int(FORGET_MOST)));
	if (sqlite3_changes(db->handle) == 0)
		return;
	db_run(db, "DELETE FROM place WHERE run < (SELECT min(id) FROM run)", NULL, 0);
	db_run(db, "DELETE FROM episode WHERE place NOT IN (SELECT id FROM place)"
		   " OR state = 2 AND last_run < (SELECT min(id) FROM run)", NULL, 0);
}

void history_store(struct history *history, const struct history_run *run)
{
	struct db *db = &history->db;
	struct episodes episodes = { .arena = NULL };
	int64_t place, id, time, told;
	double elapsed;
	bool same_boot;

	if (!db_ok(db))
		return;
	db_begin(db);
	elapsed = history_elapsed(history, &run->moment, &same_boot, &time);
	place = find_place(history, run->moment.place);
	id = db_number(db, "SELECT max(id) FROM run", NULL, 0) + 1;
	told = db_number(db, "SELECT told FROM place WHERE id = ?1", DB_VALUES(db_int(place)));
	episodes_load(&episodes, history, place);
	episodes_advance(&episodes, run, isnan(elapsed) ? 0 : elapsed, same_boot);
	episodes_save(&episodes, history, place, id);
	insert_run(history, id, place, run, &episodes);
	forget(history, run);
	db_commit(db);
	if (db_ok(db))
		news_of(history, run, &episodes, place, told);
	episodes_free(&episodes);
}
