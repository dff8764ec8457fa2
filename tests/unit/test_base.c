/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/: hostile text, nearest names, wrapping, files, names. */
#include "base/errors.h"
#include "base/file.h"
#include "base/names.h"
#include "base/text.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void test_printable_text_cannot_act_on_a_terminal(void **state)
{
	static const struct {
		const char *raw, *expected;
	} cases[] = {
		{ "nginx", "nginx" },
		{ "a b", "a b" },
		{ "x\nLISTEN 9", "x\\x0aLISTEN 9" },
		{ "\033[31m", "\\x1b[31m" },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },		   /* C1 CSI in UTF-8 */
		{ "\x9b", "\\x9b" },			   /* not UTF-8 at all */
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "\xe2\x80\xae" "gpj", "\\xe2\\x80\\xaegpj" }, /* right-to-left override */
		{ "\xc0\xaf", "\\xc0\\xaf" },		   /* overlong '/' */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	   /* surrogate */
		{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7" },
		{ "a\\n", "a\\x5cn" },			   /* no escape can be forged */
		{ "\x7f", "\\x7f" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf out = BUF_INIT;

		text_printable(&out, cases[i].raw, strlen(cases[i].raw));
		assert_string_equal(buf_text(&out), cases[i].expected);
	}
}

/* Eight at a time or one by one, from anywhere on. */
static void test_plain_bytes(void **state)
{
	uint64_t seed = 7;
	char text[40];
	unsigned round, i;

	(void)state;
	for (round = 0; round < 100000; round++) {
		size_t len = unit_random(&seed) % sizeof text, plain = 0;

		for (i = 0; i < sizeof text; i++)
			text[i] = unit_random(&seed) % 8 ? 'a' : (char)unit_random(&seed);
		while (plain < len && text[plain] >= ' ' && text[plain] <= '~' &&
		       text[plain] != '\\' && text[plain] != ';')
			plain++;
		assert_int_equal(text_plain(text, len), plain);
	}
}

static void test_nearest_name(void **state)
{
	static const struct {
		const char *name, *candidates[4], *best;
	} cases[] = {
		{ "recv_qq", { "recv_q", "send_q" }, "recv_q" },
		{ "recv_q", { "send_q", "rtt" }, "send_q" },
		{ "warnin", { "info", "warning" }, "warning" },
		{ "stae", { "side", "state" }, "state" },
		{ "xyz", { "recv_q", "send_q" }, NULL },
		{ "established_", { "established", "close" }, "established" },
	};
	unsigned i, j;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct nearest nearest = { .name = cases[i].name };

		for (j = 0; j < 4 && cases[i].candidates[j]; j++)
			nearest_try(&nearest, cases[i].candidates[j]);
		if (cases[i].best)
			assert_string_equal(nearest.best, cases[i].best);
		else
			assert_null(nearest.best);
	}
}

static void test_distance_counts_a_swap_once(void **state)
{
	(void)state;
	assert_int_equal(text_distance("recieve", "receive", 3), 1);
	assert_int_equal(text_distance("abc", "abc", 3), 0);
	assert_int_equal(text_distance("abc", "", 3), 3);
	assert_int_equal(text_distance("abcdef", "uvwxyz", 3), 4);
}

static void test_wrap_keeps_the_width(void **state)
{
	static const char text[] = "The listener's accept queue overflows and the kernel drops "
				   "the handshake.\nA second paragraph that is long enough to wrap.";
	unsigned width;

	(void)state;
	for (width = 20; width < 90; width++) {
		autobuf struct buf out = BUF_INIT;
		const char *line;

		text_wrap(&out, text, 4, 0, width);
		for (line = buf_text(&out); *line; line += strcspn(line, "\n") + 1) {
			assert_true(strcspn(line, "\n") <= width);
			assert_memory_equal(line, "    ", 4);
		}
	}
}

