/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/: the language as rows of data, and the laws its evaluators keep. */
#include "expr/expr.h"
#include "unit.h"

#include <string.h>

/* ---- a small world: columns, leaves and tallies by the order they are asked for ---- */

enum { ROOM = 64 };

struct world {
	struct arena *arena;
	struct errors errors;
	unsigned columns[ROOM], column_count;
	unsigned leaves[ROOM], leaf_count;
	enum call calls[ROOM];
	unsigned tally_count;
	struct role_use *roles;
};

static unsigned world_column(void *plan, unsigned fact, bool before)
{
	struct world *w = plan;
	unsigned i;

	(void)before;
	for (i = 0; i < w->column_count; i++)
		if (w->columns[i] == fact)
			return i;
	w->columns[w->column_count] = fact;
	return w->column_count++;
}

static unsigned world_host(void *plan, enum call call, unsigned fact)
{
	struct world *w = plan;
	unsigned i;

	for (i = 0; i < w->leaf_count; i++)
		if (w->leaves[i] == fact && w->calls[i] == call)
			return i;
	w->leaves[w->leaf_count] = fact;
	w->calls[w->leaf_count] = call;
	return w->leaf_count++;
}

static unsigned world_tally(void *plan, const struct expr *aggregate)
{
	struct world *w = plan;

	(void)aggregate;
	return w->tally_count++;
}

static unsigned world_name(void *plan, const char *text)
{
	(void)plan;
	return (unsigned)strlen(text);
}

static struct binder world_binder(struct world *w)
{
	return (struct binder){ w, world_column, world_host, world_tally, world_name };
}

static void world_init(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->arena = arena_new();
}

static void world_fini(struct world *w)
{
	arena_free(w->arena);
	errors_fini(&w->errors);
}

static const struct let lets[] = { { "age", 60, UNIT_SECONDS }, { "many", 50, UNIT_COUNT } };

static const struct expr *condition(struct world *w, const char *text)
{
	struct expr_context context = { .arena = w->arena, .lets = lets, .let_count = countof(lets),
					.roles = &w->roles, .errors = &w->errors };
	struct fragment *fragment = arena_alloc(w->arena, sizeof *fragment);
	struct source_text *source = arena_alloc(w->arena, sizeof *source);

	*fragment = (struct fragment){ 0, 1, 1, text };
	*source = (struct source_text){ "f", text, fragment, 1 };
	return expr_condition(&context, source);
}

/* ---- text to tree to text ---- */

static void test_canonical_text(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{ "net.core.somaxconn>5", "net.core.somaxconn > 5" },
		{ "((net.core.somaxconn)) == (5)", "net.core.somaxconn == 5" },
		{ "count(state==close_wait and owned)>=many", "count(state == close_wait and owned) >= 50" },
		{ "count(state == close_wait and last_ack_recv > age) >= 1",
		  "count(state == close_wait and last_ack_recv > 1min) >= 1" },
		{ "share(owned, state == listen) > 20%", "share(owned, state == listen) > 20%" },
		{ "not (not present(net.core.somaxconn))", "not (not present(net.core.somaxconn))" },
		{ "1 == 1 or 2 == 2 and 3 == 3", "1 == 1 or 2 == 2 and 3 == 3" },
		{ "(1 == 1 or 2 == 2) and 3 == 3", "(1 == 1 or 2 == 2) and 3 == 3" },
		{ "1==1 given(2==2 or 3==3)", "1 == 1 given 2 == 2 or 3 == 3" },
		{ "1 == 1 and (2 == 2 given 3 == 3)", "1 == 1 and (2 == 2 given 3 == 3)" },
		{ "proxy==role and not role!=server", "role == proxy and not role != server" },
		{ "count(owned)everywhere>1+share(owned,wildcard) everywhere*5",
		  "count(owned) everywhere > 1 + share(owned, wildcard) everywhere * 5" },
		{ "(1 + 2) * 3 == 9", "(1 + 2) * 3 == 9" },
		{ "1 - (2 - 3) == 2", "1 - (2 - 3) == 2" },
		{ "-(1 + 2) == 0 - 3", "-(1 + 2) == 0 - 3" },
		{ "max(rtt, state == established) > 1500ms", "max(rtt, state == established) > 1500ms" },
		{ "max(recv_q, state == established) > 65536B", "max(recv_q, state == established) > 64KiB" },
		{ "rate(TcpExt.ListenDrops) > 10/s", "rate(TcpExt.ListenDrops) > 10/s" },
		{ "count(congestion == \"bbr\") > 0", "count(congestion == \"bbr\") > 0" },
		{ "host.memory > 2GB", "host.memory > 2GB" },
		{ "0.5 == 50%  or 1 == 1", NULL },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct world w;
		autobuf struct buf out = BUF_INIT;
		const struct expr *expr;

		world_init(&w);
		expr = condition(&w, cases[i].text);
		if (cases[i].canonical) {
			assert_string_equal(buf_text(&w.errors.text), "");
			expr_print(&out, expr);
			assert_string_equal(buf_text(&out), cases[i].canonical);
			/* Canonical text is a fixed point. */
			expr = condition(&w, arena_strdup(w.arena, buf_text(&out)));
			assert_non_null(expr);
			buf_clear(&out);
			expr_print(&out, expr);
			assert_string_equal(buf_text(&out), cases[i].canonical);
		} else {
			assert_null(expr);
		}
		world_fini(&w);
	}
}

