/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host facts: every origin, every reason, and texts nobody should trust. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "collect/collect.h"
#include "base/portset.h"
#include "collect/proctext.h"
#include "fakesource.h"

/* ---- a plan made by hand ---- */

struct fixture {
	struct plan plan;
	struct sample *sample;
	struct column columns[4];
};

static struct fixture fixture_new(void)
{
	return (struct fixture){
		.plan = { .names = names_new(),
			  .fact_used = xcalloc(fact_count, sizeof(bool)),
			  .fact_twice = xcalloc(fact_count, sizeof(bool)) },
		.sample = sample_new(),
	};
}

static void fixture_free(struct fixture *f)
{
	names_free(f->plan.names);
	free(f->plan.fact_used);
	free(f->plan.fact_twice);
	sample_free(f->sample);
}

static unsigned number_of(const char *name)
{
	unsigned fact = fact_find(name);

	if (fact == FACT_NONE)
		fail_msg("no fact %s", name);
	return fact;
}

static const struct reading *reading(const struct fixture *f, const char *name)
{
	return &f->sample->readings[number_of(name)];
}

/* ---- one file, one fact ---- */

#define NETSTAT "TcpExt: SyncookiesSent ListenOverflows TW\nTcpExt: 1 18446744073709551615 3\n" \
		"IpExt: InNoRoutes\nIpExt: 7\n"
#define SNMP "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn CurrEstab RetransSegs\n" \
	     "Tcp: -1 5 42\n"
#define SOCKSTAT "sockets: used 16\nTCP: inuse 1 orphan 0 tw 9 alloc 1 mem 157\nUDP: inuse 4\n"
#define CONNTRACK "entries  searched found insert_failed drop early_drop\n" \
		  "00000001  00000000 00000000 0000000a 00000001 00000000\n" \
		  "00000001  00000000 00000000 00000006 ffffffff 00000000\n"
#define SOFTNET "00000010 00000002 00000003 00000000\n000000f0 00000001 00000000 00000000\n"
#define STATUS "Name:\tx\nCapInh:\t0\nCapEff:\t0000000000001000\n"

