/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/net/tcp as sock_diag messages: lines of real kernels, and lines of nobody. */
#include "recordings.h"

#include "collect/procnet.h"
#include "fakesource.h"

#include <arpa/inet.h>

/* What most lines below have between their state and their inode. */
#define QUIET " 00000000:00000000 00:00000000 00000000 0 0"
#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

static enum dump_end read_text(const char *text, int family, unsigned states,
			       struct received *received)
{
	const struct fake_file files[] = {
		{ family == AF_INET6 ? "proc/net/tcp6" : "proc/net/tcp", text, 0 },
		{ NULL, NULL, 0 },
	};
	struct fake_source fake = fake_source(files);
	const struct query query = { .states = states };

	received_fini(received);
	received->end = procnet_dump(&fake.source, 1, family, &query, receive_datagram, received,
				     &received->reason);
	assert_true((received->end == DUMP_COMPLETE) == (received->reason.len == 0));
	return received->end;
}

/* The only message of a line; len is that of the message. */
static struct inet_diag_msg read_line(const char *line, int family, size_t *len)
{
	struct received received = { 0 };
	struct inet_diag_msg diag = { 0 };
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s%s\n", HEAD, line);
	assert_int_equal(read_text(text.text, family, STATES_ALL, &received), DUMP_COMPLETE);
	assert_int_equal(received.sockets, 1);
	*len = received.bytes.len;
	if (received.bytes.len == NLMSG_LENGTH(sizeof diag))
		memcpy(&diag, received.bytes.text + NLMSG_HDRLEN, sizeof diag);
	buf_fini(&text);
	received_fini(&received);
	return diag;
}

static void test_good_lines(void **state)
{
	static const struct {
		const char *line, *local, *remote;
		int family;
		unsigned sport, dport, state, rqueue, wqueue, timer, retrans, expires, uid, inode;
	} cases[] = {
		{ .line = "   0: 0100007F:0050 00000000:0000 0A 00000000:00000003 00:00000000"
			  " 00000000     0        0 4711 1 0000000093819522 100 0 0 10 0      ",
		  .family = AF_INET, .local = "127.0.0.1", .remote = "0.0.0.0", .sport = 80,
		  .state = STATE_LISTEN, .rqueue = 3, .inode = 4711 },
		/* LISTEN with a tx_queue: it is not the backlog. */
		{ .line = "   0: 0100007F:0050 00000000:0000 0A 00000009:00000003 00:00000000"
			  " 00000000     0        0 4711",
		  .family = AF_INET, .local = "127.0.0.1", .remote = "0.0.0.0", .sport = 80,
		  .state = STATE_LISTEN, .rqueue = 3, .inode = 4711 },
		/* Retransmitting: the timer in ticks of 10 ms. */
		{ .line = "1234: 0A00020F:D431 5DB8D822:01BB 01 0000021C:00000007 01:0000001A"
			  " 00000002  1000        3 99999 2 0000000000000000 26 4 30 10 -1",
		  .family = AF_INET, .local = "15.2.0.10", .remote = "34.216.184.93",
		  .sport = 54321, .dport = 443, .state = STATE_ESTABLISHED, .rqueue = 7,
		  .wqueue = 540, .timer = 1, .retrans = 2, .expires = 260, .uid = 1000,
		  .inode = 99999 },
		/* Keepalive: its repeats are the probes, not the retransmits. */
		{ .line = "   5: 0100007F:0050 0100007F:C350 01 00000000:00000000 02:000A0000"
			  " 00000000     0        4 7",
		  .family = AF_INET, .local = "127.0.0.1", .remote = "127.0.0.1", .sport = 80,
		  .dport = 50000, .state = STATE_ESTABLISHED, .timer = 2, .retrans = 4,
		  .expires = 6553600, .inode = 7 },
		/* TIME_WAIT, and a timer no 32 bits of milliseconds hold. */
		{ .line = "   6: 0100007F:0050 0100007F:C350 06 00000000:00000000"
			  " 03:FFFFFFFFFFFFFFFF 00000000     0        0 0 3 0000000000000000",
		  .family = AF_INET, .local = "127.0.0.1", .remote = "127.0.0.1", .sport = 80,
		  .dport = 50000, .state = STATE_TIME_WAIT, .timer = 3, .expires = UINT32_MAX },
		{ .line = "   2: B80D0120000000000000000001000000:1F90"
			  " 0000000000000000FFFF00000100007F:A1B2 08 00000000:00000001 00:00000000"
			  " 00000000    33        0 123456 1 0000000000000000 20 4 0 10 -1",
		  .family = AF_INET6, .local = "2001:db8::1", .remote = "::ffff:127.0.0.1",
		  .sport = 8080, .dport = 41394, .state = STATE_CLOSE_WAIT, .rqueue = 1,
		  .uid = 33, .inode = 123456 },
	};
	unsigned char address[16];
	size_t i, len;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct inet_diag_msg diag = read_line(cases[i].line, cases[i].family, &len);
		const size_t width = cases[i].family == AF_INET6 ? 16 : 4;

		assert_int_equal(len, NLMSG_LENGTH(sizeof diag));
		assert_int_equal(diag.idiag_family, cases[i].family);
		inet_pton(cases[i].family, cases[i].local, address);
		assert_memory_equal(diag.id.idiag_src, address, width);
		inet_pton(cases[i].family, cases[i].remote, address);
		assert_memory_equal(diag.id.idiag_dst, address, width);
		assert_int_equal(ntohs(diag.id.idiag_sport), cases[i].sport);
		assert_int_equal(ntohs(diag.id.idiag_dport), cases[i].dport);
		assert_int_equal(diag.idiag_state, cases[i].state);
		assert_int_equal(diag.idiag_rqueue, cases[i].rqueue);
		assert_int_equal(diag.idiag_wqueue, cases[i].wqueue);
		assert_int_equal(diag.idiag_timer, cases[i].timer);
		assert_int_equal(diag.idiag_retrans, cases[i].retrans);
		assert_int_equal(diag.idiag_expires, cases[i].expires);
		assert_int_equal(diag.idiag_uid, cases[i].uid);
		assert_int_equal(diag.idiag_inode, cases[i].inode);
		assert_int_equal(diag.id.idiag_if | diag.id.idiag_cookie[0] |
				 diag.id.idiag_cookie[1], 0);
	}
}

