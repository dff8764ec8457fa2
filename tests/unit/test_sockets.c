/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes over the sockets: listeners and their sockets, families, and messages nobody should
 * trust. */
#include "unit.h"

#include <math.h>

#include "collect/address.h"
#include "collect/earlier.h"
#include "fakesource.h"
#include "packet.h"

static const struct query everything = { .states = STATES_ALL, .ext = 0xff };
static const uint32_t meminfo[9] = { 10, 11, 12, 13, 14, 15, 16, 17, 4000000000 };
static const uint32_t info[70] = { [17] = 200000 };
static const struct {
	struct nlattr attr;
	char name[8];
} ulp = { { NLA_HDRLEN + 4, INET_ULP_INFO_NAME }, "tls" };

/* ---- listeners ---- */

static struct listener listener(const char *address, unsigned port, unsigned interface, bool v6only)
{
	struct listener l = { .port = (uint16_t)port, .interface = interface, .v6only = v6only };
	unsigned char bytes[16] = { 0 };
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;

	assert_int_equal(inet_pton(family, address, bytes), 1);
	address_set(&l.address, (unsigned)family, bytes);
	return l;
}

static const struct find_case {
	const char *local;
	unsigned port, interface;
	const char *found; /* NULL: none */
} find_cases[] = {
	{ "10.0.0.1", 80, 0, "10.0.0.1" },  { "10.0.0.2", 80, 0, "0.0.0.0" },
	{ "fd00::1", 80, 0, NULL },	       { "10.0.0.1", 81, 0, "::" },
	{ "fd00::1", 81, 0, "::" },	       { "10.0.0.1", 82, 0, NULL },
	{ "fd00::1", 82, 0, "::" },	       { "fd00::2", 83, 0, "fd00::2" },
	{ "fd00::3", 83, 0, NULL },	       { "10.0.0.1", 84, 5, "0.0.0.0" },
	{ "10.0.0.1", 84, 6, NULL },	       { "10.0.0.1", 84, 0, NULL },
	{ "10.0.0.1", 80, 7, "10.0.0.1" },  { "10.0.0.1", 85, 0, "::" },
	{ "10.0.0.1", 86, 5, "0.0.0.0" },   { "10.0.0.1", 86, 0, "0.0.0.0" },
};

static void test_the_most_specific_listener_is_found(void **state)
{
	const struct listener all[] = {
		listener("0.0.0.0", 80, 0, false),  listener("10.0.0.1", 80, 0, false),
		listener("::", 81, 0, false),	    listener("::", 82, 0, true),
		listener("fd00::2", 83, 0, false),  listener("0.0.0.0", 84, 5, false),
		listener("::", 85, 0, true),	    listener("::", 85, 0, false),
		listener("0.0.0.0", 86, 0, false),  listener("0.0.0.0", 86, 5, false),
	};
	struct listeners *l = listeners_new();
	unsigned i;

	(void)state;
	for (i = 0; i < countof(all); i++)
		listeners_add(l, &all[i]);
	for (i = 0; i < countof(find_cases); i++) {
		const struct find_case *c = &find_cases[i];
		struct listener local = listener(c->local, c->port, c->interface, false);
		const struct address *found =
			listeners_find(l, &local.address, local.port, local.interface);

		if (!found != !c->found)
			fail_msg("%s %u on %u: %s", c->local, c->port, c->interface,
				 found ? "found" : "not found");
		if (!found)
			continue;
		local = listener(c->found, c->port, 0, false);
		assert_true(address_equal(found, &local.address));
	}
	listeners_free(l);
}

static void test_listeners_are_bounded(void **state)
{
	struct listeners *l = listeners_new();
	struct listener one = listener("127.0.0.0", 80, 0, false);
	unsigned i;

	(void)state;
	for (i = 0; i < LISTENERS_MAX + 10; i++) {
		one.address.bytes[1] = (unsigned char)(i >> 16);
		one.address.bytes[2] = (unsigned char)(i >> 8);
		one.address.bytes[3] = (unsigned char)i;
		listeners_add(l, &one);
	}
	assert_int_equal(l->count, LISTENERS_MAX);
	listeners_done(l, WHY_KNOWN);
	assert_int_equal(l->why, WHY_CUT);
	one.address.bytes[1] = 0;
	assert_non_null(listeners_find(l, &one.address, 80, 0));
	listeners_free(l);
}

