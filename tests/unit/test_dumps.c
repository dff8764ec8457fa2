/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps in files, of our recordings and of ss: whole, filtered, cut, hostile. */
#include "recordings.h"

static const char manifest[] = "[recording]\n"
			       "format = 1\n"
			       "[dumps]\n"
			       "listen.inet = complete\n"
			       "info.inet = deadline: reading tcp_info stalled\n"
			       "info.inet6 = no-diag\n";

static void test_queries_are_filtered_as_the_kernel_does(void **state)
{
	static const struct {
		unsigned states, sockets;
	} cases[] = {
		{ STATES_ALL, 5 },
		{ STATES_LISTEN, 1 },
		{ 1 << STATE_SYN_RECV, 1 },
		{ 1 << STATE_NEW_SYN_RECV, 0 }, /* shown, and asked for, as SYN_RECV */
		{ 1 << STATE_CLOSE, 0 },
		{ 1 << STATE_BOUND_INACTIVE, 1 }, /* shown as CLOSE */
		{ 1 << STATE_ESTABLISHED | 1 << STATE_TIME_WAIT, 2 },
	};
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT;
	struct source *source;
	size_t i;

	(void)state;
	add_socket(&dump, AF_INET, STATE_ESTABLISHED, 0, 0);
	add_socket(&dump, AF_INET6, STATE_ESTABLISHED, 0, 0); /* has no business here */
	add_socket(&dump, AF_INET, STATE_LISTEN, 0, 0);
	add_socket(&dump, AF_INET, STATE_SYN_RECV, 0, 0);
	add_socket(&dump, AF_INET, STATE_CLOSE, 0, 0);
	add_socket(&dump, AF_INET, STATE_TIME_WAIT, 0, 0);
	dumpfile_done(&dump);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write_buf(&scratch, "sockets/sockets.inet", &dump);
	source = opened(scratch.path);
	for (i = 0; i < countof(cases); i++) {
		receive_dump(source, 1, PASS_SOCKETS, AF_INET, cases[i].states, &received);
		assert_int_equal(received.end, DUMP_COMPLETE);
		assert_int_equal(received.sockets, cases[i].sockets);
	}
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	scratch_free(&scratch);
}

static void test_ends_are_replayed(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT;
	struct source *source;

	(void)state;
	add_socket(&dump, AF_INET, STATE_ESTABLISHED, INET_DIAG_INFO, 280);
	dumpfile_done(&dump);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write_buf(&scratch, "sockets/info.inet", &dump);
	source = opened(scratch.path);
	receive_dump(source, 1, PASS_INFO, AF_INET, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_DEADLINE);
	assert_string_equal(received.reason.text, "reading tcp_info stalled");
	assert_int_equal(received.sockets, 1);
	receive_dump(source, 1, PASS_INFO, AF_INET6, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_NO_DIAG);
	receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_LISTEN, &received);
	assert_int_equal(received.end, DUMP_NOT_RECORDED);
	receive_dump(source, 0, PASS_LISTEN, AF_INET, STATES_LISTEN, &received);
	assert_int_equal(received.end, DUMP_NOT_RECORDED);
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	scratch_free(&scratch);
}

/* A dump longer than a datagram, with messages of many sizes. */
static void large_dump(struct buf *dump, size_t size)
{
	uint64_t seed = 1;

	while (dump->len < size)
		add_socket(dump, AF_INET, 1 + unit_random(&seed) % 11, INET_DIAG_SKMEMINFO,
			   unit_random(&seed) % 300 / 4 * 4);
}

static void test_large_dumps_come_whole(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT, file = BUF_INIT;
	struct source *source;

	(void)state;
	large_dump(&dump, 300000);
	buf_write(&file, dump.text, dump.len);
	dumpfile_done(&file);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write_buf(&scratch, "sockets/sockets.inet", &file);
	source = opened(scratch.path);
	receive_dump(source, 1, PASS_SOCKETS, AF_INET, ~0u, &received);
	assert_int_equal(received.end, DUMP_COMPLETE);
	assert_true(received.datagrams >= 300000 / SOURCE_DATAGRAM);
	assert_bytes(&received.bytes, &dump);

	received_fini(&received);
	received.stop_after = 2;
	received.end = source->ops->dump(source, 1, PASS_SOCKETS, AF_INET,
					 &(struct query){ .states = ~0u }, receive_datagram,
					 &received, &received.reason);
	assert_int_equal(received.datagrams, 2);
	assert_int_equal(received.end, DUMP_CUT);
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	buf_fini(&file);
	scratch_free(&scratch);
}

