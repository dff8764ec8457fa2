/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a recording, as others may send it: what it says, what is hostile in it. */
#include "recordings.h"

static const char manifest[] = "# a comment\n"
			       "[recording]\n"
			       "format = 1\n"
			       "kind = kernel\n"
			       "program = tcp-advise 0.1\n"
			       "hostname = web1\n"
			       "kernel = 6.1.0\n"
			       "netns = net:[4026531840]\n"
			       "page-size = 4096.000000\n"
			       "time = 2026-11-21T09:18:00Z\n"
			       "window = 10.003122\n"
			       "of-the-future = yes\n"
			       "\n"
			       "[dumps]\n"
			       "listen.inet = complete\n"
			       "info.inet = deadline: reading tcp_info stalled\n"
			       "info.inet6 = no-diag\n"
			       "[future]\n"
			       "format = 77\n";

static void test_files_of_a_folder(void **state)
{
	struct scratch scratch = scratch_new();
	struct buf out = BUF_INIT;
	struct source *source;
	char byte;
	int fd;

	(void)state;
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write(&scratch, "files.txt", "absent proc/sys/net/ipv4/tcp_tw_recycle\n"
					     "denied earlier/proc/net/netstat\n"
					     "special etc/sysctl.d/50-mask.conf\n"
					     "denied etc/sysctl.d/60-secret.conf\n"
					     "denied etc/sysctl.d/sub/x.conf\n"
					     "folder run/sysctl.d\n"
					     "absent usr/lib/sysctl.d\n"
					     "of-the-future a b\n");
	scratch_write(&scratch, "proc/net/netstat", "now\n");
	scratch_write(&scratch, "etc/sysctl.d/99-z.conf", "a = 1\n");
	scratch_write(&scratch, "etc/sysctl.d/10-a.conf", "");
	source = opened(scratch.path);

	assert_string_equal(source->manifest.hostname, "web1");
	assert_string_equal(source->manifest.kernel, "6.1.0");
	assert_string_equal(source->manifest.kind, "kernel");
	assert_string_equal(source->manifest.netns, "net:[4026531840]");
	assert_true(source->manifest.window == 10.003122);
	assert_true(source->manifest.page_size == 4096);
	assert_int_equal(source->manifest.time, 1795252680);

	assert_int_equal(source->ops->read(source, 1, "proc/net/netstat", &out), 0);
	assert_string_equal(buf_text(&out), "now\n");
	assert_int_equal(source->ops->read(source, 0, "proc/net/netstat", &out), EACCES);
	assert_int_equal(source->ops->read(source, 1, "proc/sys/net/ipv4/tcp_tw_recycle", &out),
			 ENOENT);
	assert_int_equal(source->ops->read(source, 1, "proc/sys/net/ipv4/tcp_tw", &out), ENODATA);
	assert_int_equal(source->ops->read(source, 1, "etc/sysctl.d/50-mask.conf", &out), EINVAL);
	assert_int_equal(source->ops->open(source, 1, "proc/net/tcp"), -ENODATA);
	fd = source->ops->open(source, 1, "proc/net/netstat");
	assert_true(fd >= 0 && read(fd, &byte, 1) == 1 && byte == 'n');
	close(fd);

	buf_clear(&out);
	assert_int_equal(source->ops->list(source, "etc/sysctl.d", &out), 0);
	assert_int_equal(out.len, 10 + 13 + 15 + 10);
	assert_memory_equal(out.text, "10-a.conf\0" "50-mask.conf\0" "60-secret.conf\0"
				      "99-z.conf\0", out.len);
	buf_clear(&out);
	assert_int_equal(source->ops->list(source, "run/sysctl.d", &out), 0);
	assert_int_equal(out.len, 0);
	assert_int_equal(source->ops->list(source, "usr/lib/sysctl.d", &out), ENOENT);
	assert_int_equal(source->ops->list(source, "lib/sysctl.d", &out), ENODATA);
	closed(source);
	buf_fini(&out);
	scratch_free(&scratch);
}

