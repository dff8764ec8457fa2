/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keys lint knows: all that this kernel has, and what is meant by those it has not. */
#include "unit.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "lint/keys.h"

static const struct key_case {
	const char *key;
	enum key_kind kind;
	const char *nearest; /* of KEY_UNKNOWN; NULL: none */
} cases[] = {
	{ "net.ipv4.tcp_rmem", KEY_SETTING, NULL },
	{ "net.core.somaxconn", KEY_SETTING, NULL },
	{ "net.ipv4.ip_forward", KEY_OTHER, NULL },
	{ "net.ipv4.conf.eth0/100.rp_filter", KEY_OTHER, NULL },
	{ "net.ipv6.conf.all.forwarding", KEY_OTHER, NULL },
	{ "net.bridge.bridge-nf-call-iptables", KEY_OTHER, NULL },
	{ "vm.swappiness", KEY_OTHER, NULL },
	{ "kernel.anything.at.all", KEY_OTHER, NULL },
	{ "net.ipv4.tcp_bic", KEY_GONE, NULL },
	{ "net.ipv4.netfilter.ip_conntrack_max", KEY_GONE, NULL },
	{ "net.ipv4.tcp_rmen", KEY_UNKNOWN, "net.ipv4.tcp_rmem" },
	{ "net.ipv4.tcp_rmem.max", KEY_UNKNOWN, "net.ipv4.tcp_rmem" },
	{ "net.core.tcp_rmem", KEY_UNKNOWN, "net.ipv4.tcp_rmem" },
	{ "net.ipv6.tcp_rmem", KEY_UNKNOWN, "net.ipv4.tcp_rmem" },
	{ "net.ipv4.ip_foward", KEY_UNKNOWN, "net.ipv4.ip_forward" },
	{ "net.ipv4.nothing_like_it_at_all", KEY_UNKNOWN, NULL },
	{ "tcp_rmem", KEY_UNKNOWN, "net.ipv4.tcp_rmem" },
	{ "", KEY_UNKNOWN, NULL },
	{ ".", KEY_UNKNOWN, NULL },
};

static void test_kinds(void **state)
{
	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		const struct key_case *c = &cases[i];
		struct key_answer answer;

		key_look_up(&answer, c->key);
		if (answer.kind != c->kind)
			fail_msg("%s: kind %d", c->key, answer.kind);
		if (answer.kind == KEY_UNKNOWN)
			key_find_nearest(&answer, c->key);
		if (strcmp(answer.nearest, c->nearest ? c->nearest : "") != 0)
			fail_msg("%s: nearest '%s'", c->key, answer.nearest);
	}
}

static unsigned look_up_folder(const char *folder)
{
	autobuf struct buf path = BUF_INIT;
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	buf_printf(&path, "/proc/sys/net/%s", folder);
	dir = opendir(path.text);
	while (dir && (entry = readdir(dir))) {
		autobuf struct buf key = BUF_INIT;
		struct key_answer answer;

		if (entry->d_name[0] == '.' || entry->d_type == DT_DIR)
			continue;
		buf_printf(&key, "net.%s.%s", folder, entry->d_name);
		key_look_up(&answer, key.text);
		if (answer.kind != KEY_SETTING && answer.kind != KEY_OTHER)
			fail_msg("this kernel has %s, and lint does not know it", key.text);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

static void test_keys_of_this_kernel(void **state)
{
	(void)state;
	assert_true(look_up_folder("ipv4") > 50);
	assert_true(look_up_folder("core") > 5);
	look_up_folder("netfilter");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_keys_of_this_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
