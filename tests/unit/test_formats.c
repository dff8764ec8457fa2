/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Markdown, Nagios and Prometheus: that each says what it must, and that no text in a report, however
 * hostile, becomes a part of the format. tests/recordings.sh holds whole reports against their grammars. */
#include "unit.h"

#include <string.h>

#include "sample_report.h"

/* What would be markup, performance data, a label's end, or a line of its own. */
static const char hostile[] = "a|b=1;2 `c` <b>d</b> [e](http://f.g) @root h@i.j #12 \"k\" \\ l\nm{} 1";

static struct report hostile_report(struct report_finding *finding, struct rule *rule)
{
	struct report report = make_report();

	*rule = overflow;
	rule->title = rule->advice = rule->cite = hostile;
	*finding = findings[0];
	finding->rule = rule;
	finding->subject = finding->evidence[0].name = finding->evidence[0].text = hostile;
	finding->evidence[2].text = hostile;
	report.findings = finding;
	report.finding_count = 1;
	report.hostname = report.netns = report.kernel = report.notes[0] = hostile;
	report.rulebook_version = hostile;
	return report;
}

static unsigned count_of(const char *text, char c)
{
	unsigned count = 0;

	for (; *text; text++)
		count += *text == c;
	return count;
}

static void assert_has(const char *text, const char *const *parts, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (!strstr(text, parts[i]))
			fail_msg("no '%s' in:\n%s", parts[i], text);
}

static void test_markdown_has_what_a_postmortem_cites(void **state)
{
	static const char *const parts[] = {
		"## tcp-advise: 1 critical, 1 notice (incomplete)\n\n- host: `web1.example.org`\n",
		"- 59 of 61 rules evaluated; window 2.5 s; 2026-11-21T09:44:00Z\n"
		"- rulebook: version 0.1.0, sha256 `e3b0c442",
		"\n### critical: Clients are turned away",
		"\nRule `accept-queue-overflow`, rulebook 0.1.0.\n",
		"\n| subject | waiting | the longest time",
		" | peers | memory |\n|---|---|---|---|---|\n| `[2001:db8:1111:2222::7]:44300` | 1,025 | at ",
		" | `192.0.2.7 (812), 192.0.2.9 (44), 31 more` | unknown: not recorded |\n",
		"\n| `10.0.0.1:80` | 129 to 131 |\n",
		"\n**Set:**\n\n- `net.core.somaxconn = 4096 (now 128)`\n",
		"\n**Do:** Give listen() a larger backlog, e.g. 4096. Then restart the application.\n",
		"\n**Risk:** More connections wait. They may wait long.\n",
		"\n**Sources:**\n\n- RFC 9293 section 3.9\n- kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock\n",
		"\n| subject | `host` |\n|---|---|\n| share | 81.3% |\n",
		"\nAnd 5 more of these, not listed.\n\n### Not evaluated\n\n"
		"- TcpExt.ListenDrops: a difference needs two samples: listen-drops, resets\n",
		"\n### Notes\n\n- the list of connections ended early after 1,204 sockets\n",
	};
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "markdown", &report, 0, false);
	assert_has(out.text, parts, countof(parts));
}

static void test_markdown_shows_hostile_texts_as_they_are(void **state)
{
	static const char *const parts[] = {
		"- host: `` a|b=1;2 `c` <b>d</b> [e](http://f.g) @root h@i.j #12 \"k\" \\ l m{} 1 ``\n",
		"\n| subject | `` a\\|b=1;2 `c` <b>",
		"\n| a\\|b=1;2 \\`c\\` \\<b>d\\</b> \\[e\\](http\\://f.g) `@root` `h@i.j` `#12` \"k\" \\\\ l m{} 1 | a\\|b",
		"\n**Do:** a\\|b=1;2 \\`c\\` \\<b>",
		"\n- a\\|b=1",
	};
	struct report_finding finding;
	struct rule rule;
	struct report report = hostile_report(&finding, &rule);
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "markdown", &report, 0, false);
	assert_has(out.text, parts, countof(parts));
}

static void test_nagios_begins_with_a_status_and_performance(void **state)
{
	static const char begin[] =
		"TCP-ADVISE CRITICAL: 1 critical, 1 notice (incomplete): accept-queue-overflow "
		"[2001:db8:1111:2222::7]:44300 and 1 more | critical=1;;0;0;61 warning=0;0;;0;61 "
		"notice=1;;;0;61 info=0;;;0;61 waived=0;;;0;61 not_evaluated=2;;;0;61 quiet=57;;;0;61\n"
		"critical: Clients are turned away";
	static const char *const parts[] = {
		" [accept-queue-overflow]: 10.0.0.1:80; waiting: 129 to 131\n  set: net.core.somaxconn = ",
		"\n  do: Give listen() a larger backlog, e.g. 4096.\nnotice: Keepalive",
		("\nand 5 more of these, not listed\nnot evaluated: TcpExt.ListenDrops: a difference "
		 "needs two samples: listen-drops, resets\nnote: the list"),
	};
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "nagios", &report, 0, false);
	assert_true(strncmp(out.text, begin, strlen(begin)) == 0);
	assert_has(out.text, parts, countof(parts));
}