static const struct reading_case {
	const char *fact, *path, *text;
	int error;
	enum why why;
	double number;
	uint64_t raw;
	const char *words;
} reading_cases[] = {
	/* sysctls */
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", "4096\n", 0, WHY_KNOWN, 4096, 4096,
	  "4096" },
	{ "net.ipv4.tcp_rmem.max", "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n", 0,
	  WHY_KNOWN, 6291456, 6291456, "4096 131072 6291456" },
	{ "net.ipv4.tcp_rmem.max", "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\n", 0,
	  .why = WHY_MALFORMED },
	{ "net.ipv4.tcp_fin_timeout", "proc/sys/net/ipv4/tcp_fin_timeout", "-1\n", 0, WHY_KNOWN, -1,
	  0, "-1" },
	{ "net.ipv4.tcp_rto_min_us", "proc/sys/net/ipv4/tcp_rto_min_us", "200000\n", 0, WHY_KNOWN,
	  200 / 1e3, 200000, "200000" },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", "", 0, .why = WHY_MALFORMED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", "0x10", 0, .why = WHY_MALFORMED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", "1e3", 0, .why = WHY_MALFORMED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", "nan", 0, .why = WHY_MALFORMED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn",
	  "123456789012345678901234567890123456789012345678901234567890", 0, .why = WHY_MALFORMED },
	{ "net.core.somaxconn", NULL, NULL, 0, .why = WHY_ABSENT },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", NULL, EACCES, .why = WHY_DENIED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", NULL, EPERM, .why = WHY_DENIED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", NULL, ENODATA,
	  .why = WHY_NOT_RECORDED },
	{ "net.core.somaxconn", "proc/sys/net/core/somaxconn", NULL, EIO, .why = WHY_MALFORMED },
	{ "net.ipv4.tcp_max_orphans", NULL, NULL, 0, .why = WHY_HOST_WIDE },
	{ "net.ipv4.tcp_mem.max", NULL, NULL, 0, .why = WHY_HOST_WIDE },
	{ "net.ipv4.tcp_max_orphans", "proc/sys/net/ipv4/tcp_mem", "1 2 3\n", 0,
	  .why = WHY_ABSENT },
	{ "host.uptime", "proc/uptime", "3600.25 7000.00\n", 0, WHY_KNOWN, 3600.25, 0,
	  "3600.25 7000.00" },
	/* texts: what a terminal could act on is spelt out */
	{ "host.name", "proc/sys/kernel/hostname", "web\x1b[2J\n", 0, WHY_KNOWN, NAN, 0,
	  "web\\x1b[2J" },
	{ "host.kernel", "proc/sys/kernel/osrelease", "6.1.0-18-amd64\n", 0, WHY_KNOWN, NAN, 0,
	  "6.1.0-18-amd64" },
	/* two-line tables */
	{ "TcpExt.ListenOverflows", "proc/net/netstat", NETSTAT, 0, WHY_KNOWN,
	  18446744073709551615.0, UINT64_MAX, NULL },
	{ "TcpExt.TW", "proc/net/netstat", NETSTAT, 0, WHY_KNOWN, 3, 3, NULL },
	{ "TcpExt.ListenDrops", "proc/net/netstat", NETSTAT, 0, .why = WHY_ABSENT },
	{ "Tcp.RetransSegs", "proc/net/snmp", SNMP, 0, WHY_KNOWN, 42, 42, NULL },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Ip: A\nIp: 1\n", 0, .why = WHY_ABSENT },
	{ "Tcp.RetransSegs", "proc/net/snmp", "", 0, .why = WHY_ABSENT },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs", 0, .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\n", 0, .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\nTcp:\n", 0, .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs X\nTcp: 1\n", 0,
	  .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\nTcp: 1 2\n", 0,
	  .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\nIp: 1\n", 0,
	  .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\nTcp: -1\n", 0,
	  .why = WHY_MALFORMED },
	{ "Tcp.RetransSegs", "proc/net/snmp", "Tcp: RetransSegs\nTcp: 18446744073709551616\n", 0,
	  .why = WHY_MALFORMED },
	/* sockstat */
	{ "sockstat.tcp.tw", "proc/net/sockstat", SOCKSTAT, 0, WHY_KNOWN, 9, 9, NULL },
	{ "sockstat.tcp.mem", "proc/net/sockstat", SOCKSTAT, 0, WHY_KNOWN, 157, 157, NULL },
	{ "sockstat.tcp.tw", "proc/net/sockstat", "TCP: inuse 1 tw\n", 0, .why = WHY_MALFORMED },
	{ "sockstat.tcp.tw", "proc/net/sockstat", "TCP: inuse 1\n", 0, .why = WHY_ABSENT },
	{ "sockstat.tcp.tw", "proc/net/sockstat", "TCP6: tw 1\n", 0, .why = WHY_ABSENT },
	/* per CPU */
	{ "softnet.processed", "proc/net/softnet_stat", SOFTNET, 0, WHY_KNOWN, 256, 256, NULL },
	{ "softnet.dropped", "proc/net/softnet_stat", SOFTNET, 0, WHY_KNOWN, 3, 3, NULL },
	{ "softnet.time_squeeze", "proc/net/softnet_stat", "00 01\n00 01\n", 0, .why = WHY_ABSENT },
	{ "softnet.dropped", "proc/net/softnet_stat", "00 01\n00\n", 0, .why = WHY_MALFORMED },
	{ "softnet.dropped", "proc/net/softnet_stat", "00 0g\n", 0, .why = WHY_MALFORMED },
	{ "softnet.dropped", "proc/net/softnet_stat", "00 00000000000000001\n", 0,
	  .why = WHY_MALFORMED },
	{ "softnet.dropped", "proc/net/softnet_stat", "", 0, .why = WHY_MALFORMED },
	{ "conntrack.insert_failed", "proc/net/stat/nf_conntrack", CONNTRACK, 0, WHY_KNOWN, 16, 16,
	  NULL },
	{ "conntrack.drop", "proc/net/stat/nf_conntrack", CONNTRACK, 0, WHY_KNOWN, 4294967296.0,
	  UINT64_C(0x100000000), NULL },
	{ "conntrack.drop", "proc/net/stat/nf_conntrack", "entries drop\n", 0,
	  .why = WHY_MALFORMED },
	{ "conntrack.drop", "proc/net/stat/nf_conntrack", "entries drop\n1\n", 0,
	  .why = WHY_MALFORMED },
	{ "conntrack.drop", "proc/net/stat/nf_conntrack", "entries\n1\n", 0, .why = WHY_ABSENT },
	/* labelled lines */
	{ "host.memory", "proc/meminfo", "MemFree: 1 kB\nMemTotal:       24000 kB\n", 0, WHY_KNOWN,
	  24000 * 1024.0, 24000, NULL },
	{ "host.memory", "proc/meminfo", "MemTotal:\nMemFree: 1 kB\n", 0, .why = WHY_MALFORMED },
	{ "host.memory", "proc/meminfo", "MemFree: 1 kB\n", 0, .why = WHY_ABSENT },
	/* rules */
	{ "host.cap_net_admin", "proc/self/status", STATUS, 0, WHY_KNOWN, 1, 0, NULL },
	{ "host.cap_sys_ptrace", "proc/self/status", STATUS, 0, WHY_KNOWN, 0, 0, NULL },
	{ "host.cap_sys_ptrace", "proc/self/status", "CapEff:\n", 0, .why = WHY_MALFORMED },
	{ "host.cap_sys_ptrace", NULL, NULL, 0, .why = WHY_ABSENT },
	{ "host.first_namespace", "proc/sys/net/ipv4/tcp_mem", "1 2 3\n", 0,
	  WHY_KNOWN, 1, 0, NULL },
	{ "host.first_namespace", "proc/sys/net/ipv4/tcp_mem", NULL, EACCES,
	  WHY_KNOWN, 1, 0, NULL },
	{ "host.first_namespace", "proc/sys/net/ipv4/tcp_mem", NULL, ENODATA,
	  .why = WHY_NOT_RECORDED },
	{ "host.first_namespace", NULL, NULL, 0, WHY_KNOWN, 0, 0, NULL },
};

