/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored comes back, whatever the clock did. */
#include "history_world.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
