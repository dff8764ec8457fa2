/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysctls take and start with: the table and the model against the running kernel, in a
 * network namespace of the test's own. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "fact/sysctl.h"

#define for_each_sysctl(i) \
	for (unsigned i = 0; i < fact_count; i += sysctl_words(i) ? sysctl_words(i) : 1) \
		if (sysctl_is(&fact_catalogue[i]))

static void read_words(unsigned fact, struct buf *out)
{
	autobuf struct buf path = BUF_INIT;
	size_t i;

	buf_printf(&path, "/%s", fact_catalogue[fact].path);
	if (file_read(AT_FDCWD, path.text, 4096, out) != 0) {
		buf_clear(out);
		return;
	}
	while (out->len && out->text[out->len - 1] == '\n')
		out->text[--out->len] = '\0';
	for (i = 0; i < out->len; i++)
		if (out->text[i] == '\t')
			out->text[i] = ' ';
}

/* As systemd-sysctl does: in one write, with a newline. */
static int write_words(unsigned fact, const char *text)
{
	autobuf struct buf path = BUF_INIT, line = BUF_INIT;
	ssize_t n;
	int fd, error;

	buf_printf(&path, "/%s", fact_catalogue[fact].path);
	buf_printf(&line, "%s\n", text);
	fd = open(path.text, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = write(fd, line.text, line.len);
	error = n < 0 ? errno : 0;
	close(fd);
	return error;
}

/* Settings of this namespace alone, which the test may write. */
static bool is_ours(unsigned fact)
{
	autobuf struct buf path = BUF_INIT;

	buf_printf(&path, "/%s", fact_catalogue[fact].path);
	return !fact_catalogue[fact].read_only && !fact_catalogue[fact].host_wide &&
	       access(path.text, F_OK) == 0;
}

/* ---- the table alone ---- */

static void test_every_sysctl_says_what_it_takes(void **state)
{
	(void)state;
	for_each_sysctl(i) {
		const struct fact *fact = &fact_catalogue[i];
		struct sysctl_initial initial;
		struct sysctl_write write;

		if (sysctl_words(i) > SYSCTL_WORDS)
			fail_msg("%s has many words", fact->key);
		if (fact->unit != UNIT_TEXT && !fact->read_only && fact->least >= fact->most)
			fail_msg("%s: no range", fact->key);
		if (!sysctl_initial(&initial, i, 0))
			continue;
		sysctl_write(&write, i, initial.text);
		if (!write.taken)
			fail_msg("%s would refuse its own '%s': %s", fact->key, initial.text,
				 buf_text(&write.reason));
		buf_fini(&write.reason);
	}
}

static void test_defaults_have_a_history(void **state)
{
	static const struct {
		const char *key, *kernel, *text;
		const char *since, *until;
	} cases[] = {
		{ "net.core.somaxconn", "5.3", "128", NULL, "5.4" },
		{ "net.core.somaxconn", "5.4.0-150-generic", "4096", "5.4", NULL },
		{ "net.core.somaxconn", "", "4096", "5.4", NULL },
		{ "net.ipv4.tcp_rmem", "4.19", "4096 87380 6291456", NULL, "4.20" },
		{ "net.ipv4.tcp_rmem", "6.1", "4096 131072 6291456", "4.20", "6.16" },
		{ "net.ipv4.tcp_rmem", "", "4096 131072 33554432", "6.16", NULL },
		{ "net.ipv4.tcp_limit_output_bytes", "6.1", "1048576", "5.0", "6.16" },
		{ "net.ipv4.tcp_sack", "6.1", "1", NULL, NULL },
		{ "net.ipv4.ip_local_port_range", "6.1", "32768 60999", NULL, NULL },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		struct sysctl_initial initial;

		assert_true(sysctl_initial(&initial, sysctl_find(cases[i].key),
					   kernel_version(cases[i].kernel)));
		assert_string_equal(initial.text, cases[i].text);
		assert_int_equal(initial.since, cases[i].since ? kernel_version(cases[i].since) : 0);
		assert_int_equal(initial.until, cases[i].until ? kernel_version(cases[i].until) : 0);
	}
}

static void test_kernels_order(void **state)
{
	(void)state;
	assert_int_equal(kernel_version("6.1.0-18-amd64"), kernel_version("6.1"));
	assert_true(kernel_version("6.10") > kernel_version("6.9"));
	assert_true(kernel_version("6.18.44-fc-v595") > kernel_version("5.19"));
	assert_int_equal(kernel_version("6"), 0);
	assert_int_equal(kernel_version("linux-6.1"), 0);
	assert_int_equal(kernel_version("6.x"), 0);
	assert_int_equal(kernel_version("6.1b"), 0);
	assert_int_equal(kernel_version("99999999999.1"), 0);
	assert_int_equal(kernel_version(""), 0);
}

/* ---- against the kernel ---- */

static void enter_namespace(void)
{
	autobuf struct buf map = BUF_INIT;
	uid_t uid = getuid();

	if (unshare(CLONE_NEWNET) == 0)
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		print_message("no namespace of our own here: %s\n", strerror(errno));
		skip();
	}
	buf_printf(&map, "0 %u 1\n", (unsigned)uid);
	autoclose int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	if (write(fd, map.text, map.len) < 0)
		skip();
}

