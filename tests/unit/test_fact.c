/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue holds together, and every place in it is where the kernel puts it. */
#include "fact/fact.h"

#include <linux/inet_diag.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "fact/manual.h"
#include "plan/row.h"

#define for_each_fact(f) \
	for (const struct fact *f = fact_catalogue; f < fact_catalogue + fact_count; f++)

static const struct fact *get(const char *name)
{
	unsigned number = fact_find(name);

	if (number == FACT_NONE)
		fail_msg("no fact '%s'", name);
	return &fact_catalogue[number];
}

/* ---- the catalogue ---- */

static void test_every_fact_has_name_unit_and_one_sentence(void **state)
{
	(void)state;
	assert_true(fact_count < FACT_NONE);
	for_each_fact(fact) {
		size_t len = fact->help ? strlen(fact->help) : 0;

		assert_non_null(fact->name);
		assert_true(strspn(fact->name, "abcdefghijklmnopqrstuvwxyz"
					       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
			    strlen(fact->name));
		assert_true((unsigned)fact->unit < UNITS);
		if (len < 10 && fact->attr != INET_DIAG_SOCKOPT && strcmp(fact->name, "pmtu") &&
		    strcmp(fact->name, "local_port"))
			fail_msg("%s: no help", fact->name);
		if (strstr(fact->help, ". ") || fact->help[len - 1] == '.' ||
		    strstr(fact->help, "  ") || fact->help[len - 1] == ' ')
			fail_msg("%s: help is not one sentence without its stop", fact->name);
	}
}

static void test_names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < fact_count; i++)
		if (fact_find(fact_catalogue[i].name) != i)
			fail_msg("'%s' stands twice", fact_catalogue[i].name);
}

static void test_symbols_go_with_their_unit(void **state)
{
	(void)state;
	for_each_fact(fact) {
		assert_true((fact->unit == UNIT_SYMBOL) == (fact->symbols != NULL));
		for (const struct symbol *a = fact->symbols; a && a->name; a++)
			for (const struct symbol *b = fact->symbols; b < a; b++)
				assert_true(a->value != b->value && strcmp(a->name, b->name) != 0);
	}
}

static void check_host_fact(const struct fact *fact)
{
	bool manifest = fact->origin == FROM_MANIFEST, rule = fact->origin == FROM_HOST_RULE;
	bool table = fact->origin == FROM_TABLE || fact->origin == FROM_SOCKSTAT;

	assert_true(fact->origin <= FROM_HOST_RULE);
	assert_true(fact->attr == 0 && fact->offset == 0 && fact->width == 0 && fact->bits == 0);
	if (!manifest && !rule)
		assert_non_null(fact->path);
	if (fact->path)
		assert_true(strncmp(fact->path, "proc/", 5) == 0);
	if (table)
		assert_true(fact->prefix && fact->key);
	if (fact->origin == FROM_LABELLED || manifest)
		assert_non_null(fact->key);
	if (fact->read_only)
		assert_int_equal(fact->origin, FROM_SYSCTL);
}

static void check_socket_fact(const struct fact *fact)
{
	bool message = fact->origin == FROM_MESSAGE, info = fact->attr == INET_DIAG_INFO;
	unsigned end = fact->offset + fact->width;

	assert_true(fact->origin > FROM_HOST_RULE);
	assert_true(!fact->path && !fact->prefix && !fact->key && !fact->host_wide);
	assert_true(fact->attr <= INET_DIAG_MAX);
	assert_true((fact->option != 0) == (fact->origin == FROM_OPTION));
	assert_true(fact_of_process(fact) == (strncmp(fact->name, "process.", 8) == 0));
	if (fact_of_process(fact)) {
		assert_true(fact->field < DESCRIPTOR_COUNTS && fact->unit == UNIT_COUNT);
		return;
	}
	if (fact->origin == FROM_OPTION)
		assert_true(fact->attr == 0 && fact->width == 4 && end <= 8);
	if (fact->origin == FROM_SOCKET_RULE || fact->origin == FROM_OPTION)
		return;
	assert_true(message == (fact->attr == 0));
	if (fact->width != 1 && fact->width != 2 && fact->width != 4 && fact->width != 8)
		fail_msg("%s: %u bytes wide", fact->name, fact->width);
	assert_true(fact->shift + fact->bits <= 8 * fact->width);
	if (message)
		assert_true(end <= sizeof(struct inet_diag_msg));
	/* bytes 276 to 279 of tcp_info changed meaning between 6.18 and 7.0 */
	if (info && end > 276)
		fail_msg("%s: beyond the stable part of tcp_info", fact->name);
	if (fact->attr == INET_DIAG_SKMEMINFO)
		assert_true(end <= 9 * 4);
	if (fact->attr == INET_DIAG_SOCKOPT)
		assert_true(end <= sizeof(struct inet_diag_sockopt));
}

