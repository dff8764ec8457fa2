/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a terminal shows: that the report and the page of a rule fit, say what to do, and let no
 * colour or control through that was not asked for. */
#include "unit.h"

#include <string.h>

#include "report/explain.h"
#include "report/look.h"
#include "report/prose.h"
#include "sample_report.h"

static const struct rulebook book = {
	.version = "1.2.3",
	.checksum = &(struct checksum){ 0 },
};

/* Ends at the first line that is too wide; a checksum that stands alone cannot be cut. */
static void assert_fits(const char *text, unsigned width)
{
	autobuf struct buf line = BUF_INIT;

	for (; *text; text += *text == '\n') {
		size_t len = strcspn(text, "\n");

		buf_clear(&line);
		buf_write(&line, text, len);
		if (look_columns(line.text) > width && !strstr(line.text, checksum_hex(book.checksum)))
			fail_msg("wider than %u: '%s'", width, line.text);
		if (len && text[len - 1] == ' ')
			fail_msg("ends in a blank: '%s'", line.text);
		text += len;
	}
}

static void test_lines_fit_the_width(void **state)
{
	static const unsigned widths[] = { 40, 60, 80, 132 };
	struct report report = make_report();
	unsigned i;

	(void)state;
	for (i = 0; i < countof(widths); i++) {
		autobuf struct buf out = BUF_INIT, page = BUF_INIT;

		print(&out, "text", &report, widths[i], false);
		assert_fits(out.text, widths[i]);
		explain_print(&page, &book, &overflow, &(struct look){ .width = widths[i] });
		assert_fits(page.text, widths[i]);
	}
}

static void test_width_defaults_to_80_and_has_a_floor(void **state)
{
	(void)state;
	assert_int_equal(look_width(NULL), 80);
	assert_int_equal(look_width(&(struct look){ .width = 0 }), 80);
	assert_int_equal(look_width(&(struct look){ .width = 1 }), 40);
	assert_int_equal(look_width(&(struct look){ .width = 132 }), 132);
}

static void test_verdict_comes_first(void **state)
{
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "text", &report, 132, false);
	assert_memory_equal(out.text, "1 critical, 1 notice (incomplete): web1.example.org, ", 50);
	assert_non_null(strstr(out.text, "\n59 of 61 rules evaluated; window 2.5 s; 2026-"));
}

static void test_text_says_what_to_do(void **state)
{
	static const char *const lines[] = {
		"\n  10.0.0.1:80                    waiting: 129 to 131\n",
		"\n  set:  net.core.somaxconn = 4096 (now 128)\n",
		"\n  set:  net.ipv4.tcp_rmem = 4096 131072 33554432 (now 4096 131072 6291456)\n",
		"\n  set:  net.ipv4.tcp_mem, to a value that is unknown: it was not recorded\n",
		"\n  set:  net.ipv4.tcp_sack = 1 (already so)\n",
		"\n  do:   Give listen() a larger backlog, e.g. 4096.\n",
		"\n  risk: More connections wait.\n",
		"\n  see:  tcp-advise explain accept-queue-overflow\n",
		"\nnotice: Keepalive comes late [keepalive-late]\n  share: 81.3%\n",
		"\nand 5 more of these, not listed\n",
		"a difference needs two samples\n    listen-drops, resets\n",
		"\nnote: the list of connections ended early after 1,204 sockets\n",
	};
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;
	unsigned i;

	(void)state;
	print(&out, "text", &report, 132, false);
	for (i = 0; i < countof(lines); i++)
		if (!strstr(out.text, lines[i]))
			fail_msg("no '%s' in:\n%s", lines[i], out.text);
}

static void test_one_rule_has_one_title(void **state)
{
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;
	const char *first;

	(void)state;
	print(&out, "text", &report, 132, false);
	first = strstr(out.text, "Clients are turned away");
	assert_non_null(first);
	assert_null(strstr(first + 1, "Clients are turned away"));
}

static void test_many_subjects_are_cut(void **state)
{
	struct report_finding many_findings[12];
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(many_findings); i++)
		many_findings[i] = findings[1];
	report.findings = many_findings;
	report.finding_count = countof(many_findings);
	print(&out, "text", &report, 0, false);
	assert_non_null(strstr(out.text, "\n  and 4 more\n"));
}

static void test_settings_break_between_words_only(void **state)
{
	struct report report = make_report();
	struct report_finding finding = findings[0];
	autobuf struct buf out = BUF_INIT;

	(void)state;
	finding.settings[0].key = "net.netfilter.nf_conntrack_tcp_timeout_established";
	report.findings = &finding;
	report.finding_count = 1;
	print(&out, "text", &report, 40, false);
	assert_non_null(strstr(out.text, "net.netfilter.nf_conntrack_tcp_timeout_established\n"));
}

static void test_clean_report_is_short(void **state)
{
	struct report report = { .hostname = "web1", .kernel = "6.18.44", .netns = "net:[1]",
				 .complete = true, .rule_count = 61, .quiet_count = 61,
				 .time = "2026-11-21T09:44:00Z" };
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "text", &report, 80, true);
	assert_string_equal(out.text, "nothing to advise: web1, Linux 6.18.44, net:[1]\n"
				      "61 of 61 rules evaluated; no window; "
				      "2026-11-21T09:44:00Z\n");
}

