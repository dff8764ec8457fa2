/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that ask who holds a socket: bounded before it is known, exact afterwards. */
#include "eval_world.h"

#define LEAK \
	RULE("leak", "per = process\nwhen = count(state == close_wait) >= 3\n" \
		     "show = count(state == close_wait)")

/* A row of the second look, held by this process; 0: by none. */
static void held_row(struct world *w, enum tcp_state state, unsigned process, unsigned times)
{
	world_row(w, state, 1);
	world_set(w, "process", process);
	world_feed_times(w, PASS_INFO, times);
}

/* Rows of the first look: who holds them is not known. */
static bool first_row(struct world *w, enum tcp_state state, unsigned times)
{
	enum pass pass = state == STATE_LISTEN ? PASS_LISTEN : PASS_SOCKETS;
	bool holder = false;

	world_row(w, state, 1);
	while (times-- > 0)
		holder |= eval_row(w->eval, pass, &w->row);
	return holder;
}

static void test_few_rows_need_no_second_look(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, LEAK);
	world_host(&w, 0);
	assert_true(world_open(&w, PASS_LISTEN, "leak"));
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	assert_true(first_row(&w, STATE_CLOSE_WAIT, 2));
	assert_false(first_row(&w, STATE_ESTABLISHED, 2));
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_false(world_open(&w, PASS_INFO, "leak"));
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_QUIET);
	world_fini(&w);
}

/* 4 rows may be of one process or of four. */
static void first_look(struct world *w)
{
	world_init(w, LEAK);
	world_host(w, 0);
	eval_pass_done(w->eval, PASS_LISTEN, WHY_KNOWN);
	first_row(w, STATE_CLOSE_WAIT, 4);
	eval_pass_done(w->eval, PASS_SOCKETS, WHY_KNOWN);
	assert_true(world_open(w, PASS_INFO, "leak"));
}

static void test_each_process_counts_for_itself(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	first_look(&w);
	held_row(&w, STATE_CLOSE_WAIT, 7, 3);
	held_row(&w, STATE_CLOSE_WAIT, 8, 1);
	held_row(&w, STATE_CLOSE_WAIT, 0, 9); /* nobody holds these */
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	world_judge(&w);
	assert_int_equal(w.count, 1);
	v = world_verdict(&w, "leak");
	assert_int_equal(v->outcome, OUTCOME_FIRES);
	assert_int_equal(v->subject.kind, SOCKET_PROCESS);
	assert_int_equal(v->subject.number, 7);
	assert_true(v->evidence[0].value.lo == 3 && v->evidence[0].value.hi == 3);
	world_fini(&w);
}

static void test_no_process_has_too_many(void **state)
{
	struct world w;

	(void)state;
	first_look(&w);
	held_row(&w, STATE_CLOSE_WAIT, 7, 2);
	held_row(&w, STATE_CLOSE_WAIT, 8, 2);
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_QUIET);
	world_fini(&w);
}

static void test_unknown_holders_leave_it_open(void **state)
{
	struct world w;

	(void)state;
	first_look(&w);
	held_row(&w, STATE_CLOSE_WAIT, 7, 2);
	world_row(&w, STATE_CLOSE_WAIT, 1);
	w.row.unknown[world_column(&w, "process")] = WHY_OWNERS_LATE;
	world_feed_times(&w, PASS_INFO, 3);
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "leak")->when.why, WHY_OWNERS_LATE);
	world_fini(&w);
}

static void test_second_look_that_did_not_end(void **state)
{
	struct world w;

	(void)state;
	first_look(&w);
	held_row(&w, STATE_CLOSE_WAIT, 7, 4);
	eval_pass_done(w.eval, PASS_INFO, WHY_CUT);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_UNKNOWN);
	world_fini(&w);
}

