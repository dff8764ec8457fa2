/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waivers of rules with many subjects: those that are waived do not crowd out those that are not.
 * tests/site.sh has the rest. */
#include "eval_world.h"

#include "base/text.h"
#include "report/report.h"

static void test_patterns_have_stars_and_marks_only(void **state)
{
	static const struct { const char *text, *pattern; bool matches; } rows[] = {
		{ "", "", true }, { "", "*", true }, { "a", "", false }, { "", "?", false },
		{ "host", "host", true }, { "host", "hos", false }, { "host", "hosts", false },
		{ "10.0.0.1:8080", "10.*:80?0", true }, { "10.0.0.1:8080", "10.*:80??0", false },
		{ "[2001:db8::1]:443", "[2001:db8::*]:443", true },
		{ "2", "[2001:db8::1]:443", false },
		{ "abcabd", "*abd", true }, { "aaaa", "*a*a*a*a*", true }, { "aaa", "*a*a*a*a*", false },
		{ "a*b", "a*b", true }, { "ab", "a**b*", true },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (text_matches(rows[i].text, rows[i].pattern) != rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].text, rows[i].pattern);
}

static void test_patterns_take_no_time(void **state)
{
	static char text[20001], pattern[2001];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	memset(pattern, '*', sizeof pattern - 1);
	memcpy(pattern + sizeof pattern - 3, "ab", 2);
	assert_false(text_matches(text, pattern));
}

/* Forty peers, the larger the number the more connections; the waiver takes those of 10.0.0.2x and 3x. */
static struct report *report_forty(struct world *w, struct waiver *waiver, unsigned peers)
{
	const struct report_source source = { .complete = true, .time = 1000 };
	unsigned peer;

	world_init(w, RULE("busy", "per = remote\nwhen = count(state == established) >= 1"));
	w->book->site.waivers = waiver;
	w->book->site.waiver_count = 1;
	world_host(w, 0);
	for (peer = 0; peer < peers; peer++) {
		world_row(w, STATE_ESTABLISHED, peer + 8); /* 10.0.0.10 to 10.0.0.49 */
		world_feed_times(w, PASS_SOCKETS, peer + 1);
	}
	world_complete(w);
	return report_new(w->plan, w->eval, &source);
}

static void finish(struct world *w, struct report *report)
{
	report_free(report);
	w->book->site.waiver_count = 0;
	world_fini(w);
}

static void test_waived_subjects_do_not_hide_the_others(void **state)
{
	struct waiver waiver = { .id = "busy", .reason = "r", .until = "never", .subject = "10.0.0.4?" };
	struct world w;
	struct report *report = report_forty(&w, &waiver, 40);

	(void)state;
	assert_int_equal(report->waived_count, 10);
	assert_int_equal(report->waived_more, 0);
	assert_int_equal(report->finding_count, REPORT_GROUPS);
	assert_int_equal(report->more, 40 - 10 - REPORT_GROUPS);
	assert_string_equal(report->findings[0].subject, "10.0.0.39");
	assert_string_equal(report->waived[0].subject, "10.0.0.49");
	assert_int_equal(report->by_severity[SEVERITY_WARNING], 1);
	assert_int_equal(report->waived_rules, 0);
	assert_int_equal(report_status(report), 1);
	finish(&w, report);
}

static void test_a_rule_waived_for_all_counts_for_nothing(void **state)
{
	struct waiver waiver = { .id = "busy", .reason = "r", .until = "never", .subject = "10.*" };
	struct world w;
	struct report *report = report_forty(&w, &waiver, 40);

	(void)state;
	assert_int_equal(report->waived_count, REPORT_GROUPS);
	assert_int_equal(report->waived_more, 40 - REPORT_GROUPS);
	assert_int_equal(report->finding_count + report->more, 0);
	assert_int_equal(report->waived_rules, 1);
	assert_int_equal(report_status(report), 0);
	assert_int_equal(report->waiver_count, 0);
	finish(&w, report);
}

static void test_without_a_pattern_the_rest_is_waived_too(void **state)
{
	struct waiver waiver = { .id = "busy", .reason = "r", .until = "never" };
	struct world w;
	struct report *report = report_forty(&w, &waiver, 40);

	(void)state;
	assert_int_equal(report->waived_count, REPORT_GROUPS);
	assert_int_equal(report->waived_more, 40 - REPORT_GROUPS);
	assert_int_equal(report->more, 0);
	assert_int_equal(report_status(report), 0);
	finish(&w, report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns_have_stars_and_marks_only),
		cmocka_unit_test(test_patterns_take_no_time),
		cmocka_unit_test(test_waived_subjects_do_not_hide_the_others),
		cmocka_unit_test(test_a_rule_waived_for_all_counts_for_nothing),
		cmocka_unit_test(test_without_a_pattern_the_rest_is_waived_too),
	};

	return cmocka_run_group_tests_name("waive", tests, NULL, NULL);
}
