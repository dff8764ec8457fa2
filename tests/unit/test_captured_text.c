/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other programs printed of a host: 'sysctl -a', nstat, netstat. */
#include "recordings.h"

#include "collect/capture.h"
#include "collect/netstattext.h"
#include "collect/nstattext.h"
#include "collect/sysctltext.h"

/* ---- sysctl -a ---- */

#define TEXT(literal) { (char *)(uintptr_t)literal, sizeof literal - 1, sizeof literal }

static void test_sysctls_read_as_their_files(void **state)
{
	static const struct {
		const char *key, *file;
		int error;
	} cases[] = {
		{ "net.ipv4.tcp_sack", "1\n", 0 },
		{ "net.ipv4.tcp_rmem", "4096\t131072\t6291456\n", 0 },
		{ "net.ipv4.tcp_sac", "", ENODATA }, /* the beginning of another key */
		{ "net.ipv4.tcp_sack2", "", ENODATA },
		{ "net.ipv4.conf.eth0/7.rp_filter", "2\n", 0 },
		{ "net.ipv4.ip_local_reserved_ports", "\n", 0 },
		{ "net.ipv4.tcp_crlf", "5\n", 0 },
		{ "net.ipv4.tcp_repeated", "7\n", 0 },
		{ "net.ipv4.tcp_conflict", NULL, EILSEQ },
		{ "net.ipv4.tcp_nul", NULL, EILSEQ },
		{ "net.ipv4.tcp_fastopen_key", "", EACCES },
		{ "net.ipv4.tcp_older", "", EACCES },
		{ "net.ipv4.tcp_tight", "", ENODATA },
		{ "net.ipv4.tcp_cut", "", ENODATA },
	};
	static const struct buf text =
		TEXT("\xef\xbb\xbfnet.ipv4.tcp_sack = 1\n"
		     "net.ipv4.tcp_rmem = 4096\t131072\t6291456\n"
		     "net.ipv4.conf.eth0/7.rp_filter = 2\n"
		     "net.ipv4.ip_local_reserved_ports = \n"
		     "sysctl: permission denied on key \"net.ipv4.tcp_fastopen_key\"\n"
		     "sysctl: permission denied on key 'net.ipv4.tcp_older'\n"
		     "net.ipv4.tcp_crlf = 5\r\n"
		     "net.ipv4.tcp_repeated = 7\nnet.ipv4.tcp_conflict = 1\nnet.ipv4.tcp_repeated = 7\n"
		     "net.ipv4.tcp_conflict = 2\n"
		     "net.ipv4.tcp_nul = 1\0002\n"
		     "net.ipv4.tcp_tight=3\n"
		     "\n = 1\n=\n\xff\xfe\n"
		     "net.ipv4.tcp_cut = 123");
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		assert_int_equal(sysctltext_find(&text, cases[i].key, &out), cases[i].error);
		if (cases[i].file)
			assert_string_equal(buf_text(&out), cases[i].file);
	}
	buf_fini(&out);
}

