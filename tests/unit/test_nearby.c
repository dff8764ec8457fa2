/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who came from elsewhere: the host's own addresses and links, as /proc prints them, and the facts
 * that rest on them. */
#include "unit.h"

#include "collect/address.h"
#include "collect/nearby.h"
#include "decode_case.h"
#include "eval/key.h"

/* ---- files to words ---- */

#define LEAF(address, route) "        |-- " address "\n           " route "\n"
#define LOOPBACK_LEAVES LEAF("127.0.0.0", "/8 host LOCAL") LEAF("127.0.0.1", "/32 host LOCAL") \
			LEAF("127.255.255.255", "/32 link BROADCAST")
#define HOME LEAF("198.41.0.0", "/24 link UNICAST") LEAF("198.41.0.4", "/32 host LOCAL")

static const struct file_case {
	bool ipv6;
	const char *file, *words;
	double count;
	enum why why;
} file_cases[] = {
	{ false, "", "", 0, WHY_KNOWN },
	{ false, "Main:\n  +-- 0.0.0.0/0 3 0 5\n" LEAF("0.0.0.0", "/0 universe UNICAST")
	  LOOPBACK_LEAVES HOME "Local:\n" LOOPBACK_LEAVES HOME,
	  "local 127.0.0.0/8 local 127.0.0.1/32 link 198.41.0.0/24 local 198.41.0.4/32", 2, WHY_KNOWN },
	/* with routing rules the tables are apart */
	{ false, "Id 100:\n" LEAF("10.9.0.0", "/16 link UNICAST") "Main:\n"
	  LEAF("198.41.0.0", "/24 link UNICAST") "Local:\n" LEAF("198.41.0.4", "/32 host LOCAL"),
	  "link 10.9.0.0/16 link 198.41.0.0/24 local 198.41.0.4/32", 1, WHY_KNOWN },
	/* all the world behind a tunnel is no neighbourhood, a gateway's network neither */
	{ false, "Main:\n" LEAF("0.0.0.0", "/0 link UNICAST") LEAF("8.0.0.0", "/8 universe UNICAST")
	  LEAF("198.51.100.0", "/24 host LOCAL"), "local 198.51.100.0/24", 0, WHY_KNOWN },
	{ false, LEAF("10.0.0.999", "/24 host LOCAL"), NULL, 0, WHY_MALFORMED },
	{ false, LEAF("10.0.0.1", "/77 host LOCAL"), NULL, 0, WHY_MALFORMED },
	{ false, "           /32 host LOCAL\n", NULL, 0, WHY_MALFORMED },
	{ true, "", "", 0, WHY_KNOWN },
	{ true, "20010000000000000000000000000007 02 40 00 80     eth0\n"
		"00000000000000000000000000000001 01 80 10 80       lo\n",
	  "local 2001::7/128 link 2001::7/64 local ::1/128", 2, WHY_KNOWN },
	{ true, "2001 02 40 00 80 eth0\n", NULL, 0, WHY_MALFORMED },
	{ true, "20010000000000000000000000000007 02 81 00 80 eth0\n", NULL, 0, WHY_MALFORMED },
};

static void test_files(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(file_cases); i++) {
		const struct file_case *c = &file_cases[i];
		struct arena *arena = arena_new();
		struct reading r = c->ipv6 ? nearby_ipv6(arena, c->file) : nearby_ipv4(arena, c->file);

		assert_int_equal(r.why, c->why);
		if (c->words) {
			assert_string_equal(r.text, c->words);
			assert_true(r.number == c->count);
		}
		arena_free(arena);
	}
}

/* ---- ranges ---- */

static struct address address_of(const char *text)
{
	struct address address;
	unsigned char bytes[16] = { 0 };
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	assert_int_equal(inet_pton(family, text, bytes), 1);
	address_set(&address, (unsigned)family, bytes);
	return address;
}

static void test_ranges(void **state)
{
	static const struct {
		const char *address;
		bool own, near;
	} cases[] = {
		{ "198.41.0.4", true, true },	   { "198.41.0.0", false, true },
		{ "198.41.0.255", false, true },   { "198.41.1.0", false, false },
		{ "198.40.255.255", false, false }, { "198.41.0.3", false, true },
		{ "198.41.4.0", true, true },	   { "198.41.5.255", true, true },
		{ "198.41.6.0", false, false },	   { "127.9.9.9", true, true },
		{ "2001:0:0:1::7", true, true },   { "2001:0:0:1:ffff::", false, true },
		{ "2001:0:0:2::", false, false },  { "2001::ffff", false, false },
		{ "::ffff:198.41.0.4", true, true }, { "::198.41.0.4", false, false },
		{ "0.0.0.0", false, false },	   { "255.255.255.255", false, false },
		{ "::", false, false },		   { "ffff::", false, false },
	};
	struct sample *sample = sample_new();
	struct nearby nearby = { 0 };
	unsigned i, round;

	(void)state;
	sample->readings[fact_find("host.ipv4_addresses")] = (struct reading){
		.text = "local 198.41.0.4/32 link 198.41.0.0/24 local 127.0.0.0/8 local 198.41.0.4/32 "
			"local 198.41.4.0/23 garbage link",
	};
	sample->readings[fact_find("host.ipv6_addresses")] = (struct reading){
		.text = "local 2001:0:0:1::7/128 link 2001:0:0:1::7/64",
	};
	for (round = 0; round < 2; round++) {
		nearby_read(&nearby, sample);
		for (i = 0; i < countof(cases); i++) {
			struct address address = address_of(cases[i].address);

			if (nearby_has(&nearby.own, &address) != cases[i].own ||
			    nearby_has(&nearby.near, &address) != cases[i].near)
				fail_msg("%s", cases[i].address);
		}
	}
	nearby_fini(&nearby);
	sample_free(sample);
}