static void test_earlier_listeners_are_bounded(void **state)
{
	struct earlier *earlier = xcalloc(1, sizeof *earlier);
	unsigned i;

	(void)state;
	earlier->columns = 1;
	for (i = 1; i <= LISTENERS_MAX; i++)
		*earlier_add(earlier, LISTENERS_MAX + 1 - i) = i;
	assert_null(earlier_add(earlier, 1));
	earlier_sort(earlier);
	assert_true(*earlier_find(earlier, 1) == LISTENERS_MAX);
	assert_null(earlier_find(earlier, 0));
	earlier_free(earlier);
}

/* ---- passes ---- */

struct seen {
	unsigned rows;
	struct row last;
	double before; /* of column 0; NaN: no row->before */
};

static void see(void *arg, enum pass pass, const struct row *row)
{
	struct seen *seen = arg;

	(void)pass;
	seen->rows++;
	seen->last = *row;
	seen->before = row->before ? row->before[0] : NAN;
}

static void put_listener(struct packet *p, unsigned port, uint64_t cookie, uint32_t drops)
{
	uint32_t words[9] = { [8] = drops };

	put_socket(p, &(struct socket_spec){ .state = STATE_LISTEN, .local_port = port,
					     .ipv6 = true, .cookie = cookie });
	put_attribute(p, INET_DIAG_SKMEMINFO, words, sizeof words);
}

static void test_a_listener_remembers_its_first_sample(void **state)
{
	static const char *const facts[] = { "drops", "side", NULL };
	struct packet before = { .len = 0 }, now = { .len = 0 }, rest = { .len = 0 };
	const struct fake_dump dumps[] = {
		{ 0, PASS_LISTEN, AF_INET6, DUMP_COMPLETE, before.bytes, sizeof before.bytes },
		{ 1, PASS_LISTEN, AF_INET6, DUMP_COMPLETE, now.bytes, sizeof now.bytes },
		{ 1, PASS_SOCKETS, AF_INET, DUMP_COMPLETE, rest.bytes, sizeof rest.bytes },
	};
	struct fake_source fake = fake_source(NULL);
	struct fake_dump known[countof(dumps)];
	struct seen seen = { .rows = 0 };
	struct pass_result result;
	struct sockets *sockets;
	struct earlier earlier = { .columns = 0 };
	struct fixture f;

	(void)state;
	put_listener(&before, 80, 7, 100);
	put_listener(&before, 81, 6, 5);
	put_listener(&now, 81, 8, 300);
	put_listener(&now, 80, 7, 130);
	put_socket(&rest, &(struct socket_spec){ ESTAB, .local = "10.0.0.1", .local_port = 80 });
	memcpy(known, dumps, sizeof known);
	known[0].len = before.len;
	known[1].len = now.len;
	known[2].len = rest.len;
	fake.dumps = known;
	fake.dump_count = countof(known);

	fixture_init(&f, facts);
	f.columns[0].before = true;
	f.plan.query[PASS_LISTEN] = (struct query){ .states = STATES_LISTEN, .ext = 0xff };
	earlier.columns = 1;
	sockets_earlier(&f.plan, &fake.source, f.sample, &earlier);
	sockets = sockets_new(&f.plan, f.sample, &earlier, NULL);
	sockets_pass(sockets, &fake.source, PASS_LISTEN, &f.plan.query[PASS_LISTEN], see, &seen,
		     &result);
	assert_int_equal(result.end, DUMP_COMPLETE);
	assert_int_equal(result.rows, 2);
	assert_int_equal(result.malformed, 0);
	assert_int_equal(seen.rows, 2);
	assert_true(seen.last.value[0] == 130 && seen.before == 100);
	assert_int_equal(seen.last.listener_address.family, AF_INET6);

	sockets_pass(sockets, &fake.source, PASS_SOCKETS, &everything, see, &seen, &result);
	assert_int_equal(seen.rows, 3);
	assert_true(isnan(seen.before));
	assert_true(seen.last.value[1] == SIDE_SERVER);
	assert_int_equal(seen.last.listener_address.family, AF_INET6);
	sockets_free(sockets);
	free(earlier.listeners);
	fixture_fini(&f);
}

