/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which line of which file sets a sysctl at boot. */
#include "unit.h"

#include <string.h>

#include "collect/collect.h"
#include "collect/sysctld.h"
#include "fakesource.h"

enum { FILES = 6 };
#define LAST "net.ipv4.tcp_tw_reuse=2\n"

static const struct sysctld_case {
	const char *what;
	const char *fact; /* NULL: net.ipv4.tcp_tw_reuse */
	struct fake_file files[FILES];
	const char *expected;
	enum why why;
} cases[] = {
	{ "nothing at all", NULL, { { 0 } }, NULL, WHY_KNOWN },
	{ "one line", NULL, { { "etc/sysctl.d/x.conf", "# c\n\nnet.ipv4.tcp_tw_reuse = 1\n", 0 } },
	  "/etc/sysctl.d/x.conf:3", WHY_KNOWN },
	{ "no newline at the end", NULL,
	  { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_reuse=1", 0 } }, "/etc/sysctl.d/x.conf:1",
	  WHY_KNOWN },
	{ "another key", NULL, { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_reuse_delay=1\n", 0 } },
	  NULL, WHY_KNOWN },
	{ "prefix of the key", NULL, { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw=1\n", 0 } }, NULL,
	  WHY_KNOWN },
	{ "comments", NULL,
	  { { "etc/sysctl.d/x.conf", "#net.ipv4.tcp_tw_reuse=1\n ;net.ipv4.tcp_tw_reuse=1\n", 0 } },
	  NULL, WHY_KNOWN },
	{ "no value", NULL, { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_reuse\n", 0 } }, NULL,
	  WHY_KNOWN },
	{ "slashes", NULL, { { "etc/sysctl.d/x.conf", "net/ipv4/tcp_tw_reuse = 1\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "leading slash", NULL, { { "etc/sysctl.d/x.conf", "/net/ipv4/tcp_tw_reuse = 1\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "slash after a dot is part of a name", NULL,
	  { { "etc/sysctl.d/x.conf", "net.ipv4/tcp_tw_reuse = 1\n", 0 } }, NULL, WHY_KNOWN },
	{ "dot after a slash is part of a name", NULL,
	  { { "etc/sysctl.d/x.conf", "net/ipv4.tcp_tw_reuse = 1\n", 0 } }, NULL, WHY_KNOWN },
	{ "dash: errors do not matter", NULL,
	  { { "etc/sysctl.d/x.conf", " - net.ipv4.tcp_tw_reuse\t= 1\r\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "the last line wins", NULL,
	  { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_reuse=1\nnet/ipv4/tcp_tw_reuse=2\n", 0 } },
	  "/etc/sysctl.d/x.conf:2", WHY_KNOWN },
	{ "the last name wins, not the first folder", NULL,
	  { { "etc/sysctl.d/10-a.conf", LAST, 0 }, { "usr/lib/sysctl.d/20-b.conf", LAST, 0 } },
	  "/usr/lib/sysctl.d/20-b.conf:1", WHY_KNOWN },
	{ "the same name in an earlier folder masks", NULL,
	  { { "usr/lib/sysctl.d/20-b.conf", LAST, 0 }, { "run/sysctl.d/20-b.conf", "\n" LAST, 0 } },
	  "/run/sysctl.d/20-b.conf:2", WHY_KNOWN },
	{ "masked by an empty file", NULL,
	  { { "usr/lib/sysctl.d/20-b.conf", LAST, 0 }, { "etc/sysctl.d/20-b.conf", "", 0 } }, NULL,
	  WHY_KNOWN },
	{ "masked by a link to /dev/null", NULL,
	  { { "usr/lib/sysctl.d/20-b.conf", LAST, 0 }, { "etc/sysctl.d/20-b.conf", NULL, EINVAL } },
	  NULL, WHY_KNOWN },
	{ "masked by a dangling link", NULL,
	  { { "lib/sysctl.d/20-b.conf", LAST, 0 }, { "etc/sysctl.d/20-b.conf", NULL, ENOENT } },
	  NULL, WHY_KNOWN },
	{ "sysctl.conf comes last", NULL,
	  { { "etc/sysctl.d/zz.conf", LAST, 0 }, { "etc/sysctl.conf", "\n\n" LAST, 0 } },
	  "/etc/sysctl.conf:3", WHY_KNOWN },
	{ "Debian's link to sysctl.conf", NULL,
	  { { "etc/sysctl.d/99-sysctl.conf", LAST, 0 }, { "etc/sysctl.conf", LAST, 0 } },
	  "/etc/sysctl.conf:1", WHY_KNOWN },
	{ "/lib is /usr/lib", NULL,
	  { { "lib/sysctl.d/20-b.conf", LAST, 0 }, { "usr/lib/sysctl.d/20-b.conf", LAST, 0 } },
	  "/usr/lib/sysctl.d/20-b.conf:1", WHY_KNOWN },
	{ "other names are not read", NULL,
	  { { "etc/sysctl.d/README.sysctl", LAST, 0 }, { "etc/sysctl.d/x.conf~", LAST, 0 } },
	  NULL, WHY_KNOWN },
	{ "sysctl(8) reads hidden files", NULL, { { "etc/sysctl.d/.x.conf", LAST, 0 } },
	  "/etc/sysctl.d/.x.conf:1", WHY_KNOWN },
	{ "a dash without a value takes back, for systemd-sysctl", NULL,
	  { { "etc/sysctl.d/.x.conf", "-net.ipv4.tcp_tw_reuse\n", 0 },
	    { "etc/sysctl.d/x.conf", "- net.ipv4.tcp_tw_reuse=1\n-net.ipv4.tcp_tw_reuse\n", 0 } },
	  NULL, WHY_KNOWN },
	{ "a pattern", NULL, { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_* = 1\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "a pattern does not cross names", NULL, { { "etc/sysctl.d/x.conf", "net.* = 1\n", 0 } },
	  NULL, WHY_KNOWN },
	{ "a pattern never beats the key itself", NULL,
	  { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_tw_reuse=1\nnet.ipv4.tcp_*=1\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "excluded from patterns", NULL,
	  { { "etc/sysctl.d/x.conf", "-net.ipv4.tcp_tw_reuse\nnet.ipv4.tcp_*=1\n", 0 } }, NULL,
	  WHY_KNOWN },
	{ "a pattern made to be slow", NULL,
	  { { "etc/sysctl.d/x.conf", "net.ipv4.t*t*t*t*t*t*t*t*t*t*t*t*t*x=1\n", 0 } }, NULL,
	  WHY_KNOWN },
	{ "all words of a vector", "net.ipv4.tcp_rmem.max",
	  { { "etc/sysctl.d/x.conf", "net.ipv4.tcp_rmem = 1 2 3\n", 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_KNOWN },
	{ "hostile name of a file", NULL, { { "etc/sysctl.d/x\x1b[2J\n.conf", LAST, 0 } },
	  "/etc/sysctl.d/x\\x1b[2J\\x0a.conf:1", WHY_KNOWN },
	{ "hostile lines", NULL,
	  { { "etc/sysctl.d/x.conf", "=\n-\n-=\n/\n=1\n.=\n[[[=1\n\\=1\n///=\n" LAST, 0 } },
	  "/etc/sysctl.d/x.conf:10", WHY_KNOWN },
	{ "a folder nobody may read", NULL,
	  { { "run/sysctl.d/", NULL, EACCES }, { "etc/sysctl.d/x.conf", LAST, 0 } },
	  "/etc/sysctl.d/x.conf:1", WHY_DENIED },
	{ "a file nobody may read", NULL, { { "etc/sysctl.d/x.conf", NULL, EACCES } }, NULL,
	  WHY_DENIED },
	{ "a recording without them", NULL, { { "etc/sysctl.d/", NULL, ENODATA } }, NULL,
	  WHY_NOT_RECORDED },
};

static void check(const struct sysctld_case *c)
{
	const char *name = c->fact ? c->fact : "net.ipv4.tcp_tw_reuse";
	struct leaf leaves[] = {
		{ CALL_CONFIGURED, (unsigned short)fact_find(name) },
		{ CALL_VALUE, (unsigned short)fact_find("net.ipv4.tcp_sack") },
	};
	const struct plan plan = { .configured = true, .leaves = leaves, .leaf_count = 2 };
	struct fake_source fake = fake_source(c->files);
	struct sample *sample = sample_new();
	const char *configured;

	sysctld_read(&fake.source, &plan, sample);
	configured = sample->readings[leaves[0].fact].configured;
	if (!c->expected != !configured || (configured && strcmp(configured, c->expected) != 0))
		fail_msg("%s: %s", c->what, configured ? configured : "(none)");
	if (sample->configured != c->why)
		fail_msg("%s: why %d", c->what, sample->configured);
	assert_null(sample->readings[leaves[1].fact].configured);
	sample_free(sample);
}

static void test_who_sets_it(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void test_long_lines_are_no_keys(void **state)
{
	autobuf struct buf text = BUF_INIT;
	struct sysctld_case c = { .what = "long", .expected = "/etc/sysctl.conf:2" };
	unsigned i;

	(void)state;
	for (i = 0; i < 100000; i++)
		buf_puts(&text, "a.");
	buf_puts(&text, "=1\n" LAST);
	c.files[0] = (struct fake_file){ "etc/sysctl.conf", text.text, 0 };
	check(&c);
}

static void test_many_files_are_bounded(void **state)
{
	enum { MANY = 5000 };
	autofree struct fake_file *files = xcalloc(MANY + 1, sizeof *files);
	struct leaf leaf = { CALL_CONFIGURED, (unsigned short)fact_find("net.ipv4.tcp_sack") };
	const struct plan plan = { .configured = true, .leaves = &leaf, .leaf_count = 1 };
	struct fake_source fake = fake_source(files);
	struct sample *sample = sample_new();
	struct arena *arena = arena_new();
	unsigned i;

	(void)state;
	for (i = 0; i < MANY; i++)
		files[i] = (struct fake_file){
			arena_printf(arena, "etc/sysctl.d/%u.conf", i), "", 0,
		};
	sysctld_read(&fake.source, &plan, sample);
	assert_int_equal(sample->configured, WHY_MALFORMED);
	sample_free(sample);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_sets_it),
		cmocka_unit_test(test_long_lines_are_no_keys),
		cmocka_unit_test(test_many_files_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
