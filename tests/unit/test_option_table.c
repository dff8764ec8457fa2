/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket options as lines and as a table; the lines may come from anywhere. */
#include "unit.h"

#include "collect/option_table.h"

#include <math.h>
#include <string.h>

static unsigned option_of(const char *name)
{
	unsigned short facts[OPTIONS_MAX];
	unsigned count = option_facts(facts), i;

	for (i = 0; i < count; i++)
		if (strcmp(fact_catalogue[facts[i]].name, name) == 0)
			return i;
	fail_msg("%s is no option", name);
	return 0;
}

static void read_lines(struct option_table *table, const char *text)
{
	autobuf struct buf lines = BUF_INIT;

	*table = (struct option_table){ .count = 0 };
	buf_puts(&lines, text);
	option_table_read(table, &lines);
}

/* ---- facts ---- */

static void test_each_option_is_a_number_of_the_kernel(void **state)
{
	static const struct {
		const char *fact;
		int32_t raw;
		double value;
	} cases[] = {
		{ "so_linger", 1, 1 }, { "so_linger", 0, 0 }, { "so_linger_time", 7, 7 },
		{ "so_rcvbuf_locked", 2, 1 }, { "so_rcvbuf_locked", 1, 0 },
		{ "so_sndbuf_locked", 3, 1 }, { "so_sndbuf_locked", 2, 0 },
		{ "tcp_user_timeout", 12345, 12.345 }, { "tcp_linger2", -1, -1 },
		{ "tcp_rto_max", 120000, 120 }, { "tcp_keepcnt", 9, 9 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		unsigned fact = fact_find(cases[i].fact);

		assert_int_not_equal(fact, FACT_NONE);
		if (fact_option(&fact_catalogue[fact], cases[i].raw) != cases[i].value)
			fail_msg("%s of %d: %g", cases[i].fact, cases[i].raw,
				 fact_option(&fact_catalogue[fact], cases[i].raw));
	}
}

/* ---- lines ---- */

static void test_what_is_written_is_read(void **state)
{
	const struct loan loans[] = {
		{ .cookie = UINT64_MAX }, { .cookie = 1 }, { .cookie = 7 }, { .cookie = 5 },
	};
	struct answer answers[countof(loans)] = {
		{ .end = LOAN_READ, .held = 8.2e-6F }, { .end = LOAN_DENIED },
		{ .end = LOAN_READ, .held = 3e-6F },   { .end = LOAN_LATE },
	};
	const struct option_entry *entry;
	autobuf struct buf lines = BUF_INIT;
	struct option_table table;

	(void)state;
	answers[0].raw[option_of("so_linger")] = 1;
	answers[0].raw[option_of("tcp_linger2")] = INT32_MIN;
	answers[0].missing[option_of("tcp_rto_max")] = true;
	option_lines(&lines, loans, answers, countof(loans));
	read_lines(&table, buf_text(&lines));
	assert_int_equal(table.count, countof(loans));
	assert_true(table.held == 9e-6);
	assert_int_equal(table.why, WHY_NO_HOLDER);
	entry = option_table_find(&table, UINT64_MAX);
	assert_non_null(entry);
	assert_int_equal(entry->why, WHY_KNOWN);
	assert_true(entry->value[option_of("so_linger")] == 1);
	assert_true(entry->value[option_of("tcp_linger2")] == INT32_MIN);
	assert_true(entry->value[option_of("so_keepalive")] == 0);
	assert_true(isnan(entry->value[option_of("tcp_rto_max")]));
	assert_int_equal(option_table_find(&table, 1)->why, WHY_DENIED);
	assert_int_equal(option_table_find(&table, 5)->why, WHY_NO_HOLDER);
	assert_null(option_table_find(&table, 6));
	option_table_fini(&table);
}

static void test_lines_are_not_believed(void **state)
{
	static const char *const bad[] = {
		"", "\n\n", "listener\n", "listener\t\n", "listener\tx\tso_linger=1\n",
		"listener\t18446744073709551616\tso_linger=1\n", "unread\n", "unread\t\tdenied\n",
		"held\t-1\n", "held\t99999999999999999999\n", "\tlistener\t1\n", "end of it\n",
		"so_linger=1\n", "listener 1 so_linger=1\n",
	};
	struct option_table table;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(bad); i++) {
		read_lines(&table, bad[i]);
		if (table.count || table.why != WHY_CUT || table.held != 0)
			fail_msg("case %u: %u listeners, why %d", i, table.count, table.why);
		option_table_fini(&table);
	}
}

