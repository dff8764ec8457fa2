/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grouped rules: one verdict for each group that fires, and no silence about groups that had to be
 * forgotten. */
#include "eval_world.h"

enum { MANY = 200000 };

static void test_connections_count_with_their_listener(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w,
		   RULE("stuck",
			"per = listener\nwhen = count(state == close_wait) >= 2\n"
			"show = max(accept_queue, state == listen), count(state == close_wait)"));
	world_host(&w, 0);
	world_listener(&w, STATE_LISTEN, 80, 0);
	world_set(&w, "accept_queue", 7);
	world_feed(&w, PASS_LISTEN);
	world_listener(&w, STATE_LISTEN, 81, 0);
	world_feed(&w, PASS_LISTEN);
	world_listener(&w, STATE_CLOSE_WAIT, 80, 5);
	world_feed_times(&w, PASS_SOCKETS, 3);
	world_listener(&w, STATE_CLOSE_WAIT, 81, 5);
	world_feed(&w, PASS_SOCKETS);
	world_row(&w, STATE_CLOSE_WAIT, 5); /* a client's */
	world_feed_times(&w, PASS_SOCKETS, 5);
	world_complete(&w);
	world_judge(&w);
	assert_int_equal(w.count, 1);
	v = world_verdict(&w, "stuck");
	assert_int_equal(v->outcome, OUTCOME_FIRES);
	assert_true(v->grouped);
	assert_int_equal(v->subject.kind, SOCKET_LISTENER);
	assert_int_equal(v->subject.local_port, 80);
	assert_true(v->evidence[0].value.lo == 7 && v->evidence[1].value.lo == 3);
	world_fini(&w);
}

static void test_heaviest_groups_come_first(void **state)
{
	struct world w;
	unsigned peer;

	(void)state;
	world_init(&w, RULE("busy", "per = remote\nwhen = count(state == established) >= 3"));
	world_host(&w, 0);
	for (peer = 0; peer < 20; peer++) {
		world_row(&w, STATE_ESTABLISHED, peer);
		world_feed_times(&w, PASS_SOCKETS, peer / 2);
	}
	world_complete(&w);
	w.verdicts = eval_verdicts(w.eval, 4, &w.count, &w.more);
	assert_int_equal(w.count, 4);
	assert_int_equal(w.more, 10);
	assert_int_equal(w.verdicts[0].subject.remote.bytes[3], 18 + 2); /* 9 rows each */
	assert_int_equal(w.verdicts[1].subject.remote.bytes[3], 19 + 2);
	assert_int_equal(w.verdicts[2].subject.remote.bytes[3], 16 + 2);
	world_fini(&w);
}

static void test_group_in_doubt_gives_one_unknown(void **state)
{
	struct world w;

	(void)state;
	world_init(&w,
		   RULE("leak", "per = remote\nwhen = count(state == close_wait and owned) >= 3"));
	world_host(&w, 0);
	world_complete(&w);
	world_row(&w, STATE_CLOSE_WAIT, 1);
	world_feed_times(&w, PASS_SOCKETS, 2);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_QUIET);
	world_feed(&w, PASS_SOCKETS);
	world_row(&w, STATE_CLOSE_WAIT, 2);
	world_feed_times(&w, PASS_SOCKETS, 4);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_UNKNOWN);
	assert_int_equal(w.count, 1);
	assert_int_equal(w.verdicts[0].when.fact, fact_find("owned"));
	/* A group that fires says enough. */
	world_row(&w, STATE_CLOSE_WAIT, 3);
	world_set(&w, "owned", 1);
	world_feed_times(&w, PASS_SOCKETS, 3);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_FIRES);
	assert_int_equal(w.count, 1);
	world_fini(&w);
}

/* Rules with the same 'per' share a table, not their groups. */
static void test_groups_of_other_rules_do_not_matter(void **state)
{
	struct world w;

	(void)state;
	/* clang-format off */
	world_init(&w, RULE("a", "per = remote\nwhen = count(state == time_wait) > 5")
		       RULE("b", "per = remote\nwhen = p50(recv_q, state == established) > 1KiB")
		       RULE("c", "per = remote\nwhen = count(state == established) < 1"));
	/* clang-format on */
	world_host(&w, 0);
	world_row(&w, STATE_TIME_WAIT, 1);
	world_feed_times(&w, PASS_SOCKETS, 9);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "a"), OUTCOME_FIRES);
	assert_int_equal(world_verdict(&w, "b")->outcome, OUTCOME_QUIET);
	assert_int_equal(world_verdict(&w, "c")->outcome, OUTCOME_QUIET);
	world_fini(&w);
}

