/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages become rows: every socket fact, and every reason why one is unknown. */
#include "unit.h"

#include "collect/address.h"
#include "decode_case.h"

static const uint32_t meminfo[9] = { 10, 11, 12, 13, 14, 15, 16, 17, 4000000000 };
static const uint32_t info[70] = {
	[11] = 30000,	    /* last_data_sent, byte 44 */
	[13] = 20000,	    /* last_data_recv, byte 52 */
	[14] = 25000,	    /* last_ack_recv, byte 56 */
	[17] = 200000,	    /* rtt, byte 68 */
	[37] = UINT32_MAX,  /* min_rtt, byte 148 */
	[26] = UINT32_MAX, [27] = UINT32_MAX, /* pacing_rate, byte 104 */
	[1] = 0x00a70600,   /* options 6 at byte 5, scales 7 and 10 at byte 6 */
	[60] = 0x00030002,  /* total_rto 2, total_rto_recoveries 3, byte 240 */
};
static const uint64_t cgroup = 4242;
static const struct {
	struct nlattr attr;
	char name[8];
} ulp = { { NLA_HDRLEN + 4, INET_ULP_INFO_NAME }, "tls" };

#define INFO_OF(bytes) .pass = PASS_INFO, .attr = INET_DIAG_INFO, .data = info, .len = bytes
#define MEMORY_OF(bytes) .attr = INET_DIAG_SKMEMINFO, .data = meminfo, .len = bytes
#define NAME_OF(number, text) .attr = number, .data = text, .len = sizeof(text)