static void check_reading(const struct reading_case *c, const struct fixture *f)
{
	const struct reading *r = reading(f, c->fact);

	if (r->why != c->why)
		fail_msg("%s of \"%s\": why %d, not %d", c->fact, c->text ? c->text : "(none)",
			 r->why, c->why);
	if (c->why != WHY_KNOWN)
		return;
	if (!isnan(c->number) && r->number != c->number)
		fail_msg("%s of \"%s\": %.17g", c->fact, c->text, r->number);
	assert_int_equal(r->raw, c->raw);
	if (c->words)
		assert_string_equal(r->text, c->words);
	else
		assert_null(r->text);
}

static void test_each_origin_and_reason(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(reading_cases); i++) {
		const struct reading_case *c = &reading_cases[i];
		const struct fake_file files[] = { { c->path, c->text, c->error }, { 0 } };
		struct fake_source fake = fake_source(files);
		struct fixture f = fixture_new();

		f.plan.fact_used[number_of(c->fact)] = true;
		collect_host(&fake.source, &f.plan, 1, f.sample);
		check_reading(c, &f);
		fixture_free(&f);
	}
}

static void test_text_has_the_number_of_its_name(void **state)
{
	const struct fake_file files[] = {
		{ "proc/sys/net/ipv4/tcp_congestion_control", "bbr\n", 0 }, { 0 },
	};
	struct fake_source fake = fake_source(files);
	struct fixture f = fixture_new();

	(void)state;
	f.plan.fact_used[number_of("net.ipv4.tcp_congestion_control")] = true;
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_true(reading(&f, "net.ipv4.tcp_congestion_control")->number ==
		    names_intern(f.plan.names, "bbr", 3));
	fixture_free(&f);
}

static void test_manifest(void **state)
{
	struct fake_source fake = fake_source(NULL);
	struct fixture f = fixture_new();

	(void)state;
	fake.source.manifest.page_size = 65536;
	f.plan.fact_used[number_of("host.page_size")] = true;
	f.plan.fact_used[number_of("host.netns")] = true;
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_int_equal(reading(&f, "host.page_size")->why, WHY_KNOWN);
	assert_true(reading(&f, "host.page_size")->number == 65536);
	assert_int_equal(reading(&f, "host.netns")->why, WHY_NOT_RECORDED);
	fake.source.manifest.netns = "net:[4026531840]";
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_string_equal(reading(&f, "host.netns")->text, "net:[4026531840]");
	fixture_free(&f);
}

