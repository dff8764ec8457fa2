/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --cron tells, and that it tells it once: a simulated week, and all that can interrupt it. */
#include "history_world.h"

#include "report/summary.h"

/* The rule shows what its condition compares: more is worse. */
static struct expr items[] = {
	{ .kind = EXPR_AGGREGATE, .unit = UNIT_COUNT, .text = "count", .fact = FACT_NONE },
	{ .kind = EXPR_NUMBER, .unit = UNIT_COUNT, .number = 50, .fact = FACT_NONE },
	{ .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_GE, .fact = FACT_NONE,
	  .left = &items[0], .right = &items[1] },
	{ .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_LT, .fact = FACT_NONE,
	  .left = &items[0], .right = &items[1] },
};

static void news_init(struct world *w)
{
	world_init(w);
	w->run.news = true;
	leak.when = full.when = &items[2];
	leak.show[0] = full.show[0] = (struct expr_item){ &items[0], "sockets" };
	leak.show_count = full.show_count = 1;
	setenv("TZ", "UTC0", 1);
	w->run.moment.time = 1750032000; /* midnight */
}

/* What the mail of the run says: "" for none. 'told': it could be printed. */
static const char *mail(struct world *w, struct buf *out, bool told)
{
	struct history *history = history_open(w->path, HISTORY_STORE);
	struct report *report = &w->report;
	unsigned i;

	buf_clear(out);
	history_store(history, &w->run);
	for (i = 0; i < report->finding_count && report_has_news(report); i++) {
		const struct report_finding *finding = &report->findings[i];
		const char *change = summary_change(&finding->past);

		buf_printf(out, "%s%s %s %s", out->len ? ", " : "", change ? change : "same",
			   finding->rule->id, finding->subject);
		if (finding->past.was)
			buf_printf(out, " was %s", finding->past.was);
	}
	for (i = 0; i < report->closed_count; i++)
		buf_printf(out, "%s%s %s %s", out->len ? ", " : "",
			   summary_closing(report->closed[i].why), report->closed[i].rule,
			   report->closed[i].subject);
	if (told)
		history_told(history);
	assert_null(history_trouble(history));
	history_close(history);
	return buf_text(out);
}

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

/* A queue that is nearly full, then full, then neither. */
static void test_what_became_worse_is_not_gone(void **state)
{
	static const char *const mails[] = {
		"new leak 10.0.0.1:80", "", "new full 10.0.0.1:80", "", "", "", "", "",
		"gone full 10.0.0.1:80", "gone leak 10.0.0.1:80", "",
	};
	autobuf struct buf text = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	leak.worse = "other, full";
	full.enter = 1;
	for (i = 0; i < countof(mails); i++) {
		world_pass(&w, STEP);
		if (i < 2)
			world_find(&w, &leak, "10.0.0.1:80", 60);
		else if (i < 7)
			world_find(&w, &full, "10.0.0.1:80", 60);
		else /* of another subject: that says nothing */
			world_find(&w, &full, "10.0.0.2:80", 60);
		if (strcmp(mail(&w, &text, true), mails[i]) != 0 && i != 7)
			fail_msg("run %u: '%s'", i, buf_text(&text));
	}
	leak.worse = NULL;
	full.enter = 2;
	world_fini(&w);
}

/* ---- what is told no more, and is not gone ---- */

static const struct waiver known = { .id = "leak", .reason = "known", .until = "never" };

/* The site waives it from the second run to the sixth; that it is over then is said by the waiver,
 * which has nothing to waive. */