static const struct decode_case field_cases[] = {
	{ "uid", { ESTAB, .uid = 1000 }, .value = 1000 },
	{ "inode", { ESTAB, .inode = UINT32_MAX }, .value = UINT32_MAX },
	{ "retransmits", { ESTAB, .retransmits = 15 }, .value = 15 },
	{ "expires", { ESTAB, .expires = 200 }, .value = 200 / 1e3 },
	{ "interface", { ESTAB, .interface = 3 }, .value = 3 },

	{ "rcvbuf", { ESTAB }, .pass = PASS_SOCKETS, MEMORY_OF(36), .value = 11 },
	{ "drops", { ESTAB }, MEMORY_OF(36), .value = 4000000000.0 },
	{ "drops", { ESTAB }, MEMORY_OF(35), .value = NAN, .why = WHY_SHORT },
	{ "drops", { ESTAB }, MEMORY_OF(32), .value = NAN, .why = WHY_SHORT },
	{ "drops", { ESTAB }, MEMORY_OF(0), .value = NAN, .why = WHY_SHORT },
	{ "drops", { ESTAB }, .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "drops", { .state = STATE_LISTEN }, .pass = PASS_LISTEN, MEMORY_OF(36),
	  .value = 4000000000.0 },
	{ "drops", { .state = STATE_TIME_WAIT, .timer = 3 }, NOTHING },
	{ "drops", { .state = STATE_SYN_RECV, .timer = 1 }, NOTHING },
	{ "drops", { .state = STATE_FIN_WAIT2, .timer = 3 }, NOTHING },
	{ "drops", { .state = STATE_FIN_WAIT2, .timer = 2 }, .value = NAN,
	  .why = WHY_NO_ATTRIBUTE },
	{ "drops", { .state = STATE_SYN_RECV, .timer = 1 }, MEMORY_OF(36), .value = 4000000000.0 },
	{ "mark", { .state = STATE_TIME_WAIT }, .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "mark", { .state = STATE_TIME_WAIT }, .attr = INET_DIAG_MARK, .data = &meminfo[1],
	  .len = 4,
	  .value = 11 },
	{ "tclass", { ESTAB }, NOTHING },
	{ "tclass", { ESTAB, .ipv6 = true }, .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "v6only", { ESTAB, .ipv6 = true }, NOTHING },
	{ "v6only", { .state = STATE_LISTEN, .ipv6 = true }, .pass = PASS_LISTEN,
	  .attr = INET_DIAG_SKV6ONLY, .data = "\1", .len = 1, .value = 1 },
	{ "shutdown_recv", { ESTAB }, .attr = INET_DIAG_SHUTDOWN, .data = "\2", .len = 1,
	  .value = 0 },
	{ "shutdown_send", { ESTAB }, .attr = INET_DIAG_SHUTDOWN, .data = "\2", .len = 1,
	  .value = 1 },
	/* the type may say that it is nested, or of network order */
	{ "tos", { ESTAB }, .attr = INET_DIAG_TOS | NLA_F_NESTED, .data = "\x10", .len = 1,
	  .value = 16 },

	{ "rtt", { ESTAB }, INFO_OF(280), .value = 0.2 },
	{ "rtt", { ESTAB }, INFO_OF(104), .value = 0.2 },
	{ "rtt", { ESTAB }, INFO_OF(71), .value = NAN, .why = WHY_SHORT },
	{ "min_rtt", { ESTAB }, INFO_OF(280), NOTHING },
	{ "pacing_rate", { ESTAB }, INFO_OF(280), NOTHING },
	{ "total_rto_recoveries", { ESTAB }, INFO_OF(248), .value = 3 },
	{ "total_rto_recoveries", { ESTAB }, INFO_OF(240), .value = NAN, .why = WHY_SHORT },
	{ "snd_wscale", { ESTAB }, INFO_OF(280), .value = 7 },
	{ "rcv_wscale", { ESTAB }, INFO_OF(280), .value = 10 },
	{ "sack_ok", { ESTAB }, INFO_OF(280), .value = 1 },
	{ "ts_ok", { ESTAB }, INFO_OF(280), .value = 0 },
	{ "rtt", { ESTAB }, .pass = PASS_INFO, .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "rtt", { .state = STATE_TIME_WAIT }, .pass = PASS_INFO, NOTHING },
	{ "rtt", { .state = STATE_CLOSE }, .pass = PASS_INFO, NOTHING },
	{ "unacked", { .state = STATE_LISTEN }, .pass = PASS_LISTEN, .attr = INET_DIAG_INFO,
	  .data = info, .len = 280, NOTHING },
	{ "idle", { ESTAB }, INFO_OF(280), .value = 20 },
	{ "idle", { ESTAB }, INFO_OF(56), .value = NAN, .why = WHY_SHORT },
	{ "idle", { .state = STATE_LISTEN }, .pass = PASS_LISTEN, NOTHING },

	{ "congestion", { ESTAB }, NAME_OF(INET_DIAG_CONG, "cubic"), .name = "cubic" },
	{ "congestion", { ESTAB }, .attr = INET_DIAG_CONG, .data = "cubic", .len = 3,
	  .name = "cub" },
	{ "congestion", { ESTAB }, .attr = INET_DIAG_CONG, .len = 0, .name = "" },
	{ "congestion", { ESTAB }, NAME_OF(INET_DIAG_CONG, "\x1b[2J"), .name = "\\x1b[2J" },
	{ "congestion", { ESTAB }, NAME_OF(INET_DIAG_CONG, "0123456789abcdefghij"),
	  .name = "0123456789abcdef" },
	{ "congestion", { .state = STATE_TIME_WAIT }, NOTHING },
	{ "congestion", { .state = STATE_CLOSE }, NOTHING },
	{ "cgroup", { ESTAB }, .attr = INET_DIAG_CGROUP_ID, .data = &cgroup, .len = 8,
	  .value = 4242 },
	{ "cgroup", { ESTAB }, .attr = INET_DIAG_CGROUP_ID, .data = &cgroup, .len = 7,
	  .value = NAN, .why = WHY_SHORT },
	{ "cgroup", { ESTAB }, .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "ulp", { ESTAB }, .pass = PASS_INFO, .attr = INET_DIAG_ULP_INFO, .data = &ulp,
	  .len = sizeof ulp, .name = "tls" },
	{ "ulp", { ESTAB }, .pass = PASS_INFO, .attr = INET_DIAG_ULP_INFO, .data = &ulp, .len = 3,
	  .value = NAN, .why = WHY_NO_ATTRIBUTE },
	{ "ulp", { ESTAB }, .pass = PASS_INFO, .attr = INET_DIAG_MARK, .data = info, .len = 4,
	  .name = "none" },
	{ "ulp", { ESTAB }, .pass = PASS_INFO, .value = NAN, .why = WHY_NO_ATTRIBUTE },
};

static void test_every_kind_of_field(void **state)
{
	(void)state;
	run_cases(field_cases, countof(field_cases));
}

static void test_rules_of_host_facts_say_why_they_are_unknown(void **state)
{
	static const char *const facts[] = { "ephemeral", "reserved", "side", NULL };
	const struct decode_case c = { "", { ESTAB, .local_port = 8080 }, .value = 0 };
	struct fixture f;
	struct row row;

	(void)state;
	fixture_init(&f, facts);
	f.sample->readings[fact_find("net.ipv4.ip_local_port_range.low")].why = WHY_DENIED;
	set_reading(&f, "net.ipv4.ip_local_reserved_ports", 0, "80-");
	listeners_done(f.listeners, WHY_CUT);
	decode(&f, &c, false, &row);
	assert_true(isnan(row.value[0]) && isnan(row.value[1]) && isnan(row.value[2]));
	assert_int_equal(row.unknown[0], WHY_DENIED);
	assert_int_equal(row.unknown[1], WHY_MALFORMED);
	assert_int_equal(row.unknown[2], WHY_CUT);
	fixture_fini(&f);
}