static void test_a_new_listener_has_no_before(void **state)
{
	static const char *const facts[] = { "drops", NULL };
	struct packet now = { .len = 0 };
	struct fake_dump dump = { 1, PASS_LISTEN, AF_INET, DUMP_COMPLETE, now.bytes, 0 };
	struct fake_source fake = fake_source(NULL);
	struct seen seen = { .rows = 0 };
	struct pass_result result;
	struct sockets *sockets;
	struct earlier earlier = { .columns = 0 };
	struct fixture f;

	(void)state;
	put_listener(&now, 80, 7, 1);
	dump.len = now.len;
	fake.dumps = &dump;
	fake.dump_count = 1;
	fixture_init(&f, facts);
	f.columns[0].before = true;
	f.plan.query[PASS_LISTEN] = (struct query){ .states = STATES_LISTEN, .ext = 0xff };
	earlier.columns = 1;
	sockets_earlier(&f.plan, &fake.source, f.sample, &earlier);
	sockets = sockets_new(&f.plan, f.sample, &earlier, NULL);
	sockets_pass(sockets, &fake.source, PASS_LISTEN, &f.plan.query[PASS_LISTEN], see, &seen,
		     &result);
	assert_int_equal(seen.rows, 1);
	assert_true(isnan(seen.before));
	sockets_free(sockets);
	free(earlier.listeners);
	fixture_fini(&f);
}

/* One pass over what the dumps say. */
static struct pass_result pass_over(struct fake_source *fake, enum pass pass,
				    const struct query *query, struct seen *seen)
{
	static const char *const facts[] = { "uid", "side", "rcvbuf", NULL };
	struct pass_result result;
	struct sockets *sockets;
	struct fixture f;

	fixture_init(&f, facts);
	sockets = sockets_new(&f.plan, f.sample, NULL, NULL);
	sockets_pass(sockets, &fake->source, pass, query, see, seen, &result);
	sockets_free(sockets);
	fixture_fini(&f);
	return result;
}

#define PROC_HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt  " \
		  " uid  timeout inode                                                     \n"
#define PROC_LISTEN "   0: 0100007F:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000" \
		    "    33        0 4711 1 0000000000000000 100 0 0 10 0                       \n"

static const struct end_case {
	enum dump_end ipv4, ipv6;
	bool tcp, tcp6; /* the files exist */
	enum pass pass;
	enum dump_end end;
	bool proc;
	unsigned rows;
	const char *reason;
} end_cases[] = {
	{ DUMP_COMPLETE, DUMP_COMPLETE, true, true, PASS_LISTEN, DUMP_COMPLETE, false, 0, "" },
	{ DUMP_CUT, DUMP_COMPLETE, true, true, PASS_LISTEN, DUMP_CUT, false, 0,
	  "the fake said so" },
	{ DUMP_COMPLETE, DUMP_DEADLINE, true, true, PASS_INFO, DUMP_DEADLINE, false, 0,
	  "the fake said so" },
	{ DUMP_NOT_RECORDED, DUMP_NOT_RECORDED, true, true, PASS_LISTEN, DUMP_NOT_RECORDED, false,
	  0, "the fake said so" },
	{ DUMP_NO_DIAG, DUMP_NO_DIAG, true, true, PASS_LISTEN, DUMP_COMPLETE, true, 2,
	  "the fake said so" },
	{ DUMP_REFUSED, DUMP_REFUSED, true, true, PASS_LISTEN, DUMP_COMPLETE, true, 2,
	  "the fake said so" },
	{ DUMP_NO_DIAG, DUMP_NO_DIAG, true, false, PASS_LISTEN, DUMP_COMPLETE, true, 1,
	  "the fake said so" },
	/* no tcp_info there */
	{ DUMP_NO_DIAG, DUMP_NO_DIAG, true, true, PASS_INFO, DUMP_NO_DIAG, false, 0,
	  "the fake said so" },
	/* a kernel without IPv6 */
	{ DUMP_COMPLETE, DUMP_NO_DIAG, true, false, PASS_LISTEN, DUMP_COMPLETE, false, 0, "" },
	{ DUMP_COMPLETE, DUMP_NO_DIAG, true, false, PASS_INFO, DUMP_COMPLETE, false, 0, "" },
	{ DUMP_COMPLETE, DUMP_NO_DIAG, true, true, PASS_LISTEN, DUMP_COMPLETE, true, 1,
	  "the fake said so" },
};

