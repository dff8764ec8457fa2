/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The computed socket facts: every rule in every state that matters. */
#include "unit.h"

#include "collect/socket_rule.h"
#include "decode_case.h"

static const struct decode_case rule_cases[] = {
	{ "state", { ESTAB }, .value = STATE_ESTABLISHED },
	{ "state", { .state = STATE_NEW_SYN_RECV }, .value = STATE_SYN_RECV },
	{ "state", { .state = STATE_BOUND_INACTIVE }, .value = STATE_CLOSE },
	{ "timer", { ESTAB, .timer = 4 }, .value = TIMER_PROBE },
	{ "timer", { ESTAB, .timer = 5 }, .value = TIMER_DELAYED_ACK },
	{ "timer", { ESTAB, .timer = 6 }, .value = TIMER_NONE },
	{ "local_port", { ESTAB, .local_port = 443 }, .value = 443 },
	{ "remote_port", { ESTAB, .remote_port = 65535 }, .value = 65535 },
	{ "remote_port", { .state = STATE_LISTEN }, NOTHING },
	{ "cookie", { ESTAB, .cookie = 0x123456789 }, .value = 0x123456789 },
	{ "family", { ESTAB, .local = "10.0.0.1" }, .value = AF_INET },
	{ "family", { ESTAB, .local = "2001:db8::1" }, .value = AF_INET6 },
	{ "family", { ESTAB, .local = "::ffff:10.0.0.1" }, .value = AF_INET },

	{ "owned", { ESTAB, .inode = 7 }, .value = 1 },
	{ "owned", { ESTAB }, .value = 0 },
	{ "recv_q", { ESTAB, .recv_q = 4000000000 }, .value = 4000000000.0 },
	{ "recv_q", { .state = STATE_LISTEN, .recv_q = 3 }, NOTHING },
	{ "send_q", { ESTAB, .send_q = 5 }, .value = 5 },
	{ "send_q", { .state = STATE_LISTEN, .send_q = 128 }, NOTHING },
	{ "accept_queue", { .state = STATE_LISTEN, .recv_q = 3 }, .value = 3 },
	{ "accept_queue", { ESTAB, .recv_q = 3 }, NOTHING },
	{ "backlog", { .state = STATE_LISTEN, .send_q = 128 }, .value = 128 },
	{ "backlog", { ESTAB, .send_q = 128 }, NOTHING },

	{ "side", { .state = STATE_LISTEN, .local_port = 80 }, .value = SIDE_LISTEN },
	{ "side", { ESTAB, .local = "10.0.0.9", .local_port = 80 }, .value = SIDE_SERVER },
	{ "side", { ESTAB, .local = "::ffff:1.2.3.4", .local_port = 80 }, .value = SIDE_SERVER },
	{ "side", { ESTAB, .local = "fd00::1", .local_port = 80 }, .value = SIDE_SERVER },
	{ "side", { ESTAB, .local = "10.0.0.1", .local_port = 443 }, .value = SIDE_SERVER },
	{ "side", { ESTAB, .local = "10.0.0.2", .local_port = 443 }, .value = SIDE_CLIENT },
	{ "side", { ESTAB, .local = "fd00::1", .local_port = 443 }, .value = SIDE_CLIENT },
	{ "side", { ESTAB, .local = "10.0.0.1", .local_port = 81 }, .value = SIDE_CLIENT },
	{ "side", { .state = STATE_TIME_WAIT, .local = "10.0.0.1", .local_port = 443 },
	  .value = SIDE_SERVER },
	{ "side", { .state = STATE_SYN_SENT, .local = "10.0.0.1", .local_port = 443 },
	  .value = SIDE_CLIENT },
	{ "side", { .state = STATE_SYN_RECV, .local_port = 81 }, .value = SIDE_SERVER },
	{ "side", { .state = STATE_CLOSE, .local_port = 80 }, .value = SIDE_LISTEN + 1 },

	/* kernel: timer 2 shows SO_KEEPALIVE, 0 and 5 its absence, 1 and 4 hide it */
	{ "keepalive", { ESTAB, .timer = 2 }, .value = 1 },
	{ "keepalive", { ESTAB, .timer = 0 }, .value = 0 },
	{ "keepalive", { ESTAB, .timer = 5 }, .value = 0 },
	{ "keepalive", { ESTAB, .timer = 1 }, NOTHING },
	{ "keepalive", { ESTAB, .timer = 4 }, NOTHING },
	{ "keepalive", { ESTAB, .timer = 9 }, NOTHING },
	{ "keepalive", { .state = STATE_CLOSE_WAIT, .timer = 2 }, .value = 1 },
	{ "keepalive", { .state = STATE_FIN_WAIT2, .timer = 2, .inode = 1 }, .value = 1 },
	{ "keepalive", { .state = STATE_FIN_WAIT2, .timer = 0, .inode = 1 }, .value = 0 },
	{ "keepalive", { .state = STATE_FIN_WAIT2, .timer = 2 }, NOTHING },
	{ "keepalive", { .state = STATE_TIME_WAIT, .timer = 3 }, NOTHING },
	{ "keepalive", { .state = STATE_LISTEN }, NOTHING },

	{ "ephemeral", { ESTAB, .local_port = 32767 }, .value = 0 },
	{ "ephemeral", { ESTAB, .local_port = 32768 }, .value = 1 },
	{ "ephemeral", { ESTAB, .local_port = 60999 }, .value = 1 },
	{ "ephemeral", { ESTAB, .local_port = 61000 }, .value = 0 },
	{ "bind_half", { ESTAB, .local_port = 32768 }, .value = 0 },
	{ "bind_half", { ESTAB, .local_port = 32769 }, .value = 1 },
	{ "bind_half", { .state = STATE_TIME_WAIT, .local_port = 60999 }, .value = 1 },
	{ "bind_half", { ESTAB, .local_port = 61001 }, .value = 0 },
	{ "reserved", { ESTAB, .local_port = 8080 }, .value = 1 },
	{ "reserved", { ESTAB, .local_port = 40010 }, .value = 1 },
	{ "reserved", { ESTAB, .local_port = 40011 }, .value = 0 },
	{ "port_held", { ESTAB, .local = "10.0.0.2", .local_port = 443 }, .value = 1 },
	{ "port_held", { ESTAB, .local = "10.0.0.2", .local_port = 444 }, .value = 0 },
	{ "port_held", { .state = STATE_BOUND_INACTIVE, .local_port = 444 }, .value = 1 },
	{ "port_held", { .state = STATE_LISTEN, .local_port = 444 }, .value = 1 },

	{ "wildcard", { .state = STATE_LISTEN }, .value = 1 },
	{ "wildcard", { .state = STATE_LISTEN, .ipv6 = true }, .value = 1 },
	{ "wildcard", { .state = STATE_LISTEN, .local = "::ffff:0.0.0.0" }, .value = 1 },
	{ "wildcard", { .state = STATE_LISTEN, .local = "::1" }, .value = 0 },
	{ "loopback", { ESTAB, .local = "10.0.0.1", .remote = "127.9.9.9" }, .value = 1 },
	{ "loopback", { ESTAB, .local = "::1", .remote = "::1" }, .value = 1 },
	{ "loopback", { ESTAB, .local = "::ffff:127.0.0.1" }, .value = 1 },
	{ "loopback", { ESTAB, .local = "10.0.0.1", .remote = "128.0.0.1" }, .value = 0 },
	{ "loopback", { ESTAB, .local = "::127.0.0.1" }, .value = 0 },
	{ "to_itself", { ESTAB, .local = "10.0.0.1", .remote = "10.0.0.1", .local_port = 40000,
			 .remote_port = 40000 }, .value = 1 },
	{ "to_itself", { ESTAB, .local = "10.0.0.1", .remote = "10.0.0.1", .local_port = 40000,
			 .remote_port = 40001 }, .value = 0 },
	{ "to_itself", { ESTAB, .local = "10.0.0.1", .remote = "10.0.0.2", .local_port = 40000,
			 .remote_port = 40000 }, .value = 0 },
	{ "to_itself", { .state = STATE_LISTEN }, .value = 0 },
	{ "to_itself", { .state = STATE_BOUND_INACTIVE }, .value = 0 },
	{ "local", { ESTAB, .local = "10.0.0.1" }, NOTHING },
	{ "remote_net", { ESTAB, .remote = "10.0.0.1" }, NOTHING },
};

