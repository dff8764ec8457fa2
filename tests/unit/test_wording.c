/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys, evidence and settings as people read them. */
#include "unit.h"

#include <arpa/inet.h>
#include <string.h>

#include "report/subject.h"
#include "report/wording.h"

/* What each test words with: a namespace that is not the first, up for three days. */
struct fixture {
	struct arena *arena;
	struct names *names;
	struct sample sample;
	struct wording wording;
};

static struct reading *reading_of(struct fixture *f, const char *name)
{
	unsigned fact = fact_find(name);

	assert_int_not_equal(fact, FACT_NONE);
	return &f->sample.readings[fact];
}

static void read_as(struct fixture *f, const char *name, double number, const char *text)
{
	*reading_of(f, name) = (struct reading){ .why = WHY_KNOWN, .number = number, .text = text };
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	unsigned i;

	f->arena = arena_new();
	f->names = names_new();
	f->sample.readings = xcalloc(fact_count, sizeof *f->sample.readings);
	for (i = 0; i < fact_count; i++)
		f->sample.readings[i].why = WHY_NOT_RECORDED;
	read_as(f, "host.uptime", 3 * 86400, NULL);
	read_as(f, "host.first_namespace", 0, NULL);
	f->wording = (struct wording){ .arena = f->arena, .names = f->names, .now = &f->sample,
				       .window = 2 };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->sample.readings);
	names_free(f->names);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* ---- subjects ---- */

static struct address address_of(const char *text)
{
	struct address address = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	assert_int_equal(inet_pton(address.family, text, address.bytes), 1);
	return address;
}

static void test_keys_of_addresses(void **state)
{
	static const struct {
		unsigned kind;
		const char *local;
		unsigned local_port;
		const char *remote;
		unsigned remote_port;
		const char *text;
	} rows[] = {
		{ SOCKET_LISTENER, "10.0.0.1", 8080, "0.0.0.0", 0, "10.0.0.1:8080" },
		{ SOCKET_LISTENER, "0.0.0.0", 8080, "0.0.0.0", 0, "0.0.0.0:8080" },
		{ SOCKET_LISTENER, "::", 8080, "::", 0, "*:8080" },
		{ SOCKET_LISTENER, "2001:db8::1", 443, "::", 0, "[2001:db8::1]:443" },
		{ SOCKET_LOCAL, "2001:db8::1", 443, "::", 0, "2001:db8::1" },
		{ SOCKET_REMOTE, "::", 0, "192.0.2.7", 99, "192.0.2.7" },
		{ SOCKET_REMOTE_NET, "::", 0, "192.0.2.0", 0, "192.0.2.0/24" },
		{ SOCKET_REMOTE_NET, "::", 0, "2001:db8::", 0, "2001:db8::/48" },
		{ SOCKET_REMOTE_NET, "::", 0, "::", 0, "::/48" },
		{ SOCKET_DESTINATION, "10.0.0.5", 4000, "192.0.2.7", 5432, "192.0.2.7:5432" },
		{ SOCKET_DESTINATION, "::", 4000, "2001:db8::7", 5432, "[2001:db8::7]:5432" },
		{ SOCKET_PATH, "10.0.0.5", 4000, "192.0.2.7", 5432,
		  "10.0.0.5 -> 192.0.2.7:5432" },
		{ SOCKET_PATH, "fe80::1", 0, "fe80::2", 65535, "fe80::1 -> [fe80::2]:65535" },
	};
	struct fixture *f = *state;
	unsigned i;

	for (i = 0; i < countof(rows); i++) {
		struct key key = { .kind = (uint8_t)rows[i].kind,
				   .local = address_of(rows[i].local),
				   .remote = address_of(rows[i].remote),
				   .local_port = (uint16_t)rows[i].local_port,
				   .remote_port = (uint16_t)rows[i].remote_port };
		autobuf struct buf out = BUF_INIT;

		subject_print(&out, &key, &f->wording);
		assert_string_equal(buf_text(&out), rows[i].text);
	}
}

static void test_keys_of_numbers(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *fact;
		uint64_t number;
		const char *text;
	} rows[] = {
		{ "state", STATE_CLOSE_WAIT, "close_wait" },
		{ "state", 200, "200" },
		{ "local_port", 8080, "8080" },
		{ "uid", 1000, "1000" },
		{ "cookie", UINT64_MAX, "18446744073709551615" },
		{ "keepalive", 1, "yes" },
		{ "congestion", names_intern(f->names, "bbr", 3), "bbr" },
		{ "congestion", 4000, "(other)" },
		{ "rcvbuf", 6291456, "6.0 MiB" },
	};
	unsigned i;

	for (i = 0; i < countof(rows); i++) {
		struct key key = { .kind = SOCKET_NUMBER, .number = rows[i].number,
				   .fact = (uint16_t)fact_find(rows[i].fact) };
		autobuf struct buf out = BUF_INIT;

		subject_print(&out, &key, &f->wording);
		assert_string_equal(buf_text(&out), rows[i].text);
	}
}

