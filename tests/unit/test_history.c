/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored comes back, whatever the clock did; what is not ours, newer or damaged is left as
 * it is. */
#include "history_world.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "base/file.h"
#include "history/inside.h"
#include "history/since.h"

static void test_an_episode_has_a_beginning_a_length_and_its_numbers(void **state)
{
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 6; i++) {
		if (i)
			world_pass(&w, STEP);
		world_find(&w, &leak, "host", 100 + i);
		world_store(&w);
	}
	timeline = world_timeline(&w, "leak", 0);
	assert_int_equal(timeline->count, 1);
	assert_int_equal(timeline->runs, 6);
	assert_int_equal(timeline->episodes[0].began, 1750000000);
	assert_int_equal(timeline->episodes[0].seen, 1750000000 + 5 * STEP);
	assert_int_equal(timeline->episodes[0].lasted, 5 * STEP);
	assert_int_equal(timeline->episodes[0].runs, 6);
	assert_false(timeline->episodes[0].ended);
	assert_int_equal(timeline->episodes[0].curve_count, 1);
	assert_string_equal(timeline->episodes[0].curves[0].name, "sockets");
	assert_int_equal(timeline->episodes[0].curves[0].count, 6);
	for (i = 0; i < 6; i++)
		assert_int_equal(timeline->episodes[0].curves[0].points[i].lo, 100 + i);
	timeline_free(timeline);
	world_fini(&w);
}

/* 'leave' is 3: two runs without it are a gap, three its end, and then a new one begins. */
static void test_a_gap_is_not_an_end(void **state)
{
	static const char pattern[] = "x..xx...x";
	struct timeline *timeline;
	struct world w;
	const char *p;

	(void)state;
	world_init(&w);
	for (p = pattern; *p; p++) {
		world_pass(&w, STEP);
		if (*p == 'x')
			world_find(&w, &leak, "host", 5);
		world_store(&w);
	}
	timeline = world_timeline(&w, NULL, 0);
	assert_int_equal(timeline->count, 2);
	assert_false(timeline->episodes[0].ended);
	assert_int_equal(timeline->episodes[0].runs, 1);
	assert_true(timeline->episodes[1].ended);
	assert_int_equal(timeline->episodes[1].runs, 3);
	assert_int_equal(timeline->episodes[1].lasted, 4 * STEP);
	timeline_free(timeline);
	world_fini(&w);
}

static bool ended(struct world *w)
{
	struct timeline *timeline = world_timeline(w, NULL, 0);
	bool result = timeline->episodes[timeline->count - 1].ended;

	timeline_free(timeline);
	return result;
}

static void test_what_was_not_evaluated_is_not_gone(void **state)
{
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	for (i = 0; i < 5; i++) {
		world_pass(&w, STEP);
		w.unknown[w.report.unknown_count++] = (struct report_unknown){ &leak, "denied" };
		world_store(&w);
	}
	assert_false(ended(&w));
	w.plan.rule_count = 1; /* --only full */
	for (i = 0; i < 5; i++) {
		world_pass(&w, STEP);
		world_store(&w);
	}
	assert_false(ended(&w));
	w.plan.rule_count = 2;
	for (i = 0; i < 3; i++) {
		world_pass(&w, STEP);
		world_store(&w);
	}
	assert_true(ended(&w));
	world_fini(&w);
}

/* A report lists at most so many subjects of a rule: one that is not listed may be there. */
static void test_what_was_not_listed_is_not_gone(void **state)
{
	char subject[16];
	struct world w;
	unsigned i, j;

	(void)state;
	world_init(&w);
	world_find(&w, &full, "first", 5);
	world_store(&w);
	for (i = 0; i < 5; i++) {
		world_pass(&w, STEP);
		for (j = 0; j < REPORT_GROUPS; j++) {
			snprintf(subject, sizeof subject, "other %u", j);
			world_find(&w, &full, subject, 5);
		}
		world_store(&w);
	}
	assert_false(ended(&w));
	world_fini(&w);
}

static void test_durations_do_not_follow_the_wall_clock(void **state)
{
	static const time_t jumps[] = { 40L * 365 * DAY, -80L * 365 * DAY, 0, 3600 };
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < countof(jumps); i++) {
		world_pass(&w, STEP);
		world_find(&w, &leak, "host", 5);
		w.run.moment.time += jumps[i];
		world_store(&w);
	}
	timeline = world_timeline(&w, NULL, INT64_MIN);
	assert_int_equal(timeline->count, 1);
	assert_int_equal(timeline->episodes[0].lasted, 3 * STEP);
	assert_int_equal(timeline->runs, countof(jumps));
	timeline_free(timeline);
	world_fini(&w);
}