/* Listeners come again, and count once. */
static void test_listeners_are_seen_again(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, RULE("servers", "per = process\nwhen = count(state == listen) >= 2\n"
				       "show = count(state == listen)")
		   RULE("ranked", "when = count(state == listen) >= 1\n"
				  "show = top(process, state == listen)"));
	world_host(&w, 0);
	assert_true(w.plan->query[PASS_INFO].states & STATES_LISTEN);
	assert_true(first_row(&w, STATE_LISTEN, 3));
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_true(world_open(&w, PASS_INFO, "servers"));
	held_row(&w, STATE_LISTEN, 5, 2);
	held_row(&w, STATE_LISTEN, 6, 1);
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	world_judge(&w);
	v = world_verdict(&w, "servers");
	assert_int_equal(v->outcome, OUTCOME_FIRES);
	assert_int_equal(v->subject.number, 5);
	assert_true(v->evidence[0].value.lo == 2 && v->evidence[0].value.hi == 2);
	v = world_verdict(&w, "ranked");
	assert_int_equal(v->evidence[0].top_count, 2);
	assert_int_equal(v->evidence[0].top[0].key.number, 5);
	assert_int_equal(v->evidence[0].top[0].count, 2);
	world_fini(&w);
}

/* What tcp_info is not needed for does not ask for it. */
static void test_no_lock_is_taken_for_names(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, LEAK);
	assert_int_equal(w.plan->query[PASS_INFO].states, 1 << STATE_CLOSE_WAIT);
	assert_int_equal(w.plan->query[PASS_INFO].ext, 0);
	world_fini(&w);
}

/* Names of cgroups are known from the start: one look is enough. */
static void test_services_take_one_look(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("leak", "per = service\nwhen = count(state == close_wait) >= 3"));
	world_host(&w, 0);
	assert_true(w.plan->services);
	assert_int_equal(w.plan->query[PASS_INFO].states, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	world_row(&w, STATE_CLOSE_WAIT, 1);
	world_set(&w, "service", 4);
	world_feed_times(&w, PASS_SOCKETS, 3);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_FIRES);
	assert_int_equal(world_verdict(&w, "leak")->subject.kind, SOCKET_SERVICE);
	world_again(&w);
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	w.row.value[world_column(&w, "service")] = NAN;
	w.row.unknown[world_column(&w, "service")] = WHY_NO_CGROUPS;
	world_feed_times(&w, PASS_SOCKETS, 3);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "leak"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "leak")->when.why, WHY_NO_CGROUPS);
	world_fini(&w);
}

/* A finding's witnesses are rows that its condition counted; of a listener, who listens. */
static void test_witnesses(void **state)
{
	struct world w;
	const struct verdict *v;

	(void)state;
	world_init(&w, RULE("host", "when = count(state == close_wait) >= 2")
		   RULE("queue", "per = listener\nwhen = count(state == syn_recv) >= 2"));
	world_host(&w, 0);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	world_row(&w, STATE_CLOSE_WAIT, 1);
	w.row.who.inode = 71;
	world_feed(&w, PASS_SOCKETS);
	w.row.who.inode = 72;
	world_feed(&w, PASS_SOCKETS);
	world_row(&w, STATE_ESTABLISHED, 1);
	w.row.who.inode = 73;
	world_feed(&w, PASS_SOCKETS);
	world_listener(&w, STATE_SYN_RECV, 80, 1);
	w.row.listener.inode = 90;
	world_feed_times(&w, PASS_SOCKETS, 5);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_KNOWN);
	world_judge(&w);
	v = world_verdict(&w, "host");
	assert_int_equal(v->witness_count, 2);
	assert_int_equal(v->witnesses[0].inode + v->witnesses[1].inode, 71 + 72);
	v = world_verdict(&w, "queue");
	assert_int_equal(v->witness_count, 1);
	assert_int_equal(v->witnesses[0].inode, 90);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_rows_need_no_second_look),
		cmocka_unit_test(test_each_process_counts_for_itself),
		cmocka_unit_test(test_no_process_has_too_many),
		cmocka_unit_test(test_unknown_holders_leave_it_open),
		cmocka_unit_test(test_second_look_that_did_not_end),
		cmocka_unit_test(test_listeners_are_seen_again),
		cmocka_unit_test(test_no_lock_is_taken_for_names),
		cmocka_unit_test(test_services_take_one_look),
		cmocka_unit_test(test_witnesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
