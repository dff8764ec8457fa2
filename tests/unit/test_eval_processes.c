/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that count processes: rows of a lane of their own, beside those that are sockets. */
#include "eval_world.h"

#define FULL \
	RULE("full", "per = process\n" \
		     "when = host.fullest_process >= 90% and " \
		     "max(process.files / process.files_limit) >= 90% and sum(process.tcp) > 0\n" \
		     "show = sum(process.files)")
/* What a leak takes of the limit: a count of sockets beside one of the process that holds them. */
#define LEAK \
	RULE("leak", "per = process\nwhen = count(state == close_wait) >= 50% * sum(process.files_limit)\n" \
		     "show = count(state == close_wait), sum(process.files_limit)")
#define HOST RULE("host", "when = sum(process.tcp_unlisted) >= 10\nshow = sum(process.tcp_unlisted)")
#define SOCKETS RULE("sockets", "when = count(not owned) >= 1 or count(uid != 0) >= 1\nshow = host.kernel")

static void process_row(struct world *w, unsigned process, double files, double limit, double tcp,
			double unlisted)
{
	world_row(w, STATE_CLOSE, 1);
	w->row.state = ROW_PROCESS;
	world_set(w, "state", NAN);
	world_set(w, "process", process);
	world_set(w, "process.files", files);
	world_set(w, "process.files_limit", limit);
	world_set(w, "process.tcp", tcp);
	world_set(w, "process.tcp_unlisted", unlisted);
	eval_process(w->eval, &w->row);
}

static void begin(struct world *w, const char *rules, double fullest)
{
	world_init(w, rules);
	if (!isnan(fullest))
		world_know(&w->now, "host.fullest_process", fullest);
	world_host(w, 0);
	eval_pass_done(w->eval, PASS_LISTEN, WHY_KNOWN);
	eval_pass_done(w->eval, PASS_SOCKETS, WHY_KNOWN);
}

static void test_the_host_says_that_nobody_need_look(void **state)
{
	struct world w;

	(void)state;
	begin(&w, FULL, 0.5);
	assert_false(world_open(&w, PASS_INFO, "full"));
	assert_false(plan_asks_descriptors(w.plan, w.open));
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_QUIET);
	world_fini(&w);
	/* What is not known of the host stays so: no look either. */
	begin(&w, FULL, NAN);
	assert_false(world_open(&w, PASS_INFO, "full"));
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_UNKNOWN);
	world_fini(&w);
}

static void test_each_process(void **state)
{
	const struct verdict *v;
	struct world w;

	(void)state;
	begin(&w, FULL, 0.95);
	assert_true(world_open(&w, PASS_INFO, "full"));
	assert_true(plan_asks_descriptors(w.plan, w.open));
	process_row(&w, 1, 95, 100, 40, 0);
	process_row(&w, 2, 50, 100, 40, 0);
	process_row(&w, 3, 99, 100, 0, 0);
	eval_processes_done(w.eval, WHY_KNOWN);
	world_judge(&w);
	assert_int_equal(w.count, 1);
	v = world_verdict(&w, "full");
	assert_int_equal(v->outcome, OUTCOME_FIRES);
	assert_int_equal(v->subject.number, 1);
	assert_true(v->evidence[0].value.lo == 95 && v->evidence[0].value.hi == 95);
	world_fini(&w);
}

/* One that was seen is told; of none that was seen nothing follows for the others. */
static void test_hidden_processes(void **state)
{
	struct world w;

	(void)state;
	begin(&w, FULL, 0.95);
	process_row(&w, 2, 50, 100, 40, 0);
	eval_processes_done(w.eval, WHY_PROCESSES_HIDDEN);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "full")->when.why, WHY_PROCESSES_HIDDEN);
	process_row(&w, 3, 99, 100, 40, 0);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_FIRES);
	world_fini(&w);
	/* Nobody looked. */
	begin(&w, FULL, 0.95);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_UNKNOWN);
	world_fini(&w);
}

static void test_a_limit_that_is_not_known(void **state)
{
	struct world w;

	(void)state;
	begin(&w, FULL, 0.95);
	process_row(&w, 2, 50, NAN, 40, 0);
	eval_processes_done(w.eval, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "full"), OUTCOME_UNKNOWN);
	world_fini(&w);
}

static void test_sockets_beside_their_process(void **state)
{
	struct world w;
	unsigned i;

	(void)state;
	begin(&w, LEAK, NAN);
	process_row(&w, 1, 8, 10, 5, 0);
	process_row(&w, 2, 8, 100, 5, 0);
	eval_processes_done(w.eval, WHY_KNOWN);
	for (i = 1; i <= 2; i++) {
		world_row(&w, STATE_CLOSE_WAIT, 1);
		world_set(&w, "process", i);
		world_feed_times(&w, PASS_INFO, 5);
	}
	eval_pass_done(w.eval, PASS_INFO, WHY_KNOWN);
	world_judge(&w);
	assert_int_equal(w.count, 1);
	assert_int_equal(world_verdict(&w, "leak")->subject.number, 1);
	world_fini(&w);
}

/* Also where the pass with tcp_info ran out of time. */
static void test_over_the_namespace(void **state)
{
	static const enum why ends[] = { WHY_KNOWN, WHY_INFO_DEADLINE };
	struct world w;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(ends); i++) {
		begin(&w, HOST, NAN);
		process_row(&w, 1, 50, 100, 40, 6);
		process_row(&w, 2, 50, 100, 40, 5);
		eval_processes_done(w.eval, WHY_KNOWN);
		eval_pass_done(w.eval, PASS_INFO, ends[i]);
		assert_int_equal(world_outcome(&w, "host"), OUTCOME_FIRES);
		assert_true(world_verdict(&w, "host")->evidence[0].value.lo == 11);
		world_fini(&w);
	}
}

/* A process is no socket whose facts are not known. */
static void test_rules_on_sockets_see_no_process(void **state)
{
	struct world w;

	(void)state;
	begin(&w, SOCKETS HOST, NAN);
	process_row(&w, 1, 50, 100, 40, 6);
	eval_processes_done(w.eval, WHY_KNOWN);
	assert_int_equal(world_outcome(&w, "sockets"), OUTCOME_QUIET);
	/* And the kernel is asked for no socket on behalf of processes. */
	assert_int_equal(w.plan->query[PASS_INFO].states, 0);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_host_says_that_nobody_need_look),
		cmocka_unit_test(test_each_process),
		cmocka_unit_test(test_hidden_processes),
		cmocka_unit_test(test_a_limit_that_is_not_known),
		cmocka_unit_test(test_sockets_beside_their_process),
		cmocka_unit_test(test_over_the_namespace),
		cmocka_unit_test(test_rules_on_sockets_see_no_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
