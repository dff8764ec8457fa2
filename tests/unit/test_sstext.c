/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ss printed, as rows: of several versions, of what has hostile names, cut off, and of nobody.
 * tests/ss.sh compares it with what the kernel sent. */
#include "recordings.h"

#include "collect/message.h"
#include "collect/row.h"
#include "collect/sstext.h"
#include "packet.h"

#define HEAD "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process   \n"
#define TAIL " ino:5 sk:1f <->\n"
#define MEMORY "\t skmem:(r1,rb131072,t2,tb16384,f3,w4,o5,bl6,d7)"

/* The rows of a text, read for a few columns. */
struct printed {
	struct fixture fixture;
	struct row_decoder *decoder;
	struct row row, first, last;
	unsigned rows, malformed;
};

static int take_rows(void *arg, const void *data, size_t len)
{
	struct printed *p = arg;
	struct messages messages = { data, len };
	const unsigned char *payload;
	unsigned type;
	size_t size;

	while (messages_next(&messages, &type, &payload, &size)) {
		if (row_decode(p->decoder, payload, size, &p->row) != ROW_READY) {
			p->malformed++;
			continue;
		}
		if (p->rows++ == 0)
			p->first = p->row;
		p->last = p->row;
	}
	assert_int_equal(messages.left, 0);
	return 0;
}

static enum dump_end read_printed(struct printed *p, const char *what, size_t len,
				  const char *const *facts)
{
	const struct query query = { .states = STATES_ALL, .ext = 0xff };
	static const int families[] = { AF_INET, AF_INET6 };
	struct buf reason = BUF_INIT;
	enum dump_end end = DUMP_COMPLETE;
	struct sstext text;
	unsigned i;

	*p = (struct printed){ .rows = 0 };
	fixture_init(&p->fixture, facts);
	p->decoder = row_decoder_new(&p->fixture.plan, p->fixture.sample, p->fixture.listeners, NULL);
	row_decoder_printed(p->decoder);
	if (sstext_open(&text, (struct span){ what, what + len }, "x"))
		for (i = 0; i < countof(families); i++) {
			row_decoder_begin(p->decoder, PASS_INFO, &query, false, &p->row);
			end = sstext_dump(&text, families[i], &query, take_rows, p, &reason);
			assert_true((end == DUMP_COMPLETE) == (reason.len == 0));
			buf_clear(&reason);
		}
	buf_fini(&reason);
	row_decoder_free(p->decoder);
	fixture_fini(&p->fixture);
	return end;
}

/* ---- columns ---- */