static void test_a_reboot_is_no_negative_time(void **state)
{
	struct timeline *timeline;
	struct world w;

	(void)state;
	world_init(&w);
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	world_pass(&w, 2 * STEP);
	w.run.moment.boot = "b2";
	w.run.moment.uptime = 30;
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	timeline = world_timeline(&w, NULL, 0);
	assert_int_equal(timeline->episodes[0].lasted, 2 * STEP);
	timeline_free(timeline);
	world_fini(&w);
}

static void test_places_are_kept_apart(void **state)
{
	struct timeline *timeline;
	struct world w;

	(void)state;
	world_init(&w);
	world_find(&w, &leak, "host", 5);
	world_store(&w);
	w.run.moment.place = "there";
	world_pass(&w, 1);
	world_find(&w, &leak, "host", 6);
	world_store(&w);
	timeline = world_timeline(&w, NULL, 0);
	assert_int_equal(timeline->count, 2);
	assert_true(timeline->places);
	timeline_free(timeline);
	world_fini(&w);
}

static int64_t count_runs(struct world *w)
{
	struct timeline *timeline = world_timeline(w, NULL, INT64_MIN);
	int64_t runs = (int64_t)timeline->runs;

	timeline_free(timeline);
	return runs;
}

static void test_old_runs_are_forgotten(void **state)
{
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	w.run.limits.keep = 10 * STEP;
	for (i = 0; i < 100; i++) {
		world_pass(&w, STEP);
		if (i < 5)
			world_find(&w, &leak, "host", 5);
		world_store(&w);
	}
	assert_in_range(count_runs(&w), 10, 12);
	timeline = world_timeline(&w, NULL, 0);
	assert_int_equal(timeline->count, 0);
	timeline_free(timeline);
	world_fini(&w);
}

static void test_a_clock_years_ahead_costs_little(void **state)
{
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 100; i++) {
		world_pass(&w, STEP);
		world_store(&w);
	}
	w.run.moment.time += 10L * 365 * DAY;
	world_store(&w);
	w.run.moment.time -= 10L * 365 * DAY;
	world_store(&w);
	assert_true(count_runs(&w) > 90);
	world_fini(&w);
}

static void test_the_file_stays_below_its_limit(void **state)
{
	char subject[48];
	struct stat status;
	struct world w;
	unsigned i, j;

	(void)state;
	world_init(&w);
	w.run.limits.bytes = 256 * 1024;
	for (i = 0; i < 400; i++) {
		world_pass(&w, STEP);
		for (j = 0; j < 40; j++) {
			snprintf(subject, sizeof subject, "10.0.%u.%u:443", i % 7, j);
			world_find(&w, &full, subject, i * 1000 + j);
		}
		world_store(&w);
	}
	assert_int_equal(stat(w.path, &status), 0);
	assert_in_range(status.st_size, 1, 256 * 1024);
	assert_true(count_runs(&w) > 20);
	world_fini(&w);
}

/* ---- what the next run compares with ---- */

/* A plan that asks for the growth of a counter and of what listeners dropped. */
static void compare(struct world *w, const char *counter, uint64_t total)
{
	unsigned fact = fact_find(counter);

	w->plan.fact_twice[fact] = true;
	w->now->readings[fact] = (struct reading){ .raw = total, .number = (double)total };
}

static void leave(struct world *w, uint64_t cookie, double drops)
{
	static struct column columns[] = { { .fact = 0 }, { .fact = 0, .before = true } };
	struct earlier *left;
	struct row row = { .state = STATE_LISTEN, .cookie = cookie, .value = { 7, drops } };

	columns[1].fact = (unsigned short)fact_find("drops");
	w->plan.columns = columns;
	w->plan.column_count = countof(columns);
	w->plan.listen_twice = true;
	left = earlier_new(&w->plan);
	earlier_readings(left, &w->plan, w->now);
	earlier_row(left, &w->plan, &row);
	w->run.left = left;
	w->run.left_all = true;
	world_store(w);
	w->run.left = NULL;
	earlier_free(left);
}

