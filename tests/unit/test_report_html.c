/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTML for people: that nothing in a report becomes markup. tests/html.sh looks at whole pages. */
#include "unit.h"

#include <string.h>

#include "base/html.h"
#include "sample_report.h"

static void test_html_shows_text_as_it_is(void **state)
{
	static const struct { const char *text, *expected; } rows[] = {
		{ "", "" },
		{ "net.ipv4.tcp_rmem", "net.ipv4.tcp_rmem" },
		{ "<a href=\"x\">&amp;'", "&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;" },
		{ "\\x1b stays, lines\nstay", "\\x1b stays, lines\nstay" },
		{ "Gr\xc3\xbc\xc3\x9f" "e", "Gr\xc3\xbc\xc3\x9f" "e" },
		{ "\033[2J\r\x7f", "\\x1b[2J\\x0d\\x7f" },
		{ "\xff\xc2\x9b\xe2\x80\xae\xef\xbf\xbf",
		  "\\xff\\xc2\\x9b\\xe2\\x80\\xae\\xef\\xbf\\xbf" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		html_text(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static void test_html_of_hostile_bytes_is_printable(void **state)
{
	struct report report;
	struct report_finding finding;
	autobuf struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	make_hostile(&report, &finding);
	finding.subject = "<script>\033</script>";
	print(&out, "html", &report, 0, true);
	for (i = 0; i < out.len; i++)
		assert_true(out.text[i] == '\n' || (unsigned char)out.text[i] >= 0x20);
	assert_null(strstr(out.text, "<script"));
	assert_non_null(strstr(out.text, "&lt;script&gt;\\x1b&lt;/script&gt;"));
}

static void test_html_has_bars_of_what_is_alike(void **state)
{
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "html", &report, 0, false);
	/* Of 1,025 and 129 to 131 connections, and of a share. */
	assert_non_null(strstr(out.text, "class=\"fill\" width=\"100.0\""));
	assert_non_null(strstr(out.text, "class=\"maybe\" width=\"12.8\""));
	assert_non_null(strstr(out.text, "class=\"fill\" width=\"12.6\""));
	assert_non_null(strstr(out.text, "class=\"fill\" width=\"81.2\""));
	/* Nothing was counted, so nothing is shown. */
	assert_null(strstr(out.text, "class=\"states\""));
}

static void test_html_of_several_reports_has_each_once(void **state)
{
	struct report one = make_report(), other = make_report();
	struct report *reports[] = { &one, &other };
	struct report_skipped skipped = { "<gone>", "net:[7]", "it is gone" };
	const struct survey survey = { .reports = reports, .count = 2, .skipped = &skipped,
				       .skipped_count = 1, .note = "a <note>" };
	autobuf struct buf out = BUF_INIT;

	(void)state;
	other.name = "<b>blue</b>";
	format_find("html")->print_survey(&out, &survey, &(struct look){ 0 });
	assert_non_null(strstr(out.text, "<article id=\"r1\">"));
	assert_non_null(strstr(out.text, "<article id=\"r2\">"));
	assert_non_null(strstr(out.text, "id=\"r1-accept-queue-overflow\""));
	assert_non_null(strstr(out.text, "id=\"r2-accept-queue-overflow\""));
	assert_non_null(strstr(out.text, "<a href=\"#r2\"><bdi>&lt;b&gt;blue&lt;/b&gt;</bdi>"));
	assert_non_null(strstr(out.text, "<dt>&lt;gone&gt;</dt>"));
	assert_non_null(strstr(out.text, "a &lt;note&gt;"));
	assert_null(strstr(out.text, "<b>blue"));
	assert_null(strstr(strstr(out.text, "</html>") + 1, "</html>"));
}

static void test_html_of_an_empty_report(void **state)
{
	struct report report = { .time = "" };
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "html", &report, 0, false);
	assert_non_null(strstr(out.text, "nothing to advise"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_shows_text_as_it_is),
		cmocka_unit_test(test_html_of_hostile_bytes_is_printable),
		cmocka_unit_test(test_html_has_bars_of_what_is_alike),
		cmocka_unit_test(test_html_of_several_reports_has_each_once),
		cmocka_unit_test(test_html_of_an_empty_report),
	};

	return cmocka_run_group_tests_name("report-html", tests, NULL, NULL);
}