static void test_errors_draw_a_caret_and_are_bounded(void **state)
{
	autoerrors struct errors errors = ERRORS_INIT;
	struct place place = { "rules/listen.ini", 14, 9, "when = \trecv_qq > 5" };
	int i;

	(void)state;
	assert_int_equal(errors_add_at(&errors, &place, "'%s' is not a fact", "recv_qq"), -1);
	assert_string_equal(buf_text(&errors.text), "rules/listen.ini:14:9: 'recv_qq' is not a fact\n"
						    "    when = \trecv_qq > 5\n"
						    "           \t^\n");
	for (i = 0; i < 1000; i++)
		errors_add(&errors, "again");
	assert_int_equal(errors.count, 1001);
	assert_true(errors.text.len < 4096);
	assert_non_null(strstr(buf_text(&errors.text), "further errors are not listed"));
}

/* The source line stands above the caret as it is, so only where it cannot act. */
static void test_carets_stand_below_harmless_lines(void **state)
{
	static const struct {
		const char *source;
		unsigned column;
		const char *expected;
	} cases[] = {
		{ "a\\b = \t5", 7, "f:1:7: x\n    a\\b = \t5\n          ^\n" },
		{ "\xc3\xbc = 5", 6, "f:1:6: x\n    \xc3\xbc = 5\n        ^\n" },
		{ "a = \x7f", 5, "f:1:5: x\n" },
		{ "a = \xc2\x9b" "31m", 5, "f:1:5: x\n" },
		{ "a = \xe2\x80\xae", 5, "f:1:5: x\n" },
		{ "a = \x9b", 5, "f:1:5: x\n" },
		{ "a", 3, "f:1:3: x\n" },
		{ "a", 0, "f:1:0: x\n" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autoerrors struct errors errors = ERRORS_INIT;
		const struct place place = { "f", 1, cases[i].column, cases[i].source };

		errors_add_at(&errors, &place, "x");
		assert_string_equal(buf_text(&errors.text), cases[i].expected);
	}
}

static void test_numbers_are_strict(void **state)
{
	uint64_t u = 7;
	double d = 7;

	(void)state;
	assert_true(text_u64("18446744073709551615", &u));
	assert_true(u == UINT64_MAX);
	assert_false(text_u64("18446744073709551616", &u));
	assert_false(text_u64("-1", &u));
	assert_false(text_u64(" 1", &u));
	assert_false(text_u64("1x", &u));
	assert_false(text_u64("", &u));
	assert_true(text_double("-1.5", &d));
	assert_true(d == -1.5);
	assert_false(text_double("nan", &d));
	assert_false(text_double("1e999", &d));
	assert_false(text_double("0x10", &d));
	assert_false(text_double("1e", &d));
	assert_false(text_double("- 1", &d));
	assert_false(text_double("", &d));
	assert_true(text_double("2.5e3", &d));
	assert_true(d == 2500);
}

static void test_names_are_bounded(void **state)
{
	struct names *names = names_new();
	unsigned bbr = names_intern(names, "bbr", 3), i, n;
	char text[16];

	(void)state;
	assert_int_equal(names_intern(names, "bbr", 3), bbr);
	assert_int_not_equal(names_intern(names, "bb", 2), bbr);
	for (i = 0; i < 2 * NAMES_MAX; i++) {
		n = (unsigned)snprintf(text, sizeof text, "%u", i);
		names_intern(names, text, n);
	}
	assert_int_equal(names_intern(names, "new", 3), NAMES_OTHER);
	assert_string_equal(names_text(names, bbr), "bbr");
	assert_string_equal(names_text(names, 999999), "(other)");
	names_free(names);
}

static void test_files_are_bounded_and_never_followed(void **state)
{
	char dir[] = "/tmp/tcp-advise-test.XXXXXX";
	autobuf struct buf out = BUF_INIT, empty = BUF_INIT;
	char *used = xcalloc(1, 8192);
	int fd;

	(void)state;
	memset(used, 'x', 8191);
	free(used); /* so that memory given next is not zero by luck */
	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_PATH | O_DIRECTORY);
	assert_int_equal(file_write_new(fd, "a/b/c", "hello", 5), 0);
	assert_int_equal(file_write_new(fd, "a/b/c", "other", 5), EEXIST);
	assert_int_equal(file_read(fd, "a/b/c", 100, &out), 0);
	assert_string_equal(buf_text(&out), "hello");
	assert_int_equal(file_read(fd, "a/b/c", 4, &out), EFBIG);
	assert_string_equal(buf_text(&out), "");
	assert_int_equal(file_write_new(fd, "a/b/empty", "", 0), 0);
	assert_int_equal(file_read(fd, "a/b/empty", 4, &empty), 0);
	assert_true(empty.len == 0 && *buf_text(&empty) == '\0');
	unlinkat(fd, "a/b/empty", 0);
	assert_int_equal(file_read(fd, "a/b", 100, &out), EISDIR);
	assert_int_equal(file_read(fd, "a/x", 100, &out), ENOENT);
	assert_int_equal(mkfifoat(fd, "fifo", 0600), 0);
	assert_int_equal(file_read(fd, "fifo", 100, &out), EINVAL);
	assert_int_equal(symlinkat("/tmp", fd, "link"), 0);
	assert_int_not_equal(file_write_new(fd, "link/x", "x", 1), 0);
	unlinkat(fd, "a/b/c", 0);
	unlinkat(fd, "a/b", AT_REMOVEDIR);
	unlinkat(fd, "a", AT_REMOVEDIR);
	unlinkat(fd, "fifo", 0);
	unlinkat(fd, "link", 0);
	close(fd);
	assert_int_equal(rmdir(dir), 0);
}