static struct earlier *earlier_of(struct world *w, time_t *since, double *seconds)
{
	struct history *history = history_open(w->path, HISTORY_READ);
	struct earlier *earlier = history_earlier(history, &w->run.moment, &w->plan,
						  HISTORY_RECENT, since, seconds);

	history_close(history);
	return earlier;
}

static bool compares(struct world *w)
{
	struct earlier *earlier;
	time_t since;
	double seconds;

	earlier = earlier_of(w, &since, &seconds);
	earlier_free(earlier);
	return earlier != NULL;
}

/* All 64 bits, also those a double or JSON's sign would lose. */
static void test_totals_come_back_exactly(void **state)
{
	unsigned fact = fact_find("TcpExt.ListenOverflows");
	struct earlier *earlier;
	struct sample *sample;
	struct world w;
	time_t since = 0;
	double seconds = 0;

	(void)state;
	world_init(&w);
	compare(&w, "TcpExt.ListenOverflows", UINT64_MAX - 1);
	leave(&w, UINT64_C(0x8000000000000001), 12);
	world_pass(&w, STEP);
	w.run.moment.time += 3600; /* the clock was set; the time since then was not */
	earlier = earlier_of(&w, &since, &seconds);
	assert_non_null(earlier);
	assert_true(seconds == STEP);
	assert_int_equal(since, w.run.moment.time - STEP);
	sample = earlier_sample(earlier);
	assert_int_equal(sample->readings[fact].why, WHY_KNOWN);
	assert_int_equal(sample->readings[fact].raw, UINT64_MAX - 1);
	assert_non_null(earlier_find(earlier, UINT64_C(0x8000000000000001)));
	assert_true(*earlier_find(earlier, UINT64_C(0x8000000000000001)) == 12);
	assert_null(earlier_find(earlier, 5));
	sample_free(sample);
	earlier_free(earlier);
	world_fini(&w);
}

static void test_only_a_recent_run_of_this_boot_is_compared_with(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	compare(&w, "TcpExt.ListenOverflows", 5);
	assert_false(compares(&w)); /* there is none */
	leave(&w, 1, 2);
	assert_false(compares(&w)); /* no time has passed */
	world_pass(&w, HISTORY_RECENT);
	assert_true(compares(&w));
	world_pass(&w, 1);
	assert_false(compares(&w)); /* too long ago */
	leave(&w, 1, 2);
	world_pass(&w, STEP);
	assert_true(compares(&w));
	w.run.moment.boot = "b2";
	assert_false(compares(&w)); /* another boot */
	w.run.moment.boot = NULL;
	assert_false(compares(&w)); /* an unknown boot */
	w.run.moment.boot = "b1";
	w.run.moment.place = "there";
	assert_false(compares(&w)); /* another place */
	w.run.moment.place = "here";
	w.run.moment.uptime = NAN;
	assert_false(compares(&w)); /* an unknown time */
	world_fini(&w);
}

static void test_a_run_that_knew_less_is_not_compared_with(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	compare(&w, "TcpExt.ListenOverflows", 5);
	leave(&w, 1, 2);
	world_pass(&w, STEP);
	compare(&w, "TcpExt.ListenDrops", 5);
	assert_false(compares(&w)); /* another counter */
	leave(&w, 1, 2);
	world_pass(&w, STEP);
	assert_true(compares(&w));
	w.run.left = NULL;
	world_store(&w);
	world_pass(&w, STEP);
	assert_false(compares(&w)); /* it left nothing */
	world_fini(&w);
}

/* ---- what is not to be touched ---- */

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

/* ---- printing ---- */