static void test_places_are_in_range(void **state)
{
	(void)state;
	for_each_fact(fact) {
		if (fact->scope == FACT_HOST)
			check_host_fact(fact);
		else
			check_socket_fact(fact);
		assert_true(fact->scale >= 0 && isfinite(fact->scale));
	}
}

static uint64_t bit_mask(const struct fact *fact)
{
	uint64_t all = fact->width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * fact->width) - 1;

	return fact->bits ? ((UINT64_C(1) << fact->bits) - 1) << fact->shift : all;
}

static bool same_place(const struct fact *a, const struct fact *b)
{
	if (a->origin != b->origin || a->scope != b->scope)
		return false;
	if (a->origin == FROM_MESSAGE || a->origin == FROM_ATTRIBUTE)
		return a->attr == b->attr && a->offset < b->offset + b->width &&
		       b->offset < a->offset + a->width &&
		       (a->offset != b->offset || (bit_mask(a) & bit_mask(b)));
	if (a->origin == FROM_OPTION)
		return a->level == b->level && a->option == b->option && a->offset == b->offset &&
		       (bit_mask(a) & bit_mask(b));
	return strcmp(a->path ? a->path : "", b->path ? b->path : "") == 0 &&
	       strcmp(a->prefix ? a->prefix : "", b->prefix ? b->prefix : "") == 0 &&
	       strcmp(a->key ? a->key : "", b->key ? b->key : "") == 0 && a->field == b->field;
}

static void test_no_two_facts_share_a_place(void **state)
{
	(void)state;
	for_each_fact(a)
		for (const struct fact *b = fact_catalogue; b < a; b++)
			if (same_place(a, b))
				fail_msg("%s and %s are the same bytes", a->name, b->name);
}

static void test_a_row_has_room_for_every_socket_fact(void **state)
{
	unsigned count = 0;

	(void)state;
	for_each_fact(fact)
		count += fact->scope == FACT_SOCKET;
	assert_true(count <= COLUMNS_MAX);
}

static void test_secrets_are_not_in_the_catalogue(void **state)
{
	(void)state;
	for_each_fact(fact) {
		assert_null(strstr(fact->name, "fastopen_key"));
		assert_true(!fact->path || !strstr(fact->path, "tcp_fastopen_key"));
		assert_int_not_equal(fact->attr, INET_DIAG_MD5SIG);
	}
}

static void test_sysctls_bear_their_own_names(void **state)
{
	(void)state;
	for_each_fact(fact) {
		char path[128] = "proc/sys/";
		size_t len = strlen(path);

		if (fact->origin != FROM_SYSCTL || !fact->key)
			continue;
		assert_true(strncmp(fact->name, fact->key, strlen(fact->key)) == 0);
		snprintf(path + len, sizeof(path) - len, "%s", fact->key);
		for (char *p = path + len; *p; p++)
			if (*p == '.')
				*p = '/';
		assert_string_equal(path, fact->path);
	}
}

/* ---- single places, checked against the kernel's headers and documents ---- */

