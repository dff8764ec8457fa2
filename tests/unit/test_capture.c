/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other programs captured: sosreports as folders and as archives, and archives that somebody made
 * to do harm. */
#include "recordings.h"

#include <archive.h>
#include <archive_entry.h>

#include "collect/capture.h"
#include "collect/tarball.h"

/* ---- archives ---- */

struct member {
	const char *path, *text;
	unsigned type; /* 0: a file */
	const char *link;
	size_t size;   /* of zeros in place of text */
};

static void add_member(struct archive *archive, const struct member *member)
{
	struct archive_entry *entry = archive_entry_new();
	const size_t size = member->size ? member->size : member->text ? strlen(member->text) : 0;
	static const char zeros[4096];
	size_t done;

	archive_entry_set_pathname(entry, member->path);
	archive_entry_set_filetype(entry, member->type ? member->type : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, member->type ? 0 : (la_int64_t)size);
	if (member->type == AE_IFLNK)
		archive_entry_set_symlink(entry, member->link);
	else if (member->link)
		archive_entry_set_hardlink(entry, member->link);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	if (!member->type && member->text)
		archive_write_data(archive, member->text, size);
	for (done = 0; member->size && done < size; done += sizeof zeros)
		archive_write_data(archive, zeros, sizeof zeros);
	archive_entry_free(entry);
}

/* An archive of the members up to the one without a path, plain or compressed. */
static void write_archive(const char *path, int filter, const struct member *members)
{
	struct archive *archive = archive_write_new();

	archive_write_add_filter(archive, filter);
	archive_write_set_format_pax_restricted(archive);
	assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
	for (; members->path; members++)
		add_member(archive, members);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
}

static size_t wants_files(const char *path)
{
	return strcmp(path, "proc/net/tcp") == 0 || strncmp(path, "etc/", 4) == 0 ? 10 : 0;
}

/* Small, so that a test need not be large. */
static const struct tarball_limits small = {
	.bytes = 100000, .entries = 6, .depth = 5, .files = 3, .kept = 25,
};

static struct tarball *load(const char *path, const struct tarball_limits *limits,
			    struct errors *errors)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return tarball_load(fd, "x.tar", limits, wants_files, errors);
}

static void test_archives_are_read_in_memory(void **state)
{
	static const struct member members[] = {
		{ .path = "./sos/" , .type = AE_IFDIR },
		{ .path = "./sos/proc/net/tcp", .text = "0123456789" },
		{ .path = "./sos/etc/long", .text = "0123456789a" },
		{ .path = "./sos/etc/link", .type = AE_IFLNK, .link = "/etc/passwd" },
		{ .path = "./sos/var/log/huge", .size = 40960 },
		{ .path = "./sos/etc/pipe", .type = AE_IFIFO },
		{ .path = NULL },
	};
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ };
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT, out = BUF_INIT;
	size_t i;

	(void)state;
	scratch_path(&scratch, "x.tar", &path);
	for (i = 0; i < countof(filters); i++) {
		autoerrors struct errors errors = ERRORS_INIT;
		struct tarball *tarball;

		write_archive(path.text, filters[i], members);
		tarball = load(path.text, &small, &errors);
		assert_string_equal(buf_text(&errors.text), "");
		assert_non_null(tarball);
		assert_int_equal(tarball_read(tarball, "proc/net/tcp", &out), 0);
		assert_string_equal(buf_text(&out), "0123456789");
		assert_int_equal(tarball_read(tarball, "etc/long", &out), EFBIG);
		assert_int_equal(tarball_read(tarball, "etc/link", &out), ENODATA);
		assert_int_equal(tarball_read(tarball, "etc/pipe", &out), ENODATA);
		assert_int_equal(tarball_read(tarball, "etc/none", &out), ENODATA);
		buf_clear(&out);
		assert_int_equal(tarball_names(tarball, "etc", &out), 0);
		assert_string_equal(buf_text(&out), "long");
		assert_int_equal(tarball_names(tarball, "et", &out), ENODATA);
		tarball_free(tarball);
	}
	buf_fini(&path);
	buf_fini(&out);
	scratch_free(&scratch);
}