/* ---- evidence ---- */

static const struct expr x = { .kind = EXPR_SYMBOL, .text = "x", .fact = FACT_NONE };

static const char *word(struct fixture *f, const struct evidence *evidence)
{
	struct report_evidence out;

	word_evidence(&out, evidence, &f->wording);
	assert_string_equal(out.expression, "x");
	return out.text;
}

static const char *word_value(struct fixture *f, enum unit unit, struct value value)
{
	const struct evidence_spec spec = { .label = "n", .expr = &x, .top = -1, .unit = unit,
					    .fact = FACT_NONE };

	return word(f, &(struct evidence){ .spec = &spec, .value = value });
}

static const char *word_call(struct fixture *f, enum call call, const char *name, double number)
{
	unsigned fact = fact_find(name);
	const struct evidence_spec spec = {
		.label = "n", .expr = &x, .top = -1, .fact = (unsigned short)fact, .call = call,
		.unit = call == CALL_VALUE ? fact_catalogue[fact].unit :
			call == CALL_RATE  ? UNIT_PER_SECOND :
			call == CALL_DELTA ? UNIT_COUNT : UNIT_BOOL,
	};

	return word(f, &(struct evidence){ .spec = &spec, .value = value_known(number) });
}

static void test_values_carry_their_unit(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(word_value(f, UNIT_COUNT, value_known(1204)), "1,204");
	assert_string_equal(word_value(f, UNIT_RATIO, value_known(0.5)), "50%");
	assert_string_equal(word_value(f, UNIT_BOOL, value_known(1)), "yes");
	assert_string_equal(word_value(f, UNIT_BOOL, value_known(0)), "no");
	assert_string_equal(word_value(f, UNIT_COUNT, value_known(INFINITY)), "unlimited");
}

static void test_intervals_say_how_far(void **state)
{
	struct value value = { 12, 15, WHY_ESTIMATE, FACT_NONE };
	struct fixture *f = *state;
	const char *text;

	assert_string_equal(word_value(f, UNIT_COUNT, value), "12 to 15");
	value.lo = 0;
	assert_string_equal(word_value(f, UNIT_COUNT, value), "at most 15");
	value = (struct value){ 1500.01, 1500.02, WHY_ESTIMATE, FACT_NONE };
	assert_string_equal(word_value(f, UNIT_SECONDS, value), "about 25 min");
	value = (struct value){ 0.00787, 0.008, WHY_ESTIMATE, FACT_NONE };
	assert_string_equal(word_value(f, UNIT_SECONDS, value), "about 7.94 ms");
	value = (struct value){ 1000, 1001, WHY_ESTIMATE, FACT_NONE };
	assert_string_equal(word_value(f, UNIT_COUNT, value), "1,000 to 1,001");
	value = (struct value){ 12, INFINITY, WHY_CUT, FACT_NONE };
	text = word_value(f, UNIT_COUNT, value);
	assert_memory_equal(text, "at least 12 (", 13);
	assert_int_equal(text[strlen(text) - 1], ')');
	value = (struct value){ -INFINITY, 15, WHY_CUT, FACT_NONE };
	assert_memory_equal(word_value(f, UNIT_COUNT, value), "at most 15 (", 12);
}

static void test_unknown_says_why(void **state)
{
	struct fixture *f = *state;
	unsigned fact = fact_find("net.ipv4.tcp_mem.max");
	const char *text = word_value(f, UNIT_PAGES, value_unknown(WHY_HOST_WIDE, fact));

	assert_memory_equal(text, "unknown: ", 9);
	assert_non_null(strstr(text, "the whole host"));
	assert_int_not_equal(text[strlen(text) - 1], '.');
	/* A condition that is neither true nor false is not "at most yes". */
	text = word_value(f, UNIT_BOOL, (struct value){ 0, 1, WHY_CUT, FACT_NONE });
	assert_memory_equal(text, "unknown: ", 9);
}