static void test_words_become_columns(void **state)
{
	static const char *const many = "tcp ESTAB 0 0 10.0.0.1:1 10.0.0.2:2 ino:9 sk:2 <->\n" MEMORY
		" ts sack cubic cwnd:10 bytes_sent:1 delivered:1 busy:5ms app_limited rcv_ooopack:1 snd_wnd:1\n";
	static const struct {
		const char *first, *more, *fact;
		double value; /* NAN: unknown */
	} cases[] = {
		{ "tcp ESTAB 7 9 10.0.0.1:80 10.0.0.2:50000" TAIL, MEMORY " cwnd:10\n", "recv_q", 7 },
		{ "tcp ESTAB 7 9 10.0.0.1:80 10.0.0.2:50000" TAIL, MEMORY " cwnd:10\n", "send_q", 9 },
		{ "tcp LISTEN 7 9 0.0.0.0:80 0.0.0.0:*" TAIL, MEMORY " cubic cwnd:10\n", "accept_queue", 7 },
		{ "tcp LISTEN 7 9 0.0.0.0:80 0.0.0.0:*" TAIL, MEMORY " cubic cwnd:10\n", "backlog", 9 },
		{ "tcp LISTEN 7 9 0.0.0.0:80 0.0.0.0:*" TAIL, MEMORY " cubic cwnd:10\n", "drops", 7 },
		{ "tcp LISTEN 0 9 *:80 *:* ino:5 sk:1 v6only:0 <->\n", MEMORY " cubic\n", "family", AF_INET6 },
		{ "tcp LISTEN 0 9 [::]:80 [::]:* ino:5 sk:1 v6only:1 <->\n", MEMORY "\n", "v6only", 1 },
		{ "tcp ESTAB 0 0 [::ffff:10.0.0.1]:80 [::ffff:10.0.0.2]:5" TAIL, MEMORY "\n", "family", AF_INET },
		{ "tcp ESTAB 0 0 [fe80::1]%eth0:80 [fe80::2]:5" TAIL, MEMORY "\n", "family", AF_INET6 },
		{ "tcp ESTAB 0 0 [fe80::1]%eth0:80 [fe80::2]:5" TAIL, MEMORY "\n", "interface", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1%lo:80 127.0.0.1:5" TAIL, MEMORY "\n", "interface", 1 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "interface", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "cookie", 0x1f },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "uid", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5 uid:33" TAIL, MEMORY "\n", "uid", 33 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "timer", TIMER_NONE },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5 timer:(persist,,3)" TAIL, MEMORY "\n", "timer",
		  TIMER_PROBE },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5 timer:(on,7.250ms,3)" TAIL, MEMORY "\n", "expires",
		  7.25 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5 timer:(keepalive,1min59sec,3)" TAIL, MEMORY "\n",
		  "expires", 119 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5 timer:(keepalive,119min,3)" TAIL, MEMORY "\n",
		  "retransmits", 3 },
		{ "tcp CLOSE-WAIT 0 0 127.0.0.1:80 127.0.0.1:5 ino:5 sk:1 -->\n", MEMORY "\n",
		  "shutdown_recv", 1 },
		{ "tcp CLOSE-WAIT 0 0 127.0.0.1:80 127.0.0.1:5 ino:5 sk:1 -->\n", MEMORY "\n",
		  "shutdown_send", 0 },
		{ "tcp TIME-WAIT 0 0 127.0.0.1:80 127.0.0.1:5 timer:(timewait,59sec,0) ino:0 sk:1\n", "\t\n",
		  "rcvbuf", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "sk_backlog", 6 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, "\t skmem:(r1,rb2,t3,tb4,f5,w6,o7)\n", "drops", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, "\t skmem:(r1,rb2,t3,tb4\n", "rcvbuf", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " ts cubic cwnd:10\n", "ts_ok", 1 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " ts cubic cwnd:10\n", "sack_ok", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " ts cubic cwnd:10\n", "wscale_ok", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " wscale:7,9 cwnd:10\n", "wscale_ok", 1 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " wscale:7,9 cwnd:10\n", "snd_wscale", 7 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " wscale:7,9 cwnd:10\n", "rcv_wscale", 9 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " rto:204 rtt:1.25/0.5\n", "rtt", 0.00125 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " rto:204 rtt:1.25/0.5\n", "rttvar", 0.0005 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "rttvar", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "rto", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " rto:1.2e+06\n", "rto", 1200 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "snd_ssthresh", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10 ssthresh:7\n", "snd_ssthresh", 7 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "reordering", 3 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " reordering:9\n", "reordering", 9 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " retrans:1/7 cwnd:10\n", "retrans", 1 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " retrans:1/7 cwnd:10\n", "total_retrans", 7 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:1 pacing_rate 800bps/1600bps\n",
		  "pacing_rate", 100 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:1 pacing_rate 800bps/1600bps\n",
		  "max_pacing_rate", 200 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:1 pacing_rate 8.1Mbps\n",
		  "pacing_rate", NAN }, /* rounded by an older ss */
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY
		  " cwnd:1 busy:120ms rwnd_limited:30ms(25.0%)\n", "rwnd_limited", 0.03 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:1 busy:120ms\n", "sndbuf_limited", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:1 bytes_sent:18446744073709551616\n",
		  "bytes_sent", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " busy:1ms delivery_rate 8.1Mbps\n",
		  "delivery_rate", NAN },
		/* What this ss is not known to print at all. */
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "bytes_retrans", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10 bytes_sent:1\n", "bytes_retrans", 0 },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10 bytes_sent:1\n", "snd_wnd", NAN },
		/* A new ss on an old kernel: that it prints pmtu says nothing of busy_time. */
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10 pmtu:1500\n", "busy_time", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10\n", "ca_state", NAN },
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY "\n", "rtt", NAN }, /* no tcp_info */
		{ "tcp ESTAB 0 0 127.0.0.1:80 127.0.0.1:5" TAIL, MEMORY " cwnd:10 lastsnd:5 lastrcv:7 lastack:9\n",
		  "idle", 0.005 },
		/* Before 4.14. */
		{ "tcp LISTEN 0 128 :::22 :::*" TAIL, MEMORY " cwnd:10\n", "family", AF_INET6 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		const char *const facts[] = { cases[i].fact, NULL };
		struct buf text = BUF_INIT;
		struct printed p;

		buf_printf(&text, "%s%s%s", HEAD, cases[i].first, cases[i].more);
		assert_int_equal(read_printed(&p, text.text, text.len, facts), DUMP_COMPLETE);
		if (p.rows != 1 || p.malformed)
			fail_msg("case %zu: %u rows, %u malformed", i, p.rows, p.malformed);
		if (isnan(cases[i].value) ? !isnan(p.first.value[0]) :
					    fabs(p.first.value[0] - cases[i].value) > 1e-12)
			fail_msg("case %zu: %s is %g, expected %g", i, cases[i].fact, p.first.value[0],
				 cases[i].value);
		buf_fini(&text);
	}
	/* Of one socket another learns what ss leaves out. */
	{
		static const char *const facts[] = { "bytes_retrans", "delivered_ce", "rcv_wnd", NULL };
		struct buf text = BUF_INIT;
		struct printed p;

		buf_printf(&text, "%stcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL MEMORY " cwnd:10\n%s", HEAD, many);
		assert_int_equal(read_printed(&p, text.text, text.len, facts), DUMP_COMPLETE);
		assert_int_equal(p.rows, 2);
		assert_true(p.first.value[0] == 0);
		assert_true(p.first.value[1] == 0);
		assert_true(isnan(p.first.value[2]));
		assert_int_equal(p.first.unknown[2], WHY_UNTOLD);
		buf_fini(&text);
	}
}