static void test_every_socket_rule(void **state)
{
	(void)state;
	run_cases(rule_cases, countof(rule_cases));
}

static void test_every_rule_of_the_catalogue_has_a_function(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];
		bool key = fact_is_address(fact);

		if (fact->origin == FROM_SOCKET_RULE && !socket_rule(fact->field) != key)
			fail_msg("%s", fact->name);
	}
}

/* A bound socket that is idle holds its port from the row it comes with on. */
static void test_bound_sockets_hold_ports(void **state)
{
	static const struct socket_spec sockets[] = {
		{ ESTAB, .local_port = 50001 },
		{ .state = STATE_BOUND_INACTIVE, .local = "127.0.0.1", .local_port = 50001 },
		{ ESTAB, .local_port = 50001 },
		{ .state = STATE_TIME_WAIT, .local_port = 50002 },
	};
	static const double held[] = { 0, 1, 1, 0 };
	const char *const facts[] = { "port_held", NULL };
	struct row_decoder *decoder;
	struct fixture f;
	struct row row;
	unsigned i;

	(void)state;
	fixture_init(&f, facts);
	add_surroundings(&f);
	decoder = row_decoder_new(&f.plan, f.sample, f.listeners, NULL);
	row_decoder_begin(decoder, PASS_SOCKETS, &everything, false, &row);
	for (i = 0; i < countof(sockets); i++) {
		struct packet p = { .len = 0 };

		put_socket(&p, &sockets[i]);
		assert_int_equal(row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN,
					    &row), ROW_READY);
		assert_float_equal(row.value[0], held[i], 0);
	}
	row_decoder_free(decoder);
	fixture_fini(&f);
}