static void test_archives_that_do_harm_are_refused(void **state)
{
	static const struct {
		const char *expected;
		struct member members[8];
	} cases[] = {
		{ "entry 1, '/etc/a', is an absolute path", { { .path = "/etc/a", .text = "1" } } },
		{ "entry 2, 'sos/../../etc/a', leaves the archive with '..'",
		  { { .path = "sos/etc/b", .text = "1" }, { .path = "sos/../../etc/a", .text = "1" } } },
		{ "leaves the archive", { { .path = "..", .type = AE_IFDIR } } },
		{ "leaves the archive", { { .path = "sos/..", .type = AE_IFLNK, .link = "x" } } },
		{ "'a/etc/a', is there twice",
		  { { .path = "a/etc/a", .text = "1" }, { .path = "a/etc/a", .text = "2" } } },
		{ "is too deep in folders", { { .path = "a/b/c/d/e/f", .text = "1" } } },
		{ "is one more than are read",
		  { { .path = "a" }, { .path = "b" }, { .path = "c" }, { .path = "d" }, { .path = "e" },
		    { .path = "f" }, { .path = "g" } } },
		{ "is one more than are wanted",
		  { { .path = "etc/a" }, { .path = "etc/b" }, { .path = "etc/c" }, { .path = "etc/d" } } },
		{ "makes what is wanted of it too large",
		  { { .path = "etc/a", .text = "0123456789" }, { .path = "etc/b", .text = "0123456789" },
		    { .path = "etc/c", .text = "012345" } } },
		{ "makes the archive larger than is unpacked", { { .path = "log", .size = 20 << 20 } } },
		{ "makes the archive larger than is unpacked",
		  { { .path = "a", .size = 40960 }, { .path = "b", .size = 40960 }, { .path = "c", .size = 40960 } } },
	};
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;
	size_t i;

	(void)state;
	scratch_path(&scratch, "x.tar", &path);
	for (i = 0; i < countof(cases); i++) {
		autoerrors struct errors errors = ERRORS_INIT;

		write_archive(path.text, ARCHIVE_FILTER_GZIP, cases[i].members);
		assert_null(load(path.text, &small, &errors));
		assert_int_equal(errors.count, 1);
		if (!strstr(buf_text(&errors.text), cases[i].expected))
			fail_msg("expected '%s' in: %s", cases[i].expected, buf_text(&errors.text));
	}
	buf_fini(&path);
	scratch_free(&scratch);
}

/* Whatever became of the bytes: an answer, or one error, and an end. */
static void test_archives_cut_and_altered_anywhere(void **state)
{
	static const struct member members[] = {
		{ .path = "sos/proc/net/tcp", .text = "0123456789" },
		{ .path = "sos/etc/a-name-that-does-not-fit-into-the-hundred-bytes-that-the-first-tar-had-"
			  "for-it-so-that-there-is-a-header-more", .text = "1" },
		{ .path = NULL },
	};
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ };
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT, bad = BUF_INIT, whole = BUF_INIT;
	uint64_t random = 11;
	unsigned round;

	(void)state;
	scratch_path(&scratch, "x.tar", &path);
	scratch_path(&scratch, "bad.tar", &bad);
	for (round = 0; round < 300; round++) {
		autoerrors struct errors errors = ERRORS_INIT;
		struct tarball *tarball;
		size_t at;

		write_archive(path.text, filters[round % 3], members);
		assert_int_equal(file_read(AT_FDCWD, path.text, 1 << 20, &whole), 0);
		at = (size_t)(unit_random(&random) % whole.len);
		if (round % 2)
			whole.len = at;
		else
			whole.text[at] = (char)unit_random(&random);
		scratch_write_buf(&scratch, "bad.tar", &whole);
		tarball = load(bad.text, &small, &errors);
		assert_int_equal(errors.count, tarball ? 0 : 1);
		tarball_free(tarball);
	}
	buf_fini(&path);
	buf_fini(&bad);
	buf_fini(&whole);
	scratch_free(&scratch);
}

