/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fix file says and, above all, what it does not set. */
#include "unit.h"

#include <string.h>

#include "config/config.h"
#include "fact/sysctl.h"
#include "report/printers.h"

static const struct rule bad = { .id = "bad",
				 .title = "Bad",
				 .severity = SEVERITY_CRITICAL,
				 .risk = "It may cost.\nA second paragraph." };
static const struct rule poor = { .id = "poor", .title = "Poor", .severity = SEVERITY_WARNING };
static const struct rule weak = { .id = "weak", .title = "Weak", .severity = SEVERITY_WARNING };

#define WANT(of, name, wanted, now) \
	{ .rule = &(of), .subject = "host", .setting_count = 1, \
	  .settings = { { .key = name, .value = wanted, .current = now, \
			  .reason = "it could not be computed" } } }

enum { FINDINGS = 4 };

static const struct fix_case {
	const char *what;
	struct report_finding findings[FINDINGS];
	const char *sets;    /* the lines that are no comments */
	const char *says[3]; /* in its comments */
} cases[] = {
	{ "nothing", { { 0 } }, "", { "No finding asks for a setting" } },
	{ "one",
	  { WANT(bad, "net.ipv4.tcp_sack", "1", "0") },
	  "net.ipv4.tcp_sack = 1\n",
	  { "# bad: Bad (critical)\n# risk: It may cost.\n#       A second paragraph.\n",
	    "# was:  net.ipv4.tcp_sack = 0\n", "# undo: sysctl -w 'net.ipv4.tcp_sack=0'\n" } },
	{ "what was is not known",
	  { WANT(poor, "net.ipv4.tcp_sack", "1", NULL) },
	  "net.ipv4.tcp_sack = 1\n",
	  { "# was:  not known" } },
	{ "what was is no word for a shell",
	  { WANT(poor, "net.ipv4.tcp_congestion_control", "cubic", "a'; reboot; '") },
	  "net.ipv4.tcp_congestion_control = cubic\n",
	  { "# was:  net.ipv4.tcp_congestion_control = a'; reboot; '\n" } },
	{ "the same from two rules",
	  { WANT(bad, "net.ipv4.tcp_sack", "1", "0"), WANT(poor, "net.ipv4.tcp_sack", "1", "0") },
	  "net.ipv4.tcp_sack = 1\n",
	  { "# bad: Bad", "# poor: Poor" } },
	{ "the same from one rule for two subjects",
	  { WANT(poor, "net.core.somaxconn", "8", "4"),
	    WANT(poor, "net.core.somaxconn", "8", "4") },
	  "net.core.somaxconn = 8\n",
	  { "# poor: Poor (warning)\n# was:" } },
	{ "the worse has its way",
	  { WANT(bad, "net.ipv4.tcp_retries2", "8", "3"),
	    WANT(poor, "net.ipv4.tcp_retries2", "15", "3") },
	  "net.ipv4.tcp_retries2 = 8\n",
	  { "# poor wants '15', and bad is worse" } },
	{ "of equals neither has",
	  { WANT(weak, "net.ipv4.tcp_retries2", "8", "3"),
	    WANT(poor, "net.ipv4.tcp_retries2", "15", "3") },
	  "",
	  { "Choose one:", "# net.ipv4.tcp_retries2 = 8 (weak)",
	    "# net.ipv4.tcp_retries2 = 15 (poor)" } },
	{ "two words of one key",
	  { WANT(weak, "net.ipv4.tcp_rmem", "4096 131072 9", "4096 5 9"),
	    WANT(poor, "net.ipv4.tcp_rmem", "4096 5 6291456", "4096 5 9") },
	  "net.ipv4.tcp_rmem = 4096 131072 6291456\n",
	  { NULL } },
	{ "refused by the kernel",
	  { WANT(bad, "net.ipv4.tcp_retries2", "256", "15") },
	  "",
	  { "# not set: '256' is outside 0 to 255" } },
	{ "not computed",
	  { WANT(bad, "net.ipv4.tcp_retries2", NULL, "15") },
	  "",
	  { "# not set: it could not be computed" } },
	{ "no such key", { WANT(bad, "net.ipv4.tcp_none", "1", NULL) }, "", { "# not set:" } },
	{ "two lines in one",
	  { WANT(bad, "net.ipv4.tcp_congestion_control", "reno\nx = 1", "bbr") },
	  "",
	  { "# not set:" } },
	{ "a module",
	  { WANT(bad, "net.netfilter.nf_conntrack_tcp_loose", "1", "0") },
	  "net.netfilter.nf_conntrack_tcp_loose = 1\n",
	  { "# At boot nf_conntrack must be loaded" } },
	{ "a key of the first namespace",
	  { { .rule = &bad, .subject = "host", .setting_count = 1,
	      .settings = { { .key = "net.ipv4.tcp_mem", .value = "1 2 3", .current = "1 1 1",
			      .elsewhere = true } } } },
	  "net.ipv4.tcp_mem = 1 2 3\n",
	  { "# The host's first network namespace has this key" } },
	{ "no setting",
	  { { .rule = &bad, .subject = "host" } },
	  "",
	  { "# Found as well, and no setting mends it:\n# bad: Bad (critical)\n" } },
};

static void keep_settings(struct buf *out, const char *text)
{
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (*text == '#' || !len)
			continue;
		buf_write(out, text, len);
		buf_putc(out, '\n');
	}
}

/* Whatever a fix file has, the kernel takes it, and the readers read it. */
static void check_lines(const char *what, const struct buf *text)
{
	struct config *config = config_new();

	config_add(config, "fix", FOR_BOTH, text->text, text->len);
	for (unsigned i = 0; i < config->count; i++) {
		const struct config_line *line = &config->lines[i];
		char key[CONFIG_KEY_MAX];
		struct sysctl_write write;

		assert_true(line->of_fix && line->key && line->value);
		config_dotted(key, line->key);
		sysctl_write(&write, sysctl_find(key), line->value);
		if (!write.taken)
			fail_msg("%s: the kernel would refuse '%s'", what, line->text);
		buf_fini(&write.reason);
	}
	config_free(config);
}

static void check(const struct fix_case *c)
{
	struct report_finding findings[FINDINGS];
	struct report report = { .findings = findings, .hostname = "h\\x0a", .kernel = "6.1" };
	autobuf struct buf out = BUF_INIT, sets = BUF_INIT;

	memcpy(findings, c->findings, sizeof findings);
	while (report.finding_count < FINDINGS && findings[report.finding_count].rule)
		report.finding_count++;
	print_sysctl(&out, &report, NULL);
	keep_settings(&sets, out.text);
	if (strcmp(buf_text(&sets), c->sets) != 0)
		fail_msg("%s: sets '%s'", c->what, buf_text(&sets));
	for (unsigned i = 0; i < countof(c->says) && c->says[i]; i++)
		if (!strstr(out.text, c->says[i]))
			fail_msg("%s: does not say '%s':\n%s", c->what, c->says[i], out.text);
	check_lines(c->what, &out);
}

static void test_what_a_fix_file_sets(void **state)
{
	(void)state;
	for (unsigned i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void test_no_command_is_made_of_hostile_text(void **state)
{
	struct report_finding finding =
		WANT(poor, "net.ipv4.tcp_congestion_control", "cubic", "$(x)");
	struct report report = { .findings = &finding, .finding_count = 1 };
	autobuf struct buf out = BUF_INIT;

	(void)state;
	print_sysctl(&out, &report, NULL);
	assert_null(strstr(out.text, "undo:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_fix_file_sets),
		cmocka_unit_test(test_no_command_is_made_of_hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
