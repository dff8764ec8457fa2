/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is not found is not always gone: it became worse, is waived, or nobody looks for it. */
#include "history_mails.h"

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

/* root saw which process leaks, nobody sees that some process does; then root looks again. And a
 * process is the same one however many children it has. */
static void test_a_process_without_a_name_is_not_another_one(void **state)
{
	static const struct { const char *subject, *lasting, *mail; } runs[] = {
		{ "web[7] (www)", NULL, "new leak web[7] (www)" },
		{ "a process of www", NULL, "new leak a process of www" },
		{ "a process of www", NULL, "" }, { "a process of www", NULL, "" },
		{ "a process of www", NULL, "" }, { "a process of www", NULL, "" },
		{ "web[7] (www)", NULL, "" },
		{ "web[7] (www, shared with 2 children)", "web[7] (www)", "" },
		{ "web[7] (www, shared with 3 children)", "web[7] (www)", "" },
		{ "web[7] (www)", NULL, "" }, { "web[7] (www)", NULL, "" },
	};
	autobuf struct buf text = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	news_init(&w);
	leak.per = PER_PROCESS;
	for (i = 0; i < countof(runs); i++) {
		world_pass(&w, STEP);
		world_find(&w, &leak, runs[i].subject, 60);
		w.findings[0].lasting = runs[i].lasting;
		if (strcmp(mail(&w, &text, true), runs[i].mail) != 0)
			fail_msg("run %u: '%s'", i, buf_text(&text));
	}
	leak.per = PER_HOST;
	world_fini(&w);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_became_worse_is_not_gone),
		cmocka_unit_test(test_a_process_without_a_name_is_not_another_one),
		cmocka_unit_test(test_what_is_waived_is_not_gone),
		cmocka_unit_test(test_what_nobody_looks_for_is_not_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