/* ---- facts ---- */

static const struct {
	const char *fact, *local, *remote;
	bool lists; /* of own addresses and links are known */
	double value;
} fact_cases[] = {
	{ "public", "10.0.0.1", "198.41.7.4", true, 1 },
	{ "public", "10.0.0.1", "198.41.7.4", false, NAN },
	{ "public", "10.0.0.1", "10.1.1.1", false, 0 },
	{ "public", "10.0.0.1", "100.64.1.1", false, 0 },
	{ "public", "10.0.0.1", "198.41.0.4", true, 0 }, /* our own */
	{ "public", "10.0.0.1", "198.41.0.9", true, 0 }, /* on the link */
	{ "public", "8.8.8.8", "8.8.8.8", false, 0 },	 /* to itself */
	{ "public", "fd00::1", "2a00::1", true, 1 },
	{ "public", "fd00::1", "2a01::9", true, 0 },
	{ "public", "fd00::1", "2a01:0:0:1::9", true, 1 },
	{ "public", "fd00::1", "::ffff:198.41.7.4", true, 1 },
	{ "public", "fd00::1", "::ffff:198.41.0.4", true, 0 },
	{ "own", "10.0.0.1", "198.41.0.4", true, 1 },
	{ "own", "10.0.0.1", "198.41.0.4", false, NAN },
	{ "own", "10.0.0.1", "198.41.0.9", true, 0 },
	{ "own", "10.0.0.1", "10.0.0.1", false, 1 },
	{ "own", "10.0.0.1", "127.0.0.2", false, 1 },
	{ "own", "fd00::1", "2a01::7", true, 1 },
	{ "shared", "10.0.0.1", "100.64.0.0", false, 1 },
	{ "shared", "10.0.0.1", "100.127.255.255", false, 1 },
	{ "shared", "10.0.0.1", "100.63.255.255", false, 0 },
	{ "shared", "10.0.0.1", "100.128.0.0", false, 0 },
	{ "shared", "fd00::1", "::ffff:100.64.0.1", false, 1 },
	{ "shared", "fd00::1", "6440::1", false, 0 },
};

static void test_facts(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(fact_cases); i++) {
		const struct decode_case c = {
			.fact = fact_cases[i].fact,
			.socket = { ESTAB, .local = fact_cases[i].local, .remote = fact_cases[i].remote },
		};
		const char *const facts[] = { c.fact, NULL };
		double expected = fact_cases[i].value;
		struct fixture f;
		struct row row;

		fixture_init(&f, facts);
		if (fact_cases[i].lists) {
			set_reading(&f, "host.ipv4_addresses", 1, "local 198.41.0.4/32 link 198.41.0.0/24");
			set_reading(&f, "host.ipv6_addresses", 1, "local 2a01::7/128 link 2a01::/64");
		}
		decode(&f, &c, false, &row);
		if (isnan(row.value[0]) ? !isnan(expected) : row.value[0] != expected)
			fail_msg("%s of %s: %g", c.fact, fact_cases[i].remote, row.value[0]);
		if (isnan(expected))
			assert_int_equal(row.unknown[0], WHY_NOT_RECORDED);
		fixture_fini(&f);
	}
}

static void test_a_kernel_without_ipv6_has_no_addresses_of_it(void **state)
{
	struct sample *sample = sample_new();
	struct nearby nearby = { 0 };
	struct address six = address_of("2a00::1");

	(void)state;
	sample->readings[fact_find("host.ipv6_addresses")].why = WHY_ABSENT;
	nearby_read(&nearby, sample);
	assert_int_equal(nearby_why(&nearby, &six), WHY_KNOWN);
	assert_false(nearby_has(&nearby.own, &six));
	nearby_fini(&nearby);
	sample_free(sample);
}

/* ---- networks ---- */

static void test_networks(void **state)
{
	static const struct {
		const char *remote, *net;
	} cases[] = {
		{ "198.41.7.4", "198.41.7.0" },
		{ "::ffff:198.41.7.4", "198.41.7.0" },
		{ "64:ff9b::198.41.7.4", "198.41.7.0" },
		{ "64:ff9b::1:198.41.7.4", "64:ff9b::" },
		{ "2a00:1:2:3::4", "2a00:1:2::" },
	};
	static const struct plan plan;
	struct key_source source = key_source_of_fact(&plan, fact_find("remote_net"));
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct row row = { .remote = address_of(cases[i].remote) };
		struct address net = address_of(cases[i].net);
		struct key key;

		assert_int_equal(key_make(&source, &row, &key), KEY_READY);
		if (!address_equal(&key.remote, &net))
			fail_msg("%s", cases[i].remote);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_a_kernel_without_ipv6_has_no_addresses_of_it),
		cmocka_unit_test(test_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