static void test_nothing_outside_is_opened(void **state)
{
	static const char *const paths[] = {
		"link", "link-folder/secret", "fifo", "../secret", "a/../../secret", "null", "",
		"proc/", "./manifest.ini", "proc//x", "/etc/hostname", "proc", "socket",
	};
	struct scratch scratch = scratch_new();
	struct buf out = BUF_INIT;
	struct source *source;
	size_t i;

	(void)state;
	scratch_write(&scratch, "rec/manifest.ini", manifest);
	scratch_write(&scratch, "rec/proc/x", "x");
	scratch_write(&scratch, "secret", "secret");
	assert_int_equal(symlinkat("../secret", scratch.dir, "rec/link"), 0);
	assert_int_equal(symlinkat("..", scratch.dir, "rec/link-folder"), 0);
	assert_int_equal(symlinkat("/dev/null", scratch.dir, "rec/null"), 0);
	assert_int_equal(mkfifoat(scratch.dir, "rec/fifo", 0600), 0);
	source = opened(scratch_path(&scratch, "rec", &out));
	for (i = 0; i < countof(paths); i++) {
		if (source->ops->read(source, 1, paths[i], &out) == 0)
			fail_msg("read '%s'", paths[i]);
		assert_true(source->ops->open(source, 1, paths[i]) < 0);
		buf_clear(&out);
		if (strcmp(paths[i], "proc") != 0)
			assert_int_not_equal(source->ops->list(source, paths[i], &out), 0);
		assert_int_equal(out.len, 0);
	}
	closed(source);

	unlinkat(scratch.dir, "rec/manifest.ini", 0);
	assert_int_equal(symlinkat("../secret", scratch.dir, "rec/manifest.ini"), 0);
	assert_refused(scratch_path(&scratch, "rec", &out), "manifest.ini");
	unlinkat(scratch.dir, "rec/manifest.ini", 0);
	assert_int_equal(mkfifoat(scratch.dir, "rec/manifest.ini", 0600), 0);
	assert_refused(scratch_path(&scratch, "rec", &out), "manifest.ini");
	assert_refused(scratch_path(&scratch, "rec/fifo", &out), "is neither");
	assert_refused(scratch_path(&scratch, "absent", &out), "No such file");
	buf_fini(&out);
	scratch_free(&scratch);
}

static void test_large_files_are_refused(void **state)
{
	struct scratch scratch = scratch_new();
	struct buf out = BUF_INIT;
	struct source *source;

	(void)state;
	scratch_write(&scratch, "manifest.ini", manifest);
	scratch_write(&scratch, "proc/net/netstat", "x");
	assert_int_equal(truncate(scratch_path(&scratch, "proc/net/netstat", &out), 1L << 40), 0);
	source = opened(scratch.path);
	assert_int_equal(source->ops->read(source, 1, "proc/net/netstat", &out), EFBIG);
	closed(source);
	buf_fini(&out);
	scratch_free(&scratch);
}

static void test_bad_manifests(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "'format' is missing" },
		{ "[recording]\nkind = kernel\n", "'format' is missing" },
		{ "[recording]\nformat = 2\n", "manifest.ini:2:1: the recording was made by" },
		{ "[recording]\nformat = 0\n", "'format' has no good value" },
		{ "[recording]\nformat = one\n", "'format' has no good value" },
		{ "[recording]\nformat = 1\ntime = yesterday\n", "manifest.ini:3:1: 'time'" },
		{ "[recording]\nformat = 1\nwindow = -1\n", "'window'" },
		{ "[recording]\nformat = 1\nwindow = nan\n", "'window'" },
		{ "[recording]\nformat = 1\npage-size = 1e300\n", "'page-size'" },
		{ "[recording]\nformat = 1\nbyte-order = middle\n", "another byte order" },
		{ "[recording]\nformat = 1\nnonsense\n", "expected 'key = value'" },
		{ "format = 1\n", "'format' is missing" },
		{ "[recording]\nformat = 1\n[dumps]\ninfo.inet = well\n", "'info.inet'" },
		{ "\177ELF\2\1\1", "expected 'key = value'" },
	};
	struct scratch scratch = scratch_new();
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	assert_refused(scratch.path, "is not a recording");
	for (i = 0; i < countof(cases); i++) {
		scratch_write(&scratch, "manifest.ini", cases[i].text);
		assert_refused(scratch.path, cases[i].expected);
	}
	buf_puts(&text, "[recording]\nformat = 1\nhostname = ");
	for (i = 0; i < 2000; i++)
		buf_putc(&text, 'x');
	scratch_write_buf(&scratch, "manifest.ini", &text);
	assert_refused(scratch.path, "manifest.ini:3:1: this is no line of text");
	buf_clear(&text);
	buf_write(&text, "[recording]\nformat = 1\nkind = a\0b\n", 33);
	scratch_write_buf(&scratch, "manifest.ini", &text);
	assert_refused(scratch.path, "this is no line of text");
	buf_fini(&text);
	scratch_free(&scratch);
}

static void test_manifest_texts_are_printable(void **state)
{
	struct scratch scratch = scratch_new();
	struct source *source;

	(void)state;
	scratch_write(&scratch, "manifest.ini",
		      "[recording]\nformat = 1\nhostname = a\033[31mb\nkernel = c\\x1bd\n");
	source = opened(scratch.path);
	assert_string_equal(source->manifest.hostname, "a\\x1b[31mb");
	/* What the writer made printable stays the same when it is read again. */
	assert_string_equal(source->manifest.kernel, "c\\x1bd");
	assert_string_equal(source->manifest.kind, "kernel");
	assert_null(source->manifest.netns);
	closed(source);
	scratch_free(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_of_a_folder),
		cmocka_unit_test(test_nothing_outside_is_opened),
		cmocka_unit_test(test_large_files_are_refused),
		cmocka_unit_test(test_bad_manifests),
		cmocka_unit_test(test_manifest_texts_are_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