static void test_what_is_waived_is_not_gone(void **state)
{
	static const char *const mails[] = {
		"", "new leak host", "waived leak host", "", "", "new leak host was waived", "",
		"waived leak host", "", "", "", "",
	};
	autobuf struct buf text = BUF_INIT;
	struct report_finding waived;
	struct timeline *timeline;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	for (i = 0; i < countof(mails); i++) {
		world_pass(&w, STEP);
		if (i >= 1 && i <= 7)
			world_find(&w, &leak, "host", 60 + i);
		if ((i >= 2 && i <= 4) || i == 7) {
			waived = w.findings[0];
			waived.waiver = &known;
			w.report.waived = &waived;
			w.report.waived_count = 1;
			w.report.finding_count = 0;
		}
		assert_string_equal(mail(&w, &text, true), mails[i]);
		if (i == 2)
			assert_ptr_equal(w.report.closed[0].waiver, &known);
	}
	/* It went on meanwhile. */
	timeline = world_timeline(&w, "leak", 0);
	assert_int_equal(timeline->count, 1);
	assert_int_equal(timeline->episodes[0].runs, 7);
	assert_int_equal(timeline->episodes[0].curves[0].count, 7);
	assert_true(timeline->episodes[0].ended);
	timeline_free(timeline);
	world_fini(&w);
}

/* Found by two runs; what later ones know of its rule says what is told of it. */
static void check_looking(void (*look)(struct world *w, unsigned run), const char *told,
			  unsigned when)
{
	autobuf struct buf text = BUF_INIT;
	const struct expr *condition;
	struct world w;
	unsigned i;

	news_init(&w);
	condition = leak.when;
	for (i = 0; i < 10; i++) {
		world_pass(&w, STEP);
		if (i < 2)
			world_find(&w, &leak, "host", 60);
		else
			look(&w, i);
		if (strcmp(mail(&w, &text, true), i == 0 ? "new leak host" : i == when ? told : "") != 0)
			fail_msg("run %u: '%s'", i, buf_text(&text));
	}
	leak.when = condition;
	world_fini(&w);
}

static void without_the_rule(struct world *w, unsigned run)
{
	(void)run;
	w->book.count = 1;
	w->plan.verdict_count = w->plan.rule_count = 1;
}

static void once_without_the_rule(struct world *w, unsigned run)
{
	if (run == 2)
		without_the_rule(w, run);
	if (run == 2)
		return;
	w->book.count = 2;
	w->plan.verdict_count = w->plan.rule_count = 2;
	world_find(w, &leak, "host", 60);
}

static void with_only_others(struct world *w, unsigned run)
{
	(void)run;
	w->plan.verdict_count = w->plan.rule_count = 1;
}

static void without_evidence(struct world *w, unsigned run)
{
	(void)run;
	w->unknown[w->report.unknown_count++] = (struct report_unknown){ &leak, "denied" };
}

static void by_another_condition(struct world *w, unsigned run)
{
	(void)w;
	(void)run;
	leak.when = &items[3];
}

static void by_another_role(struct world *w, unsigned run)
{
	(void)run;
	w->book.role = "client";
}

static void by_another_rulebook(struct world *w, unsigned run)
{
	(void)run;
	w->report.rulebook_version = "2";
	strcpy(w->checksum.hex, "def");
}

static void test_what_nobody_looks_for_is_not_gone(void **state)
{
	static const struct rule server = { .id = "server", .role = true, .when = &items[2] };

	(void)state;
	check_looking(without_the_rule, "rule removed leak host", 4);
	check_looking(once_without_the_rule, "", 0);
	check_looking(with_only_others, "", 0);
	check_looking(without_evidence, "", 0);
	check_looking(by_another_condition, "rule changed leak host", 4);
	check_looking(by_another_rulebook, "gone leak host", 4);
	leak.roles[0] = &server;
	leak.role_count = 1;
	check_looking(by_another_role, "rule changed leak host", 4);
	leak.role_count = 0;
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
		cmocka_unit_test(test_what_became_worse_is_not_gone),
		cmocka_unit_test(test_what_is_waived_is_not_gone),
		cmocka_unit_test(test_what_nobody_looks_for_is_not_gone),
		cmocka_unit_test(test_namespaces_have_news_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