static void test_bad_lines_are_counted_not_believed(void **state)
{
	static const char *const lines[] = {
		"",
		"hello",
		"   0: 0100007F:0050",
		"   0: 0100007:0050 00000000:0000 0A" QUIET " 1",
		"   0: 0100007F0:050 00000000:0000 0A" QUIET " 1",
		"   0: 0100007F:00500 00000000:0000 0A" QUIET " 1",
		"   0: 0100007F:0050 00000000:0000 0AA" QUIET " 1",
		"   0: 0100007F:0050 00000000:0000 0A" QUIET,
		"   0: 0100007F:0050 00000000:0000 0A" QUIET " -1",
		"   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 x 0 1",
		"   0: 0100007F:0050 00000000:0000 0A 000000000:0000000 00:00000000 00000000 0 0 1",
		"   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000"
		" 0A" QUIET " 1",
		"   0: 0100007F:0050 00000000:0000 0A" QUIET
		" 99999999999999999999999999",
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < countof(lines); i++) {
		read_line(lines[i], AF_INET, &len);
		if (len != NLMSG_HDRLEN)
			fail_msg("believed '%s'", lines[i]);
	}
}

/* Many lines of each state, listeners and requests first as the kernel has them. */
static void table(struct buf *text, unsigned listeners, unsigned connections)
{
	unsigned i;

	buf_puts(text, HEAD);
	for (i = 0; i < listeners; i++)
		buf_printf(text, "%4u: 00000000:%04X 00000000:0000 %s 00000000:00000000 00:00000000"
			   " 00000000     0        0 %u 1 0 100 0 0 10 0\n", i, i,
			   i % 2 ? "03" : "0A", i);
	for (i = 0; i < connections; i++)
		buf_printf(text, "%4u: 0100007F:0050 0100007F:%04X %02X 00000000:00000000"
			   " 00:00000000 00000000     0        0 %u 1 0 20 4 30 10 -1\n",
			   listeners + i, i & 0xffff, i % 3 ? 1 : 6, i);
}