static void test_before_brackets_a_star_is_ipv4(void **state)
{
	static const char text[] = HEAD "tcp LISTEN 0 128 *:22 *:*" TAIL MEMORY "\n"
					"tcp LISTEN 0 128 :::22 :::*" TAIL MEMORY "\n";
	static const char *const facts[] = { "family", NULL };
	struct printed p;

	(void)state;
	assert_int_equal(read_printed(&p, text, sizeof text - 1, facts), DUMP_COMPLETE);
	assert_int_equal(p.rows, 2);
	assert_int_equal(p.first.value[0], AF_INET);
}

/* ---- other lines ---- */

static void test_what_is_no_tcp_socket(void **state)
{
	static const struct {
		const char *text;
		enum dump_end end;
		unsigned rows, malformed;
	} cases[] = {
		{ HEAD, DUMP_COMPLETE, 0, 0 },
		{ HEAD "nl UNCONN 0 0 0:0 * sk=0 cb=0 groups=0x0\t skmem:(r0)\n"
		       "u_str ESTAB 0 0 /run/x y 123 * 124 users:((\"a\",pid=1,fd=2)) <->\n"
		       "udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:* ino:1 sk:1 <->\n\t skmem:(r0)\n"
		       "v_str LISTEN 0 0 *:1 *:*\np_raw UNCONN 0 0 *:lo *\n"
		       "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL, DUMP_COMPLETE, 1, 0 },
		{ "RTNETLINK answers: Invalid argument\n" HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL,
		  DUMP_COMPLETE, 1, 0 },
		/* ss -t alone names no protocol. */
		{ "State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
		  "ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL, DUMP_COMPLETE, 1, 0 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 ino:5 sk:1 <->\n\t skmem:(r0,rb", DUMP_CUT, 0, 0 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2", DUMP_CUT, 1, 0 },
		/* sos kept the end of what was too long. */
		{ "b131072,t0) cubic cwnd:10\ntcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2" TAIL, DUMP_CUT, 1, 0 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 users:((\"a\",pid=1\n", DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:70000" TAIL, DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 [::1]:2" TAIL, DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2\n", DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp ASLEEP 0 0 1.1.1.1:1 1.1.1.2:2" TAIL, DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp ESTAB 0 -1 1.1.1.1:1 1.1.1.2:2" TAIL, DUMP_COMPLETE, 0, 1 },
		{ HEAD "tcp\n", DUMP_COMPLETE, 0, 1 },
	};
	static const char *const facts[] = { "state", NULL };
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct printed p;
		const enum dump_end end = read_printed(&p, cases[i].text, strlen(cases[i].text), facts);

		if (end != cases[i].end || p.rows != cases[i].rows || p.malformed != cases[i].malformed)
			fail_msg("case %zu: end %d, %u rows, %u malformed", i, end, p.rows, p.malformed);
	}
}

/* ---- names ---- */

static void check_owner(const char *users, const char *expected)
{
	struct inodes wanted = { .entries = NULL };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct sstext sockets;

	inodes_add(&wanted, 5, 0);
	buf_printf(&text, "%stcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 users:(%s)" TAIL, HEAD, users);
	assert_true(sstext_open(&sockets, (struct span){ text.text, text.text + text.len }, "x"));
	assert_int_equal(sstext_owners(&sockets, &wanted, &out), 0);
	assert_non_null(strstr(out.text, "end\tcomplete\t0\t1\n"));
	*strstr(out.text, "end\t") = '\0';
	assert_string_equal(out.text, expected);
	inodes_fini(&wanted);
	buf_fini(&text);
	buf_fini(&out);
}

static void test_holders(void **state)
{
	(void)state;
	check_owner("(\"nginx\",pid=812,fd=9)", "process\t812\t-\t\tnginx\nholds\t5\n");
	/* The first process is the one that began; init holds what others serve. */
	check_owner("(\"nginx\",pid=900,fd=9),(\"nginx\",pid=812,fd=9)",
		    "process\t812\t-\t\tnginx\nholds\t5\n");
	check_owner("(\"sshd\",pid=77,fd=3),(\"systemd\",pid=1,fd=60)", "process\t77\t-\t\tsshd\nholds\t5\n");
	check_owner("(\"systemd\",pid=1,fd=60)", "process\t1\t-\t\tsystemd\nholds\t5\n");
	/* A process may call itself what it likes. */
	check_owner("(\"a\",pid=1,fd=2)\",pid=812,fd=9)", "process\t812\t-\t\ta\",pid=1,fd=2)\nholds\t5\n");
	check_owner("(\"a)) ino:7\",pid=812,fd=9)", "process\t812\t-\t\ta)) ino:7\nholds\t5\n");
	check_owner("(\"a\tb\x1b[1m\",pid=812,fd=9)", "process\t812\t-\t\ta\\x09b\\x1b[1m\nholds\t5\n");
	check_owner("(\"\",pid=812,fd=9)", "process\t812\t-\t\t\nholds\t5\n");
}

static void test_cgroups(void **state)
{
	static const char text[] = HEAD
		"tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 ino:5 sk:1 cgroup:/a b ino:9 <->\n"
		"tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 ino:6 sk:2 cgroup:/a b ino:9 <->\n"
		"tcp ESTAB 0 0 1.1.1.1:1 1.1.1.2:2 ino:7 sk:3 cgroup:unreachable:1f <->\n";
	static const char *const facts[] = { "inode", "cgroup", NULL };
	struct buf out = BUF_INIT;
	struct sstext sockets;
	struct printed p;

	(void)state;
	assert_true(sstext_open(&sockets, (struct span){ text, text + sizeof text - 1 }, "x"));
	assert_int_equal(sstext_cgroups(&sockets, &out), 0);
	assert_non_null(strstr(out.text, "\t/a b ino:9\n"));
	assert_null(strchr(strchr(out.text, '\n') + 1, '\n'));
	buf_fini(&out);
	read_printed(&p, text, sizeof text - 1, facts);
	assert_int_equal(p.rows, 3);
	assert_int_equal(p.first.value[0], 5);
	assert_true(isnan(p.first.value[1]));
	assert_int_equal(p.last.value[1], 0x1f);
}

static void test_no_bytes_break_the_reader(void **state)
{
	static const char pieces[] =
		HEAD "tcp ESTAB 0 0 [::1]%lo:80 [::1]:5 users:((\"a\",pid=1,fd=2),(\"b\",pid=3,fd=4)) "
		     "timer:(keepalive,1min59sec,3) uid:33 ino:5 sk:1f fwmark:0x1 cgroup:/a v6only:1 <->\n" MEMORY
		     " ts sack cubic wscale:7,7 rto:204 rtt:1e-5/.5 send 5bps pacing_rate 800bps/16Kbps busy:1ms"
		     " rwnd_limited:1ms(1%) retrans:0/1 app_limited tcp-ulp-tls version: 1.2\n\t\n\0:%[]()\"";
	static const char *const facts[] = { "rtt", "retrans", "ulp", "idle", "drops", "state", NULL };
	struct inodes wanted = { .entries = NULL };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct sstext sockets;
	uint64_t random = 7;
	unsigned round;

	(void)state;
	inodes_add(&wanted, 5, 0);
	for (round = 0; round < 5000; round++) {
		struct printed p;
		size_t from, len;
		char *exact;

		if (round % 40 == 0)
			buf_clear(&text);
		from = (size_t)(unit_random(&random) % (sizeof pieces - 1));
		len = (size_t)(unit_random(&random) % (sizeof pieces - from));
		buf_write(&text, pieces + from, len);
		/* Without a byte behind it, so that reading too far is seen. */
		exact = xcalloc(text.len + 1, 1);
		memcpy(exact + 1, buf_text(&text), text.len);
		read_printed(&p, exact + 1, text.len, facts);
		if (sstext_open(&sockets, (struct span){ exact + 1, exact + 1 + text.len }, "x")) {
			sstext_owners(&sockets, &wanted, &out);
			sstext_cgroups(&sockets, &out);
		}
		buf_clear(&out);
		free(exact);
	}
	inodes_fini(&wanted);
	buf_fini(&text);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_become_columns),
		cmocka_unit_test(test_before_brackets_a_star_is_ipv4),
		cmocka_unit_test(test_what_is_no_tcp_socket),
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_no_bytes_break_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
