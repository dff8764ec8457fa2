/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts of rules on readings and rows made by hand: what is missing widens, and only what is
 * certain is said. */
#include "eval_world.h"

/* ---- host facts ---- */

static void test_missing_fact_makes_rule_unknown(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, RULE("small-backlog", "when = net.core.somaxconn < 128"));
	world_reading(&w.now, "net.core.somaxconn")->why = WHY_DENIED;
	world_host(&w, 0);
	assert_int_equal(world_outcome(&w, "small-backlog"), OUTCOME_UNKNOWN);
	v = world_verdict(&w, "small-backlog");
	assert_int_equal(v->when.why, WHY_DENIED);
	assert_int_equal(v->when.fact, fact_find("net.core.somaxconn"));
	world_fini(&w);
}

static void test_counter_growth(void **state)
{
	static const struct {
		double before, now, window;
		enum outcome outcome;
		enum why why;
	} rows[] = {
		{ 100, 160, 10, OUTCOME_FIRES, WHY_KNOWN },
		{ 100, 149, 10, OUTCOME_QUIET, WHY_KNOWN },
		{ 100, 160, 0, OUTCOME_UNKNOWN, WHY_NO_WINDOW },
		{ 160, 100, 10, OUTCOME_UNKNOWN, WHY_WENT_BACK },
		{ 9007199254740992.0, 9007199254741042.0, 10, OUTCOME_FIRES, WHY_KNOWN },
	};
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w, RULE("overflow", "when = delta(TcpExt.ListenOverflows) >= 50")
			       RULE("rate", "when = rate(TcpExt.ListenOverflows) >= 5/s"));
	for (i = 0; i < countof(rows); i++) {
		world_know(&w.before, "TcpExt.ListenOverflows", rows[i].before);
		world_know(&w.now, "TcpExt.ListenOverflows", rows[i].now);
		world_again(&w);
		world_host(&w, rows[i].window);
		assert_int_equal(world_outcome(&w, "overflow"), rows[i].outcome);
		assert_int_equal(world_verdict(&w, "overflow")->when.why, rows[i].why);
		assert_int_equal(world_verdict(&w, "rate")->outcome, rows[i].outcome);
	}
	world_fini(&w);
}

static void test_presence_and_configuration(void **state)
{
	static const struct {
		enum why why;
		enum outcome present;
	} rows[] = {
		{ WHY_KNOWN, OUTCOME_FIRES },	  { WHY_DENIED, OUTCOME_FIRES },
		{ WHY_MALFORMED, OUTCOME_FIRES }, { WHY_ABSENT, OUTCOME_QUIET },
		{ WHY_HOST_WIDE, OUTCOME_QUIET }, { WHY_NOT_RECORDED, OUTCOME_UNKNOWN },
	};
	struct world w;
	struct reading *r;
	unsigned i;

	(void)state;
	world_init(&w, RULE("there", "when = present(net.ipv4.tcp_tw_reuse)")
			       RULE("set", "when = configured(net.ipv4.tcp_tw_reuse)"));
	r = world_reading(&w.now, "net.ipv4.tcp_tw_reuse");
	for (i = 0; i < countof(rows); i++) {
		r->why = rows[i].why;
		world_host(&w, 0);
		assert_int_equal(world_outcome(&w, "there"), rows[i].present);
		assert_int_equal(world_outcome(&w, "set"), OUTCOME_QUIET);
	}
	r->configured = "/etc/sysctl.conf:3";
	world_host(&w, 0);
	assert_int_equal(world_outcome(&w, "set"), OUTCOME_FIRES);
	w.now.configured = WHY_NOT_RECORDED;
	world_host(&w, 0);
	assert_int_equal(world_outcome(&w, "set"), OUTCOME_UNKNOWN);
	world_fini(&w);
}

static void test_setting_is_computed(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("backlog", "when = net.core.somaxconn < 128\n"
				       "set = net.core.somaxconn = 2 * net.core.somaxconn"));
	world_know(&w.now, "net.core.somaxconn", 100);
	world_host(&w, 0);
	assert_int_equal(world_outcome(&w, "backlog"), OUTCOME_FIRES);
	assert_true(world_verdict(&w, "backlog")->settings[0].lo == 200);
	world_fini(&w);
}

/* ---- unknown rows ---- */

static void test_unknown_rows_widen_a_count(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, RULE("leak", "when = count(state == close_wait and owned) >= 10"));
	world_host(&w, 0);
	world_row(&w, STATE_CLOSE_WAIT, 1);
	world_set(&w, "owned", 1);
	world_feed_times(&w, PASS_SOCKETS, 5);
	world_set(&w, "owned", NAN);
	world_feed_times(&w, PASS_SOCKETS, 4);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_QUIET);

	world_feed(&w, PASS_SOCKETS);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_UNKNOWN);
	v = world_verdict(&w, "leak");
	assert_int_equal(v->when.why, WHY_NO_ATTRIBUTE);
	assert_int_equal(v->when.fact, fact_find("owned"));

	world_set(&w, "owned", 1);
	world_feed_times(&w, PASS_SOCKETS, 5);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_FIRES);
	world_fini(&w);
}