static void test_ends_of_both_families(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(end_cases); i++) {
		const struct end_case *c = &end_cases[i];
		const struct fake_file files[] = {
			{ "proc/net/tcp", PROC_HEAD PROC_LISTEN, c->tcp ? 0 : ENOENT },
			{ "proc/net/tcp6", PROC_HEAD
			  "   0: 00000000000000000000000001000000:0050 "
			  "00000000000000000000000000000000:0000 0A 00000000:00000003 00:00000000 "
			  "00000000    33        0 4712 1 0000000000000000 100 0 0 10 0\n",
			  c->tcp6 ? 0 : ENOENT },
			{ 0 },
		};
		const struct fake_dump dumps[] = {
			{ 1, c->pass, AF_INET, c->ipv4, NULL, 0 },
			{ 1, c->pass, AF_INET6, c->ipv6, NULL, 0 },
		};
		struct fake_source fake = fake_source(files);
		struct seen seen = { .rows = 0 };
		struct pass_result result;

		fake.dumps = dumps;
		fake.dump_count = 2;
		result = pass_over(&fake, c->pass, &everything, &seen);
		if (result.end != c->end || result.proc != c->proc || seen.rows != c->rows ||
		    strcmp(buf_text(&result.reason), c->reason) != 0)
			fail_msg("case %u: end %d proc %d rows %u: %s", i, result.end, result.proc,
				 seen.rows, buf_text(&result.reason));
		if (c->proc)
			assert_true(seen.last.value[0] == 33);
		buf_fini(&result.reason);
	}
}

static void test_states_not_asked_for_are_skipped(void **state)
{
	static const struct query listen = { .states = STATES_LISTEN }, none = { .states = 0 },
				  bound = { .states = 1 << STATE_BOUND_INACTIVE };
	struct packet p = { .len = 0 };
	struct fake_dump dump = { 1, PASS_SOCKETS, AF_INET, DUMP_COMPLETE, p.bytes, 0 };
	struct fake_source fake = fake_source(NULL);
	struct seen seen = { .rows = 0 };
	struct pass_result result;

	(void)state;
	put_socket(&p, &(struct socket_spec){ ESTAB });
	put_socket(&p, &(struct socket_spec){ .state = STATE_CLOSE });
	dump.len = p.len;
	fake.dumps = &dump;
	fake.dump_count = 1;
	result = pass_over(&fake, PASS_SOCKETS, &listen, &seen);
	assert_int_equal(result.rows, 0);
	assert_int_equal(result.malformed, 0);
	result = pass_over(&fake, PASS_SOCKETS, &bound, &seen);
	assert_int_equal(result.rows, 1);
	fake.asked = 0;
	result = pass_over(&fake, PASS_SOCKETS, &none, &seen);
	assert_int_equal(fake.asked, 0);
	assert_int_equal(result.end, DUMP_COMPLETE);
}

/* ---- hostile messages ---- */