/* Some are copied from the first namespace, where somebody may have set them. */
static bool set_by_somebody(const char *before, const char *initial)
{
	return *before && strcmp(before, initial) != 0;
}

static void test_the_kernel_starts_with_them(void **state)
{
	autofree struct buf *before = xcalloc(fact_count, sizeof *before);
	struct utsname name;
	unsigned proven = 0;

	(void)state;
	assert_int_equal(uname(&name), 0);
	for_each_sysctl(i)
		read_words(i, &before[i]);
	enter_namespace();
	for_each_sysctl(i) {
		autobuf struct buf now = BUF_INIT;
		struct sysctl_initial initial;

		read_words(i, &now);
		if (!now.len || !is_ours(i) ||
		    !sysctl_initial(&initial, i, kernel_version(name.release)))
			continue;
		if (strcmp(now.text, initial.text) != 0 && !initial.sized &&
		    !set_by_somebody(buf_text(&before[i]), initial.text))
			fail_msg("%s is '%s' here, not '%s'", fact_catalogue[i].key, now.text,
				 initial.text);
		proven++;
	}
	for_each_sysctl(i)
		buf_fini(&before[i]);
	if (proven < 60)
		fail_msg("only %u proven", proven);
}

/* Limits that move with other settings, opened wide. */
static void open_limits(const char *key)
{
	if (strcmp(key, "net.ipv4.ip_local_port_range") == 0)
		write_words(sysctl_find("net.ipv4.ip_unprivileged_port_start"), "0");
	if (strcmp(key, "net.ipv4.ip_unprivileged_port_start") == 0)
		write_words(sysctl_find("net.ipv4.ip_local_port_range"), "65535 65535");
	if (strcmp(key, "net.ipv4.tcp_reordering") == 0)
		write_words(sysctl_find("net.ipv4.tcp_max_reordering"), "2147483647");
}

static bool takes_all(unsigned i, double number)
{
	autobuf struct buf text = BUF_INIT;
	unsigned word;

	for (word = 0; word < sysctl_words(i); word++)
		buf_printf(&text, "%s%.0f", word ? " " : "", number);
	return write_words(i, text.text) == 0;
}

/* What a kernel with another HZ, or a later one, takes more. */
static double slack(const struct fact *fact, const char *release)
{
	if (strcmp(fact->key, "net.ipv4.tcp_ecn") == 0 &&
	    kernel_version(release) < kernel_version("7.0"))
		return -3;
	return fact->most == 2147483 || fact->most == 4294967 ? 9 * fact->most + 10 : 0;
}

static void test_the_kernel_takes_what_the_table_says(void **state)
{
	struct utsname name;
	unsigned proven = 0;

	(void)state;
	assert_int_equal(uname(&name), 0);
	enter_namespace();
	for_each_sysctl(i) {
		const struct fact *fact = &fact_catalogue[i];
		double more = slack(fact, name.release);
		autobuf struct buf before = BUF_INIT;

		read_words(i, &before);
		if (!is_ours(i) || fact->unit == UNIT_TEXT)
			continue;
		open_limits(fact->key);
		if (!takes_all(i, fact->most + (more < 0 ? more : 0)))
			fail_msg("%s refuses %.0f", fact->key, fact->most);
		if (!takes_all(i, fact->least))
			fail_msg("%s refuses %.0f", fact->key, fact->least);
		if (takes_all(i, fact->least - 1 - fmax(more, 0)))
			fail_msg("%s takes less than %.0f", fact->key, fact->least);
		if (takes_all(i, fact->most < 1e18 ? fact->most + more + 1 : 2 * fact->most))
			fail_msg("%s takes more than %.0f", fact->key, fact->most);
		assert_int_equal(write_words(i, buf_text(&before)), 0);
		proven++;
	}
	if (proven < 60)
		fail_msg("only %u proven", proven);
}