/* The threshold inside the aggregate is what is missing. */
static void test_unknown_host_fact_inside_an_aggregate(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("full", "when = count(recv_q > net.ipv4.tcp_rmem.max) > 0"));
	world_reading(&w.now, "net.ipv4.tcp_rmem.max")->why = WHY_ABSENT;
	world_host(&w, 0);
	world_row(&w, STATE_ESTABLISHED, 1);
	world_set(&w, "recv_q", 100);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_QUIET);
	world_feed(&w, PASS_SOCKETS);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "full")->when.why, WHY_ABSENT);
	assert_int_equal(world_verdict(&w, "full")->when.fact, fact_find("net.ipv4.tcp_rmem.max"));
	world_fini(&w);
}

static void check_shown(const struct verdict *v, unsigned item, double lo, double hi, enum why why)
{
	const struct value *value = &v->evidence[item].value;

	if (value->lo != lo || value->hi != hi || value->why != why)
		fail_msg("item %u: %g to %g (%d), not %g to %g (%d)", item,
			 value->lo, value->hi, value->why, lo, hi, why);
}

static void test_evidence_is_as_wide_as_the_doubt(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, RULE("all", "when = count(state == established) > 0\n"
				   "show = sum(recv_q, owned), min(recv_q, owned),\n"
				   "  max(recv_q, owned), p50(recv_q, owned),\n"
				   "  distinct(remote, owned), share(owned, state == established)"));
	world_host(&w, 0);
	world_row(&w, STATE_ESTABLISHED, 1);
	world_set(&w, "owned", 1);
	world_set(&w, "recv_q", 8);
	world_feed_times(&w, PASS_SOCKETS, 3);
	world_complete(&w);
	world_judge(&w);
	v = world_verdict(&w, "all");
	check_shown(v, 0, 24, 24, WHY_KNOWN);
	check_shown(v, 1, 8, 8, WHY_KNOWN);
	check_shown(v, 2, 8, 8, WHY_KNOWN);
	check_shown(v, 3, 8, 8, WHY_KNOWN);
	check_shown(v, 4, 1, 1, WHY_KNOWN);
	check_shown(v, 5, 1, 1, WHY_KNOWN);

	world_set(&w, "owned", NAN); /* in or not */
	world_set(&w, "recv_q", 2);
	world_feed(&w, PASS_SOCKETS);
	world_judge(&w);
	v = world_verdict(&w, "all");
	check_shown(v, 0, 24, 26, WHY_NO_ATTRIBUTE);
	check_shown(v, 1, 2, 8, WHY_NO_ATTRIBUTE);
	check_shown(v, 2, 8, 8, WHY_KNOWN);
	check_shown(v, 3, 8, 8, WHY_KNOWN); /* the second of three or four, of which three are 8 */
	check_shown(v, 4, 1, 2, WHY_NO_ATTRIBUTE);
	check_shown(v, 5, 0.75, 1, WHY_NO_ATTRIBUTE);

	world_set(&w, "owned", 1); /* in, with any number */
	world_set(&w, "recv_q", NAN);
	world_feed(&w, PASS_SOCKETS);
	world_judge(&w);
	v = world_verdict(&w, "all");
	check_shown(v, 0, -INFINITY, INFINITY, WHY_NO_ATTRIBUTE);
	check_shown(v, 1, -INFINITY, 8, WHY_NO_ATTRIBUTE);
	check_shown(v, 2, 8, INFINITY, WHY_NO_ATTRIBUTE);
	world_fini(&w);
}

static void test_nothing_has_no_smallest(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("bare", "when = min(recv_q, state == established) < 1KiB")
			       RULE("guarded", "when = count(state == established) >= 1 and "
					       "max(recv_q, state == established) < 1KiB")
				       RULE("sum", "when = sum(recv_q, state == established) > 0"));
	world_host(&w, 0);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "bare"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "bare")->when.why, WHY_NO_VALUE);
	assert_int_equal(world_outcome(&w, "guarded"), OUTCOME_QUIET);
	assert_int_equal(world_outcome(&w, "sum"), OUTCOME_QUIET);
	world_fini(&w);
}

/* ---- passes ---- */