/* ---- errors ---- */

static void test_errors_say_where_and_what(void **state)
{
	static const struct {
		const char *text, *error; /* the first line, behind "f:1:" */
	} cases[] = {
		{ "recv_qq > 5", "1: 'recv_qq' is not a fact; did you mean 'recv_q'?" },
		{ "recv_q > 5B", "1: recv_q is known of each socket: count it, as in count(recv_q ...)" },
		{ "count(recv_q > 5) > 0", "14: cannot compare bytes and count" },
		{ "count(rtt > 6MiB) > 0", "11: cannot compare seconds and bytes" },
		{ "share(owned, owned) > 5", "21: cannot compare ratio and count; write a share as a "
					     "percentage, such as 80%" },
		{ "TcpExt.ListenDrops > 5",
		  "20: TcpExt.ListenDrops has grown since the namespace began, so a threshold on it says "
		  "nothing about now; use delta(TcpExt.ListenDrops) or rate(TcpExt.ListenDrops)" },
		{ "2 * TcpExt.ListenDrops / TcpExt.TW > 5%", NULL },
		{ "count(total_retrans > 3) > 0", NULL },
		{ "max(bytes_sent, state == established) > 5MiB", NULL },
		{ "delta(net.core.somaxconn) > 1", "1: net.core.somaxconn is no counter: delta() is for what "
						   "only grows" },
		{ "count(rate(drops) > 1/s) > 0", "7: rate() is for host counters; use delta(drops)" },
		{ "count(state == establishd) > 0", "16: 'establishd' is not a value of this fact; did you "
						    "mean 'established'?" },
		{ "count(state > listen) > 0", "13: only == and != can compare this: it is a symbol" },
		{ "count(state == timer) > 0", "13: these two facts have different values" },
		{ "1 < 2 < 3", "7: comparisons do not chain; join two with 'and'" },
		{ "1 = 1", "3: expected '==' to compare" },
		{ "1 == 1 && 2 == 2", "8: expected 'and' or 'or'" },
		{ "(1 == 1", "8: expected ')'" },
		{ "1 == 1)", "7: expected an operator or the end" },
		{ "", "1: a value is missing at the end" },
		{ "1 ==", "5: a value is missing at the end" },
		{ "and 1", "1: expected a value before this word" },
		{ "5", "1: a condition must be true or false; this is a number of count" },
		{ "5 and 1 == 1", "1: expected a condition; this is a number of count (compare it)" },
		{ "cuont(owned) > 1", "1: 'cuont' is not a function; did you mean 'count'?" },
		{ "count(count(owned) > 1) > 1", "7: an aggregate cannot stand inside another" },
		{ "count(owned) > 1x", "16: unknown unit; expected %, B, KiB, MiB, GiB, us, ms, s, min, h, d "
				       "or /s" },
		{ "count(congestion == \"bbr) > 1", "21: this text has no closing quote on its line" },
		{ "top(remote, owned) > 1", "1: top() is for 'show' only: it is a list, not a number" },
		{ "count(remote == 1) > 1", "7: remote is a key, not a number: it can stand in "
					    "distinct(remote, ...), top(remote, ...) and 'per'" },
		{ "distinct(net.core.somaxconn, owned) > 1", "1: net.core.somaxconn is not known of a socket" },
		{ "share(owned) > 1%", "12: share() needs two conditions: share(P, Q) is the part of the "
				       "sockets in Q that are also in P" },
		{ "net.ipv4.tcp_mem.max * 2s > 1s", "22: cannot multiply pages and seconds" },
		{ "count(owned given wildcard) > 0", "13: 'given' is for the host: it cannot stand inside "
						     "an aggregate" },
		{ "1 == 1 given 5", "14: expected a condition; this is a number of count (compare it)" },
		{ "given 1 == 1", "1: expected a value before this word" },
		{ "everywhere > 1", "1: expected a value before this word" },
		{ "net.core.somaxconn everywhere > 1", "20: expected an operator or the end" },
		{ "count(owned everywhere) > 1", "13: expected ',' or ')'" },
		{ "count(role == proxy) > 0", "12: a role is of the host: it cannot stand inside an aggregate" },
		{ "role > proxy", "6: only == and != can compare a role" },
		{ "role == 5", "6: a role compares with its name, as in role == proxy" },
		{ "role == net.core.somaxconn", "6: a role compares with its name, as in role == proxy" },
		{ "role and 1 == 1", "1: a role compares with its name, as in role == proxy" },
		{ "1.2.3 == 1", "1: this is not a number" },
		{ "\001 == 1", "1: this character has no meaning here" },
		{ "configured(TcpExt.TW)", "1: configured() is for sysctls; TcpExt.TW is none" },
		{ "present(state)", "1: present() is for host facts; state is a socket fact" },
		{ "-owned == 1", NULL },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct world w;
		const char *text;
		autofree char *line = NULL;

		world_init(&w);
		assert_null(condition(&w, cases[i].text));
		text = buf_text(&w.errors.text);
		assert_memory_equal(text, "f:1:", 4);
		line = strndup(text + 4, strcspn(text + 4, "\n"));
		if (cases[i].error)
			assert_string_equal(line, cases[i].error);
		world_fini(&w);
	}
}