static int replace_below(const char *dir, const char *name, const char *text)
{
	autobuf struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", dir, name);
	return file_replace(path.text, text, strlen(text));
}

/* Neither /dev/null is, nor /dev/stdout, which is a link. */
static void test_only_files_are_replaced(void **state)
{
	static const struct {
		const char *name, *target;
		int error;
	} links[] = {
		{ "to-file", "report", ELOOP }, { "to-nothing", "nothing", ELOOP },
		{ "to-folder", ".", EISDIR },	{ "to-device", "/dev/null", 0 },
	};
	char dir[] = "/tmp/tcp-advise-test.XXXXXX";
	autobuf struct buf out = BUF_INIT;
	struct stat st;
	unsigned i;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_PATH | O_DIRECTORY);
	assert_int_equal(replace_below(dir, "report", "one"), 0);
	assert_int_equal(replace_below(dir, "report", "two"), 0);
	for (i = 0; i < countof(links); i++) {
		assert_int_equal(symlinkat(links[i].target, fd, links[i].name), 0);
		assert_int_equal(replace_below(dir, links[i].name, "three"), links[i].error);
		assert_int_equal(fstatat(fd, links[i].name, &st, AT_SYMLINK_NOFOLLOW), 0);
		assert_true(S_ISLNK(st.st_mode));
		unlinkat(fd, links[i].name, 0);
	}
	assert_int_equal(replace_below(dir, ".", "three"), EISDIR);
	assert_int_equal(file_read(fd, "report", 100, &out), 0);
	assert_string_equal(out.text, "two");
	unlinkat(fd, "report", 0);
	close(fd);
	assert_int_equal(rmdir(dir), 0); /* and nothing else is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable_text_cannot_act_on_a_terminal),
		cmocka_unit_test(test_plain_bytes),
		cmocka_unit_test(test_nearest_name),
		cmocka_unit_test(test_distance_counts_a_swap_once),
		cmocka_unit_test(test_wrap_keeps_the_width),
		cmocka_unit_test(test_errors_draw_a_caret_and_are_bounded),
		cmocka_unit_test(test_carets_stand_below_harmless_lines),
		cmocka_unit_test(test_numbers_are_strict),
		cmocka_unit_test(test_names_are_bounded),
		cmocka_unit_test(test_files_are_bounded_and_never_followed),
		cmocka_unit_test(test_only_files_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