static void test_nagios_names_the_three_worst(void **state)
{
	struct rule rules[5];
	struct report_finding many_findings[5];
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;
	const char *end = "; accept-queue-overflow host; ... | ";
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rules); i++) {
		rules[i] = overflow;
		many_findings[i] = (struct report_finding){ .rule = &rules[i], .subject = "host" };
	}
	report.findings = many_findings;
	report.finding_count = countof(many_findings);
	print(&out, "nagios", &report, 0, false);
	assert_non_null(strstr(out.text, end));
	assert_int_equal(count_of(out.text, '|'), 1);
}

static void test_nagios_has_one_bar_and_no_line_of_a_text(void **state)
{
	struct report_finding finding;
	struct rule rule;
	struct report report = hostile_report(&finding, &rule);
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "nagios", &report, 0, false);
	assert_int_equal(count_of(out.text, '|'), 1);
	assert_null(strstr(out.text, "\nm{}"));
	assert_non_null(strstr(out.text, "a\\x7cb=1"));
	assert_non_null(strchr(out.text, '|'));
	assert_true(strchr(out.text, '|') < strchr(out.text, '\n'));
}

static void test_nagios_says_why_there_is_no_report(void **state)
{
	autobuf struct buf out = BUF_INIT;

	(void)state;
	format_find("nagios")->failed(&out, "tcp-advise: a|b\n  \033 c\n");
	assert_string_equal(out.text, "TCP-ADVISE UNKNOWN: tcp-advise: a\\x7cb\n  ? c\n");
	assert_null(format_find("json")->failed);
}

static void test_prometheus_counts_and_does_not_guess(void **state)
{
	static const char *const parts[] = {
		"# HELP tcp_advise_rulebook_info Always 1",
		"\ntcp_advise_rulebook_info{version=\"0.1.0\",sha256=\"e3b0c442",
		"\n# TYPE tcp_advise_complete gauge\ntcp_advise_complete 0\n",
		"\ntcp_advise_last_run_timestamp_seconds 1795254240\n",
		"\ntcp_advise_window_seconds 2.5\n", "\ntcp_advise_status 2\n",
		"\ntcp_advise_rules{state=\"firing\"} 2\ntcp_advise_rules{state=\"waived\"} 0\n"
		"tcp_advise_rules{state=\"quiet\"} 57\n"
		"tcp_advise_rules{state=\"not_evaluated\"} 2\n",
		"\ntcp_advise_firing_rules{severity=\"critical\"} 1\n"
		"tcp_advise_firing_rules{severity=\"warning\"} 0\n",
		"\ntcp_advise_findings{rule=\"accept-queue-overflow\",severity=\"critical\"} 2\n"
		"tcp_advise_findings{rule=\"keepalive-late\",severity=\"notice\"} 1\n"
		"tcp_advise_findings{rule=\"quiet-one\",severity=\"warning\"} 0\n",
		"\ntcp_advise_findings_not_listed 5\n",
		"\ntcp_advise_rule_not_evaluated{rule=\"resets\",severity=\"info\"} 1\n",
	};
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "prometheus", &report, 0, false);
	assert_has(out.text, parts, countof(parts));
	assert_null(strstr(out.text, "tcp_advise_findings{rule=\"resets\""));
}

static void test_prometheus_escapes_labels_and_names_no_subject(void **state)
{
	struct report_finding finding;
	struct rule rule;
	struct report report = hostile_report(&finding, &rule);
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print(&out, "prometheus", &report, 0, false);
	assert_non_null(strstr(out.text, "{version=\"a|b=1;2 `c` <b>d</b> [e](http://f.g) @root "
					 "h@i.j #12 \\\"k\\\" \\\\ l\\nm{} 1\",sha256="));
	assert_null(strstr(out.text, "\nm{}"));
	assert_null(strstr(strstr(out.text, "# HELP tcp_advise_last"), "@root"));
}