static void test_total_comes_with_its_age(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(word_call(f, CALL_VALUE, "TcpExt.ListenDrops", 1204),
			    "1,204 since the namespace began");
	assert_string_equal(word_call(f, CALL_VALUE, "softnet.dropped", 7), "7 since boot (3 d)");
	read_as(f, "host.first_namespace", 1, NULL);
	assert_string_equal(word_call(f, CALL_VALUE, "TcpExt.ListenDrops", 1204),
			    "1,204 since boot (3 d)");
	reading_of(f, "host.uptime")->why = WHY_DENIED;
	assert_string_equal(word_call(f, CALL_VALUE, "TcpExt.ListenDrops", 1), "1 since boot");
	reading_of(f, "host.first_namespace")->why = WHY_NOT_RECORDED;
	assert_string_equal(word_call(f, CALL_VALUE, "TcpExt.ListenDrops", 1),
			    "1 in all, of unknown age");
}

static void test_calls(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(word_call(f, CALL_DELTA, "TcpExt.ListenDrops", 44), "44 in 2 s");
	assert_string_equal(word_call(f, CALL_RATE, "TcpExt.ListenDrops", 22), "22/s");
	assert_string_equal(word_call(f, CALL_PRESENT, "net.ipv4.tcp_mem.max", 0), "no");
	assert_string_equal(word_call(f, CALL_CONFIGURED, "net.ipv4.tcp_sack", 0), "no");
	reading_of(f, "net.ipv4.tcp_sack")->configured = "/etc/sysctl.d/x.conf:3";
	assert_string_equal(word_call(f, CALL_CONFIGURED, "net.ipv4.tcp_sack", 1),
			    "/etc/sysctl.d/x.conf:3");
	read_as(f, "net.ipv4.tcp_congestion_control", NAN, "bbr");
	assert_string_equal(word_call(f, CALL_VALUE, "net.ipv4.tcp_congestion_control", 1), "bbr");
}

static void test_ranking(void **state)
{
	struct fixture *f = *state;
	const struct evidence_spec spec = { .label = "peers", .expr = &x, .top = 0,
					    .unit = UNIT_KEY, .fact = FACT_NONE };
	struct evidence evidence = {
		.spec = &spec,
		.value = value_known(0),
		.top = { { .count = 812 }, { .count = 44 } },
		.top_count = 2,
		.top_total = 1856,
	};
	struct report_evidence out;

	evidence.top[0].key.kind = evidence.top[1].key.kind = SOCKET_REMOTE;
	evidence.top[0].key.remote = address_of("192.0.2.7");
	evidence.top[1].key.remote = address_of("2001:db8::9");
	assert_string_equal(word(f, &evidence), "192.0.2.7 (812), 2001:db8::9 (44), 1,000 more");
	evidence.top_total = 856;
	evidence.top[1].error = 3;
	word_evidence(&out, &evidence, &f->wording);
	assert_string_equal(out.text,
			    "192.0.2.7 (812), 2001:db8::9 (44); at most 3 missed in each");
	assert_true(out.known);
	assert_null(out.unit);
	evidence.top_count = 0;
	evidence.top_total = 0;
	assert_string_equal(word(f, &evidence), "none");
	evidence.value = value_unknown(WHY_NO_SOCKETS, FACT_NONE);
	assert_memory_equal(word(f, &evidence), "unknown: ", 9);
}

/* ---- settings ---- */

static const char *value_of_setting(struct fixture *f, const char *fact, const char *key,
				    struct value value, struct report_setting *out)
{
	static const struct expr number = { .kind = EXPR_NUMBER, .fact = FACT_NONE };
	const struct rule rule = {
		.settings = { { (unsigned short)fact_find(fact), key, &number } },
		.setting_count = 1,
	};
	const struct verdict_spec spec = { .rule = &rule };
	const struct verdict verdict = { .spec = &spec, .settings = { value } };

	assert_int_equal(word_settings(out, &verdict, &f->wording), 1);
	assert_string_equal(out->key, key);
	return out->value;
}