static void test_top_of_the_namespace_and_of_a_group(void **state)
{
	struct world w;
	const struct evidence *e;
	unsigned i;

	(void)state;
	world_init(&w, RULE("host", "when = count(state == established) > 0\n"
				    "show = top(remote, state == established)")
			       RULE("listener",
				    "per = listener\nwhen = count(state == established) > 0\n"
				    "show = top(remote, state == established)"));
	world_host(&w, 0);
	for (i = 0; i < 30; i++) {
		world_listener(&w, STATE_ESTABLISHED, 80 + i % 2, i % 10);
		world_feed_times(&w, PASS_SOCKETS, i % 10 + 1);
	}
	world_complete(&w);
	world_judge(&w);
	e = &world_verdict(&w, "host")->evidence[0];
	assert_int_equal(e->top_count, 3);
	assert_int_equal(e->top[0].key.remote.bytes[3], 9 + 2);
	assert_int_equal(e->top[0].count, 30);
	assert_int_equal(e->top[2].count, 24);
	assert_int_equal(e->top[0].error, 0);
	assert_int_equal(e->top_total, 165);
	/* Port 81 has the odd peers. */
	e = &world_verdict(&w, "listener")->evidence[0];
	assert_int_equal(world_verdict(&w, "listener")->subject.local_port, 81);
	assert_int_equal(e->top[0].key.remote.bytes[3], 9 + 2);
	assert_int_equal(e->top[1].key.remote.bytes[3], 7 + 2);
	assert_int_equal(e->top_total, 90);
	world_fini(&w);
}

static void test_row_in_doubt_is_an_error_of_every_rank(void **state)
{
	struct world w;
	const struct evidence *e;

	(void)state;
	world_init(&w, RULE("host",
			    "when = count(state == established) > 0\n"
			    "show = top(remote, owned), top(local_port, state == established)"));
	world_host(&w, 0);
	world_row(&w, STATE_ESTABLISHED, 1);
	world_set(&w, "owned", 1);
	world_set(&w, "local_port", 80);
	world_feed_times(&w, PASS_SOCKETS, 3);
	world_set(&w, "owned", NAN);
	world_set(&w, "local_port", NAN);
	world_feed(&w, PASS_SOCKETS);
	world_complete(&w);
	world_judge(&w);
	e = w.verdicts[0].evidence;
	assert_int_equal(e[0].top[0].count, 3);
	assert_int_equal(e[0].top[0].error, 1);
	assert_int_equal(e[1].top[0].key.number, 80);
	assert_int_equal(e[1].top[0].error, 1);
	assert_int_equal(e[1].top_total, 3);
	world_fini(&w);
}

static void feed_many(struct world *w, enum pass pass)
{
	unsigned i;

	for (i = 0; i < MANY; i++) {
		world_row(w, STATE_ESTABLISHED, i + 10);
		world_feed(w, pass);
		if (i % 50 == 0) {
			world_row(w, STATE_ESTABLISHED, 7);
			world_feed(w, pass);
		}
	}
}

static void test_more_groups_than_are_kept(void **state)
{
	/* clang-format off */
	static const char rules[] =
		RULE("two", "per = remote\nwhen = count(state == established) >= 2")
		RULE("thousand", "per = remote\nwhen = count(state == established) >= 1000\n"
				 "show = count(state == established)")
		RULE("million", "per = remote\nwhen = count(state == established) >= 1000000")
		RULE("none-of", "per = remote\nwhen = count(state == established) < 1")
		RULE("top", "when = distinct(remote, state == established) > 190000 and "
			    "distinct(remote, state == established) < 220000\n"
			    "show = top(remote, state == established)");
	/* clang-format on */
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, rules);
	world_host(&w, 0);
	feed_many(&w, PASS_SOCKETS);
	world_complete(&w);
	world_judge(&w);
	v = world_verdict(&w, "thousand");
	assert_int_equal(v->outcome, OUTCOME_FIRES);
	assert_int_equal(v->subject.remote.bytes[3], 7 + 2);
	assert_true(v->evidence[0].value.lo <= MANY / 50 && v->evidence[0].value.hi >= MANY / 50);
	assert_int_equal(world_verdict(&w, "million")->outcome, OUTCOME_QUIET);
	assert_int_equal(world_verdict(&w, "two")->outcome, OUTCOME_FIRES);
	assert_int_equal(world_verdict(&w, "none-of")->outcome, OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "none-of")->when.why, WHY_GROUPS);
	v = world_verdict(&w, "top");
	assert_int_equal(v->outcome, OUTCOME_UNKNOWN);
	assert_int_equal(v->when.why, WHY_ESTIMATE);
	world_fini(&w);
}

/* Each of 200,000 remotes has one connection: none has two, but that cannot be said. */
static void test_forgotten_groups_are_not_quiet(void **state)
{
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w, RULE("two", "per = remote\nwhen = count(state == established) >= 2")
			       RULE("hundred",
				    "per = remote\nwhen = count(state == established) >= 100"));
	world_host(&w, 0);
	for (i = 0; i < MANY; i++) {
		world_row(&w, STATE_ESTABLISHED, i);
		world_feed(&w, PASS_SOCKETS);
	}
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "two"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "two")->when.why, WHY_GROUPS);
	assert_int_equal(world_verdict(&w, "hundred")->outcome, OUTCOME_QUIET);
	world_fini(&w);
}

