/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of sysctl files, and what either reader writes for a key. tests/readers.sh holds the same
 * against the readers themselves. */
#include "unit.h"

#include <string.h>

#include "config/config.h"

/* ---- lines ---- */

static const struct line_case {
	const char *text;
	const char *key, *value; /* NULL key: no assignment */
	unsigned readers, column;
	bool dash, pattern;
} lines[] = {
	{ "net.ipv4.tcp_sack=0", "net/ipv4/tcp_sack", "0", FOR_BOTH, 1, false, false },
	{ "  net.ipv4.tcp_sack = 0 # off", "net/ipv4/tcp_sack", "0 # off", FOR_BOTH, 3, false, false },
	{ "-net.ipv4.tcp_sack=", "net/ipv4/tcp_sack", "", FOR_BOTH, 2, true, false },
	{ "- net.ipv4.tcp_sack=1", "net/ipv4/tcp_sack", "1", FOR_SYSTEMD, 3, true, false },
	{ "-net.ipv4.tcp_*", "net/ipv4/tcp_*", NULL, FOR_BOTH, 2, true, true },
	{ "net/ipv4/conf/eth0.7/rp_filter=1", "net/ipv4/conf/eth0.7/rp_filter", "1", FOR_BOTH, 1,
	  false, false },
	{ "net.ipv4.conf.eth0/7.rp_filter=1", "net/ipv4/conf/eth0.7/rp_filter", "1", FOR_BOTH, 1,
	  false, false },
	{ "//net//ipv4///x=1", "net/ipv4/x", "1", FOR_BOTH, 1, false, false },
	{ "net.ipv4.tcp_rmem = 1\t2\t 3\r", "net/ipv4/tcp_rmem", "1 2  3", FOR_BOTH, 1, false, false },
	{ "x=a=b", "x", "a=b", FOR_BOTH, 1, false, false },
	{ "x=\"1\"", "x", "\"1\"", FOR_BOTH, 1, false, false },
	{ "net.ipv4.tcp_sack 0", NULL, NULL, FOR_BOTH, 1, false, false },
	{ "=1", NULL, NULL, FOR_BOTH, 1, false, false },
	{ "-", NULL, NULL, FOR_BOTH, 1, true, false },
	{ "x\x1b[2J=\x7f", "x\\x1b[2J", "\\x7f", FOR_BOTH, 1, false, true },
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void test_lines(void **state)
{
	(void)state;
	for (unsigned i = 0; i < countof(lines); i++) {
		const struct line_case *c = &lines[i];
		struct config *config = config_new();
		const struct config_line *line;

		config_add(config, "f", FOR_BOTH, c->text, strlen(c->text));
		assert_int_equal(config->count, 1);
		line = &config->lines[0];
		if (!same(line->key, c->key) || !same(line->value, c->value) ||
		    line->readers != c->readers || line->column != c->column ||
		    line->dash != c->dash || line->pattern != c->pattern)
			fail_msg("'%s': key %s, value %s, readers %u, column %u", c->text, line->key,
				 line->value, line->readers, line->column);
		config_free(config);
	}
}

static void test_what_is_no_line(void **state)
{
	static const char text[] = "\n# c\n ;c\n \t\r\nx=1\0\n\0y=2\nz=3";
	struct config *config = config_new();

	(void)state;
	config_add(config, "a\nb", FOR_BOTH, text, sizeof text - 1);
	assert_int_equal(config->count, 2);
	assert_string_equal(config->lines[0].file, "a\\x0ab");
	assert_int_equal(config->lines[0].line, 5);
	assert_string_equal(config->lines[1].key, "z");
	assert_int_equal(config->lines[1].line, 7);
	config_free(config);
}

static void test_lines_are_bounded(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct config *config = config_new();
	unsigned i;

	(void)state;
	for (i = 0; i < CONFIG_LINES_MAX + 5; i++)
		buf_puts(&text, "a=1\n");
	config_add(config, "f", FOR_BOTH, text.text, text.len);
	assert_int_equal(config->count, CONFIG_LINES_MAX);
	assert_true(config->cut);
	assert_non_null(config_winner(config, READER_SYSTEMD, "a"));
	config_free(config);
}

/* ---- writes ---- */

static const struct write_case {
	const char *text;
	const char *systemd, *procps; /* the lines written for net.ipv4.tcp_sack */
} writes[] = {
	{ "net.ipv4.tcp_sack=1", "1", "1" },
	{ "net.ipv4.tcp_sack=1\nnet/ipv4/tcp_sack=2", "2", "1 2" },
	{ "net.ipv4.tcp_sack=1\nnet.ipv4.tcp_sack=1", "1", "1 2" },
	{ "net.ipv4.tcp_sack=1\nnet.ipv4.tcp_sack=2\nnet.ipv4.tcp_sack=1", "3", "1 2 3" },
	{ "net.ipv4.tcp_sack=1\n-net.ipv4.tcp_sack", "", "1" },
	{ "-net.ipv4.tcp_sack\nnet.ipv4.tcp_sack=1", "2", "2" },
	{ "-net.ipv4.tcp_sack\nnet.ipv4.tcp_*=1", "", "" },
	{ "net.ipv4.tcp_sack=1\nnet.ipv4.tcp_*=2", "1", "1" },
	{ "net.ipv4.tcp_s*=1\nnet.ipv4.tcp_*=2\nnet.ipv4.tcp_s*=1", "1 2", "1 2 3" },
	{ "net.ipv4.tcp_s*=1\nnet.ipv4.tcp_*=2\nnet.ipv4.tcp_s*=3", "2 3", "1 2 3" },
	{ "net.*=1\nnet.*.*=2", "2", "2" },
	{ "net.ipv4.{tcp_ecn,tcp_sack}*=1", "1", "" },
	{ "net.{core,ipv{4,6}}.tcp_sac?=1", "1", "" },
	{ "net.ipv4.{tcp_sack,tcp_dsack}=1", "", "" },
	{ "net.ipv4.tcp_sac?{=1", "", "" },
	{ "net.ipv4.tcp_{,,,,{,,,{,,{,,{,,{,,}}}}},sac}?=1", "1", "" },
	{ "net.ipv4.t*t*t*t*t*t*t*x=1", "", "" },
	{ "", "", "" },
};

static void check_writes(const struct write_case *c, const struct config *config,
			 enum config_reader reader, const char *expected)
{
	const struct config_line *found[CONFIG_WRITES_MAX];
	autobuf struct buf text = BUF_INIT;
	unsigned i, count = config_writes(config, reader, "net/ipv4/tcp_sack", found, countof(found));

	for (i = 0; i < count; i++)
		buf_printf(&text, "%s%u", i ? " " : "", found[i]->line);
	if (strcmp(buf_text(&text), expected) != 0)
		fail_msg("'%s': %s writes lines %s, not %s", c->text, config_reader_name(reader),
			 buf_text(&text), expected);
}

static void test_writes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < countof(writes); i++) {
		struct config *config = config_new();

		config_add(config, "f", FOR_BOTH, writes[i].text, strlen(writes[i].text));
		check_writes(&writes[i], config, READER_SYSTEMD, writes[i].systemd);
		check_writes(&writes[i], config, READER_PROCPS, writes[i].procps);
		config_free(config);
	}
}

static void test_the_last_of_many_writes_are_kept(void **state)
{
	const struct config_line *found[2];
	struct config *config = config_new();
	static const char text[] = "x=1\nx=2\nx=3\n";

	(void)state;
	config_add(config, "f", FOR_BOTH, text, sizeof text - 1);
	assert_int_equal(config_writes(config, READER_PROCPS, "x", found, 2), 2);
	assert_int_equal(found[0]->line, 2);
	assert_int_equal(found[1]->line, 3);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_what_is_no_line),
		cmocka_unit_test(test_lines_are_bounded),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_the_last_of_many_writes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