static void test_states_are_chosen(void **state)
{
	struct received received = { 0 };
	struct buf text = BUF_INIT;

	(void)state;
	table(&text, 10, 3000);
	read_text(text.text, AF_INET, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_COMPLETE);
	assert_int_equal(received.sockets, 3010);
	assert_true(received.datagrams > 3010 * 88 / SOURCE_DATAGRAM);
	read_text(text.text, AF_INET, 1 << STATE_TIME_WAIT, &received);
	assert_int_equal(received.sockets, 1000);
	/* Listeners alone do not need the rest of the file, good or not. */
	buf_puts(&text, "garbage\n");
	read_text(text.text, AF_INET, STATES_LISTEN, &received);
	assert_int_equal(received.end, DUMP_COMPLETE);
	assert_int_equal(received.sockets, 5);
	received_fini(&received);
	buf_fini(&text);
}

static void test_broken_files(void **state)
{
	struct received received = { 0 };
	struct buf text = BUF_INIT;
	size_t len;

	(void)state;
	table(&text, 1, 1);
	for (len = text.len; len-- > 0;) {
		text.text[len] = '\0';
		read_text(text.text, AF_INET, STATES_ALL, &received);
		if (len && text.text[len - 1] == '\n')
			assert_int_equal(received.end, DUMP_COMPLETE);
		else
			assert_int_equal(received.end, DUMP_CUT);
	}
	buf_clear(&text);
	table(&text, 1, 0);
	for (len = 0; len < 100000; len++)
		buf_putc(&text, 'A');
	read_text(text.text, AF_INET, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_CUT);
	assert_int_equal(received.sockets, 1);
	received_fini(&received);
	buf_fini(&text);
}

static void test_absent_files(void **state)
{
	static const struct {
		int error, family;
		enum dump_end end;
	} cases[] = {
		{ ENOENT, AF_INET6, DUMP_COMPLETE }, /* no IPv6 in this kernel */
		{ ENOENT, AF_INET, DUMP_REFUSED },
		{ EACCES, AF_INET, DUMP_REFUSED },
		{ ENODATA, AF_INET6, DUMP_NOT_RECORDED },
	};
	struct fake_source fake = fake_source(NULL);
	const struct query query = { .states = STATES_ALL };
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct received received = { 0 };

		fake.missing = cases[i].error;
		received.end = procnet_dump(&fake.source, 1, cases[i].family, &query,
					    receive_datagram, &received, &received.reason);
		assert_int_equal(received.end, cases[i].end);
		assert_int_equal(received.end == DUMP_COMPLETE, received.reason.len == 0);
		received_fini(&received);
	}
}

static void test_mutations(void **state)
{
	const char *rounds = getenv("TEST_ROUNDS");
	struct received received = { 0 };
	struct buf good = BUF_INIT;
	uint64_t seed = 7;
	unsigned long i;
	unsigned n;

	(void)state;
	table(&good, 4, 20);
	for (i = rounds ? strtoul(rounds, NULL, 10) : 300; i > 0; i--) {
		autobuf struct buf bad = BUF_INIT;

		buf_write(&bad, good.text, good.len);
		for (n = 1 + unit_random(&seed) % 20; n > 0; n--)
			bad.text[unit_random(&seed) % bad.len] =
				(char)(1 + unit_random(&seed) % 255);
		read_text(bad.text, AF_INET, STATES_ALL, &received);
		read_text(bad.text, AF_INET6, STATES_LISTEN, &received);
	}
	received_fini(&received);
	buf_fini(&good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_bad_lines_are_counted_not_believed),
		cmocka_unit_test(test_states_are_chosen),
		cmocka_unit_test(test_broken_files),
		cmocka_unit_test(test_absent_files),
		cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