static void test_all_errors_of_an_expression_are_reported(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	assert_null(condition(&w, "count(rtt > 5B) > 1 and count(state == x) > 1 and TcpExt.TW > 5"));
	assert_int_equal(w.errors.count, 3);
	world_fini(&w);
}

static void test_depth_and_length_are_bounded(void **state)
{
	static const char *const units[] = { "(", "not ", "-", "count(", "1 + (" };
	unsigned i, j;

	(void)state;
	for (i = 0; i < countof(units); i++) {
		autobuf struct buf text = BUF_INIT;
		struct world w;

		world_init(&w);
		for (j = 0; j < 200; j++)
			buf_puts(&text, units[i]);
		assert_null(condition(&w, buf_text(&text)));
		assert_non_null(strstr(buf_text(&w.errors.text), "nested too deeply"));
		world_fini(&w);
	}
	{
		autobuf struct buf text = BUF_INIT;
		struct world w;

		world_init(&w);
		buf_puts(&text, "1 == 1");
		for (j = 0; j < 300; j++)
			buf_puts(&text, " or 1 == 1");
		assert_null(condition(&w, buf_text(&text)));
		assert_non_null(strstr(buf_text(&w.errors.text), "too long"));
		world_fini(&w);
	}
}

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

static void test_garbage_never_crashes(void **state)
{
	static const char *const pieces[] = { "count", "(", ")", ",", "state", "==", "listen", "and", "not",
					      "5", "60s", "80%", "-", "/", "\"x\"", "rtt", "delta", "TcpExt.TW",
					      "as", "or", "recv_q", ">", ".", "_", "top", "remote", "share", "given" };
	uint64_t seed = 7;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		autobuf struct buf text = BUF_INIT;
		unsigned words = (unsigned)(unit_random(&seed) % 14);
		struct expr_item items[EXPR_LIST_MAX];
		struct source_text source = { .file = "f" };
		struct expr_context context = { 0 };
		unsigned count;
		struct world w;

		world_init(&w);
		for (i = 0; i < words; i++)
			buf_printf(&text, "%s%s", unit_random(&seed) % 3 ? " " : "",
				   pieces[unit_random(&seed) % countof(pieces)]);
		context.arena = w.arena;
		context.errors = &w.errors;
		source.text = buf_text(&text);
		if (expr_show(&context, &source, items, &count) < 0)
			assert_true(w.errors.count > 0);
		world_fini(&w);
	}
}

/* Labels stand in reports: site rules may come from anyone. */
static void test_labels_are_printable(void **state)
{
	struct world w;
	struct expr_item items[EXPR_LIST_MAX];
	struct fragment fragment = { 0, 1, 1, "" };
	struct source_text text = { "f", "count(owned) as \"a\xc2\x9b" "31m\xe2\x80\xae\\ b\"",
				    &fragment, 1 };
	struct expr_context context;
	unsigned count;

	(void)state;
	world_init(&w);
	context = (struct expr_context){ .arena = w.arena, .errors = &w.errors };
	assert_int_equal(expr_show(&context, &text, items, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(items[0].label, "a\\xc2\\x9b31m\\xe2\\x80\\xae\\x5c b");
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_text),
		cmocka_unit_test(test_errors_say_where_and_what),
		cmocka_unit_test(test_all_errors_of_an_expression_are_reported),
		cmocka_unit_test(test_depth_and_length_are_bounded),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_growth_needs_the_first_sample),
		cmocka_unit_test(test_intervals_decide_as_soon_as_they_can),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_the_reason_travels),
		cmocka_unit_test(test_more_knowledge_never_contradicts),
		cmocka_unit_test(test_labels_are_printable),
		cmocka_unit_test(test_garbage_never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
