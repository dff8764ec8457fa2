/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether asking loads a module, over trees that look like hosts. */
#include "recordings.h"

#include "collect/module.h"

#define RELEASE { "proc/sys/kernel/osrelease", "6.1.0-18-amd64\n" }
#define MODULES "lib/modules/6.1.0-18-amd64/"
#define OTHERS "xfs 1 0 - Live 0x0\nudp_diag 16384 0 - Live 0x0\nnot_tcp_diag 1 0 - Live 0x0\n"

struct file {
	const char *path, *text;
};

static const struct {
	const char *host;
	bool loads;
	struct file files[6];
} cases[] = {
	{ "loaded", false,
	  { RELEASE, { "proc/modules", OTHERS "tcp_diag 16384 0 - Live 0x0\n" } } },
	{ "loaded first", false, { RELEASE, { "proc/modules", "tcp_diag 16384 0 - Live 0x0\n" } } },
	{ "kernel without modules", false, { RELEASE } },
	{ "nothing known", true, { { "x", "" } } },
	{ "/proc that shows processes only", true, { { "proc/self/status", "Name: x\n" } } },
	{ "not loaded", true,
	  { RELEASE, { "proc/modules", OTHERS },
	    { MODULES "modules.builtin", "kernel/net/ipv4/tcp_cubic.ko\n" },
	    { MODULES "modules.dep",
	      "kernel/net/ipv4/tcp_diag.ko.xz: kernel/net/ipv4/inet_diag.ko.xz\n" },
	    { "proc/sys/kernel/modprobe", "/sbin/modprobe\n" },
	    { "proc/sys/kernel/modules_disabled", "0\n" } } },
	{ "no modules loaded", true,
	  { RELEASE, { "proc/modules", "" },
	    { MODULES "modules.dep", "kernel/net/ipv4/tcp_diag.ko:\n" } } },
	{ "built in", false,
	  { RELEASE, { "proc/modules", OTHERS },
	    { MODULES "modules.builtin", "kernel/a.ko\nkernel/net/ipv4/tcp_diag.ko\n" } } },
	{ "never built", false,
	  { RELEASE, { "proc/modules", OTHERS },
	    { MODULES "modules.dep", "kernel/net/ipv4/udp_diag.ko:\n" } } },
	{ "another kernel's modules", true,
	  { RELEASE, { "proc/modules", OTHERS },
	    { "lib/modules/6.1.0-17-amd64/modules.builtin", "kernel/net/ipv4/tcp_diag.ko\n" } } },
	{ "modules disabled", false,
	  { RELEASE, { "proc/modules", OTHERS }, { "proc/sys/kernel/modules_disabled", "1\n" } } },
	{ "no modprobe", false,
	  { RELEASE, { "proc/modules", OTHERS }, { "proc/sys/kernel/modprobe", "\n" } } },
	{ "container", true, { RELEASE, { "proc/modules", OTHERS } } },
	{ "container that hides the list", true, { RELEASE, { "proc/modules", "" } } },
	{ "container that shows the module", false,
	  { RELEASE, { "proc/modules", "" }, { "sys/module/tcp_diag/refcnt", "0\n" } } },
	{ "release that is a path", true,
	  { { "proc/sys/kernel/osrelease", "../../proc/sys\n" }, { "proc/modules", OTHERS },
	    { "proc/sys/modules.builtin", "kernel/net/ipv4/tcp_diag.ko\n" } } },
};

static void test_hosts(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct scratch scratch = scratch_new();

		for (j = 0; j < countof(cases[i].files) && cases[i].files[j].path; j++)
			scratch_write(&scratch, cases[i].files[j].path, cases[i].files[j].text);
		if (asking_loads_a_module(scratch.dir) != cases[i].loads)
			fail_msg("%s", cases[i].host);
		scratch_free(&scratch);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_hosts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