/* ---- the source ---- */

static const char table[] =
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	"   0: 0100007F:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4711\n"
	"   1: 0100007F:0050 0100007F:8000 01 00000000:00000003 00:00000000 00000000     0        0 4712\n";

static const struct member sos[] = {
	{ .path = "sos-web1/proc/net/tcp", .text = table },
	{ .path = "sos-web1/proc/net/netstat", .text = "TcpExt: A\nTcpExt: 1\n" },
	{ .path = "sos-web1/proc/self/status", .text = "CapEff: 0\n" },
	{ .path = "sos-web1/sos_commands/kernel/sysctl_-a",
	  .text = "net.ipv4.tcp_sack = 0\nkernel.osrelease = 5.14.0-1.el9\n" },
	{ .path = "sos-web1/sos_commands/kernel/uname_-a",
	  .text = "Linux web1 5.14.0-1.el9 #1 SMP Mon Jan 1 00:00:00 UTC 2024 x86_64 GNU/Linux\n" },
	{ .path = "sos-web1/sos_commands/host/hostname", .text = "web1.example.net\n" },
	{ .path = "sos-web1/sos_commands/date/date", .text = "Wed Feb 14 10:20:30 UTC 2024\n" },
	{ .path = "sos-web1/etc/sysctl.d/b.conf", .text = "net.ipv4.tcp_sack = 0\n" },
	{ .path = "sos-web1/etc/sysctl.d/a.conf", .text = "" },
	{ .path = NULL },
};

static void test_network_namespaces_of_both_layouts(void **state)
{
	static const struct member members[] = {
		{ .path = "s/sos_commands/networking/namespaces/a b+c/ip_netns_exec_a_b_c_sysctl_-a",
		  .text = "net.ipv4.tcp_sack = 0\n" },
		{ .path = "s/sos_commands/networking/namespaces/a b+c/ip_netns_exec_a_b_c_netstat_-s", .text = "1" },
		{ .path = "s/sos_commands/networking/ip_netns_exec_qdhcp-1_ss_-peaonmi", .text = "Netid State Recv-Q\n" },
		{ .path = "s/sos_commands/networking/ip_netns_exec_qdhcp-1_nstat_-zas", .text = "#kernel\n" },
		{ .path = "s/sos_commands/networking/ip_netns_exec__ss_-peaonmi", .text = "" },
		{ .path = "s/sos_commands/networking/ip_netns_exec_x_ethtool_eth0", .text = "" },
		{ .path = NULL },
	};
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT, names = BUF_INIT, out = BUF_INIT;
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source, *inside;

	(void)state;
	scratch_path(&scratch, "x.tar", &path);
	write_archive(path.text, ARCHIVE_FILTER_NONE, members);
	source = source_recording(path.text, &errors);
	assert_non_null(source);
	assert_int_equal(source->ops->namespaces(source, &names), 0);
	assert_int_equal(names.len, sizeof "a b+c" + sizeof "qdhcp-1");
	assert_string_equal(names.text, "a b+c");
	assert_string_equal(names.text + sizeof "a b+c", "qdhcp-1");
	inside = source_inside(source, "a b+c", &errors);
	assert_non_null(inside);
	assert_string_equal(inside->manifest.name, "a b+c");
	assert_int_equal(inside->ops->read(inside, SAMPLE_NOW, "proc/sys/net/ipv4/tcp_sack", &out), 0);
	assert_string_equal(out.text, "0\n");
	assert_int_equal(inside->ops->read(inside, SAMPLE_NOW, "proc/sys/net/ipv4/tcp_mem", &out), ENOENT);
	assert_int_equal(inside->ops->read(inside, SAMPLE_NOW, "proc/net/netstat", &out), ENODATA);
	inside->ops->close(inside, &errors);
	assert_int_equal(errors.count, 0);
	buf_fini(&path);
	buf_fini(&names);
	buf_fini(&out);
	scratch_free(&scratch);
}

