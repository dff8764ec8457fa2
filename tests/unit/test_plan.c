/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan/: what a rulebook makes the program ask. */
#include "base/file.h"
#include "plan/plan.h"
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct built {
	struct rulebook *book;
	struct plan *plan;
	struct errors errors;
};

/* Builds from the text of rules; only and everything as plan_options has them. */
static void build(struct built *b, const char *text, const char *only, bool everything)
{
	char path[] = "/tmp/tcp-advise-plan.XXXXXX";
	const struct rulebook_options none = { 0 };
	const struct plan_options options = {
		.only = &only, .only_count = only ? 1 : 0, .everything = everything,
	};
	const char *paths[] = { path };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	*b = (struct built){ 0 };
	b->book = rulebook_load(paths, 1, &none, &b->errors);
	unlink(path);
	assert_string_equal(buf_text(&b->errors.text), "");
	b->plan = plan_build(b->book, &options, &b->errors);
}

static void built_fini(struct built *b)
{
	plan_free(b->plan);
	rulebook_free(b->book);
	errors_fini(&b->errors);
}

#define RULE(id, when) "[" id "]\ntitle = t\nseverity = info\nwhen = " when "\n"
#define BIT(state) (1u << STATE_##state)

static void test_states_follow_from_the_predicate(void **state)
{
	static const struct {
		const char *predicate;
		unsigned states;
	} cases[] = {
		{ "state == listen and accept_queue > 80% * backlog", BIT(LISTEN) },
		{ "(state == established or state == close_wait) and rtt > 1s", BIT(ESTABLISHED) | BIT(CLOSE_WAIT) },
		{ "rtt > 1s", STATES_ALL },
		{ "not (state == time_wait)", STATES_ALL & ~BIT(TIME_WAIT) },
		{ "state != time_wait and state != listen", STATES_ALL & ~BIT(TIME_WAIT) & ~BIT(LISTEN) },
		{ "owned and state == fin_wait2", BIT(FIN_WAIT2) },
		{ "state == listen and state == close_wait", 0 },
		{ "not (owned or state != last_ack)", BIT(LAST_ACK) },
		{ "net.core.somaxconn > 5 and state == closing", BIT(CLOSING) },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf text = BUF_INIT;
		struct built b;

		buf_printf(&text, RULE("r", "count(%s) > 1"), cases[i].predicate);
		build(&b, buf_text(&text), NULL, false);
		assert_int_equal(b.plan->tallies[0].states, cases[i].states);
		built_fini(&b);
	}
}

static void test_equal_aggregates_are_shared_within_a_pass_and_grouping(void **state)
{
	struct built b;

	(void)state;
	build(&b, RULE("a", "count(state == listen) > 5 or count(state==listen) > 9")
		  RULE("b", "share(owned, state == established) > 5% and count(state == listen) > 1")
		  "per = listener\n"
		  RULE("c", "count(state == established) > 5"), NULL, false);
	/* a: 1; b, grouped: 2 of share and 1 of its own; c: 1 */
	assert_int_equal(b.plan->tally_count, 5);
	assert_int_equal(b.plan->grouping_count, 1);
	built_fini(&b);
}

static void test_tcp_info_is_asked_for_apart_and_only_in_its_states(void **state)
{
	struct built b;

	(void)state;
	build(&b, RULE("a", "count(state == close_wait and last_ack_recv > 1min) > 5")
		  RULE("b", "count(state == established and congestion == \"bbr\") > 5"), NULL, false);
	assert_int_equal(b.plan->query[PASS_INFO].states, BIT(CLOSE_WAIT));
	assert_int_equal(b.plan->query[PASS_SOCKETS].states, BIT(CLOSE_WAIT) | BIT(ESTABLISHED));
	assert_int_equal(b.plan->query[PASS_SOCKETS].ext & 2, 0);
	assert_int_equal(b.plan->query[PASS_INFO].ext & 2, 2);
	assert_int_equal(b.plan->query[PASS_LISTEN].states, BIT(LISTEN));
	built_fini(&b);
}

static void test_host_rules_ask_for_no_sockets(void **state)
{
	struct built b;
	unsigned pass;

	(void)state;
	build(&b, RULE("a", "net.ipv4.tcp_sack == 0"), NULL, false);
	for (pass = 0; pass < PASSES; pass++)
		assert_int_equal(b.plan->query[pass].states, 0);
	assert_true(b.plan->fact_used[fact_find("net.ipv4.tcp_sack")]);
	assert_false(b.plan->fact_used[fact_find("net.ipv4.tcp_dsack")]);
	built_fini(&b);
}

static void test_closed_rules_are_not_asked_for(void **state)
{
	struct built b;
	bool open[] = { false, true };
	struct query query;

	(void)state;
	build(&b, RULE("a", "count(state == close_wait) > 5") RULE("b", "count(state == last_ack) > 5"), NULL,
	      false);
	query = plan_query(b.plan, PASS_SOCKETS, open);
	assert_int_equal(query.states, BIT(LAST_ACK));
	open[1] = false;
	assert_int_equal(plan_query(b.plan, PASS_SOCKETS, open).states, 0);
	assert_int_equal(plan_query(b.plan, PASS_LISTEN, open).states, 0);
	built_fini(&b);
}

static void test_everything_is_everything(void **state)
{
	struct built b;
	unsigned i;

	(void)state;
	build(&b, RULE("a", "net.ipv4.tcp_sack == 0"), NULL, true);
	assert_int_equal(b.plan->query[PASS_SOCKETS].states, STATES_ALL & ~BIT(LISTEN));
	assert_int_equal(b.plan->query[PASS_INFO].ext, 0xff);
	for (i = 0; i < fact_count; i++)
		assert_int_equal(b.plan->fact_used[i], fact_catalogue[i].scope == FACT_HOST);
	built_fini(&b);
}

