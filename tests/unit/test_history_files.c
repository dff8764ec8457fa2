/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is not ours, newer, locked or damaged is left as it is; an older one is brought up to
 * date; rows that are no findings are counted. */
#include "history_world.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "base/file.h"
#include "history/inside.h"

static void put_file(const char *path, const char *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void assert_refused(struct world *w, enum history_use use, const char *word)
{
	autobuf struct buf before = BUF_INIT, after = BUF_INIT;
	struct history *history;

	assert_int_equal(file_read(AT_FDCWD, w->path, 1 << 24, &before), 0);
	history = history_open(w->path, use);
	history_store(history, &w->run);
	if (!history_trouble(history) || !strstr(history_trouble(history), word))
		fail_msg("expected '%s', not: %s", word,
			 history_trouble(history) ? history_trouble(history) : "no trouble");
	history_close(history);
	assert_int_equal(file_read(AT_FDCWD, w->path, 1 << 24, &after), 0);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(buf_text(&before), buf_text(&after), before.len);
}

static void execute(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void test_strange_files_are_left_alone(void **state)
{
	char noise[8192];
	struct world w;

	(void)state;
	world_init(&w);
	memset(noise, 'x', sizeof noise);
	put_file(w.path, noise, sizeof noise);
	assert_refused(&w, HISTORY_STORE, "damaged");
	unlink(w.path);
	execute(w.path, "CREATE TABLE mine (a)");
	assert_refused(&w, HISTORY_STORE, "another program");
	assert_refused(&w, HISTORY_READ, "another program");
	unlink(w.path);
	world_store(&w);
	execute(w.path, "PRAGMA user_version = 999");
	assert_refused(&w, HISTORY_STORE, "newer");
	assert_refused(&w, HISTORY_READ, "newer");
	world_fini(&w);
}

static void test_an_older_file_is_brought_up_to_date(void **state)
{
	struct timeline *timeline;
	struct world w;

	(void)state;
	world_init(&w);
	execute(w.path, history_steps[0]);
	execute(w.path, "PRAGMA user_version = 1; PRAGMA application_id = 1952673889;"
			" INSERT INTO place VALUES (1, 'here', 1, NULL, NULL);"
			" INSERT INTO run VALUES (1, 1, 1749999700, 700, NULL, 1, 2, 1, 1, 1, '[]',"
			" '[[1,1,4]]');"
			" INSERT INTO word VALUES (1, '[[\"sockets\",\"count\"]]');"
			" INSERT INTO episode VALUES (1, 1, 'leak', 'host', 2, 't', 1, 1749999700,"
			" 1749999700, 0, 0, 1, 1, 1, 0, 0, NULL, 0, 0)");
	assert_refused(&w, HISTORY_READ, "older");
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	timeline = world_timeline(&w, NULL, 0);
	assert_int_equal(timeline->count, 1);
	assert_int_equal(timeline->episodes[0].runs, 2);
	assert_int_equal(timeline->episodes[0].lasted, 300);
	assert_int_equal(timeline->episodes[0].curves[0].count, 2);
	assert_int_equal(timeline->damaged, 0);
	timeline_free(timeline);
	world_fini(&w);
}

static void test_a_locked_file_is_waited_for_and_left(void **state)
{
	sqlite3 *handle = NULL;
	struct world w;

	(void)state;
	world_init(&w);
	world_store(&w);
	assert_int_equal(sqlite3_open(w.path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	assert_refused(&w, HISTORY_STORE, "keeps it locked");
	sqlite3_close(handle);
	world_store(&w);
	assert_int_equal(count_runs(&w), 2);
	world_fini(&w);
}

/* Every page overwritten in turn: trouble or not, never a crash, and never a smaller file. */
static void test_damage_anywhere_is_survived(void **state)
{
	autobuf struct buf good = BUF_INIT;
	struct world w;
	unsigned i, page;

	(void)state;
	world_init(&w);
	for (i = 0; i < 40; i++) {
		world_pass(&w, STEP);
		world_find(&w, &leak, "host", i);
		world_store(&w);
	}
	assert_int_equal(file_read(AT_FDCWD, w.path, 1 << 24, &good), 0);
	for (page = 0; page < good.len / 4096; page++) {
		struct history *history;
		struct timeline *timeline;
		uint64_t seed = page;

		put_file(w.path, good.text, good.len);
		for (i = 0; i < 4096; i++)
			good.text[page * 4096 + i] ^= (char)(i % 7 ? 0 : unit_random(&seed));
		put_file(w.path, good.text, good.len);
		seed = page;
		for (i = 0; i < 4096; i++)
			good.text[page * 4096 + i] ^= (char)(i % 7 ? 0 : unit_random(&seed));
		history = history_open(w.path, HISTORY_READ);
		timeline = timeline_new(history, NULL, 0, 0);
		timeline_free(timeline);
		history_close(history);
		history = history_open(w.path, HISTORY_STORE);
		history_store(history, &w.run);
		history_close(history);
	}
	world_fini(&w);
}

static void test_what_is_no_file_is_refused(void **state)
{
	static const char *const paths[] = { "/dev/null", "/", "/nonexistent/folder/h.db", "" };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(paths); i++) {
		struct history *history = history_open(paths[i], HISTORY_STORE);

		assert_non_null(history_trouble(history));
		history_close(history);
	}
}

/* ---- hostile rows ---- */

static void test_rows_that_are_no_findings_are_counted(void **state)
{
	static const char *const rows[] = {
		"", "[", "{}", "[[]]", "[[1]]", "[[\"a\",2,3]]", "[[1,99999,3]]", "[1,2]",
	};
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf sql = BUF_INIT;

		buf_printf(&sql, "UPDATE run SET findings = '%s'", rows[i]);
		execute(w.path, sql.text);
		timeline = world_timeline(&w, NULL, 0);
		assert_int_equal(timeline->damaged, 1);
		timeline_free(timeline);
	}
	execute(w.path, "UPDATE run SET findings = '[[1,9223372036854775807,1e308,[null,null]]]',"
			" time = 9223372036854775807; UPDATE episode SET began = -1 << 63, seen = 1 << 62,"
			" subject = x'1b5b', severity = -1");
	timeline = world_timeline(&w, NULL, 0);
	for (i = 0; timeline_formats[i].name; i++) {
		autobuf struct buf out = BUF_INIT;

		timeline_formats[i].print(&out, timeline, &(struct look){ 80, false, true });
		assert_null(strchr(buf_text(&out), 033));
	}
	timeline_free(timeline);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strange_files_are_left_alone),
		cmocka_unit_test(test_an_older_file_is_brought_up_to_date),
		cmocka_unit_test(test_a_locked_file_is_waited_for_and_left),
		cmocka_unit_test(test_damage_anywhere_is_survived),
		cmocka_unit_test(test_what_is_no_file_is_refused),
		cmocka_unit_test(test_rows_that_are_no_findings_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
