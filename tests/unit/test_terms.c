/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Predicates taken apart give what the whole ones give, on rows with whatever known and unknown. */
#include "eval_world.h"

#include "base/hash.h"
#include "eval/inside.h"

enum { ROWS = 20000 };

static uint64_t seed = 1;

static unsigned draw(unsigned range)
{
	return (unsigned)(hash_u64(++seed) % range);
}

static const char *const predicates[] = {
	"owned",
	"not owned",
	"not not owned",
	"state == established",
	"not (state == established)",
	"state == established and owned",
	"state == established and owned and recv_q > 3B",
	"state == established and (owned and (recv_q > 3B and send_q <= 5B))",
	"(state == established or state == close_wait) and not (owned and recv_q > 3B)",
	"state != time_wait and (owned or send_q == 0)",
	"owned and (recv_q > 3B or owned) and (send_q < 3B or recv_q < 3B and owned)",
	"not (state == time_wait and (recv_q > 2B or send_q != 4B))",
	"3B < recv_q",
	"recv_q <= 3B",
	"recv_q < 3B",
	"recv_q == 3B",
	"4B <= recv_q",
	"4B == recv_q and 3B > send_q",
	"3B >= recv_q and recv_q != 1B and recv_q == send_q",
	"recv_q > 2 * net.ipv4.tcp_rmem.min",
	"2 * net.ipv4.tcp_rmem.min < recv_q and not (recv_q < net.ipv4.tcp_rmem.min)",
	"recv_q + 1B > net.ipv4.tcp_rmem.min - 1B",
	"recv_q > net.ipv4.tcp_wmem.min or owned",
	"recv_q > net.ipv4.tcp_wmem.min and owned",
	"present(net.ipv4.tcp_wmem.min) and owned and net.ipv4.tcp_rmem.min > 1B",
	"recv_q * 2 > send_q and recv_q / send_q < 200%",
	"-recv_q < -3B",
	"recv_q >= 50% * send_q",
	"not (recv_q < 2 * send_q) and owned",
	"recv_q != send_q or recv_q <= 3 * send_q",
	"retransmits >= 2 and timer == retransmit and side == client",
	"timer != retransmit or side == server and retransmits < 2",
};

static double any(double range)
{
	return draw(5) ? draw((unsigned)range) : NAN;
}

static void make_row(struct world *w)
{
	static const enum tcp_state states[] = { STATE_ESTABLISHED, STATE_CLOSE_WAIT,
						 STATE_TIME_WAIT };

	world_row(w, states[draw(3)], draw(10));
	world_set(w, "owned", any(2));
	world_set(w, "recv_q", any(8));
	world_set(w, "send_q", any(8));
	world_set(w, "retransmits", any(4));
	world_set(w, "timer", any(3));
	world_set(w, "side", any(3));
}

/* What the row came to in a count. */
static double counted(const struct member *member, const struct tally_state *before)
{
	if (member->state->unknown > before->unknown)
		return NAN;
	return (double)(member->state->rows - before->rows);
}

static void fail_tally(const struct world *w, unsigned tally, double whole, double parts)
{
	autobuf struct buf text = BUF_INIT;

	expr_print(&text, w->plan->tallies[tally].expr);
	fail_msg("%s is %g, taken apart %g", buf_text(&text), whole, parts);
}

static void check_row(struct world *w)
{
	const struct set *set = &w->eval->sets[SET_SOCKETS];
	struct tally_state before[512];
	unsigned i;

	for (i = 0; i < w->plan->tally_count; i++)
		before[i] = *set->members[i].state;
	world_feed(w, PASS_SOCKETS);
	for (i = 0; i < w->plan->tally_count; i++) {
		double whole = program_run_row(w->plan->tallies[i].predicate, w->row.value, NULL,
					       w->eval->host);
		double parts = counted(&set->members[i], &before[i]);

		if (isnan(whole) != isnan(parts) || (!isnan(whole) && whole != parts))
			fail_tally(w, i, whole, parts);
	}
}

static void check_rows(const char *rules)
{
	struct world w;
	unsigned i;

	world_init(&w, rules);
	assert_true(w.plan->tally_count <= 512);
	world_know(&w.now, "net.ipv4.tcp_rmem.min", 2);
	for (i = 0; i < ROWS; i++) {
		if (i % (ROWS / 4) == 0) { /* known, unknown, known again */
			world_reading(&w.now, "net.ipv4.tcp_wmem.min")->why =
				i / (ROWS / 4) % 2 ? WHY_KNOWN : WHY_DENIED;
			world_reading(&w.now, "net.ipv4.tcp_wmem.min")->number = 3;
			world_again(&w);
			world_host(&w, 0);
		}
		make_row(&w);
		check_row(&w);
	}
	world_fini(&w);
}

static void test_parts_agree_with_the_whole(void **state)
{
	autobuf struct buf rules = BUF_INIT;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(predicates); i++)
		buf_printf(&rules, "[r%u]\ntitle = T\nseverity = info\nwhen = count(%s) > 0\n", i,
			   predicates[i]);
	check_rows(buf_text(&rules));
}

/* More than the 64 that go into a block, comparisons and others. */
static void test_many_terms(void **state)
{
	autobuf struct buf rules = BUF_INIT;
	unsigned i;

	(void)state;
	for (i = 0; i < 150; i++)
		buf_printf(&rules,
			   "[r%u]\ntitle = T\nseverity = info\n"
			   "when = count(owned and recv_q %s %u * send_q and send_q < %uB) > 0\n",
			   i, i % 3 ? ">" : "<=", i % 50, i);
	check_rows(buf_text(&rules));
}

static void test_equal_terms_are_one(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, RULE("a", "when = count(state == established and owned) > 0\n"
				 "show = count(state == established and not owned), count(owned)")
			       RULE("b", "when = count(state == time_wait and owned) > 0"));
	assert_int_equal(w.eval->common.terms.count, 4);
	world_fini(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_agree_with_the_whole),
		cmocka_unit_test(test_many_terms),
		cmocka_unit_test(test_equal_terms_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
