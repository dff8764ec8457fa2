/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs in a cgroup, by its path. Paths are as text_printable() leaves them. */
#include "unit.h"

#include "collect/service.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UID "2f6a1b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
#define SLICE_UID "2f6a1b3c_0d4e_4f5a_8b6c_7d8e9f0a1b2c"

static const struct {
	const char *path, *service;
} cases[] = {
	{ "/", "/" },
	{ "/system.slice/nginx.service", "nginx.service" },
	{ "/init.scope", "init.scope" },
	{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope" },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-web.service",
	  "app-web.service" },
	{ "/system.slice/system-getty.slice/getty\\x5cx2dx@tty1.service", "getty-x@tty1.service" },
	{ "/system.slice/postgresql.service/child", "postgresql.service" },
	{ "/system.slice/docker-" ID ".scope", "docker container 0123456789ab" },
	{ "/docker/" ID, "docker container 0123456789ab" },
	{ "/docker/" ID "/system.slice/nginx.service", "docker container 0123456789ab" },
	{ "/machine.slice/libpod-" ID ".scope/container", "podman container 0123456789ab" },
	{ "/libpod_parent/libpod-" ID, "podman container 0123456789ab" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" SLICE_UID
	  ".slice/cri-containerd-" ID ".scope",
	  "pod " UID ", container 0123456789ab" },
	{ "/kubepods/besteffort/pod" UID "/" ID, "pod " UID ", container 0123456789ab" },
	{ "/kubepods.slice/kubepods-pod" SLICE_UID ".slice/crio-" ID ".scope",
	  "pod " UID ", container 0123456789ab" },
	{ "/lxc.payload.web1/system.slice/nginx.service", "LXC container web1" },
	{ "/machine.slice/machine-web1.scope/payload/system.slice/x.service", "machine web1" },
	/* what only looks like one */
	{ "/docker/0123", "/docker/0123" },
	{ "/system.slice/docker-0123.scope", "docker-0123.scope" },
	{ "/pod", "/pod" },
	{ "/kubepods-", "/kubepods-" },
	{ "/lxc.payload.", "/lxc.payload." },
	{ "/.service", "/.service" },
	{ "//a//", "//a//" },
	{ "", "" },
	/* what would forge the report's own words */
	{ "/x), sshd[1] (root, ssh", "/x\\x29\\x2c\\x20sshd\\x5b1\\x5d\\x20\\x28root\\x2c\\x20ssh" },
	{ "/system.slice/a\"b.service", "a\\x22b.service" },
	{ "/lxc.payload.a, b", "LXC container a\\x2c\\x20b" },
	{ "/\\x0aevil.service", "\\x0aevil.service" },
};

static void test_paths(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf out = BUF_INIT;

		service_of_cgroup(&out, cases[i].path);
		assert_string_equal(buf_text(&out), cases[i].service);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_paths) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