static void test_an_option_that_is_no_number_is_unknown(void **state)
{
	static const char *const words[] = {
		"so_linger=", "so_linger", "so_linger=x", "so_linger=1 ", "so_linger=2147483648",
		"so_linger=-2147483649", "so_linger=--1", "so_lingerx=1", "=1", "so_linger=?", "state=1",
	};
	struct option_table table;
	char line[100];
	unsigned i;

	(void)state;
	for (i = 0; i < countof(words); i++) {
		snprintf(line, sizeof line, "listener\t4\t%s\ttcp_keepcnt=3\nend\n", words[i]);
		read_lines(&table, line);
		assert_int_equal(table.count, 1);
		if (!isnan(table.entries->value[option_of("so_linger")]))
			fail_msg("'%s' is %g", words[i], table.entries->value[option_of("so_linger")]);
		assert_true(table.entries->value[option_of("tcp_keepcnt")] == 3);
		option_table_fini(&table);
	}
}

/* Every text is read to its end and gives a table in order. */
static void test_any_bytes(void **state)
{
	static const char words[][12] = {
		"listener", "unread", "held", "end", "\t", "\t", "\n", "\n", "1", "-", "=", "?",
		"so_linger", "tcp_keepcnt", "denied", "99999999999", "\x1b[2J", "\xff",
	};
	uint64_t seed = 7;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 3000; round++) {
		autobuf struct buf lines = BUF_INIT;
		struct option_table table;

		for (i = 0; i < 40; i++)
			buf_puts(&lines, words[unit_random(&seed) % countof(words)]);
		read_lines(&table, buf_text(&lines));
		for (i = 1; i < table.count; i++)
			assert_true(table.entries[i - 1].cookie <= table.entries[i].cookie);
		option_table_fini(&table);
	}
}

/* ---- the note ---- */

static void test_note(void **state)
{
	static const struct {
		const char *lines, *note;
	} cases[] = {
		{ "end\n", "" },
		{ "listener\t1\tso_linger=1\nheld\t12\nend\n",
		  "socket options of 1 listener were read, each of them held open for at most 12 us" },
		{ "unread\t1\tdenied\nunread\t2\tdenied\nheld\t0\nend\n",
		  "socket options of 2 listeners may not be read: it takes CAP_SYS_PTRACE, and a sandbox"
		  " that allows it" },
		{ "unread\t1\tunable\nend\n",
		  "socket options of 1 listener cannot be read by this kernel (needs 5.6)" },
		{ "listener\t1\nunread\t3\tnobody\nunread\t4\tgone\nunread\t5\tlate\nend\n",
		  "socket options of 1 listener were read, each of them held open for at most 0 us;"
		  " socket options of 1 listener were not read: /proc shows no process that has them;"
		  " socket options of 2 listeners were not read: their process ended, closed them or"
		  " did not answer in time" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf note = BUF_INIT;
		struct option_table table;

		read_lines(&table, cases[i].lines);
		option_table_note(&table, &note);
		assert_string_equal(buf_text(&note), cases[i].note);
		option_table_fini(&table);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_option_is_a_number_of_the_kernel),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_lines_are_not_believed),
		cmocka_unit_test(test_an_option_that_is_no_number_is_unknown),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