/* Fifty rows early on, forgotten under the many that follow, sixty more at the end. */
static void test_returning_group_counts_what_it_may_have_lost(void **state)
{
	struct world w;
	const struct value *v;
	unsigned i;

	(void)state;
	world_init(&w,
		   RULE("ten",
			"per = remote\nwhen = count(state == established) >= 55\n"
			"show = count(state == established), sum(recv_q, state == established)"));
	world_host(&w, 0);
	for (i = 0; i < 2 * MANY; i++) {
		bool early = i < 50, late = i >= 2 * MANY - 60;

		world_row(&w, STATE_ESTABLISHED, early || late ? 7 : i + 10);
		world_set(&w, "recv_q", 1);
		world_feed_times(&w, PASS_SOCKETS, !early && i < 10000 ? 60 : 1);
	}
	world_complete(&w);
	w.verdicts = eval_verdicts(w.eval, 1000000, &w.count, &w.more);
	for (i = 0; i < w.count; i++)
		if (w.verdicts[i].subject.remote.bytes[2] == 0 &&
		    w.verdicts[i].subject.remote.bytes[3] == 9)
			break;
	assert_true(i < w.count);
	v = &w.verdicts[i].evidence[0].value;
	assert_true(v->lo == 60 && v->hi >= 110);
	assert_int_equal(v->why, WHY_GROUPS);
	assert_true(isinf(w.verdicts[i].evidence[1].value.hi));
	world_fini(&w);
}

/* The condition would hold for any group; whether there is one is not known. */
static void test_group_that_may_not_exist_does_not_fire(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("any", "per = remote\nwhen = net.core.somaxconn < 128\n"
				   "show = count(state == established)"));
	world_know(&w.now, "net.core.somaxconn", 100);
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_CUT);
	assert_int_equal(world_outcome(&w, "any"), OUTCOME_UNKNOWN);
	assert_int_equal(w.verdicts[0].when.why, WHY_CUT);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "any"), OUTCOME_QUIET);
	world_fini(&w);
}

static void test_groups_of_a_cut_pass_are_unknown(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("two", "per = remote\nwhen = count(state == established) >= 2"));
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_CUT);
	assert_int_equal(world_outcome(&w, "two"), OUTCOME_UNKNOWN);
	assert_int_equal(w.verdicts[0].when.why, WHY_CUT);
	world_fini(&w);
}

static void test_connections_of_unread_listeners_are_unknown(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("two", "per = listener\nwhen = count(state == established) >= 2"));
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_CUT);
	world_row(&w, STATE_ESTABLISHED, 1);
	world_feed_times(&w, PASS_SOCKETS, 5);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "two"), OUTCOME_UNKNOWN);
	assert_int_equal(w.verdicts[0].when.why, WHY_CUT);
	world_fini(&w);
}

static void test_grouped_bounds_from_the_first_pass(void **state)
{
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w,
		   RULE("slow",
			"per = remote\nwhen = count(state == established and rtt > 200ms) >= 3\n"
			"show = p50(rtt, state == established)"));
	for (i = 2; i <= 3; i++) {
		world_again(&w);
		world_host(&w, 0);
		eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
		assert_true(world_open(&w, PASS_SOCKETS, "slow"));
		world_row(&w, STATE_ESTABLISHED, 1);
		world_feed_times(&w, PASS_SOCKETS, i);
		world_row(&w, STATE_ESTABLISHED, 2);
		world_feed_times(&w, PASS_SOCKETS, 2);
		eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
		assert_int_equal(world_open(&w, PASS_INFO, "slow"), i == 3);
		assert_int_equal(world_outcome(&w, "slow"),
				 i == 3 ? OUTCOME_UNKNOWN : OUTCOME_QUIET);
	}
	world_row(&w, STATE_ESTABLISHED, 1);
	world_set(&w, "rtt", 0.5);
	world_feed_times(&w, PASS_INFO, 3);
	eval_pass_done(w.eval, PASS_INFO, WHY_INFO_DEADLINE);
	assert_int_equal(world_outcome(&w, "slow"), OUTCOME_UNKNOWN);
	assert_int_equal(w.verdicts[0].when.why, WHY_INFO_DEADLINE);
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "slow"), OUTCOME_FIRES);
	assert_true(w.verdicts[0].evidence[0].value.lo == 0.5);
	world_fini(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connections_count_with_their_listener),
		cmocka_unit_test(test_heaviest_groups_come_first),
		cmocka_unit_test(test_group_in_doubt_gives_one_unknown),
		cmocka_unit_test(test_groups_of_other_rules_do_not_matter),
		cmocka_unit_test(test_top_of_the_namespace_and_of_a_group),
		cmocka_unit_test(test_row_in_doubt_is_an_error_of_every_rank),
		cmocka_unit_test(test_more_groups_than_are_kept),
		cmocka_unit_test(test_forgotten_groups_are_not_quiet),
		cmocka_unit_test(test_returning_group_counts_what_it_may_have_lost),
		cmocka_unit_test(test_group_that_may_not_exist_does_not_fire),
		cmocka_unit_test(test_groups_of_a_cut_pass_are_unknown),
		cmocka_unit_test(test_connections_of_unread_listeners_are_unknown),
		cmocka_unit_test(test_grouped_bounds_from_the_first_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
