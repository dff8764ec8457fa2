/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knowing less never contradicts knowing more. The same sockets are evaluated once with all their
 * columns and then, many times, with columns missing, passes cut and deadlines passed: what fires
 * or is quiet then does so with full knowledge too, and every interval holds the true value. */
#include "eval_world.h"

#include "base/hash.h"
#include "eval/key.h"

enum { SOCKETS = 400, TURNS = 300 };

/* clang-format off */
static const char rules[] =
	RULE("count", "when = count(state == established and owned) >= 90\n"
		      "show = count(owned), count(recv_q > 100B or not owned)")
	RULE("share", "when = share(recv_q > 400B, state == established) > 50%\n"
		      "show = share(owned, state == established), share(owned, recv_q > 500B)")
	RULE("sum", "when = sum(recv_q, owned) > 50KiB\nshow = sum(recv_q - 500B, owned)")
	RULE("range", "when = max(recv_q, owned) > 900B and min(recv_q, owned) < 10B\n"
		      "show = min(recv_q, state == established), max(recv_q, not owned)")
	RULE("middle", "when = p50(recv_q, owned) > 480B\n"
		       "show = p50(recv_q, state == established), p90(recv_q, owned),\n"
		       "  p99(recv_q, owned)")
	RULE("keys", "when = distinct(remote, owned) >= 18\nshow = distinct(remote, recv_q > 500B)")
	RULE("ports", "when = distinct(local_port, owned) >= 1")
	RULE("info", "when = count(rtt > 100ms) > 100\n"
		     "show = p50(rtt, state == established), sum(recv_q, rtt > 100ms)")
	RULE("info-low", "when = count(rtt > 100ms and recv_q > 900B) > 40")
	RULE("info-few", "when = count(rtt > 100ms and state == close_wait) < 5")
	RULE("listeners", "when = count(state == listen and accept_queue > 3) > 2")
	RULE("remote", "per = remote\nwhen = count(owned and recv_q > 300B) >= 9\n"
		       "show = sum(recv_q, owned), distinct(local_port, owned), p90(recv_q, owned)")
	RULE("remote-everywhere", "per = remote\nwhen = count(owned and recv_q > 300B) >= 5 and "
				  "count(owned) + distinct(local_port, state == listen or "
				  "state == close_wait) everywhere < 30")
	RULE("remote-max", "per = remote\nwhen = max(recv_q, owned) < 900B")
	RULE("remote-info", "per = remote\nwhen = count(rtt > 200ms) >= 9\nshow = max(rtt, owned)")
	RULE("listener", "per = listener\nwhen = count(owned and state != listen) >= 20 and "
			 "max(accept_queue, state == listen) > 3");
/* clang-format on */

static uint64_t seed;

static unsigned draw(unsigned range)
{
	return (unsigned)(hash_u64(++seed) % range);
}

/* One turn: how much is hidden, and what went wrong. */
struct turn {
	unsigned hidden; /* columns of 1000 */
	enum why ends[PASSES];
	unsigned sockets; /* that the passes got to */
	bool open;	  /* eval_open() decides what is read */
};

/* A socket of this number is always the same. */
static void make_row(struct world *w, unsigned number)
{
	uint64_t h = hash_u64(number + 1);
	static const enum tcp_state states[] = { STATE_ESTABLISHED, STATE_ESTABLISHED,
						 STATE_CLOSE_WAIT };

	if (number < 8) {
		world_listener(w, STATE_LISTEN, 80 + number, 0);
		world_set(w, "accept_queue", number);
		return;
	}
	if (h & 1 << 30)
		world_listener(w, states[h % 3], 80 + (h >> 4) % 8, (h >> 8) % 20);
	else
		world_row(w, states[h % 3], (h >> 8) % 20);
	world_set(w, "owned", (h >> 16) % 10 < 7);
	world_set(w, "recv_q", (double)((h >> 20) % 1000));
	world_set(w, "local_port", w->row.local_port);
	world_set(w, "accept_queue", 0);
}

static void hide(struct world *w, unsigned hidden)
{
	unsigned i;

	for (i = 0; i < w->plan->column_count; i++) {
		bool state_itself =
			strcmp(fact_catalogue[w->plan->columns[i].fact].name, "state") == 0;

		if (!state_itself && draw(1000) < hidden) {
			w->row.value[i] = NAN;
			w->row.unknown[i] = WHY_SHORT;
		}
	}
}

static void run_pass(struct world *w, enum pass pass, const struct turn *turn)
{
	unsigned first = pass == PASS_LISTEN ? 0 : 8, last = pass == PASS_LISTEN ? 8 : SOCKETS, i;
	bool any = !turn->open;

	if (turn->open) {
		eval_open(w->eval, pass, w->open);
		for (i = 0; i < w->plan->verdict_count; i++)
			any |= w->open[i];
	}
	if (!any)
		return;
	if (turn->ends[pass] != WHY_KNOWN && last > turn->sockets)
		last = turn->sockets;
	for (i = first; i < last; i++) {
		make_row(w, i);
		if (pass == PASS_INFO)
			world_set(w, "rtt", (double)(hash_u64(i) % 300) * 1e-3);
		hide(w, turn->hidden);
		world_feed(w, pass);
	}
	eval_pass_done(w->eval, pass, turn->ends[pass]);
}