static void test_pass_that_was_cut_leaves_counts_open_above(void **state)
{
	/* clang-format off */
	static const char rules[] =
		RULE("many", "when = count(state == time_wait) > 3")
		RULE("few", "when = count(state == time_wait) < 3")
		RULE("listening", "when = count(state == listen) > 3");
	/* clang-format on */
	struct world w;

	(void)state;
	world_init(&w, rules);
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	world_row(&w, STATE_TIME_WAIT, 1);
	world_feed_times(&w, PASS_SOCKETS, 2);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_CUT);
	assert_int_equal(world_outcome(&w, "many"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "many")->when.why, WHY_CUT);
	assert_int_equal(world_verdict(&w, "few")->outcome, OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "listening")->outcome, OUTCOME_QUIET);
	world_feed_times(&w, PASS_SOCKETS, 2);
	assert_int_equal(world_outcome(&w, "many"), OUTCOME_FIRES);
	assert_int_equal(world_outcome(&w, "few"), OUTCOME_QUIET);
	world_fini(&w);
}

static void test_without_sockets_rules_on_them_are_unknown(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("many", "when = count(state == time_wait) > 3"));
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_NO_SOCKETS);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_NO_SOCKETS);
	assert_int_equal(world_outcome(&w, "many"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "many")->when.why, WHY_NO_SOCKETS);
	world_fini(&w);
}

static void test_no_socket_is_counted_twice(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("one", "when = count(state == listen) == 1"));
	world_host(&w, 0);
	world_row(&w, STATE_LISTEN, 0);
	world_feed(&w, PASS_LISTEN);
	world_feed(&w, PASS_SOCKETS);
	world_feed(&w, PASS_INFO);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "one"), OUTCOME_FIRES);
	world_fini(&w);
}

#define SLOW                                                                     \
	RULE("slow", "when = count(state == established and rtt > 200ms) >= 3\n" \
		     "show = count(state == established), max(rtt, state == established)")

static void test_too_few_sockets_need_no_tcp_info(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, SLOW);
	world_host(&w, 0);
	assert_true(world_open(&w, PASS_LISTEN, "slow"));
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	assert_true(world_open(&w, PASS_SOCKETS, "slow"));
	world_row(&w, STATE_ESTABLISHED, 1);
	world_feed_times(&w, PASS_SOCKETS, 2);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_false(world_open(&w, PASS_INFO, "slow"));
	assert_int_equal(world_outcome(&w, "slow"), OUTCOME_QUIET);
	/* Another rule may have had the pass run: this one had its verdict. */
	world_set(&w, "rtt", 1);
	world_feed_times(&w, PASS_INFO, 5);
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "slow"), OUTCOME_QUIET);
	world_fini(&w);
}

/* Its rows are not asked for any more: counting none of them must not make it fire. */
static void test_closed_rule_stays_quiet(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("none", "when = count(state == time_wait) < 1 and count(rtt > 1s) < 1")
			       SLOW);
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	assert_true(world_open(&w, PASS_SOCKETS, "none"));
	world_row(&w, STATE_TIME_WAIT, 1);
	world_feed(&w, PASS_SOCKETS);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_false(world_open(&w, PASS_INFO, "none"));
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "none"), OUTCOME_QUIET);
	world_fini(&w);
}

/* Without a second sample it could at best be found quiet, which is not worth tcp_info. What other
 * rules have it count then says nothing. */
static void test_no_tcp_info_for_a_rule_that_cannot_fire(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("growing", "when = (delta(TcpExt.ListenDrops) >= 1 and not "
				       "(net.core.somaxconn < 1)) and count(rtt > 200ms) >= 3")
			       SLOW);
	world_know(&w.now, "net.core.somaxconn", 4096);
	world_know(&w.now, "TcpExt.ListenDrops", 5);
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	assert_true(world_open(&w, PASS_SOCKETS, "growing"));
	world_row(&w, STATE_ESTABLISHED, 1);
	world_feed_times(&w, PASS_SOCKETS, 3);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_false(world_open(&w, PASS_INFO, "growing"));
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "growing"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "growing")->when.why, WHY_NO_WINDOW);
	world_fini(&w);
}

/* Three sockets at first; with tcp_info there are four, of which three are slow. */
static void feed_both_passes(struct world *w, enum why end)
{
	unsigned i;

	world_host(w, 0);
	eval_pass_done(w->eval, PASS_LISTEN, WHY_KNOWN);
	world_row(w, STATE_ESTABLISHED, 1);
	world_feed_times(w, PASS_SOCKETS, 3);
	eval_pass_done(w->eval, PASS_SOCKETS, WHY_KNOWN);
	assert_true(world_open(w, PASS_INFO, "slow"));
	for (i = 0; i < 4; i++) {
		world_set(w, "rtt", i < 3 ? 0.3 : 0.1);
		world_feed(w, PASS_INFO);
	}
	eval_pass_done(w->eval, PASS_INFO, end);
	world_judge(w);
}