/* net/ipv4/tcp_ipv4.c tcp_twsk_unique: what is taken over, with a delay of one second. */
static void test_what_connect_takes_over(void **state)
{
	static const struct reuse_case {
		double reuse, stamps, delay; /* delay < 0: a kernel without it */
		struct socket_spec socket;
		double value;
	} cases[] = {
		{ 1, 1, 1, { .state = STATE_TIME_WAIT, .expires = 58999 }, 1 },
		{ 1, 1, 1, { .state = STATE_TIME_WAIT, .expires = 59000 }, 0 },
		{ 1, 1, -1, { .state = STATE_TIME_WAIT, .expires = 58999 }, 1 },
		{ 1, 1, -1, { .state = STATE_TIME_WAIT, .expires = 59001 }, 0 },
		{ 1, 1, 0.05, { .state = STATE_TIME_WAIT, .expires = 59900 }, 1 },
		{ 1, 1, 3, { .state = STATE_TIME_WAIT, .expires = 57001 }, 0 },
		{ 1, 2, 1, { .state = STATE_TIME_WAIT, .expires = 1 }, 1 },
		{ 1, 0, 1, { .state = STATE_TIME_WAIT, .expires = 1 }, 0 },
		{ 0, 1, 1, { .state = STATE_TIME_WAIT, .expires = 1 }, 0 },
		{ 1, 1, 1, { .state = STATE_FIN_WAIT2, .expires = 1 }, 0 },
		{ 1, 1, 1, { ESTAB }, 0 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .local = "10.0.0.1", .expires = 1 }, 0 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .local = "10.0.0.1", .interface = 1 }, 1 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .local = "10.0.0.1", .interface = 2 }, 0 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .local = "127.9.0.1" }, 1 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .remote = "::ffff:127.0.0.1" }, 1 },
		{ 2, 1, 1, { .state = STATE_TIME_WAIT, .remote = "::1" }, 1 },
		{ 2, 0, 1, { .state = STATE_TIME_WAIT, .remote = "::1" }, 0 },
	};
	const char *const facts[] = { "reusable", NULL };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		const struct decode_case c = { "reusable", cases[i].socket, .value = cases[i].value };
		struct fixture f;
		struct row row;

		fixture_init(&f, facts);
		set_reading(&f, "net.ipv4.tcp_tw_reuse", cases[i].reuse, NULL);
		set_reading(&f, "net.ipv4.tcp_timestamps", cases[i].stamps, NULL);
		if (cases[i].delay >= 0)
			set_reading(&f, "net.ipv4.tcp_tw_reuse_delay", cases[i].delay, NULL);
		else
			f.sample->readings[fact_find("net.ipv4.tcp_tw_reuse_delay")].why = WHY_ABSENT;
		decode(&f, &c, false, &row);
		if (row.value[0] != c.value)
			fail_msg("case %u: %g", i, row.value[0]);
		fixture_fini(&f);
	}
}