static void test_what_is_no_socket_is_counted(void **state)
{
	static const struct {
		unsigned offset;
		uint8_t byte;
		unsigned rows, malformed;
	} cases[] = {
		{ 0, 88, 1, 0 },      /* as it is */
		{ 4, 0xff, 0, 1 },    /* of another type */
		{ 4, NLMSG_NOOP, 0, 0 }, /* a control message */
		{ 0, 87, 0, 1 },      /* too short for a socket */
		{ 0, 89, 0, 1 },      /* longer than what came */
		{ 0, 15, 0, 1 },      /* shorter than its header */
		{ 0, 0, 0, 1 },
		{ 3, 0x80, 0, 1 },    /* 2 GiB long */
		{ NLMSG_HDRLEN, 1, 0, 1 },     /* AF_UNIX */
		{ NLMSG_HDRLEN + 1, 0, 0, 1 }, /* states that do not exist */
		{ NLMSG_HDRLEN + 1, STATES, 0, 1 },
		{ NLMSG_HDRLEN + 1, 255, 0, 1 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct packet p = { .len = 0 };
		struct fake_dump dump = { 1, PASS_SOCKETS, AF_INET, DUMP_COMPLETE, p.bytes, 0 };
		struct fake_source fake = fake_source(NULL);
		struct seen seen = { .rows = 0 };
		struct pass_result result;

		put_socket(&p, &(struct socket_spec){ ESTAB });
		p.bytes[4] = SOCK_DIAG_BY_FAMILY;
		p.bytes[cases[i].offset] = cases[i].byte;
		if (cases[i].offset == 4 && cases[i].byte == NLMSG_NOOP)
			p.bytes[5] = 0;
		dump.len = p.len;
		fake.dumps = &dump;
		fake.dump_count = 1;
		result = pass_over(&fake, PASS_SOCKETS, &everything, &seen);
		if (result.rows != cases[i].rows || result.malformed != cases[i].malformed)
			fail_msg("case %u: %lu rows, %lu malformed", i, result.rows,
				 result.malformed);
	}
}

static void test_lengths_of_attributes_are_not_believed(void **state)
{
	static const uint16_t lengths[] = { 0, 3, 4, 39, 41, 60, 0x7fff, 0xffff };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(lengths); i++) {
		struct packet p = { .len = 0 };
		struct fake_dump dump = { 1, PASS_SOCKETS, AF_INET, DUMP_COMPLETE, NULL, 0 };
		struct fake_source fake = fake_source(NULL);
		struct seen seen = { .rows = 0 };
		struct pass_result result;
		autofree unsigned char *exact = NULL;

		put_socket(&p, &(struct socket_spec){ ESTAB });
		put_attribute(&p, INET_DIAG_SKMEMINFO, meminfo, sizeof meminfo);
		memcpy(p.bytes + NLMSG_HDRLEN + sizeof(struct inet_diag_msg), &lengths[i], 2);
		/* On the heap, so that a sanitizer sees the first byte too many. */
		exact = xcalloc(1, p.len);
		memcpy(exact, p.bytes, p.len);
		dump.data = exact;
		dump.len = p.len;
		fake.dumps = &dump;
		fake.dump_count = 1;
		result = pass_over(&fake, PASS_SOCKETS, &everything, &seen);
		assert_int_equal(result.rows, 1);
		assert_int_equal(!isnan(seen.last.value[2]), lengths[i] == 39);
	}
}

static void test_random_bytes_do_no_harm(void **state)
{
	uint64_t seed = 1;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 2000; round++) {
		struct packet p = { .len = 0 };
		struct fake_dump dump = { 1, PASS_SOCKETS, AF_INET, DUMP_COMPLETE, NULL, 0 };
		struct fake_source fake = fake_source(NULL);
		struct seen seen = { .rows = 0 };
		autofree unsigned char *exact = NULL;

		for (i = 0; i < 3; i++) {
			put_socket(&p, &(struct socket_spec){ ESTAB, .ipv6 = i == 1 });
			put_attribute(&p, INET_DIAG_SKMEMINFO, meminfo, sizeof meminfo);
			put_attribute(&p, INET_DIAG_ULP_INFO, &ulp, sizeof ulp);
			put_attribute(&p, INET_DIAG_INFO, info, sizeof info);
		}
		for (i = 0; i < 8; i++)
			p.bytes[unit_random(&seed) % p.len] = (unsigned char)unit_random(&seed);
		dump.len = p.len - (round % 4 ? 0 : unit_random(&seed) % p.len);
		exact = xcalloc(1, dump.len);
		memcpy(exact, p.bytes, dump.len);
		dump.data = exact;
		fake.dumps = &dump;
		fake.dump_count = 1;
		pass_over(&fake, PASS_SOCKETS, &everything, &seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_most_specific_listener_is_found),
		cmocka_unit_test(test_listeners_are_bounded),
		cmocka_unit_test(test_earlier_listeners_are_bounded),
		cmocka_unit_test(test_a_listener_remembers_its_first_sample),
		cmocka_unit_test(test_a_new_listener_has_no_before),
		cmocka_unit_test(test_ends_of_both_families),
		cmocka_unit_test(test_states_not_asked_for_are_skipped),
		cmocka_unit_test(test_what_is_no_socket_is_counted),
		cmocka_unit_test(test_lengths_of_attributes_are_not_believed),
		cmocka_unit_test(test_random_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