static void test_tcp_info_decides(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, SLOW);
	feed_both_passes(&w, WHY_KNOWN);
	assert_int_equal(w.verdicts[0].outcome, OUTCOME_FIRES);
	check_shown(&w.verdicts[0], 0, 4, 4, WHY_KNOWN);
	check_shown(&w.verdicts[0], 1, 0.3, 0.3, WHY_KNOWN);
	world_fini(&w);
}

static void test_past_the_deadline_the_bounds_stand(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, SLOW);
	feed_both_passes(&w, WHY_INFO_DEADLINE);
	assert_int_equal(w.verdicts[0].outcome, OUTCOME_UNKNOWN);
	assert_int_equal(w.verdicts[0].when.why, WHY_INFO_DEADLINE);
	assert_int_equal(w.verdicts[0].when.fact, fact_find("rtt"));
	world_again(&w);
	feed_both_passes(&w, WHY_NO_DIAG);
	assert_int_equal(w.verdicts[0].when.why, WHY_NO_DIAG);
	world_fini(&w);
}

static void test_what_is_open(void **state)
{
	/* clang-format off */
	static const char rules[] =
		RULE("host-only", "when = net.core.somaxconn < 128")
		RULE("host-first", "when = net.core.somaxconn < 128 and "
				   "count(state == time_wait) > 0")
		RULE("listeners", "when = count(state == listen and accept_queue > 5) > 0")
		RULE("sockets", "when = count(state == time_wait) > 0")
		RULE("below-zero", "when = count(state == time_wait) < 0");
	/* clang-format on */
	struct world w;

	(void)state;
	world_init(&w, rules);
	world_know(&w.now, "net.core.somaxconn", 4096);
	world_host(&w, 0);
	assert_false(world_open(&w, PASS_LISTEN, "host-only"));
	assert_false(world_open(&w, PASS_LISTEN, "host-first"));
	assert_false(world_open(&w, PASS_LISTEN, "below-zero"));
	assert_true(world_open(&w, PASS_LISTEN, "listeners"));
	assert_true(world_open(&w, PASS_LISTEN, "sockets"));
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	assert_false(world_open(&w, PASS_SOCKETS, "listeners"));
	assert_true(world_open(&w, PASS_SOCKETS, "sockets"));
	world_row(&w, STATE_TIME_WAIT, 1);
	world_feed(&w, PASS_SOCKETS);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_false(world_open(&w, PASS_INFO, "sockets"));
	assert_int_equal(world_outcome(&w, "sockets"), OUTCOME_FIRES);
	assert_int_equal(world_verdict(&w, "listeners")->outcome, OUTCOME_QUIET);
	world_fini(&w);
}

/* ---- growth of listeners' counters ---- */

static void test_drops_of_listeners(void **state)
{
	double before[COLUMNS_MAX] = { 0 };
	struct world w;

	(void)state;
	world_init(&w, RULE("drops", "when = sum(delta(drops), state == listen) >= 10"));
	world_host(&w, 10);
	world_listener(&w, STATE_LISTEN, 80, 0);
	world_set(&w, "drops", 25);
	before[world_column(&w, "drops")] = 13;
	w.row.before = before;
	world_feed(&w, PASS_LISTEN);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "drops"), OUTCOME_FIRES);

	world_again(&w);
	world_host(&w, 0);
	w.row.before = NULL;
	world_feed(&w, PASS_LISTEN);
	world_complete(&w);
	assert_int_equal(world_outcome(&w, "drops"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "drops")->when.why, WHY_NO_WINDOW);
	world_fini(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing_fact_makes_rule_unknown),
		cmocka_unit_test(test_counter_growth),
		cmocka_unit_test(test_presence_and_configuration),
		cmocka_unit_test(test_setting_is_computed),
		cmocka_unit_test(test_unknown_rows_widen_a_count),
		cmocka_unit_test(test_unknown_host_fact_inside_an_aggregate),
		cmocka_unit_test(test_evidence_is_as_wide_as_the_doubt),
		cmocka_unit_test(test_nothing_has_no_smallest),
		cmocka_unit_test(test_pass_that_was_cut_leaves_counts_open_above),
		cmocka_unit_test(test_without_sockets_rules_on_them_are_unknown),
		cmocka_unit_test(test_no_socket_is_counted_twice),
		cmocka_unit_test(test_too_few_sockets_need_no_tcp_info),
		cmocka_unit_test(test_closed_rule_stays_quiet),
		cmocka_unit_test(test_no_tcp_info_for_a_rule_that_cannot_fire),
		cmocka_unit_test(test_tcp_info_decides),
		cmocka_unit_test(test_past_the_deadline_the_bounds_stand),
		cmocka_unit_test(test_what_is_open),
		cmocka_unit_test(test_drops_of_listeners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