static void test_cut_anywhere(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT, path = BUF_INIT;
	char expected[80];
	struct source *source;
	size_t len;

	(void)state;
	add_socket(&dump, AF_INET, STATE_LISTEN, INET_DIAG_SKMEMINFO, 36);
	add_socket(&dump, AF_INET, STATE_LISTEN, 0, 0);
	dumpfile_done(&dump);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write_buf(&scratch, "sockets/listen.inet", &dump);
	source = opened(scratch.path);
	scratch_path(&scratch, "sockets/listen.inet", &path);
	for (len = dump.len; len-- > 0;) {
		assert_int_equal(truncate(path.text, (off_t)len), 0);
		receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_LISTEN, &received);
		assert_int_equal(received.end, DUMP_CUT);
		assert_int_equal(received.sockets, (len >= 128) + (len >= 128 + 88));
		snprintf(expected, sizeof expected,
			 "recording is cut at byte %zu of sockets/listen.inet", len);
		assert_string_equal(received.reason.text, expected);
	}
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	buf_fini(&path);
	scratch_free(&scratch);
}

static void test_hostile_lengths(void **state)
{
	static const struct {
		uint32_t len;
		uint16_t type;
	} cases[] = {
		{ 0, SOCK_DIAG_BY_FAMILY },	     { 15, SOCK_DIAG_BY_FAMILY },
		{ 89, SOCK_DIAG_BY_FAMILY },	     { 90, SOCK_DIAG_BY_FAMILY },
		{ 0xffffffff, SOCK_DIAG_BY_FAMILY }, { 0xfffffffc, SOCK_DIAG_BY_FAMILY },
		{ SOURCE_DATAGRAM + 4, SOCK_DIAG_BY_FAMILY },
		{ 0x80000000, NLMSG_DONE },	     { 8, NLMSG_DONE },
		{ 36, NLMSG_ERROR },
	};
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct source *source;
	size_t i;

	(void)state;
	scratch_write(&scratch, "manifest.ini", manifest);
	source = opened(scratch.path);
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf dump = BUF_INIT;
		struct nlmsghdr header = {
			.nlmsg_len = cases[i].len, .nlmsg_type = cases[i].type,
		};

		add_socket(&dump, AF_INET, STATE_LISTEN, 0, 0);
		buf_write(&dump, &header, sizeof header);
		large_dump(&dump, 100000);
		dumpfile_done(&dump);
		scratch_write_buf(&scratch, "sockets/listen.inet", &dump);
		receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_ALL, &received);
		assert_int_equal(received.end, DUMP_CUT);
		assert_int_equal(received.sockets, 1);
		assert_non_null(strstr(received.reason.text, "at byte 88 of"));
	}
	closed(source);
	received_fini(&received);
	scratch_free(&scratch);
}

static void test_refused_dump_is_not_an_empty_one(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT;
	const int error = -ENOENT;
	struct source *source;

	(void)state;
	add_bytes(&dump, NLMSG_DONE, &error, sizeof error);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write_buf(&scratch, "sockets/listen.inet", &dump);
	source = opened(scratch.path);
	receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_CUT);
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	scratch_free(&scratch);
}

static void test_mutations(void **state)
{
	const char *rounds = getenv("TEST_ROUNDS");
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf good = BUF_INIT, path = BUF_INIT;
	struct source *source;
	uint64_t seed = 42;
	unsigned long i;
	unsigned n;

	(void)state;
	large_dump(&good, 40000);
	dumpfile_done(&good);
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_path(&scratch, "sockets/listen.inet", &path);
	for (i = rounds ? strtoul(rounds, NULL, 10) : 300; i > 0; i--) {
		autobuf struct buf bad = BUF_INIT;
		autoerrors struct errors errors = ERRORS_INIT;

		buf_write(&bad, good.text, good.len);
		for (n = 1 + unit_random(&seed) % 8; n > 0; n--)
			bad.text[unit_random(&seed) % bad.len] = (char)unit_random(&seed);
		bad.len -= unit_random(&seed) % 4 ? 0 : unit_random(&seed) % bad.len;
		scratch_write_buf(&scratch, "sockets/listen.inet", &bad);
		source = opened(scratch.path);
		receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_ALL, &received);
		closed(source);
		source = source_recording(path.text, &errors); /* as a file of ss */
		if (source) {
			receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_ALL, &received);
			receive_dump(source, 1, PASS_INFO, AF_INET6, STATES_ALL, &received);
			closed(source);
		}
	}
	received_fini(&received);
	buf_fini(&good);
	buf_fini(&path);
	scratch_free(&scratch);
}