static void test_places_of_known_facts(void **state)
{
	static const struct {
		const char *name;
		unsigned attr, offset, width;
		double scale;
	} cases[] = {
		{ "interface", 0, 40, 4, 0 },
		{ "expires", 0, 52, 4, 1e-3 },
		{ "uid", 0, 64, 4, 0 },
		{ "inode", 0, 68, 4, 0 },
		{ "drops", INET_DIAG_SKMEMINFO, 32, 4, 0 },
		{ "rcvbuf", INET_DIAG_SKMEMINFO, 4, 4, 0 },
		{ "rtt", INET_DIAG_INFO, 68, 4, 1e-6 },
		{ "total_retrans", INET_DIAG_INFO, 100, 4, 0 },
		{ "pacing_rate", INET_DIAG_INFO, 104, 8, 0 },
		{ "min_rtt", INET_DIAG_INFO, 148, 4, 1e-6 },
		{ "delivery_rate", INET_DIAG_INFO, 160, 8, 0 },
		{ "busy_time", INET_DIAG_INFO, 168, 8, 1e-6 },
		{ "bytes_retrans", INET_DIAG_INFO, 208, 8, 0 },
		{ "snd_wnd", INET_DIAG_INFO, 228, 4, 0 },
		{ "rcv_wnd", INET_DIAG_INFO, 232, 4, 0 },
		{ "total_rto_time", INET_DIAG_INFO, 244, 4, 1e-3 },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		const struct fact *fact = get(cases[i].name);

		assert_int_equal(fact->attr, cases[i].attr);
		assert_int_equal(fact->offset, cases[i].offset);
		assert_int_equal(fact->width, cases[i].width);
		assert_true(fact->scale == cases[i].scale);
	}
}

/* The compiler's own layout of bit-fields, whatever the byte order. */
static void test_bit_fields_lie_where_the_compiler_puts_them(void **state)
{
	static const struct {
		const char *name;
		struct inet_diag_sockopt opt;
	} cases[] = {
		{ "recverr", { .recverr = 1 } },
		{ "is_icsk", { .is_icsk = 1 } },
		{ "freebind", { .freebind = 1 } },
		{ "hdrincl", { .hdrincl = 1 } },
		{ "mc_loop", { .mc_loop = 1 } },
		{ "transparent", { .transparent = 1 } },
		{ "mc_all", { .mc_all = 1 } },
		{ "nodefrag", { .nodefrag = 1 } },
		{ "bind_address_no_port", { .bind_address_no_port = 1 } },
		{ "recverr_rfc4884", { .recverr_rfc4884 = 1 } },
		{ "defer_connect", { .defer_connect = 1 } },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		const struct fact *fact = get(cases[i].name);
		unsigned char bytes[sizeof(cases[i].opt)];

		memcpy(bytes, &cases[i].opt, sizeof(bytes));
		assert_int_equal(bytes[fact->offset], bit_mask(fact));
	}
}