static void test_each_file_is_read_once(void **state)
{
	const struct fake_file files[] = { { "proc/net/netstat", NETSTAT, 0 }, { 0 } };
	struct fake_source fake = fake_source(files);
	struct fixture f = fixture_new();
	unsigned i;

	(void)state;
	for (i = 0; i < fact_count; i++)
		f.plan.fact_used[i] = fact_catalogue[i].path &&
				      strcmp(fact_catalogue[i].path, "proc/net/netstat") == 0;
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(reading(&f, "TcpExt.TW")->why, WHY_KNOWN);
	assert_int_equal(reading(&f, "IpExt.InNoRoutes")->raw, 7);
	fixture_free(&f);
}

static void test_first_sample_reads_only_what_is_wanted_twice(void **state)
{
	const struct fake_file files[] = {
		{ "proc/net/netstat", NETSTAT, 0 }, { "proc/net/snmp", SNMP, 0 }, { 0 },
	};
	struct fake_source fake = fake_source(files);
	struct fixture f = fixture_new();

	(void)state;
	f.plan.fact_used[number_of("TcpExt.TW")] = true;
	f.plan.fact_used[number_of("Tcp.RetransSegs")] = true;
	f.plan.fact_twice[number_of("Tcp.RetransSegs")] = true;
	f.plan.configured = true;
	collect_host(&fake.source, &f.plan, 0, f.sample);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(reading(&f, "TcpExt.TW")->why, WHY_NOT_RECORDED);
	assert_int_equal(reading(&f, "Tcp.RetransSegs")->raw, 42);
	assert_int_equal(f.sample->configured, WHY_NOT_RECORDED);
	fixture_free(&f);
}

static void test_all_facts_at_once_on_nothing(void **state)
{
	struct fake_source fake = fake_source(NULL);
	struct fixture f = fixture_new();
	unsigned i;

	(void)state;
	memset(f.plan.fact_used, true, fact_count);
	collect_host(&fake.source, &f.plan, 1, f.sample);
	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].scope == FACT_HOST &&
		    fact_catalogue[i].field != HOST_FIRST_NAMESPACE)
			if (f.sample->readings[i].why == WHY_KNOWN)
				fail_msg("%s is known", fact_catalogue[i].name);
	fixture_free(&f);
}

static void test_random_texts_do_no_harm(void **state)
{
	static const char *const texts[] = { NETSTAT, SNMP, SOCKSTAT, CONNTRACK, SOFTNET, STATUS };
	static const char bytes[] = "\n\n  ::\t09afF-.xTcp\x80";
	uint64_t seed = 3;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 2000; round++) {
		const char *text = texts[round % countof(texts)];
		size_t len = strlen(text) - unit_random(&seed) % (strlen(text) / 2);
		autofree char *exact = xcalloc(len + 1, 1);
		struct proc_number number;

		memcpy(exact, text, len);
		for (i = 0; i < 4; i++)
			exact[unit_random(&seed) % len] =
				bytes[unit_random(&seed) % (sizeof bytes - 1)];
		for (i = 0; i < fact_count; i++)
			if (fact_catalogue[i].scope == FACT_HOST)
				proctext_find(exact, &fact_catalogue[i], &number);
	}
}

/* ---- derived ---- */

static const struct ports_case {
	const char *range, *reserved;
	enum why why;
	double count;
} ports_cases[] = {
	{ "32768\t60999\n", "\n", WHY_KNOWN, 28232 },
	{ "32768\t60999\n", "8080,32768-32777,60999\n", WHY_KNOWN, 28232 - 11 },
	{ "1\t65535\n", "1-65535\n", WHY_KNOWN, 0 },
	{ "60999\t32768\n", "\n", WHY_MALFORMED, 0 },
	{ "1\t65536\n", "\n", WHY_MALFORMED, 0 },
	{ "-5\t10\n", "\n", WHY_MALFORMED, 0 },
	{ "1\t10\n", "5,\n", WHY_MALFORMED, 0 },
	{ "1\t10\n", NULL, WHY_ABSENT, 0 },
	{ NULL, "\n", WHY_ABSENT, 0 },
};

/* What a fact of the host comes to with these two files; NULL: they are not there. */
static void check_derived(const char *fact, const char *const paths[2], const char *const texts[2],
			  enum why why, double number)
{
	const struct fake_file files[] = {
		{ paths[0], texts[0], texts[0] ? 0 : ENOENT },
		{ paths[1], texts[1], texts[1] ? 0 : ENOENT },
		{ 0 },
	};
	struct fake_source fake = fake_source(files);
	struct fixture f = fixture_new();