static void test_settings_are_in_the_unit_of_the_sysctl(void **state)
{
	static const struct {
		const char *key;
		double number;
		const char *value;
	} rows[] = {
		{ "net.core.somaxconn", 4096, "4096" },
		{ "net.core.somaxconn", 12345678, "12345678" },
		{ "net.ipv4.tcp_keepalive_time", 600, "600" },
		{ "net.ipv4.tcp_rto_min_us", 0.2, "200000" },
		{ "net.ipv4.tcp_tw_reuse_delay", 1, "1000" },
		{ "net.ipv4.tcp_pacing_ss_ratio", 2, "200" },
		{ "net.core.somaxconn", 4095.6, "4096" },
		{ "net.ipv4.tcp_adv_win_scale", -2, "-2" },
		{ "net.core.somaxconn", INFINITY, NULL },
	};
	struct fixture *f = *state;
	struct report_setting out;
	unsigned i;

	for (i = 0; i < countof(rows); i++) {
		const char *value = value_of_setting(f, rows[i].key, rows[i].key,
						     value_known(rows[i].number), &out);

		if (!rows[i].value)
			assert_null(value);
		else
			assert_string_equal(value, rows[i].value);
		assert_null(out.current);
		assert_int_equal(value == NULL, out.reason != NULL);
	}
}

static void test_setting_one_word_keeps_the_others(void **state)
{
	struct fixture *f = *state;
	struct report_setting out;

	read_as(f, "net.ipv4.tcp_rmem.max", 6291456, "4096 131072 6291456");
	assert_string_equal(value_of_setting(f, "net.ipv4.tcp_rmem.max", "net.ipv4.tcp_rmem",
					     value_known(33554432), &out), "4096 131072 33554432");
	assert_string_equal(out.current, "4096 131072 6291456");
	read_as(f, "net.ipv4.tcp_rmem.max", 6291456, "4096 131072");
	assert_null(value_of_setting(f, "net.ipv4.tcp_rmem.max", "net.ipv4.tcp_rmem",
				     value_known(1), &out));
	reading_of(f, "net.ipv4.tcp_rmem.max")->why = WHY_DENIED;
	assert_null(value_of_setting(f, "net.ipv4.tcp_rmem.max", "net.ipv4.tcp_rmem",
				     value_known(1), &out));
	assert_non_null(out.reason);
}

static void test_two_words_become_one_setting(void **state)
{
	static const struct expr number = { .kind = EXPR_NUMBER, .fact = FACT_NONE };
	const struct rule rule = {
		.settings = {
			{ (unsigned short)fact_find("net.ipv4.ip_local_port_range.low"),
			  "net.ipv4.ip_local_port_range", &number },
			{ (unsigned short)fact_find("net.ipv4.ip_local_port_range.high"),
			  "net.ipv4.ip_local_port_range", &number },
		},
		.setting_count = 2,
	};
	const struct verdict_spec spec = { .rule = &rule };
	const struct verdict verdict = { .spec = &spec,
					 .settings = { value_known(10000), value_known(65000) } };
	struct report_setting out[2];
	struct fixture *f = *state;

	read_as(f, "net.ipv4.ip_local_port_range.low", 32768, "32768 60999");
	assert_int_equal(word_settings(out, &verdict, &f->wording), 1);
	assert_string_equal(out[0].value, "10000 65000");
	assert_string_equal(out[0].current, "32768 60999");
}

static void test_setting_a_text(void **state)
{
	static const struct expr text = { .kind = EXPR_TEXT, .text = "bbr", .fact = FACT_NONE };
	static const struct expr words = { .kind = EXPR_TEXT, .text = "1 2 3", .fact = FACT_NONE };
	const char *key = "net.ipv4.tcp_congestion_control";
	const struct rule rule = {
		.settings = {
			{ (unsigned short)fact_find(key), key, &text },
			{ (unsigned short)fact_find("net.ipv4.tcp_rmem.min"), "net.ipv4.tcp_rmem",
			  &words },
		},
		.setting_count = 2,
	};
	const struct verdict_spec spec = { .rule = &rule };
	const struct verdict verdict = { .spec = &spec };
	struct report_setting out[2];

	assert_int_equal(word_settings(out, &verdict, &((struct fixture *)*state)->wording), 2);
	assert_string_equal(out[0].value, "bbr");
	assert_string_equal(out[1].value, "1 2 3");
}

static void test_unknown_setting_says_why(void **state)
{
	struct report_setting out;

	assert_null(value_of_setting(*state, "net.core.somaxconn", "net.core.somaxconn",
				     value_unknown(WHY_DIVISION, FACT_NONE), &out));
	assert_non_null(out.reason);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keys_of_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys_of_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values_carry_their_unit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_intervals_say_how_far, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_says_why, setup, teardown),
		cmocka_unit_test_setup_teardown(test_total_comes_with_its_age, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ranking, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settings_are_in_the_unit_of_the_sysctl, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_setting_one_word_keeps_the_others, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_two_words_become_one_setting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_setting_a_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_setting_says_why, setup, teardown),
	};

	return cmocka_run_group_tests_name("wording", tests, NULL, NULL);
}