static void test_proc_has_no_attributes(void **state)
{
	static const char *const facts[] = { "backlog", "accept_queue", "drops", "congestion",
					     "interface", "cookie", "uid", NULL };
	const struct decode_case c = { "", { .state = STATE_LISTEN, .recv_q = 3, .uid = 5 },
				       .value = 0 };
	struct fixture f;
	struct row row;
	unsigned i;

	(void)state;
	fixture_init(&f, facts);
	decode(&f, &c, true, &row);
	for (i = 0; i < 7; i++) {
		bool known = i == 1 || i == 6;

		assert_int_equal(!isnan(row.value[i]), known);
		if (!known)
			assert_int_equal(row.unknown[i], WHY_NO_DIAG);
	}
	fixture_fini(&f);
}

static void test_tcp_info_waits_for_its_pass(void **state)
{
	static const char *const facts[] = { "rtt", "idle", "uid", NULL };
	const struct decode_case c = { "", { ESTAB }, .pass = PASS_SOCKETS, .attr = INET_DIAG_INFO,
				       .data = info, .len = 280, .value = 0 };
	const struct query query = { .states = STATES_ALL };
	struct packet p = { .len = 0 };
	struct row_decoder *decoder;
	struct fixture f;
	struct row row;

	(void)state;
	fixture_init(&f, facts);
	decoder = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	row_decoder_begin(decoder, PASS_SOCKETS, &query, false, &row);
	put_socket(&p, &c.socket);
	put_attribute(&p, c.attr, c.data, c.len);
	row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &row);
	assert_int_equal(row.why, WHY_INFO_DEADLINE);
	assert_true(isnan(row.value[0]) && isnan(row.value[1]));
	assert_int_equal(row.unknown[0], WHY_INFO_DEADLINE);
	assert_true(row.value[2] == 0);
	row_decoder_free(decoder);
	fixture_fini(&f);
}

static void test_identity_is_normalised(void **state)
{
	static const char *const facts[] = { NULL };
	const struct decode_case c = {
		"", { ESTAB, .local = "::ffff:10.0.0.1", .remote = "::ffff:192.0.2.7",
		      .local_port = 443, .remote_port = 50000, .cookie = 0xfedcba9876543210,
		      .interface = 9 },
		.value = 0,
	};
	struct fixture f;
	struct row row;

	(void)state;
	fixture_init(&f, facts);
	add_surroundings(&f);
	memset(&row, 0xff, sizeof row);
	decode(&f, &c, false, &row);
	assert_int_equal(row.local.family, AF_INET);
	assert_memory_equal(row.local.bytes, "\x0a\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(row.remote.bytes, "\xc0\0\2\7\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(row.local_port, 443);
	assert_int_equal(row.remote_port, 50000);
	assert_int_equal(row.interface, 9);
	assert_true(row.cookie == 0xfedcba9876543210);
	assert_true(address_equal(&row.listener_address, &row.local));
	fixture_fini(&f);
}

/* Attributes in any order and of any length, often of the same total. */
static void put_shuffled(struct packet *p, uint64_t *seed)
{
	static const unsigned types[] = { INET_DIAG_SKMEMINFO, INET_DIAG_MARK, INET_DIAG_CONG,
					  INET_DIAG_TOS };
	unsigned i, at = (unsigned)unit_random(seed), count = (unsigned)unit_random(seed) % 4;
	uint16_t wrong = (uint16_t)(unit_random(seed) % 64);

	p->len = 0;
	put_socket(p, &(struct socket_spec){ ESTAB });
	for (i = 0; i <= count; i++)
		put_attribute(p, types[(at + i) % 4], meminfo, 4 * (unit_random(seed) % 3));
	if (unit_random(seed) % 4 == 0)
		memcpy(p->bytes + NLMSG_HDRLEN + sizeof(struct inet_diag_msg) + 8, &wrong, 2);
}

static void test_a_row_does_not_depend_on_the_one_before(void **state)
{
	static const char *const facts[] = { "rmem", "rcvbuf", "mark", "congestion", "tos", NULL };
	struct row_decoder *first, *second;
	struct packet p = { .len = 0 };
	struct row row, alone;
	struct fixture f;
	uint64_t seed = 7;
	unsigned i, j;

	(void)state;
	fixture_init(&f, facts);
	first = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	second = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	row_decoder_begin(first, PASS_SOCKETS, &everything, false, &row);
	for (i = 0; i < 20000; i++) {
		put_shuffled(&p, &seed);
		row_decode(first, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &row);
		row_decoder_begin(second, PASS_SOCKETS, &everything, false, &alone);
		row_decode(second, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &alone);
		for (j = 0; j < f.plan.column_count; j++) {
			assert_int_equal(isnan(row.value[j]), isnan(alone.value[j]));
			if (isnan(row.value[j]))
				assert_int_equal(row.unknown[j], alone.unknown[j]);
			else
				assert_true(row.value[j] == alone.value[j]);
		}
	}
	row_decoder_free(first);
	row_decoder_free(second);
	fixture_fini(&f);
}

static void test_each_dump_looks_for_its_own_attributes(void **state)
{
	static const char *const facts[] = { "rcvbuf", "congestion", NULL };
	const struct query one = { .states = STATES_ALL, .ext = 1 << (INET_DIAG_SKMEMINFO - 1) };
	struct packet p = { .len = 0 };
	struct row_decoder *decoder;
	struct fixture f;
	struct row row;

	(void)state;
	fixture_init(&f, facts);
	put_socket(&p, &(struct socket_spec){ ESTAB });
	put_attribute(&p, INET_DIAG_SKMEMINFO, meminfo, sizeof meminfo);
	put_attribute(&p, INET_DIAG_CONG, "bbr", 4);
	decoder = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	row_decoder_begin(decoder, PASS_SOCKETS, &one, false, &row);
	row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &row);
	assert_true(row.value[0] == 11 && isnan(row.value[1]));
	row_decoder_begin(decoder, PASS_SOCKETS, &everything, false, &row);
	row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &row);
	assert_true(row.value[0] == 11 && row.value[1] == names_intern(f.plan.names, "bbr", 3));
	row_decoder_free(decoder);
	fixture_fini(&f);
}