static const char *const numbers[] = {
	"1", "1 2", "1 # comment", "1# comment", "1 ; x", "\"1\"", "'1'", "0x10", "010", "08", "0x",
	"+1", "1,2", "1, 2", "1k", "1e0", "1.5", "x", "1\t", "-", "--1", "1 2 3 4", "1 x",
	"000000000000000000000001", "000000000000000000001", "99999999999999999999", "1\r",
};
static const char *const vectors[] = {
	"4096 87380 16777216", "4096 87380", "16777216", "4096, 87380, 16777216",
	"5000 87380, 16777216", "4096 131072 9999999999", "4096 x 1", "9000 100 50",
	"4096 87380 16777216 # x", "4096  87380\t16777216", "0 1 2", "4096 87380 16M",
};
static const char *const ports[] = {
	"", "8080", "8080,9000-9010", "9,8,1-3,2-7,10", "8080, 9000", "8080 9000", "9010-9000", "65536", "8080 # x",
	"x", "0x10", "8080,", ",8080", "8080-", "0", "0-65535",
};
static const char *const names[] = { "no_such_name_here", "reno # default", "\"reno\"", "reno x" };

/* What the model says of a text must be what the kernel does. Only texts it refuses are told
 * apart for names: which exist is the kernel's business. */
static void compare(const char *key, const char *text)
{
	unsigned i = sysctl_find(key);
	autobuf struct buf before = BUF_INIT, after = BUF_INIT, expected = BUF_INIT;
	struct sysctl_write model;
	bool taken;

	read_words(i, &before);
	sysctl_write(&model, i, text);
	taken = write_words(i, text) == 0;
	read_words(i, &after);
	sysctl_after(&expected, i, &model, text, buf_text(&before));
	if (model.taken == model.reason.len)
		fail_msg("%s '%s': taken and refused", key, text);
	if (taken != model.taken && !(model.taken && fact_catalogue[i].unit == UNIT_TEXT &&
				      strchr(text, '_')))
		fail_msg("%s '%s': the kernel %s it, the model says: %s", key, text,
			 taken ? "takes" : "refuses", buf_text(&model.reason));
	if (strcmp(key, "net.ipv4.tcp_congestion_control") != 0 && strcmp(buf_text(&after), buf_text(&expected)))
		fail_msg("%s '%s': '%s' becomes '%s', the model says '%s'", key, text,
			 buf_text(&before), buf_text(&after), buf_text(&expected));
	buf_fini(&model.reason);
	write_words(i, buf_text(&before));
}

static void test_texts_are_read_as_the_kernel_does(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.tcp_sack", "net.ipv4.tcp_fin_timeout", "net.core.somaxconn",
		"net.ipv4.tcp_autocorking", "net.ipv4.tcp_notsent_lowat",
	};

	(void)state;
	enter_namespace();
	for (unsigned i = 0; i < countof(keys); i++)
		for (unsigned j = 0; j < countof(numbers); j++)
			compare(keys[i], numbers[j]);
	for (unsigned i = 0; i < countof(vectors); i++)
		compare("net.ipv4.tcp_rmem", vectors[i]);
	for (unsigned i = 0; i < countof(ports); i++)
		compare("net.ipv4.ip_local_reserved_ports", ports[i]);
	for (unsigned i = 0; i < countof(names); i++)
		compare("net.ipv4.tcp_congestion_control", names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_sysctl_says_what_it_takes),
		cmocka_unit_test(test_defaults_have_a_history),
		cmocka_unit_test(test_kernels_order),
		cmocka_unit_test(test_the_kernel_starts_with_them),
		cmocka_unit_test(test_the_kernel_takes_what_the_table_says),
		cmocka_unit_test(test_texts_are_read_as_the_kernel_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