static void test_nothing_evaluated_is_not_clean(void **state)
{
	struct report report = { .rule_count = 2, .unknown = unknown, .unknown_count = 2 };
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "text", &report, 80, false);
	assert_memory_equal(out.text, "nothing could be evaluated (incomplete): ", 41);
}

static void strip_colours(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\033')
			text += strcspn(text, "m");
		else
			buf_putc(out, *text);
	}
}

static void test_colour_only_where_asked(void **state)
{
	struct report report = make_report();
	autobuf struct buf plain = BUF_INIT, coloured = BUF_INIT, stripped = BUF_INIT;

	(void)state;
	print(&plain, "text", &report, 60, false);
	print(&coloured, "text", &report, 60, true);
	assert_null(strchr(plain.text, '\033'));
	assert_non_null(strstr(coloured.text, "\033[1;31mcritical\033[0m: "));
	strip_colours(&stripped, coloured.text);
	assert_string_equal(stripped.text, plain.text);
}

static void test_text_lets_no_control_through(void **state)
{
	struct report report;
	struct report_finding finding;
	autobuf struct buf out = BUF_INIT;
	unsigned char c;
	size_t i;

	(void)state;
	make_hostile(&report, &finding);
	print(&out, "text", &report, 80, false);
	for (i = 0; i < out.len; i++) {
		c = (unsigned char)out.text[i];
		assert_true(c == '\n' || (c >= 0x20 && c != 0x7f));
	}
	assert_null(strstr(out.text, "\xc2\x9b"));
}

static void test_status_is_of_monitoring_plugins(void **state)
{
	static const struct { unsigned by[SEVERITIES]; int status; } rows[] = {
		{ { 0 }, 0 },
		{ { [SEVERITY_INFO] = 3, [SEVERITY_NOTICE] = 2 }, 0 },
		{ { [SEVERITY_WARNING] = 1 }, 1 },
		{ { [SEVERITY_WARNING] = 1, [SEVERITY_CRITICAL] = 1 }, 2 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		struct report report = { 0 };

		memcpy(report.by_severity, rows[i].by, sizeof report.by_severity);
		assert_int_equal(report_status(&report), rows[i].status);
	}
}

static void test_explain_has_every_part(void **state)
{
	static const char *const parts[] = {
		"critical: accept-queue-overflow\n", "\nWHY\n    The queue holds what listen()",
		"allowed.\n\n    A full queue drops.\n", "\nFIRES WHEN\n    count() >= 50\n",
		"    for each listener\n",
		"    with many = 50, which --let accept-queue-overflow.many=VALUE changes\n",
		"\nSHOWS\n    connections: count()\n", "\nREMEDY\n    Give listen()", "\nRISK\n",
		"\nTO VERIFY\n", "\nWRONG WHEN\n",
		"\nSOURCES\n    RFC 9293 section 3.9\n    kernel net/ipv4/", "\nKERNEL\n    all\n",
		"\nCITE AS\n    accept-queue-overflow, tcp-advise rulebook 1.2.3, sha256\n",
		"\n      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
	};
	autobuf struct buf out = BUF_INIT;
	unsigned i;

	(void)state;
	explain_print(&out, &book, &overflow, &(struct look){ .width = 80 });
	for (i = 0; i < countof(parts); i++)
		if (!strstr(out.text, parts[i]))
			fail_msg("no '%s' in:\n%s", parts[i], out.text);
}

static void test_first_sentence(void **state)
{
	static const struct { const char *text, *first; } rows[] = {
		{ "", "" },
		{ "One", "One" },
		{ "One. Two.", "One." },
		{ "Set net.ipv4.tcp_sack to 1. It helps.", "Set net.ipv4.tcp_sack to 1." },
		{ "Wait 3.5 s. net.core is next.", "Wait 3.5 s." },
		{ "Use a pool, e.g. pgbouncer (cf. its manual). Then rest.",
		  "Use a pool, e.g. pgbouncer (cf. its manual)." },
		{ "One paragraph\nAnother.", "One paragraph" },
		{ "Is it? Yes.", "Is it?" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		prose_first(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].first);
	}
}

static void test_formats_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(format_find("json")->name, "json");
	assert_null(format_find("yaml"));
	assert_null(format_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_fit_the_width),
		cmocka_unit_test(test_width_defaults_to_80_and_has_a_floor),
		cmocka_unit_test(test_verdict_comes_first),
		cmocka_unit_test(test_text_says_what_to_do),
		cmocka_unit_test(test_one_rule_has_one_title),
		cmocka_unit_test(test_many_subjects_are_cut),
		cmocka_unit_test(test_settings_break_between_words_only),
		cmocka_unit_test(test_clean_report_is_short),
		cmocka_unit_test(test_nothing_evaluated_is_not_clean),
		cmocka_unit_test(test_colour_only_where_asked),
		cmocka_unit_test(test_text_lets_no_control_through),
		cmocka_unit_test(test_status_is_of_monitoring_plugins),
		cmocka_unit_test(test_explain_has_every_part),
		cmocka_unit_test(test_first_sentence),
		cmocka_unit_test(test_formats_are_found_by_name),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