/* They are asked for again where a rule asks who holds them. */
static void test_options_are_those_of_listeners_in_any_pass(void **state)
{
	static const char *const facts[] = { "tcp_keepidle", NULL };
	static const struct {
		enum pass pass;
		unsigned sent;
		enum why why;
	} cases[] = {
		{ PASS_LISTEN, STATE_LISTEN, WHY_KNOWN },
		{ PASS_INFO, STATE_LISTEN, WHY_KNOWN },
		{ PASS_INFO, STATE_ESTABLISHED, WHY_LISTENERS },
	};
	const struct query some = { .states = STATES_ALL & ~STATES_LISTEN };
	struct option_entry entry = { .cookie = UINT64_C(0x200000001), .why = WHY_KNOWN };
	const struct option_table table = { WHY_DENIED, &entry, .count = 1 };
	unsigned short all[OPTIONS_MAX];
	unsigned i, count = option_facts(all);
	struct row_decoder *decoder;
	struct fixture f;
	struct row row;

	(void)state;
	for (i = 0; i < count; i++)
		entry.value[i] = all[i] == fact_find("tcp_keepidle") ? 7200 : 0;
	fixture_init(&f, facts);
	decoder = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	row_decoder_options(decoder, &table);
	for (i = 0; i < countof(cases); i++) {
		struct packet p = { .len = 0 };

		put_socket(&p, &(struct socket_spec){ .state = cases[i].sent, .cookie = entry.cookie });
		row_decoder_begin(decoder, cases[i].pass, &everything, false, &row);
		row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, &row);
		if (cases[i].why == WHY_KNOWN)
			assert_true(row.value[0] == 7200);
		else
			assert_true(isnan(row.value[0]) && row.unknown[0] == cases[i].why);
	}
	row_decoder_begin(decoder, PASS_INFO, &some, false, &row);
	assert_int_equal(row.unknown[0], WHY_LISTENERS);
	row_decoder_free(decoder);
	fixture_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_field),
		cmocka_unit_test(test_rules_of_host_facts_say_why_they_are_unknown),
		cmocka_unit_test(test_proc_has_no_attributes),
		cmocka_unit_test(test_tcp_info_waits_for_its_pass),
		cmocka_unit_test(test_identity_is_normalised),
		cmocka_unit_test(test_each_dump_looks_for_its_own_attributes),
		cmocka_unit_test(test_a_row_does_not_depend_on_the_one_before),
		cmocka_unit_test(test_options_are_those_of_listeners_in_any_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