/* IANA's special-purpose registries, with the first and last address of some. */
static const struct public_case {
	const char *remote;
	bool public;
} public_cases[] = {
	{ "1.1.1.1", true },	     { "0.1.2.3", false },	{ "9.255.255.255", true },
	{ "10.0.0.0", false },	     { "100.63.255.255", true }, { "100.64.0.0", false },
	{ "100.127.255.255", false }, { "100.128.0.0", true },	{ "127.0.0.1", false },
	{ "169.254.1.1", false },    { "172.15.0.1", true },	{ "172.16.0.1", false },
	{ "172.31.255.255", false }, { "172.32.0.0", true },	{ "192.0.0.1", false },
	{ "192.0.1.1", true },	     { "192.0.2.1", false },	{ "192.168.0.1", false },
	{ "198.17.0.1", true },	     { "198.18.0.1", false },	{ "198.19.255.255", false },
	{ "198.51.100.1", false },   { "203.0.113.1", false },	{ "223.255.255.255", true },
	{ "224.0.0.1", false },	     { "255.255.255.255", false }, { "::ffff:8.8.8.8", true },
	{ "::ffff:10.0.0.1", false }, { "2606:4700::1111", true }, { "2001:db8::1", false },
	{ "2001:2::1", false },	     { "2001:2:1::1", true },	{ "3fff::1", false },
	{ "3fff:1000::1", true },    { "fc00::1", false },	{ "fdff::1", false },
	{ "fe80::1", false },	     { "ff02::1", false },	{ "::1", false },
	{ "::2", false },	     { "4000::1", false },	{ "64:ff9b::8.8.8.8", true },
	{ "64:ff9b::10.0.0.1", false }, { "2002:808:808::1", true }, { "2002:a00:1::1", false },
};

static void test_public_addresses(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(public_cases); i++) {
		const struct decode_case c = {
			"public", { ESTAB, .remote = public_cases[i].remote },
			.value = public_cases[i].public,
		};
		const char *const facts[] = { "public", NULL };
		struct fixture f;
		struct row row;

		fixture_init(&f, facts);
		set_reading(&f, "host.ipv4_addresses", 0, "");
		set_reading(&f, "host.ipv6_addresses", 0, "");
		decode(&f, &c, false, &row);
		if (row.value[0] != c.value)
			fail_msg("%s", public_cases[i].remote);
		fixture_fini(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_socket_rule),
		cmocka_unit_test(test_every_rule_of_the_catalogue_has_a_function),
		cmocka_unit_test(test_bound_sockets_hold_ports),
		cmocka_unit_test(test_what_connect_takes_over),
		cmocka_unit_test(test_public_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