static void test_what_a_text_is(void **state)
{
	static const struct {
		struct buf text;
		enum sysctltext_kind kind;
	} cases[] = {
		{ BUF_INIT, SYSCTLTEXT_NONE },
		{ TEXT("net.ipv4.tcp_sack = 1\n"), SYSCTLTEXT_OUTPUT },
		{ TEXT("net.ipv4.tcp_sack = 1\r\n"), SYSCTLTEXT_OUTPUT },
		{ TEXT("net.ipv4.tcp_sack = 1"), SYSCTLTEXT_NONE }, /* not a whole line */
		{ TEXT("sysctl: reading key \"net.ipv6.x\"\nkernel.hostname = a\n"), SYSCTLTEXT_OUTPUT },
		{ TEXT("# tuned\nnet.ipv4.tcp_sack = 1\n"), SYSCTLTEXT_CONF },
		{ TEXT("net.ipv4.tcp_sack=1\n"), SYSCTLTEXT_CONF },
		{ TEXT("# only a comment\n"), SYSCTLTEXT_NONE },
		{ TEXT("title = something\n"), SYSCTLTEXT_NONE },
		{ TEXT("n\0e\0t\0.\0i\0 \0=\0 \0001\0\n\0"), SYSCTLTEXT_NONE }, /* UTF-16 */
		{ TEXT("\x7f\x45\x4c\x46\x02\x01\n\0\0\n"), SYSCTLTEXT_NONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++)
		assert_int_equal(sysctltext_kind(&cases[i].text), cases[i].kind);
}

static void test_no_bytes_break_the_reader(void **state)
{
	static const char pieces[] = "net.ipv4.tcp_sack = \n\r\0sysctl: permission denied on key '\"=.";
	struct buf text = BUF_INIT, out = BUF_INIT;
	uint64_t random = 7;
	unsigned round;

	(void)state;
	for (round = 0; round < 5000; round++) {
		size_t from, len;

		if (round % 50 == 0)
			buf_clear(&text);
		from = (size_t)(unit_random(&random) % (sizeof pieces - 1));
		len = (size_t)(unit_random(&random) % (sizeof pieces - from));
		buf_write(&text, pieces + from, len);
		sysctltext_kind(&text);
		sysctltext_find(&text, "net.ipv4.tcp_sack", &out);
	}
	buf_fini(&text);
	buf_fini(&out);
}

/* ---- nstat ---- */

static void test_counters_read_as_their_table(void **state)
{
	static const struct {
		struct buf text;
		const char *path, *table;
		int error;
	} cases[] = {
		{ TEXT("#kernel\nTcpExtListenDrops   7   0.0\nTcpExtListenDropsMore 8 0.0\n"),
		  "proc/net/netstat", "TcpExt: ListenDrops\nTcpExt: 7\n", 0 },
		{ TEXT("#1804289383 sampling_interval=0\nTcpActiveOpens 18446744073709551615 0.0\n"),
		  "proc/net/snmp", "Tcp: ActiveOpens\nTcp: 18446744073709551615\n", 0 },
		{ TEXT("#kernel\nTcpActiveOpens 7 0.0\n"), "proc/net/netstat", "", ENODATA },
		{ TEXT("#kernel\nTcpActiveOpens 7 0.0\n"), "proc/net/sockstat", "", ENODATA },
		{ TEXT("#kernel\nTcpActiveOpens -7 0.0\nTcpActiveOpens\n"), "proc/net/snmp", "", ENODATA },
		{ TEXT("#kernel\nTcpActiveOpens 7 0.0"), "proc/net/snmp", "", ENODATA },
		{ TEXT("TcpActiveOpens 7 0.0\n"), "proc/net/snmp", "", ENODATA },
		{ TEXT("#kernel\nTcpActiveOpens 7 0.0\nTcpActiveOpens 7 0.0\n"), "proc/net/snmp", NULL, EILSEQ },
		{ BUF_INIT, "proc/net/snmp", "", ENODATA },
	};
	static const char pieces[] = "#kernel\nTcpActiveOpens 18446744073709551616 0.0\nTcpExt\n\0 1";
	struct buf out = BUF_INIT, text = BUF_INIT;
	uint64_t random = 5;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		assert_int_equal(nstattext_table(&cases[i].text, cases[i].path, &out), cases[i].error);
		if (cases[i].table)
			assert_string_equal(buf_text(&out), cases[i].table);
	}
	for (i = 0; i < 2000; i++) {
		const size_t from = (size_t)(unit_random(&random) % (sizeof pieces - 1));

		if (i % 20 == 0)
			buf_clear(&text);
		buf_write(&text, pieces + from,
			  (size_t)(unit_random(&random) % (sizeof pieces - from)));
		nstattext_table(&text, "proc/net/snmp", &out);
	}
	buf_fini(&text);
	buf_fini(&out);
}

/* ---- netstat ---- */

#define NETSTAT "Active Internet connections (servers and established)\n" \
	"Proto Recv-Q Send-Q Local Address Foreign Address State User Inode PID/Program name Timer\n"

