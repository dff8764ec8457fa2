/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr/: the language as rows of data: text to tree to text, and what is refused. */
#include "expr_world.h"

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

/* All of these say something else. */
static void test_equal_expressions(void **state)
{
	static const char *const texts[] = {
		"net.core.somaxconn > 5", "net.core.somaxconn > 6", "net.core.somaxconn >= 5",
		"net.ipv4.tcp_syncookies > 5", "present(net.core.somaxconn)",
		"configured(net.core.somaxconn)", "rate(TcpExt.ListenDrops) > 10/s",
		"count(owned) > 1", "count(not owned) > 1", "share(owned, wildcard) > 1%",
		"share(wildcard, owned) > 1%", "distinct(remote, owned) > 1",
		"distinct(local, owned) > 1", "max(rtt, owned) > 1s", "min(rtt, owned) > 1s",
		"count(congestion == \"bbr\") > 1", "count(congestion == \"reno\") > 1",
		"count(state == listen) > 1", "count(state == close) > 1", "role == proxy",
		"role != proxy", "role == server", "1 == 1 and (2 == 2 or 3 == 3)",
		"(1 == 1 and 2 == 2) or 3 == 3",
	};
	const struct expr *exprs[countof(texts)];
	struct world w;
	unsigned i, j;

	(void)state;
	world_init(&w);
	for (i = 0; i < countof(texts); i++) {
		exprs[i] = condition(&w, texts[i]);
		assert_string_equal(buf_text(&w.errors.text), "");
		assert_true(expr_equal(exprs[i], condition(&w, texts[i])));
		for (j = 0; j < i; j++)
			if (expr_equal(exprs[i], exprs[j]))
				fail_msg("%s is %s", texts[i], texts[j]);
	}
	world_fini(&w);
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
		cmocka_unit_test(test_equal_expressions),
		cmocka_unit_test(test_errors_say_where_and_what),
		cmocka_unit_test(test_all_errors_of_an_expression_are_reported),
		cmocka_unit_test(test_depth_and_length_are_bounded),
		cmocka_unit_test(test_labels_are_printable),
		cmocka_unit_test(test_garbage_never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
