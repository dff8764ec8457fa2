/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/: what expressions are worth on rows and on the host, and the laws both evaluators keep. */
#include "expr_world.h"

/* ---- rows ---- */

/* Runs a socket condition on a row given as "fact value fact value ..."; what is not given is
 * unknown. */
static double on_row(const char *text, const char *facts)
{
	struct world w;
	struct binder binder;
	const struct program *program;
	double columns[ROOM], leaves[ROOM], value, result;
	autobuf struct buf whole = BUF_INIT;
	const struct expr *expr;
	char name[64];
	int used;
	unsigned i;

	world_init(&w);
	binder = world_binder(&w);
	buf_printf(&whole, "count(%s) > 0", text);
	expr = condition(&w, buf_text(&whole));
	assert_string_equal(buf_text(&w.errors.text), "");
	program = program_compile(w.arena, expr->left->right, &binder);
	for (i = 0; i < ROOM; i++)
		columns[i] = leaves[i] = NAN;
	for (; sscanf(facts, "%63s %lf%n", name, &value, &used) == 2; facts += used) {
		for (i = 0; i < w.column_count; i++)
			if (w.columns[i] == fact_find(name))
				columns[i] = value;
		for (i = 0; i < w.leaf_count; i++)
			if (w.leaves[i] == fact_find(name))
				leaves[i] = value;
	}
	result = program_run_row(program, columns, NULL, leaves);
	world_fini(&w);
	return result;
}