/* Listeners are asked for again once their holders are known. */
static void test_everything_leaves_nothing_out(void **state)
{
	const bool modes[] = { false, true };
	struct built b;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(modes); i++) {
		build(&b, RULE("a", "distinct(process, state == listen) > 3"), NULL, modes[i]);
		assert_true(b.plan->query[PASS_INFO].states & BIT(LISTEN));
		built_fini(&b);
	}
}

static void test_growth_of_listeners_wants_two_samples(void **state)
{
	struct built b;

	(void)state;
	build(&b, RULE("a", "count(state == listen and delta(drops) > 0) > 0 and rate(TcpExt.ListenDrops) > 0"),
	      NULL, false);
	assert_true(b.plan->listen_twice);
	assert_true(b.plan->fact_twice[fact_find("TcpExt.ListenDrops")]);
	built_fini(&b);
}

static void test_an_unknown_rule_is_named(void **state)
{
	struct built b;

	(void)state;
	build(&b, RULE("close-wait-leak", "1 == 1"), "close-wait-laek", false);
	assert_null(b.plan);
	assert_non_null(strstr(buf_text(&b.errors.text), "did you mean 'close-wait-leak'?"));
	built_fini(&b);
}

static void test_the_plan_prints_itself(void **state)
{
	autobuf struct buf out = BUF_INIT;
	struct built b;

	(void)state;
	build(&b, RULE("leak", "count(state == close_wait and owned and last_ack_recv > 1min) >= 50")
		  RULE("sack", "net.ipv4.tcp_sack == 0"), NULL, false);
	plan_print(&out, b.plan);
	assert_non_null(strstr(buf_text(&out), "read  /proc/sys/net/ipv4/tcp_sack"));
	assert_non_null(strstr(buf_text(&out), "ask   inet, inet6  states close_wait  ext info"));
	assert_non_null(strstr(buf_text(&out), "tally count(state == close_wait and owned and "
					       "last_ack_recv > 1min)  in close_wait"));
	built_fini(&b);
}

static void test_vitals_ask_for_all_that_takes_no_lock(void **state)
{
	const struct plan_options vitals = { .vitals = true };
	struct built b;
	bool open = false;

	(void)state;
	build(&b, RULE("sack", "net.ipv4.tcp_sack == 0"), NULL, false);
	plan_free(b.plan);
	b.plan = plan_build(b.book, &vitals, &b.errors);
	assert_int_equal(b.plan->query[PASS_LISTEN].states, BIT(LISTEN));
	assert_int_equal(b.plan->query[PASS_SOCKETS].states, STATES_ALL & ~BIT(LISTEN));
	assert_int_equal(b.plan->query[PASS_SOCKETS].ext, 0);
	assert_int_equal(b.plan->query[PASS_INFO].states, 0);
	assert_int_equal(plan_query(b.plan, PASS_SOCKETS, &open).states, STATES_ALL & ~BIT(LISTEN));
	assert_true(b.plan->fact_twice[fact_find("TcpExt.ListenDrops")]);
	assert_true(b.plan->fact_used[fact_find("net.ipv4.tcp_fin_timeout")]);
	assert_false(b.plan->fact_twice[fact_find("net.ipv4.tcp_fin_timeout")]);
	built_fini(&b);
}

/* What grew between two runs flickers: it is told later, and is gone later, unless it is critical. */
static void test_hysteresis_comes_from_the_condition(void **state)
{
	static const struct {
		const char *lines;
		unsigned enter, leave;
	} cases[] = {
		{ "severity = warning\nwhen = sockstat.tcp.tw > 5\n", 1, 3 },
		{ "severity = critical\nwhen = sockstat.tcp.tw > 5\nenter = 4\n", 1, 3 },
		{ "severity = warning\nwhen = delta(TcpExt.ListenDrops) > 5\n", 2, 12 },
		{ "severity = notice\nwhen = 1 == 2 or not (sum(delta(drops), state == listen) > 5)\n",
		  2, 12 },
		{ "severity = critical\nwhen = rate(TcpExt.ListenDrops) > 5/s\n", 1, 12 },
		{ "severity = info\nwhen = rate(TcpExt.ListenDrops) > 5/s\nenter = 1\nleave = 7\n",
		  1, 7 },
		{ "severity = info\nwhen = sockstat.tcp.tw > 5\nenter = 2\n", 2, 3 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf text = BUF_INIT;
		struct built b;

		buf_printf(&text, "[a-rule]\ntitle = t\n%s", cases[i].lines);
		build(&b, text.text, NULL, false);
		assert_int_equal(b.book->rules[0]->enter, cases[i].enter);
		assert_int_equal(b.book->rules[0]->leave, cases[i].leave);
		built_fini(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states_follow_from_the_predicate),
		cmocka_unit_test(test_equal_aggregates_are_shared_within_a_pass_and_grouping),
		cmocka_unit_test(test_tcp_info_is_asked_for_apart_and_only_in_its_states),
		cmocka_unit_test(test_host_rules_ask_for_no_sockets),
		cmocka_unit_test(test_closed_rules_are_not_asked_for),
		cmocka_unit_test(test_everything_is_everything),
		cmocka_unit_test(test_everything_leaves_nothing_out),
		cmocka_unit_test(test_vitals_ask_for_all_that_takes_no_lock),
		cmocka_unit_test(test_growth_of_listeners_wants_two_samples),
		cmocka_unit_test(test_hysteresis_comes_from_the_condition),
		cmocka_unit_test(test_an_unknown_rule_is_named),
		cmocka_unit_test(test_the_plan_prints_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