static void check_read(struct source *source, unsigned sample, const char *path, int error,
		       const char *expected)
{
	autobuf struct buf text = BUF_INIT;

	assert_int_equal(source->ops->read(source, sample, path, &text), error);
	assert_string_equal(buf_text(&text), expected);
}

static void check_stream(struct source *source)
{
	autobuf struct buf text = BUF_INIT;
	autoclose int fd = source->ops->open(source, SAMPLE_NOW, "proc/net/tcp");

	assert_true(fd >= 0);
	assert_int_equal(file_read_fd(fd, 1 << 20, &text), 0);
	assert_string_equal(buf_text(&text), table);
	assert_int_equal(source->ops->open(source, SAMPLE_NOW, "proc/net/tcp6"), -ENODATA);
	assert_int_equal(source->ops->open(source, SAMPLE_BEFORE, "proc/net/tcp"), -ENODATA);
}

static void check_sos(struct source *source)
{
	struct received received = { 0 };
	struct buf names = BUF_INIT;

	assert_string_equal(source->manifest.kind, "capture");
	assert_string_equal(source->manifest.hostname, "web1.example.net");
	assert_string_equal(source->manifest.kernel, "5.14.0-1.el9");
	assert_int_equal(source->manifest.time, 1707906030);
	assert_true(source->manifest.page_size == 4096);
	check_read(source, SAMPLE_NOW, "proc/sys/net/ipv4/tcp_sack", 0, "0\n");
	check_read(source, SAMPLE_NOW, "proc/sys/net/ipv4/tcp_tw_recycle", ENODATA, "");
	check_read(source, SAMPLE_BEFORE, "proc/sys/net/ipv4/tcp_sack", ENODATA, "");
	check_read(source, SAMPLE_FIRST, "proc/sys/net/ipv4/tcp_sack", ENODATA, "");
	check_read(source, SAMPLE_NOW, "proc/net/netstat", 0, "TcpExt: A\nTcpExt: 1\n");
	check_read(source, SAMPLE_NOW, "proc/self/status", ENODATA, "");
	check_stream(source);
	assert_int_equal(source->ops->list(source, "etc/sysctl.d", &names), 0);
	assert_int_equal(names.len, 2 * sizeof "a.conf");
	assert_memory_equal(names.text, "a.conf\0b.conf", sizeof "a.conf\0b.conf");
	assert_int_equal(source->ops->list(source, "run/sysctl.d", &names), ENODATA);
	assert_int_equal(receive_dump(source, SAMPLE_NOW, PASS_LISTEN, AF_INET, STATES_LISTEN, &received),
			 DUMP_NO_DIAG); /* go on to proc/net/tcp */
	assert_int_equal(receive_dump(source, SAMPLE_NOW, PASS_LISTEN, AF_INET6, STATES_LISTEN, &received),
			 DUMP_NOT_RECORDED);
	assert_int_equal(receive_dump(source, SAMPLE_NOW, PASS_INFO, AF_INET, STATES_ALL, &received),
			 DUMP_NOT_RECORDED);
	received_fini(&received);
	buf_fini(&names);
	closed(source);
}

static void test_sosreports(void **state)
{
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;
	const struct member *member;

	(void)state;
	write_archive(scratch_path(&scratch, "sos.tar.xz", &path), ARCHIVE_FILTER_XZ, sos);
	check_sos(opened(path.text));
	for (member = sos; member->path; member++)
		scratch_write(&scratch, member->path, member->text);
	check_sos(opened(scratch_path(&scratch, "sos-web1", &path)));
	buf_fini(&path);
	scratch_free(&scratch);
}

/* What a link in a folder leads to was not captured, and may be of this host. */
static void test_links_are_not_followed(void **state)
{
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;
	struct source *source;

	(void)state;
	scratch_write(&scratch, "sos/sos_commands/kernel/uname_-a", "Linux web1\n");
	scratch_write(&scratch, "sos/etc/x", "");
	assert_int_equal(symlinkat("/proc", scratch.dir, "sos/proc"), 0);
	assert_int_equal(symlinkat("/etc/sysctl.d", scratch.dir, "sos/etc/sysctl.d"), 0);
	source = opened(scratch_path(&scratch, "sos", &path));
	assert_string_equal(source->manifest.hostname, "web1");
	assert_null(source->manifest.kernel);
	assert_true(source->manifest.page_size == 0);
	check_read(source, SAMPLE_NOW, "proc/net/netstat", ENODATA, "");
	assert_int_equal(source->ops->open(source, SAMPLE_NOW, "proc/net/tcp"), -ENODATA);
	assert_int_equal(source->ops->list(source, "etc/sysctl.d", &path), ENODATA);
	closed(source);
	buf_fini(&path);
	scratch_free(&scratch);
}