static void test_netstat_reads_as_the_table(void **state)
{
	static const struct {
		struct buf text;
		int family;
		const char *table; /* behind its titles; NULL: there is none */
	} cases[] = {
		{ TEXT(NETSTAT "tcp 3 0 10.0.0.1:80 0.0.0.0:* LISTEN 33 4711 812/nginx: master p off (0.00/0/0)\n"),
		  AF_INET, "0: 0100000A:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000 33 0 4711\n" },
		{ TEXT(NETSTAT "tcp 0 9 10.0.0.1:80 10.0.0.2:5000 ESTABLISHED 0 7 - on (1.25/2/0)\n"),
		  AF_INET, "0: 0100000A:0050 0200000A:1388 01 00000009:00000000 01:0000007D 00000002 0 0 7\n" },
		{ TEXT(NETSTAT "tcp 0 9 10.0.0.1:80 10.0.0.2:5000 ESTABLISHED 0 7 - unkn-4 (0.20/0/3)\n"),
		  AF_INET, "0: 0100000A:0050 0200000A:1388 01 00000009:00000000 04:00000014 00000000 0 3 7\n" },
		{ TEXT(NETSTAT "tcp6 0 0 :::80 :::* LISTEN 0 7 - off (0.00/0/0)\n"), AF_INET6,
		  "0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000"
		  " 0A 00000000:00000000 00:00000000 00000000 0 0 7\n" },
		{ TEXT(NETSTAT "tcp6 0 0 ::1:80 ::1:5 ESTABLISHED 0 7 - off (0.00/0/0)\n"), AF_INET, "" },
		{ TEXT(NETSTAT "udp 0 0 10.0.0.1:80 0.0.0.0:* 33 4711 812/x\nunix 2 [ ACC ] STREAM\n"),
		  AF_INET, "" },
		{ TEXT(NETSTAT "tcp 0 0 10.0.0.1:80 10.0.0.2:5000 ASLEEP 0 7 - off (0.00/0/0)\n"), AF_INET, "-\n" },
		{ TEXT(NETSTAT "tcp 0 0 10.0.0.1:80 10.0.0.2:5000 ESTABLISHED 0 7 - off\n"), AF_INET, "-\n" },
		{ TEXT(NETSTAT "tcp 0 0 10.0.0.1:80 10.0.0.2:5000 ESTABLISHED 0 7 - off (0.0"), AF_INET, "-" },
		{ TEXT("tcp 0 0 10.0.0.1:80 10.0.0.2:5000 ESTABLISHED 0 7 - off (0.00/0/0)\n"), AF_INET, NULL },
		{ BUF_INIT, AF_INET, NULL },
	};
	static const char pieces[] = NETSTAT "tcp 0 9 10.0.0.1:80 :::* ESTABLISHED 0 7 8/a b on (0.20/0/3)\ntcp6 \n\0(";
	struct inodes wanted = { .entries = NULL };
	struct buf out = BUF_INIT, text = BUF_INIT;
	uint64_t random = 3;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		const int error = netstattext_table(&cases[i].text, cases[i].family, &out);

		assert_int_equal(error, cases[i].table ? 0 : ENODATA);
		if (cases[i].table)
			assert_string_equal(strchr(out.text, '\n') + 1, cases[i].table);
		buf_clear(&out);
	}
	inodes_add(&wanted, 4711, 0);
	assert_int_equal(netstattext_owners(&cases[0].text, &wanted, &out), 0);
	assert_string_equal(out.text, "process\t812\t-\t\tnginx: master p\nholds\t4711\nend\tcomplete\t0\t1\n");
	assert_int_equal(netstattext_owners(&cases[1].text, &wanted, &out), ENODATA);
	for (i = 0; i < 3000; i++) {
		const size_t from = (size_t)(unit_random(&random) % (sizeof pieces - 1));

		if (i % 20 == 0)
			buf_clear(&text);
		buf_write(&text, pieces + from,
			  (size_t)(unit_random(&random) % (sizeof pieces - from)));
		buf_clear(&out);
		netstattext_table(&text, AF_INET, &out);
		netstattext_owners(&text, &wanted, &out);
	}
	inodes_fini(&wanted);
	buf_fini(&text);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysctls_read_as_their_files),
		cmocka_unit_test(test_what_a_text_is),
		cmocka_unit_test(test_counters_read_as_their_table),
		cmocka_unit_test(test_netstat_reads_as_the_table),
		cmocka_unit_test(test_no_bytes_break_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