static void test_units_are_base_units(void **state)
{
	static const struct {
		const char *name;
		enum unit unit;
		double scale;
		unsigned field;
	} cases[] = {
		{ "net.ipv4.tcp_rto_min_us", UNIT_SECONDS, 1e-6, 0 },
		{ "net.ipv4.tcp_rto_max_ms", UNIT_SECONDS, 1e-3, 0 },
		{ "net.ipv4.tcp_tw_reuse_delay", UNIT_SECONDS, 1e-3, 0 },
		{ "net.ipv4.tcp_comp_sack_delay_ns", UNIT_SECONDS, 1e-9, 0 },
		{ "net.ipv4.tcp_invalid_ratelimit", UNIT_SECONDS, 1e-3, 0 },
		{ "net.core.netdev_budget_usecs", UNIT_SECONDS, 1e-6, 0 },
		{ "net.ipv4.tcp_pacing_ss_ratio", UNIT_RATIO, 1e-2, 0 },
		{ "net.ipv4.tcp_keepalive_time", UNIT_SECONDS, 0, 0 },
		{ "net.ipv4.tcp_mem.pressure", UNIT_PAGES, 0, 1 },
		{ "net.ipv4.tcp_rmem.max", UNIT_BYTES, 0, 2 },
		{ "net.ipv4.ip_local_port_range.high", UNIT_PORT, 0, 1 },
		{ "host.memory", UNIT_BYTES, 1024, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		const struct fact *fact = get(cases[i].name);

		assert_int_equal(fact->unit, cases[i].unit);
		assert_true(fact->scale == cases[i].scale);
		assert_int_equal(fact->field, cases[i].field);
	}
}

/* ---- looking up ---- */

static void test_find_wants_the_whole_name(void **state)
{
	(void)state;
	assert_string_equal(fact_catalogue[fact_find("recv_q")].name, "recv_q");
	assert_int_equal(fact_find("recv_qq"), FACT_NONE);
	assert_int_equal(fact_find("recv"), FACT_NONE);
	assert_int_equal(fact_find(""), FACT_NONE);
	assert_int_equal(fact_find("net.ipv4.tcp_rmem"), FACT_NONE);
}

static void test_nearest_offers_names_of_the_scope(void **state)
{
	struct nearest socket = { .name = "recv_qq" };
	struct nearest host = { .name = "net.ipv4.tcp_tw_resuse" };

	(void)state;
	fact_nearest(&socket, FACT_SOCKET);
	assert_string_equal(socket.best, "recv_q");
	fact_nearest(&host, FACT_HOST);
	assert_string_equal(host.best, "net.ipv4.tcp_tw_reuse");
}

static void test_what_has_to_be_asked_for(void **state)
{
	static const struct {
		const char *name;
		unsigned ext;
		bool info;
	} cases[] = {
		{ "state", 0, false },	      { "inode", 0, false },
		{ "rtt", 1 << 1, true },      { "idle", 1 << 1, true },
		{ "ulp", 1 << 1, true },      { "congestion", 1 << 3, false },
		{ "tos", 1 << 4, false },     { "tclass", 1 << 5, false },
		{ "class_id", 1 << 5, false }, { "drops", 1 << 6, false },
		{ "shutdown_send", 0, false }, { "mark", 0, false },
		{ "v6only", 0, false },	      { "cgroup", 0, false },
		{ "transparent", 0, false },  { "net.core.somaxconn", 0, false },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		const struct fact *fact = get(cases[i].name);

		if (fact_ext(fact) != cases[i].ext || fact_needs_info(fact) != cases[i].info)
			fail_msg("%s: asked for with %#x", fact->name, fact_ext(fact));
	}
}

static void test_symbols_have_their_kernel_numbers(void **state)
{
	(void)state;
	assert_string_equal(fact_symbol(get("state"), 8), "close_wait");
	assert_string_equal(fact_symbol(get("state"), 10), "listen");
	assert_string_equal(fact_symbol(get("timer"), 4), "probe");
	assert_string_equal(fact_symbol(get("side"), SIDE_LISTEN), "listen");
	assert_null(fact_symbol(get("timer"), 99));
	assert_null(fact_symbol(get("rtt"), 1));
}

/* ---- the manual ---- */

static void test_manual_has_every_fact_and_heading(void **state)
{
	autobuf struct buf page = BUF_INIT;
	unsigned sections = 0;

	(void)state;
	fact_manual(&page);
	for_each_fact(fact) {
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "\n.It Va %s\n", fact->name);
		assert_non_null(strstr(buf_text(&page), buf_text(&line)));
	}
	for (const char *s = buf_text(&page); (s = strstr(s, "\n.S")); s++)
		sections++;
	assert_int_equal(sections, 31); /* 9 sections and 22 subsections: none was passed over */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_fact_has_name_unit_and_one_sentence),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_symbols_go_with_their_unit),
		cmocka_unit_test(test_places_are_in_range),
		cmocka_unit_test(test_no_two_facts_share_a_place),
		cmocka_unit_test(test_a_row_has_room_for_every_socket_fact),
		cmocka_unit_test(test_secrets_are_not_in_the_catalogue),
		cmocka_unit_test(test_sysctls_bear_their_own_names),
		cmocka_unit_test(test_places_of_known_facts),
		cmocka_unit_test(test_bit_fields_lie_where_the_compiler_puts_them),
		cmocka_unit_test(test_units_are_base_units),
		cmocka_unit_test(test_find_wants_the_whole_name),
		cmocka_unit_test(test_nearest_offers_names_of_the_scope),
		cmocka_unit_test(test_what_has_to_be_asked_for),
		cmocka_unit_test(test_symbols_have_their_kernel_numbers),
		cmocka_unit_test(test_manual_has_every_fact_and_heading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