static void test_rows(void **state)
{
	static const struct {
		const char *text, *facts;
		double expected;
	} cases[] = {
		{ "state == close_wait", "state 8", 1 },
		{ "state == close_wait", "state 1", 0 },
		{ "state == close_wait", "", NAN },
		{ "state == close_wait and owned", "state 8 owned 1", 1 },
		{ "state == close_wait and owned", "state 8 owned 0", 0 },
		{ "state == close_wait and owned", "state 8", NAN },
		{ "state == close_wait and owned", "state 1", 0 },
		{ "owned and state == close_wait", "state 1", 0 }, /* unknown and false is false */
		{ "owned or state == close_wait", "state 8", 1 },  /* unknown or true is true */
		{ "owned or state == close_wait", "state 1", NAN },
		{ "not owned", "", NAN },
		{ "not owned", "owned 0", 1 },
		{ "rtt > 100ms", "rtt 0.2", 1 },
		{ "rtt > 100ms", "rtt 0.1", 0 },
		{ "rtt >= 100ms", "rtt 0.1", 1 },
		{ "rtt != 100ms", "", NAN },
		{ "recv_q > 80% * rcvbuf", "recv_q 81 rcvbuf 100", 1 },
		{ "recv_q > 80% * rcvbuf", "recv_q 81", NAN },
		{ "backlog == net.core.somaxconn", "backlog 128 net.core.somaxconn 128", 1 },
		{ "backlog == net.core.somaxconn", "backlog 128", NAN },
		{ "bytes_retrans / bytes_sent > 1%", "bytes_retrans 2 bytes_sent 100", 1 },
		{ "bytes_retrans / bytes_sent > 1%", "bytes_retrans 0 bytes_sent 0", 0 },
		{ "lifetime(bytes_sent) > 1MB", "bytes_sent 2000000", 1 },
		{ "local_port == 22", "local_port 22", 1 },
		{ "uid == 1000", "uid 1000", 1 },
		{ "timer == keepalive", "timer 2", 1 }, /* also the name of a fact */
		{ "keepalive", "keepalive 1", 1 },
		{ "-(rtt - 1s) > 0", "rtt 0.5", 1 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		double result = on_row(cases[i].text, cases[i].facts);

		if (isnan(cases[i].expected) ? !isnan(result) : result != cases[i].expected)
			fail_msg("%s on %s gives %g, expected %g", cases[i].text, cases[i].facts, result,
				 cases[i].expected);
	}
}

static void test_growth_needs_the_first_sample(void **state)
{
	struct world w;
	struct binder binder;
	const struct program *program;
	double now[ROOM] = { 12 }, before[ROOM] = { 5 };
	bool host;

	(void)state;
	world_init(&w);
	binder = world_binder(&w);
	program = program_compile(w.arena, condition(&w, "count(delta(drops) > 6) > 0")->left->right, &binder);
	assert_true(program_run_row(program, now, before, NULL) == 1);
	assert_true(isnan(program_run_row(program, now, NULL, NULL)));
	assert_int_equal(program_missing(program, now, NULL, NULL, &host), 0);
	world_fini(&w);
}

/* ---- host level: intervals ---- */

static void test_intervals_decide_as_soon_as_they_can(void **state)
{
	static const struct {
		const char *text;
		struct value tallies[2];
		double lo, hi;
	} cases[] = {
		{ "count(owned) >= 50", { { 60, 70, 1, 0 } }, 1, 1 },
		{ "count(owned) >= 50", { { 0, 49, 1, 0 } }, 0, 0 },
		{ "count(owned) >= 50", { { 49, 50, 1, 0 } }, 0, 1 },
		{ "count(owned) > 50 or count(owned) < 5", { { 60, 60, 0, 0 }, { 0, 99, 1, 0 } }, 1, 1 },
		{ "count(owned) > 50 and count(owned) < 5", { { 0, 99, 1, 0 }, { 7, 8, 1, 0 } }, 0, 0 },
		{ "not count(owned) > 50", { { 0, 50, 1, 0 } }, 1, 1 },
		{ "count(owned) > 5 given count(owned) > 0", { { 6, 6, 0, 0 }, { 1, 1, 0, 0 } }, 1, 1 },
		{ "count(owned) > 5 given count(owned) > 0", { { 5, 5, 0, 0 }, { 1, 1, 0, 0 } }, 0, 0 },
		{ "count(owned) > 5 given count(owned) > 0", { { 6, 6, 0, 0 }, { 0, 0, 0, 0 } }, 0, 1 },
		{ "count(owned) > 5 given count(owned) > 0", { { 0, 0, 0, 0 }, { 0, 9, 1, 0 } }, 0, 1 },
		{ "not (count(owned) > 5 given 1 == 2)", { { 6, 6, 0, 0 } }, 0, 1 },
		{ "1 == 2 and (count(owned) > 5 given 1 == 2)", { { 6, 6, 0, 0 } }, 0, 0 },
		{ "count(owned) == 5", { { 5, 5, 0, 0 } }, 1, 1 },
		{ "count(owned) == 5", { { 6, 9, 1, 0 } }, 0, 0 },
		{ "count(owned) != 5", { { 4, 6, 1, 0 } }, 0, 1 },
		{ "share(owned, owned) > 50%", { { 0, 0, 0, 0 }, { 0, 0, 0, 0 } }, 0, 0 },
		{ "share(owned, owned) > 50%", { { 6, 6, 0, 0 }, { 8, 11, 1, 0 } }, 1, 1 },
		{ "share(owned, owned) > 50%", { { 6, 6, 0, 0 }, { 8, 12, 1, 0 } }, 0, 1 },
		{ "count(owned) - count(owned) > 0", { { 5, 9, 1, 0 }, { 1, 4, 1, 0 } }, 1, 1 },
		{ "count(owned) * 0 > 1", { { 0, INFINITY, 1, 0 } }, 0, 0 },
		{ "share(owned, owned) <= 10%", { { 1, 1, 0, 0 }, { 10, INFINITY, 1, 0 } }, 1, 1 },
		{ "share(owned, owned) == 70%", { { 7, 7, 0, 0 }, { 10, 10, 0, 0 } }, 1, 1 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct world w;
		struct binder binder;
		struct value v;

		world_init(&w);
		binder = world_binder(&w);
		v = program_run(program_compile(w.arena, condition(&w, cases[i].text), &binder), NULL,
				cases[i].tallies);
		if (v.lo != cases[i].lo || v.hi != cases[i].hi)
			fail_msg("%s gives [%g, %g], expected [%g, %g]", cases[i].text, v.lo, v.hi, cases[i].lo,
				 cases[i].hi);
		assert_int_equal(v.why != WHY_KNOWN, v.lo != v.hi);
		world_fini(&w);
	}
}

/* What a role is taken for stands in its place, or the word that was given. */
static void test_roles(void **state)
{
	struct value tallies[] = { { 7, 7, WHY_KNOWN, FACT_NONE } };
	struct world w;
	struct binder binder;
	const struct expr *expr, *means;
	struct value v;
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		bool given = i / 2, same = i % 2;

		world_init(&w);
		binder = world_binder(&w);
		expr = condition(&w, same ? "role == proxy" : "role != proxy");
		means = condition(&w, "count(owned) > 6");
		assert_ptr_equal(w.roles->expr, expr);
		assert_string_equal(w.roles->expr->text, "proxy");
		assert_int_equal(w.roles->place.column, 6);
		assert_null(w.roles->next);
		w.roles->expr->means = given ? NULL : means;
		w.roles->expr->number = 1;
		v = program_run(program_compile(w.arena, expr, &binder), NULL, tallies);
		assert_true(v.lo == same && v.hi == same);
		assert_int_equal(w.tally_count, !given);
		world_fini(&w);
	}
}

static void test_the_reason_travels(void **state)
{
	struct world w;
	struct binder binder;
	struct value host[] = { value_unknown(WHY_DENIED, 3) }, v;

	(void)state;
	world_init(&w);
	binder = world_binder(&w);
	v = program_run(program_compile(w.arena, condition(&w, "2 * net.core.somaxconn + 1 > 5"), &binder),
			host, NULL);
	assert_int_equal(v.why, WHY_DENIED);
	assert_int_equal(v.fact, 3);
	world_fini(&w);
}

/* ---- laws ---- */

/* Appends a random numeric (or, with 'truth', boolean) expression over counts. */
static void random_expr(struct buf *out, uint64_t *seed, bool truth, unsigned depth)
{
	static const char *const numbers[] = { " + ", " - ", " * " };
	static const char *const compares[] = { " == ", " != ", " < ", " <= ", " > ", " >= " };
	static const char *const logic[] = { " and ", " or ", " given " };
	unsigned pick = (unsigned)(unit_random(seed) % 100);

	if (!truth && (depth == 0 || pick < 30)) {
		if (pick < 10)
			buf_printf(out, "%u", (unsigned)(unit_random(seed) % 7));
		else
			buf_puts(out, "count(owned)");
		return;
	}
	if (truth && pick < 20 && depth > 1) {
		buf_puts(out, "not (");
		random_expr(out, seed, true, depth - 1);
		buf_puts(out, ")");
		return;
	}
	buf_puts(out, "(");
	if (truth && depth > 1 && pick < 60) {
		random_expr(out, seed, true, depth - 1);
		buf_puts(out, logic[pick % countof(logic)]);
		random_expr(out, seed, true, depth - 1);
	} else {
		random_expr(out, seed, false, depth ? depth - 1 : 0);
		buf_puts(out, truth ? compares[pick % 6] : numbers[pick % 3]);
		random_expr(out, seed, false, depth ? depth - 1 : 0);
	}
	buf_puts(out, ")");
}

/* Whatever the unknown turns out to be, the answer lies in the interval given before. */
static void test_more_knowledge_never_contradicts(void **state)
{
	uint64_t seed = 20261121;
	unsigned round, i, decided = 0;

	(void)state;
	for (round = 0; round < 3000; round++) {
		autobuf struct buf text = BUF_INIT;
		struct value before[ROOM], after[ROOM], wide, narrow;
		const struct program *program;
		struct binder binder;
		struct world w;

		world_init(&w);
		binder = world_binder(&w);
		random_expr(&text, &seed, true, 4);
		program = program_compile(w.arena, condition(&w, buf_text(&text)), &binder);
		assert_true(w.tally_count < ROOM);
		for (i = 0; i < w.tally_count; i++) {
			double lo = (double)(unit_random(&seed) % 6), span = (double)(unit_random(&seed) % 4);
			double at = lo + (double)(unit_random(&seed) % ((uint64_t)span + 1));

			before[i] = (struct value){ lo, lo + span, span != 0, 0 };
			after[i] = value_known(at);
		}
		wide = program_run(program, NULL, before);
		narrow = program_run(program, NULL, after);
		/* Without its evidence a condition stays open. */
		assert_true(narrow.lo == narrow.hi || strstr(buf_text(&text), "given"));
		assert_true(wide.lo <= narrow.lo && narrow.hi <= wide.hi);
		decided += wide.lo == wide.hi;
		world_fini(&w);
	}
	assert_true(decided > 500); /* else the law would be kept by knowing nothing */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_growth_needs_the_first_sample),
		cmocka_unit_test(test_intervals_decide_as_soon_as_they_can),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_the_reason_travels),
		cmocka_unit_test(test_more_knowledge_never_contradicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
