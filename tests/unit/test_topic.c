/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What words mean: settings, counters and states by all their names, and the tables of pages. */
#include "unit.h"

#include <string.h>

#include "fact/folklore.h"
#include "fact/topic.h"

static void test_every_name_of_a_topic_is_found(void **state)
{
	static const struct { const char *word, *name; } rows[] = {
		{ "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout" },
		{ "tcp_fin_timeout", "net.ipv4.tcp_fin_timeout" },
		{ "net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout" },
		{ "/proc/sys/net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout" },
		{ "tcp_rmem", "net.ipv4.tcp_rmem" },
		{ "net.ipv4.tcp_rmem.max", "net.ipv4.tcp_rmem" },
		{ "somaxconn", "net.core.somaxconn" },
		{ "TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnData" },
		{ "TCPAbortOnData", "TcpExt.TCPAbortOnData" },
		{ "tcpabortondata", "TcpExt.TCPAbortOnData" },
		{ "TcpExtTCPAbortOnData", "TcpExt.TCPAbortOnData" },
		{ "TcpRetransSegs", "Tcp.RetransSegs" },
		{ "sockstat.tcp.tw", "sockstat.tcp.tw" },
		{ "min_rtt", "min_rtt" },
		{ "CLOSE_WAIT", "CLOSE-WAIT" },
		{ "close-wait", "CLOSE-WAIT" },
		{ "CloseWait", "CLOSE-WAIT" },
		{ "ESTAB", "ESTABLISHED" },
		{ "FIN_WAIT1", "FIN-WAIT-1" },
		{ "FIN-WAIT-2", "FIN-WAIT-2" },
		{ "SYN_RECV", "SYN-RECEIVED" },
		{ "SYN-RECEIVED", "SYN-RECEIVED" },
		{ "LISTEN", "LISTEN" },
		{ "CLOSED", "CLOSED" },
	};
	struct topic topic;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		if (topic_find(&topic, 1, rows[i].word) != 1)
			fail_msg("%s", rows[i].word);
		assert_string_equal(topic_name(&topic), rows[i].name);
	}
}

static void test_words_that_mean_nothing_or_several(void **state)
{
	static const char *const nothing[] = { "", "-", "close_wayt", "net.ipv4.", "/", "tcp",
					       "TcpExt", "/proc/sys/", "FIN", "WAIT" };
	struct topic topics[4];
	unsigned i;

	(void)state;
	for (i = 0; i < countof(nothing); i++)
		if (topic_find(topics, countof(topics), nothing[i]) != 0)
			fail_msg("'%s' is %s", nothing[i], topic_name(&topics[0]));
	assert_int_equal(topic_find(topics, countof(topics), "InCsumErrors"), 2);
	assert_string_equal(topic_name(&topics[0]), "Tcp.InCsumErrors");
	assert_string_equal(topic_name(&topics[1]), "IpExt.InCsumErrors");
	assert_int_equal(topic_find(topics, 1, "InCsumErrors"), 2);
}

static void test_every_fact_is_found_by_its_own_name(void **state)
{
	struct topic topic;
	unsigned i;

	(void)state;
	for (i = 0; i < fact_count; i++)
		if (topic_find(&topic, 1, fact_catalogue[i].name) != 1)
			fail_msg("%s", fact_catalogue[i].name);
}

static void test_folklore_is_about_something(void **state)
{
	const struct folklore *lore;
	struct topic topic;

	(void)state;
	for (lore = folklore; lore->about; lore++) {
		if (topic_find(&topic, 1, lore->about) != 1 ||
		    strcmp(topic_key(&topic), lore->about) != 0)
			fail_msg("%s", lore->about);
		if (!strchr(".!?", lore->claim[strlen(lore->claim) - 1]) ||
		    lore->truth[strlen(lore->truth) - 1] != '.')
			fail_msg("%s: no sentence", lore->about);
	}
	lore = folklore_next("time_wait", NULL);
	assert_non_null(lore);
	assert_ptr_not_equal(folklore_next("time_wait", lore), lore);
	assert_null(folklore_next("nothing", NULL));
}

static void test_every_state_has_its_page(void **state)
{
	const struct fact *fact = &fact_catalogue[fact_find("state")];
	const struct symbol *symbol;

	(void)state;
	for (symbol = fact->symbols; symbol->name; symbol++) {
		const struct state_page *page = state_page((enum tcp_state)symbol->value);

		assert_non_null(page);
		assert_string_equal(page->symbol, symbol->name);
		assert_ptr_equal(state_find(symbol->name), page);
		assert_ptr_equal(state_find(page->name), page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_name_of_a_topic_is_found),
		cmocka_unit_test(test_words_that_mean_nothing_or_several),
		cmocka_unit_test(test_every_fact_is_found_by_its_own_name),
		cmocka_unit_test(test_folklore_is_about_something),
		cmocka_unit_test(test_every_state_has_its_page),
	};

	return cmocka_run_group_tests_name("topic", tests, NULL, NULL);
}