static void run_turn(struct world *w, const struct turn *turn)
{
	unsigned pass;

	world_again(w);
	world_host(w, 0);
	for (pass = 0; pass < PASSES; pass++)
		run_pass(w, (enum pass)pass, turn);
	w->verdicts = eval_verdicts(w->eval, 1000, &w->count, &w->more);
}

static const struct verdict *same_verdict(const struct world *w, const struct verdict *v)
{
	unsigned i;

	for (i = 0; i < w->count; i++)
		if (strcmp(w->verdicts[i].spec->rule->id, v->spec->rule->id) == 0 &&
		    (!v->grouped || key_compare(&w->verdicts[i].subject, &v->subject) == 0))
			return &w->verdicts[i];
	return NULL;
}

/* Both hold the true value, so they overlap; where 'full' is exact, the other holds it. */
static void compare_evidence(const struct verdict *less, const struct verdict *full)
{
	unsigned i;

	for (i = 0; i < full->spec->show_count; i++) {
		const struct value *a = &less->evidence[i].value, *b = &full->evidence[i].value;

		if (a->lo > b->hi || a->hi < b->lo)
			fail_msg("%s: item %u is %g to %g, but was %g to %g", full->spec->rule->id,
				 i, b->lo, b->hi, a->lo, a->hi);
		assert_int_equal(a->why == WHY_KNOWN, a->lo == a->hi);
	}
}

/* Every verdict of 'less' must stand in 'full'; *decided counts those that say something. */
static void compare(const struct world *less, const struct world *full, unsigned *decided)
{
	unsigned i;

	for (i = 0; i < less->count; i++) {
		const struct verdict *a = &less->verdicts[i], *b = same_verdict(full, a);

		if (a->outcome == OUTCOME_UNKNOWN) {
			assert_int_not_equal(a->when.why, WHY_KNOWN);
			continue;
		}
		if (!b || b->outcome != a->outcome)
			fail_msg("%s: %s, though it should not", a->spec->rule->id,
				 a->outcome == OUTCOME_FIRES ? "fires" : "quiet");
		if (a->outcome == OUTCOME_FIRES)
			compare_evidence(a, b);
		++*decided;
	}
}

static void check_turns(const struct turn *(*make)(struct turn *turn), unsigned *decided)
{
	const struct turn all = { .hidden = 0 };
	struct world full, less;
	struct turn turn;
	unsigned i;

	world_init(&full, rules);
	world_init(&less, rules);
	run_turn(&full, &all);
	*decided = 0;
	for (i = 0; i < TURNS; i++) {
		run_turn(&less, make(&turn));
		compare(&less, &full, decided);
	}
	print_message("%u verdicts in %u turns\n", *decided, TURNS);
	world_fini(&full);
	world_fini(&less);
}

static const struct turn *only_opened(struct turn *turn)
{
	*turn = (struct turn){ .open = true };
	return turn;
}

static const struct turn *columns_missing(struct turn *turn)
{
	*turn = (struct turn){ .hidden = 1 + draw(200) };
	return turn;
}

static const struct turn *passes_cut(struct turn *turn)
{
	*turn = (struct turn){ .sockets = draw(SOCKETS) };
	turn->ends[draw(PASSES)] = WHY_CUT;
	return turn;
}

static const struct turn *everything_at_once(struct turn *turn)
{
	*turn = (struct turn){ .hidden = draw(100), .sockets = draw(SOCKETS), .open = draw(2) };
	if (draw(2))
		turn->ends[PASS_INFO] = WHY_INFO_DEADLINE;
	if (draw(3) == 0)
		turn->ends[draw(PASSES)] = WHY_CUT;
	return turn;
}

/* With all columns, reading only what is open changes nothing at all. */
static void test_reading_what_is_open_is_enough(void **state)
{
	struct world full;
	const struct turn all = { .hidden = 0 };
	unsigned decided, i, known = 0;

	(void)state;
	world_init(&full, rules);
	run_turn(&full, &all);
	for (i = 0; i < full.count; i++)
		known += full.verdicts[i].outcome != OUTCOME_UNKNOWN;
	world_fini(&full);
	check_turns(only_opened, &decided);
	assert_int_equal(decided, known * TURNS);
}

static void test_missing_columns_never_mislead(void **state)
{
	unsigned decided;

	(void)state;
	seed = 1;
	check_turns(columns_missing, &decided);
	assert_true(decided > TURNS);
}

static void test_cut_passes_never_mislead(void **state)
{
	unsigned decided;

	(void)state;
	seed = 2;
	check_turns(passes_cut, &decided);
	assert_true(decided > TURNS);
}

static void test_all_of_it_never_misleads(void **state)
{
	unsigned decided;

	(void)state;
	seed = 3;
	check_turns(everything_at_once, &decided);
	assert_true(decided > TURNS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_what_is_open_is_enough),
		cmocka_unit_test(test_missing_columns_never_mislead),
		cmocka_unit_test(test_cut_passes_never_mislead),
		cmocka_unit_test(test_all_of_it_never_misleads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