	f.plan.fact_used[number_of(fact)] = true;
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_int_equal(reading(&f, fact)->why, why);
	assert_true(reading(&f, fact)->number == number);
	fixture_free(&f);
}

static void test_ephemeral_ports(void **state)
{
	static const char *const paths[] = { "proc/sys/net/ipv4/ip_local_port_range",
					     "proc/sys/net/ipv4/ip_local_reserved_ports" };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(ports_cases); i++) {
		const struct ports_case *c = &ports_cases[i];
		const char *const texts[] = { c->range, c->reserved };

		check_derived("host.ephemeral_ports", paths, texts, c->why, c->count);
	}
}

static const struct {
	const char *now, *allowed;
	enum why why;
	double count;
} congestion_cases[] = {
	{ "cubic\n", "reno cubic\n", WHY_KNOWN, 0 },
	{ "bbr\n", "reno cubic bbr\n", WHY_KNOWN, 1 },
	{ "reno\n", "reno cubic\n", WHY_KNOWN, 1 },
	{ "bbr\n", "bbr2 bb reno bbr\n", WHY_KNOWN, 2 },
	{ "cubic\n", "\n", WHY_KNOWN, 0 },
	{ "cubic\n", NULL, WHY_HOST_WIDE, 0 },
	{ NULL, "reno\n", WHY_ABSENT, 0 },
};

static void test_congestion_alternatives(void **state)
{
	static const char *const paths[] = { "proc/sys/net/ipv4/tcp_congestion_control",
					     "proc/sys/net/ipv4/tcp_allowed_congestion_control" };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(congestion_cases); i++) {
		const char *const texts[] = { congestion_cases[i].now, congestion_cases[i].allowed };

		check_derived("host.congestion_alternatives", paths, texts, congestion_cases[i].why,
			      congestion_cases[i].count);
	}
}

static void test_socket_facts_bring_their_host_facts(void **state)
{
	struct fake_source fake = fake_source(NULL);
	struct fixture f = fixture_new();

	(void)state;
	f.columns[0].fact = (unsigned short)number_of("reserved");
	f.plan.columns = f.columns;
	f.plan.column_count = 1;
	collect_host(&fake.source, &f.plan, 1, f.sample);
	assert_int_equal(reading(&f, "net.ipv4.ip_local_reserved_ports")->why, WHY_ABSENT);
	fixture_free(&f);
}

static const struct port_set_case {
	const char *text;
	int result;
	unsigned count;
} port_set_cases[] = {
	{ "", 0, 0 },	       { "\n", 0, 0 },	       { "8080", 0, 1 },
	{ "8080\n", 0, 1 },    { "0-65535", 0, 65536 }, { "1,2,3,2-4\n", 0, 4 },
	{ "65535", 0, 1 },     { "65536", -1, 0 },     { "99999999999999999999", -1, 0 },
	{ "9-8", -1, 0 },      { "1,", -1, 0 },	       { ",1", -1, 0 },
	{ "1-", -1, 0 },       { "-1", -1, 0 },	       { "1 2", -1, 0 },
	{ "1;2", -1, 0 },      { "0x10", -1, 0 },      { "1-2-3", -1, 0 },
};

static void test_port_sets(void **state)
{
	struct port_set set;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(port_set_cases); i++) {
		const struct port_set_case *c = &port_set_cases[i];

		assert_int_equal(port_set_parse(&set, c->text), c->result);
		assert_int_equal(port_set_count(&set, 0, 65535), c->count);
	}
	port_set_parse(&set, "8080,9000-9100");
	assert_true(port_set_has(&set, 9100));
	assert_false(port_set_has(&set, 9101));
	assert_int_equal(port_set_count(&set, 8080, 9000), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_origin_and_reason),
		cmocka_unit_test(test_text_has_the_number_of_its_name),
		cmocka_unit_test(test_manifest),
		cmocka_unit_test(test_each_file_is_read_once),
		cmocka_unit_test(test_first_sample_reads_only_what_is_wanted_twice),
		cmocka_unit_test(test_all_facts_at_once_on_nothing),
		cmocka_unit_test(test_random_texts_do_no_harm),
		cmocka_unit_test(test_ephemeral_ports),
		cmocka_unit_test(test_congestion_alternatives),
		cmocka_unit_test(test_socket_facts_bring_their_host_facts),
		cmocka_unit_test(test_port_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
