/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --cron tells, and that it tells it once: a simulated week, and all that can interrupt it. */
#include "history_mails.h"

/* One run after the other, each with its number of leaking sockets ('leave' is 3, 'enter' 1), -1 for
 * none, and the mail it sends. */
struct step {
	double leaking;
	const char *mail;
};

static void play(struct world *w, const struct step *steps, unsigned count)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i;

	for (i = 0; i < count; i++) {
		world_pass(w, STEP);
		if (steps[i].leaking >= 0)
			world_find(w, &leak, "host", steps[i].leaking);
		if (strcmp(mail(w, &text, true), steps[i].mail) != 0)
			fail_msg("run %u: expected '%s', not '%s'", i, steps[i].mail,
				 buf_text(&text));
	}
}

static void test_what_changed_is_told_once(void **state)
{
	static const struct step steps[] = {
		{ -1, "" }, /* everything of the day: nothing */
		{ 60, "new leak host" },
		{ 61, "" },
		{ 119, "" },
		{ 120, "worse leak host was 60 (sockets)" },
		{ 130, "" },
		{ 300, "worse leak host was 120 (sockets)" },
		{ 150, "" }, /* half, but not three times in a row */
		{ 151, "" },
		{ 140, "" },
		{ 100, "" },
		{ 100, "better leak host was 300 (sockets)" },
		{ -1, "" },
		{ 100, "" },
		{ -1, "" },
		{ -1, "" },
		{ -1, "gone leak host" },
		{ -1, "" },
		{ 60, "new leak host" },
	};
	struct world w;

	(void)state;
	news_init(&w);
	play(&w, steps, countof(steps));
	world_fini(&w);
}

static void test_less_can_be_worse(void **state)
{
	static const struct step steps[] = {
		{ 40, "new leak host" }, { 20, "worse leak host was 40 (sockets)" },
		{ 40, "" },		 { 40, "" },
		{ 40, "better leak host was 20 (sockets)" },
	};
	struct world w;

	(void)state;
	news_init(&w);
	leak.when = &items[3];
	play(&w, steps, countof(steps));
	world_fini(&w);
}

/* 'enter' is 2 and 'leave' is 2: what was there once is never told, what is there every other time
 * is told once. */
static void test_what_flaps_is_told_once(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	world_pass(&w, STEP);
	mail(&w, &text, true);
	for (i = 0; i < 20; i++) {
		bool found = i == 0 || (i > 4 && i % 2);

		world_pass(&w, STEP);
		if (found)
			world_find(&w, &full, "10.0.0.1:80", 5);
		assert_string_equal(mail(&w, &text, true), i == 7 ? "new full 10.0.0.1:80" : "");
	}
	world_fini(&w);
}

/* Killed, or its standard output full, after it stored and before it had printed. */
static void test_what_was_not_printed_is_told_again(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	world_pass(&w, STEP);
	mail(&w, &text, true);
	for (i = 0; i < 3; i++) {
		world_pass(&w, STEP);
		world_find(&w, &leak, "host", 60);
		assert_string_equal(mail(&w, &text, i == 2), "new leak host");
	}
	for (i = 0; i < 5; i++) {
		world_pass(&w, STEP);
		assert_string_equal(mail(&w, &text, i == 4), i < 2 ? "" : "gone leak host");
	}
	world_pass(&w, STEP);
	assert_string_equal(mail(&w, &text, true), "");
	world_fini(&w);
}

static void test_a_run_by_hand_tells_nothing(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct world w;

	(void)state;
	news_init(&w);
	world_pass(&w, STEP);
	mail(&w, &text, true);
	world_pass(&w, STEP);
	w.run.news = false;
	world_find(&w, &leak, "host", 60);
	assert_string_equal(mail(&w, &text, true), "same leak host");
	assert_string_equal(w.report.findings[0].past.began, "2025-06-16T00:10:00Z");
	world_pass(&w, STEP);
	w.run.news = true;
	world_find(&w, &leak, "host", 60);
	assert_string_equal(mail(&w, &text, true), "new leak host");
	world_fini(&w);
}

/* Seven days of 5 minutes. A setting is wrong all week; from Wednesday 15:40 on descriptors leak,
 * more and more, until somebody restarts the service at 19:00. */
static void test_a_week_with_an_incident(void **state)
{
	static const char expected[] =
		"day 0 00:00 new full host\n"
		"day 1 00:00 same full host\n"
		"day 2 00:00 same full host\n"
		"day 2 15:40 new leak host\n"
		"day 2 16:05 worse leak host was 60 (sockets)\n"
		"day 2 16:55 worse leak host was 120 (sockets)\n"
		"day 2 18:35 worse leak host was 240 (sockets)\n"
		"day 2 19:15 gone leak host\n"
		"day 3 00:00 same full host\n"
		"day 4 00:00 same full host\n"
		"day 5 00:00 same full host\n"
		"day 6 00:00 same full host\n";
	autobuf struct buf text = BUF_INIT, mails = BUF_INIT;
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	full.enter = 1;
	w.run.moment.time -= STEP;
	for (i = 0; i < 7 * DAY / STEP; i++) {
		unsigned second = i * STEP % DAY, day = i * STEP / DAY;
		unsigned runs = (second - (15 * 60 + 40) * 60) / STEP;

		world_pass(&w, STEP);
		world_find(&w, &full, "host", 5);
		if (day == 2 && second >= (15 * 60 + 40) * 60 && second <= 19 * 3600)
			world_find(&w, &leak, "host", 60 + 12 * runs);
		if (*mail(&w, &text, true))
			buf_printf(&mails, "day %u %02u:%02u %s\n", day, second / 3600,
				   second / 60 % 60, buf_text(&text));
	}
	full.enter = 2;
	assert_string_equal(buf_text(&mails), expected);
	timeline = world_timeline(&w, "leak", 0);
	assert_int_equal(timeline->count, 1);
	assert_int_equal(timeline->episodes[0].runs, 41);
	assert_int_equal(timeline->episodes[0].lasted, 200 * 60);
	assert_true(timeline->episodes[0].ended);
	timeline_free(timeline);
	world_fini(&w);
}

static void test_namespaces_have_news_of_their_own(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	for (i = 0; i < 2; i++) {
		world_pass(&w, STEP);
		w.run.moment.place = i ? "there" : "here";
		world_find(&w, &leak, "host", 60);
		assert_string_equal(mail(&w, &text, true), "new leak host");
	}
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_changed_is_told_once),
		cmocka_unit_test(test_less_can_be_worse),
		cmocka_unit_test(test_what_flaps_is_told_once),
		cmocka_unit_test(test_what_was_not_printed_is_told_again),
		cmocka_unit_test(test_a_run_by_hand_tells_nothing),
		cmocka_unit_test(test_a_week_with_an_incident),
		cmocka_unit_test(test_namespaces_have_news_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