/* ---- files made by ss ---- */

static void test_file_made_by_ss(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT, path = BUF_INIT;
	struct source *source;

	(void)state;
	add_socket(&dump, AF_INET, STATE_LISTEN, 0, 0);
	add_socket(&dump, AF_INET, STATE_ESTABLISHED, INET_DIAG_SKMEMINFO, 36);
	dumpfile_done(&dump);
	add_socket(&dump, AF_INET6, STATE_ESTABLISHED, INET_DIAG_SKMEMINFO, 36);
	add_socket(&dump, AF_INET6, STATE_TIME_WAIT, 0, 0);
	dumpfile_done(&dump);
	scratch_write_buf(&scratch, "ss", &dump);
	source = opened(scratch_path(&scratch, "ss", &path));
	assert_string_equal(source->manifest.kind, "ss");
	assert_true(source->manifest.time > 0);
	assert_int_equal(source->ops->read(source, 1, "proc/net/netstat", &path), ENODATA);
	assert_int_equal(source->ops->list(source, "etc/sysctl.d", &path), ENODATA);
	assert_int_equal(receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_LISTEN, &received),
			 DUMP_COMPLETE);
	assert_int_equal(received.sockets, 1);
	/* The second dump is behind the first NLMSG_DONE. */
	assert_int_equal(receive_dump(source, 1, PASS_SOCKETS, AF_INET6, STATES_ALL, &received),
			 DUMP_COMPLETE);
	assert_int_equal(received.sockets, 2);
	assert_int_equal(receive_dump(source, 1, PASS_LISTEN, AF_INET6, STATES_LISTEN, &received),
			 DUMP_COMPLETE);
	assert_int_equal(received.sockets, 0);
	assert_int_equal(receive_dump(source, 1, PASS_INFO, AF_INET, STATES_ALL, &received),
			 DUMP_NOT_RECORDED);
	assert_int_equal(receive_dump(source, 0, PASS_LISTEN, AF_INET, STATES_LISTEN, &received),
			 DUMP_NOT_RECORDED);
	closed(source);
	received_fini(&received);
	buf_fini(&dump);
	buf_fini(&path);
	scratch_free(&scratch);
}

static void test_what_ss_was_not_asked_for_is_not_none(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf dump = BUF_INIT, path = BUF_INIT;
	struct source *source;

	(void)state;
	add_socket(&dump, AF_INET, STATE_ESTABLISHED, INET_DIAG_INFO, 280);
	dumpfile_done(&dump);
	scratch_write_buf(&scratch, "ss", &dump);
	source = opened(scratch_path(&scratch, "ss", &path));
	assert_int_equal(receive_dump(source, 1, PASS_INFO, AF_INET, STATES_ALL, &received),
			 DUMP_COMPLETE);
	assert_int_equal(received.sockets, 1);
	assert_int_equal(receive_dump(source, 1, PASS_LISTEN, AF_INET, STATES_LISTEN, &received),
			 DUMP_NOT_RECORDED);
	assert_int_equal(receive_dump(source, 1, PASS_SOCKETS, AF_INET6, STATES_ALL, &received),
			 DUMP_NOT_RECORDED);
	closed(source);

	scratch_write(&scratch, "text", "State  Recv-Q Send-Q Local Address:Port\n");
	assert_refused(scratch_path(&scratch, "text", &path), "is neither a recording nor");
	scratch_write(&scratch, "empty", "");
	assert_refused(scratch_path(&scratch, "empty", &path), "is neither a recording nor");
	received_fini(&received);
	buf_fini(&dump);
	buf_fini(&path);
	scratch_free(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queries_are_filtered_as_the_kernel_does),
		cmocka_unit_test(test_ends_are_replayed),
		cmocka_unit_test(test_large_dumps_come_whole),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_hostile_lengths),
		cmocka_unit_test(test_refused_dump_is_not_an_empty_one),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_file_made_by_ss),
		cmocka_unit_test(test_what_ss_was_not_asked_for_is_not_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