static const char *print(struct world *w, const char *format, const char *rule, struct buf *out)
{
	struct timeline *timeline = world_timeline(w, rule, 0);
	unsigned i;

	buf_clear(out);
	for (i = 0; timeline_formats[i].name; i++)
		if (strcmp(timeline_formats[i].name, format) == 0)
			timeline_formats[i].print(out, timeline, &(struct look){ 80, false, false });
	timeline_free(timeline);
	return buf_text(out);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void test_formats_say_when_and_how_much(void **state)
{
	autobuf struct buf out = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 100; i++) {
		world_pass(&w, STEP);
		world_find(&w, &full, "10.0.0.1:80 | <b>", i < 50 ? i : 100 - i);
		world_store(&w);
	}
	assert_has(print(&w, "text", NULL, &out), "critical: The queue is full [full]\n");
	assert_has(out.text, "began 2025-06-15 15:11Z, has lasted 8 h 15 min; 100 runs found it\n");
	assert_has(out.text, "sockets:  ___..---===+++**%%%######%%%***++===---...__  0 to 50, last 1");
	assert_has(out.text, "0 to 50, last 1\n");
	assert_has(print(&w, "json", "full", &out), "\"time\": \"2025-06-15T15:11:40Z\",\n              \"value\": 0\n");
	assert_has(print(&w, "markdown", "full", &out), "| time (UTC) | sockets |\n|---|--:|\n");
	assert_has(out.text, "| 50 |\n");
	assert_has(out.text, "36 equal parts");
	assert_null(strstr(out.text, "\n| 2025-06-15 15:11Z | 0 |\n| 2025-06-15 15:16Z | 1 |\n"));
	assert_has(print(&w, "text", "leak", &out), "nothing was found of leak in 100 runs");
	world_fini(&w);
}

/* ---- --since ---- */

static void test_since(void **state)
{
	static const struct {
		const char *text;
		int64_t time; /* 0: an error */
	} rows[] = {
		{ "2h", 1750000000 - 7200 },
		{ "7d", 1750000000 - 7 * DAY },
		{ "90s", 1750000000 - 90 },
		{ "5min", 1750000000 - 300 },
		{ "today", 1749945600 },
		{ "yesterday", 1749859200 },
		{ "2025-06-14", 1749859200 },
		{ "2025-06-14 15:40", 1749859200 + 15 * 3600 + 2400 },
		{ "2025-06-14T15:40:07Z", 1749859200 + 15 * 3600 + 2407 },
		{ "2025-06-14 15:40Z", 1749859200 + 15 * 3600 + 2400 },
		{ "15:40", 1749945600 + 15 * 3600 + 2400 },
		{ "@1750000000", 1750000000 },
		{ "", 0 }, { "2", 0 }, { "2 h", 0 }, { "h", 0 }, { "-2h", 0 }, { "tomorrow", 0 },
		{ "2025-13-14", 0 }, { "2025-06-14 25:00", 0 }, { "2025-06-14 15:40 ", 0 },
		{ "99999999999999999999d", 0 }, { "@", 0 }, { "Z", 0 },
	};
	unsigned i;

	(void)state;
	setenv("TZ", "UTC0", 1);
	for (i = 0; i < countof(rows); i++) {
		autoerrors struct errors errors = ERRORS_INIT;
		int64_t time = 0;
		int result = since_parse(&time, rows[i].text, 1750000000, &errors);

		if (result != (rows[i].time ? 0 : -1) || time != rows[i].time)
			fail_msg("'%s' is %lld", rows[i].text, (long long)time);
		assert_int_equal(errors.count, rows[i].time ? 0 : 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_episode_has_a_beginning_a_length_and_its_numbers),
		cmocka_unit_test(test_a_gap_is_not_an_end),
		cmocka_unit_test(test_what_was_not_evaluated_is_not_gone),
		cmocka_unit_test(test_what_was_not_listed_is_not_gone),
		cmocka_unit_test(test_durations_do_not_follow_the_wall_clock),
		cmocka_unit_test(test_a_reboot_is_no_negative_time),
		cmocka_unit_test(test_places_are_kept_apart),
		cmocka_unit_test(test_old_runs_are_forgotten),
		cmocka_unit_test(test_a_clock_years_ahead_costs_little),
		cmocka_unit_test(test_the_file_stays_below_its_limit),
		cmocka_unit_test(test_totals_come_back_exactly),
		cmocka_unit_test(test_only_a_recent_run_of_this_boot_is_compared_with),
		cmocka_unit_test(test_a_run_that_knew_less_is_not_compared_with),
		cmocka_unit_test(test_strange_files_are_left_alone),
		cmocka_unit_test(test_an_older_file_is_brought_up_to_date),
		cmocka_unit_test(test_a_locked_file_is_waited_for_and_left),
		cmocka_unit_test(test_damage_anywhere_is_survived),
		cmocka_unit_test(test_what_is_no_file_is_refused),
		cmocka_unit_test(test_rows_that_are_no_findings_are_counted),
		cmocka_unit_test(test_formats_say_when_and_how_much),
		cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