static void test_a_file_of_sysctls(void **state)
{
	struct scratch scratch = scratch_new();
	struct received received = { 0 };
	struct buf path = BUF_INIT;
	struct source *source;

	(void)state;
	scratch_write(&scratch, "all", "kernel.arch = aarch64\nkernel.hostname = web\x1b[1m\n"
				       "net.ipv4.tcp_sack = 0\n");
	source = opened(scratch_path(&scratch, "all", &path));
	assert_string_equal(source->manifest.hostname, "web\\x1b[1m");
	assert_null(source->manifest.kernel);
	assert_true(source->manifest.page_size == 0); /* that machine has three */
	check_read(source, SAMPLE_NOW, "proc/sys/net/ipv4/tcp_sack", 0, "0\n");
	check_read(source, SAMPLE_NOW, "proc/net/netstat", ENODATA, "");
	assert_int_equal(source->ops->list(source, "etc/sysctl.d", &path), ENODATA);
	assert_int_equal(receive_dump(source, SAMPLE_NOW, PASS_SOCKETS, AF_INET, STATES_ALL, &received),
			 DUMP_NOT_RECORDED);
	closed(source);
	received_fini(&received);
	scratch_write(&scratch, "all", "# tuning\nnet.ipv4.tcp_sack = 0\n");
	assert_refused(scratch_path(&scratch, "all", &path), "is a sysctl.conf");
	buf_fini(&path);
	scratch_free(&scratch);
}

static void test_archives_of_something_else(void **state)
{
	static const struct member recording[] = { { .path = "r/earlier/proc/net/snmp" },
						   { .path = "r/proc/net/snmp" }, { .path = "r/manifest.ini", .text = "[recording]\n" },
						   { .path = NULL } };
	static const struct member two[] = { { .path = "a/etc/sysctl.conf" }, { .path = "b/etc/sysctl.conf" },
					     { .path = NULL } };
	static const struct member outside[] = { { .path = "a/etc/sysctl.conf" }, { .path = "proc/net/tcp" },
						 { .path = NULL } };
	static const struct member photos[] = { { .path = "photo", .text = "a" }, { .path = NULL } };
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;

	(void)state;
	write_archive(scratch_path(&scratch, "x.tar", &path), ARCHIVE_FILTER_GZIP, recording);
	assert_refused(path.text, "is a recording in an archive");
	write_archive(path.text, ARCHIVE_FILTER_GZIP, two);
	assert_refused(path.text, "'b/etc/sysctl.conf' belongs to a second one");
	write_archive(path.text, ARCHIVE_FILTER_GZIP, outside);
	assert_refused(path.text, "'proc/net/tcp' belongs to a second one");
	write_archive(path.text, ARCHIVE_FILTER_GZIP, photos);
	assert_refused(path.text, "holds nothing of what is read of a sosreport");
	scratch_write(&scratch, "gz", "\x1f\x8b but no more");
	assert_refused(scratch_path(&scratch, "gz", &path), "is no tar archive");
	buf_fini(&path);
	scratch_free(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network_namespaces_of_both_layouts),
		cmocka_unit_test(test_archives_are_read_in_memory),
		cmocka_unit_test(test_archives_that_do_harm_are_refused),
		cmocka_unit_test(test_archives_cut_and_altered_anywhere),
		cmocka_unit_test(test_sosreports),
		cmocka_unit_test(test_links_are_not_followed),
		cmocka_unit_test(test_a_file_of_sysctls),
		cmocka_unit_test(test_archives_of_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