static void test_several_namespaces_make_one_document(void **state)
{
	static const char *const markdown[] = {
		"## tcp-advise: 2 critical, 2 notices", "\n| network namespace | verdict |\n|---|---|\n",
		"\n| `a\"\\|b` | 1 critical, 1 notice (incomplete) |\n", "\n| `gone` | not looked at: it ended |\n",
		"\n\n## tcp-advise: 1 critical, 1 notice (incomplete)\n\n- host: `web1.example.org`\n",
	};
	static const char *const prometheus[] = {
		"gauge\ntcp_advise_status{netns=\"a\\\"|b\"} 2\ntcp_advise_status{netns=\"web\"} 2\n#",
		"tcp_advise_findings{netns=\"web\",rule=\"keepalive-late\",severity=\"notice\"} 1\n",
	};
	static const char *const nagios[] = { "TCP-ADVISE CRITICAL: ", " waived=0;;;0;122 " };
	struct report one = make_report(), other = make_report(), *reports[] = { &one, &other };
	struct report_skipped skipped = { .name = "gone", .reason = "it ended" };
	struct survey survey = { .reports = reports, .count = 2, .skipped = &skipped,
				 .skipped_count = 1 };
	const struct { const char *format; const char *const *parts; unsigned count; } rows[] = {
		{ "markdown", markdown, countof(markdown) },
		{ "prometheus", prometheus, countof(prometheus) },
		{ "nagios", nagios, countof(nagios) },
	};
	unsigned i;

	(void)state;
	one.name = "a\"|b";
	other.name = "web";
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		format_find(rows[i].format)->print_survey(&out, &survey, &(struct look){ 0 });
		assert_has(out.text, rows[i].parts, rows[i].count);
	}
}

/* News of a namespace may be only that something is over, and a quiet one may have a note. */
static void test_what_is_over_is_told_of_each_namespace(void **state)
{
	static const char *const text[] = {
		"nothing to advise: red; web (incomplete)",
		"\nnote: the list of connections ended early after 1,204 sockets\n",
		"\n---- red ----\n", "\ngone: warning: It leaked [leak]\n",
	};
	static const char *const markdown[] = { "### No longer told", "It leaked" };
	struct report_closed closed = { .rule = "leak", .title = "It leaked", .subject = "host",
					.severity = SEVERITY_WARNING, .why = CLOSED_GONE };
	struct report red = { .time = "", .name = "red", .complete = true, .news = true,
			      .closed = &closed, .closed_count = 1 };
	struct report web = make_report(), *reports[] = { &red, &web };
	struct survey survey = { .reports = reports, .count = 2 };
	autobuf struct buf out = BUF_INIT, page = BUF_INIT;
	const char *note;

	(void)state;
	web.name = "web";
	web.finding_count = web.unknown_count = 0;
	format_find("text")->print_survey(&out, &survey, &(struct look){ 0 });
	assert_has(out.text, text, countof(text));
	note = strstr(out.text, "1,204 sockets");
	assert_null(strstr(note + 1, "1,204 sockets"));
	format_find("markdown")->print_survey(&page, &survey, &(struct look){ 0 });
	assert_has(page.text, markdown, countof(markdown));
}

static void test_no_format_lets_controls_through(void **state)
{
	static const char *const names[] = { "markdown", "nagios", "prometheus" };
	struct report report;
	struct report_finding finding;
	unsigned i;
	size_t j;

	(void)state;
	make_hostile(&report, &finding);
	for (i = 0; i < countof(names); i++) {
		autobuf struct buf out = BUF_INIT;

		print(&out, names[i], &report, 0, true);
		for (j = 0; j < out.len; j++)
			assert_true(out.text[j] == '\n' || (unsigned char)out.text[j] >= 0x20);
		assert_null(strstr(out.text, "\xc2\x9b"));
	}
}

static void test_an_empty_report_prints(void **state)
{
	struct report report = { .time = "" };
	const struct format *format;

	(void)state;
	for (format = formats; format->name; format++) {
		autobuf struct buf out = BUF_INIT;

		print(&out, format->name, &report, 0, false);
		assert_true(out.len > 0 && out.text[out.len - 1] == '\n');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_has_what_a_postmortem_cites),
		cmocka_unit_test(test_markdown_shows_hostile_texts_as_they_are),
		cmocka_unit_test(test_nagios_begins_with_a_status_and_performance),
		cmocka_unit_test(test_nagios_names_the_three_worst),
		cmocka_unit_test(test_nagios_has_one_bar_and_no_line_of_a_text),
		cmocka_unit_test(test_nagios_says_why_there_is_no_report),
		cmocka_unit_test(test_prometheus_counts_and_does_not_guess),
		cmocka_unit_test(test_prometheus_escapes_labels_and_names_no_subject),
		cmocka_unit_test(test_several_namespaces_make_one_document),
		cmocka_unit_test(test_what_is_over_is_told_of_each_namespace),
		cmocka_unit_test(test_no_format_lets_controls_through),
		cmocka_unit_test(test_an_empty_report_prints),
	};

	return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
