/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces, addresses and sysctls of a condition. */
#include "world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "base/file.h"
#include "diag.h"
#include "fault.h"
#include "known.h"

enum { VALUE_MAX = 4096 };

static int write_file(const char *path, const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);

	return fd < 0 || write(fd, text, len) != (ssize_t)len ? -1 : 0;
}

/* ---- sysctls ---- */

static const char *sysctl_path(const char *key, struct buf *out)
{
	buf_clear(out);
	buf_puts(out, "/proc/sys/");
	for (; *key; key++)
		buf_putc(out, *key == '.' ? '/' : *key);
	return buf_text(out);
}

bool world_has(const char *key)
{
	autobuf struct buf path = BUF_INIT;

	return access(sysctl_path(key, &path), F_OK) == 0;
}

int world_set(const char *key, const char *value)
{
	autobuf struct buf path = BUF_INIT, line = BUF_INIT;

	buf_printf(&line, "%s\n", value); /* an empty value is an empty line, not an empty write */
	if (write_file(sysctl_path(key, &path), buf_text(&line)) == 0)
		return 0;
	if (errno == ENOENT)
		return fault("this kernel, or its network namespaces, lack %s", key);
	return fault_errno("cannot set %s to '%s'", key, value);
}

/* The same words, whatever stands between them: the kernel answers with tabs. */
static bool same_words(const char *a, const char *b)
{
	for (;;) {
		size_t n;

		a += strspn(a, " \t\n");
		b += strspn(b, " \t\n");
		n = strcspn(a, " \t\n");
		if (n != strcspn(b, " \t\n") || memcmp(a, b, n) != 0)
			return false;
		if (n == 0)
			return true;
		a += n;
		b += n;
	}
}

static int check(const char *key, const char *value)
{
	autobuf struct buf path = BUF_INIT, found = BUF_INIT;
	int error = file_read(AT_FDCWD, sysctl_path(key, &path), VALUE_MAX, &found);

	if (error) {
		errno = error;
		return fault_errno("cannot read %s", key);
	}
	if (!same_words(value, buf_text(&found)))
		return fault("%s should be '%s' and is '%s'", key, value, buf_text(&found));
	return 0;
}

/* Calls fn for each 'KEY=VALUE' of settings. */
static int each_setting(const char *settings, int (*fn)(const char *key, const char *value))
{
	autofree char *copy = xstrdup(settings);
	char *rest = copy, *item, *value;

	while ((item = strsep(&rest, ";"))) {
		bool optional;

		item += strspn(item, " ");
		optional = *item == '?';
		item += optional;
		if (!*item)
			continue;
		value = strchr(item, '=');
		if (!value)
			return fault("'%s' is not KEY=VALUE", item);
		*value++ = '\0';
		item[strcspn(item, " ")] = '\0';
		value += strspn(value, " ");
		if (optional && !world_has(item))
			continue;
		if (fn(item, value) < 0)
			return -1;
	}
	return 0;
}

static int present(const char *key, const char *value)
{
	(void)value;
	return world_has(key) ? 0 : fault("this kernel, or its network namespaces, lack %s", key);
}

int world_has_all(const char *settings)
{
	return each_setting(settings, present);
}

int world_set_all(const char *settings)
{
	return each_setting(settings, world_set);
}

int world_check_all(const char *settings)
{
	return each_setting(settings, check);
}

/* ---- namespaces ---- */

static int map_self(const char *path, unsigned id)
{
	autobuf struct buf line = BUF_INIT;

	buf_printf(&line, "0 %u 1\n", id);
	return write_file(path, buf_text(&line)) < 0 ? fault_errno("cannot write %s", path) : 0;
}

/* Root of a new user namespace may do to the other new namespaces what root may do. */
static int become_root_inside(void)
{
	unsigned uid = geteuid(), gid = getegid();

	prctl(PR_SET_DUMPABLE, 1); /* else /proc/self/uid_map belongs to root */
	if (unshare(CLONE_NEWUSER) < 0)
		return fault_errno("no privilege to make a network namespace, and user namespaces "
				   "are not allowed here");
	if (write_file("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
		return fault_errno("cannot write /proc/self/setgroups");
	return map_self("/proc/self/uid_map", uid) < 0 || map_self("/proc/self/gid_map", gid) < 0 ?
		       -1 :
		       0;
}

/* A namespace takes its hash table from the one it is made in (inet_ehash, since 6.1): with one of
 * its own a dump does not walk the sockets of the whole host, 0.2 ms and not 17. */
static int new_network(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		return fault_errno("cannot make a network namespace");
	if (world_has("net.ipv4.tcp_child_ehash_entries")) {
		if (world_set("net.ipv4.tcp_child_ehash_entries", "8192") < 0)
			return -1;
		if (unshare(CLONE_NEWNET) < 0)
			return fault_errno("cannot make a second network namespace");
	}
	return 0;
}

static int new_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0)
		return fault_errno("cannot make a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return fault_errno("cannot separate the mounts from the host's");
	return 0;
}

/* ---- sysctl.d ---- */

static int write_configuration(const char *name, const char *text)
{
	autoclose int folder = open("/etc/sysctl.d", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error = folder < 0 ? errno : file_write_new(folder, name, text, strlen(text));

	errno = error;
	return error ? fault_errno("cannot write to /etc/sysctl.d") : 0;
}

static int hide_configuration(void)
{
	static const char *const folders[] = {
		"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
		"/lib/sysctl.d",
	};
	static const char file[] = "/etc/sysctl.conf";
	size_t i;

	for (i = 0; i < countof(folders); i++)
		if (access(folders[i], F_OK) == 0 &&
		    mount("tcp-provoke", folders[i], "tmpfs", 0, "size=64k") < 0)
			return fault_errno("cannot hide %s", folders[i]);
	/* An empty file of the folder that was just hidden, so that it stays a regular file. */
	if (access(file, F_OK) == 0 &&
	    (write_configuration("empty", "") < 0 ||
	     mount("/etc/sysctl.d/empty", file, NULL, MS_BIND, NULL) < 0))
		return fault_errno("cannot hide %s", file);
	return 0;
}

int world_configure(const char *settings)
{
	autobuf struct buf text = BUF_INIT;

	if (hide_configuration() < 0)
		return -1;
	if (!settings)
		return 0;
	for (; *settings; settings++)
		buf_putc(&text, *settings == ';' ? '\n' : *settings);
	buf_putc(&text, '\n');
	return write_configuration("90-provoke.conf", buf_text(&text));
}

/* ---- lo ---- */

/* 'lo' with label 0, else the alias 'lo:LABEL': the old interface makes one without rtnetlink. */
static struct ifreq lo(unsigned label)
{
	struct ifreq request = { .ifr_name = "lo" };

	if (label)
		snprintf(request.ifr_name, sizeof request.ifr_name, "lo:%u", label % 100);
	return request;
}

int world_address(const char *address, unsigned label)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = lo(label);
	struct sockaddr_in in = { .sin_family = AF_INET };

	inet_pton(AF_INET, address, &in.sin_addr);
	memcpy(&request.ifr_addr, &in, sizeof in);
	if (ioctl(fd, SIOCSIFADDR, &request) < 0)
		return fault_errno("cannot add address %s", address);
	in.sin_addr.s_addr = INADDR_BROADCAST;
	memcpy(&request.ifr_netmask, &in, sizeof in);
	if (ioctl(fd, SIOCSIFNETMASK, &request) < 0)
		return fault_errno("cannot set the mask of %s", address);
	return 0;
}

/* An alias that goes down loses its address (net/ipv4/devinet.c devinet_ioctl). */
int world_remove_address(unsigned label)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = lo(label);

	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? fault_errno("cannot remove an address") : 0;
}

/* A host without IPv6 is no fault: only the twins over IPv6 need it, and say so. The address is
 * tentative until a work queue has looked at it (net/ipv6/addrconf.c addrconf_mod_dad_work), also
 * on lo, where there is nothing to detect; on a busy machine that takes a while. */
static void add_ipv6(void)
{
	autoclose int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	unsigned tries;
	struct { /* struct in6_ifreq of linux/ipv6.h, which clashes with libc's headers */
		struct in6_addr address;
		uint32_t prefix;
		int index;
	} request = { .prefix = 128, .index = (int)if_nametoindex("lo") };

	if (fd < 0)
		return;
	inet_pton(AF_INET6, WORLD_IPV6, &request.address);
	in6.sin6_addr = request.address;
	if (ioctl(fd, SIOCSIFADDR, &request) < 0)
		return;
	for (tries = 0; tries < 2000 && bind(fd, (struct sockaddr *)&in6, sizeof in6) < 0; tries++)
		poll(NULL, 0, 1);
}

static int raise_lo(void)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = lo(0);

	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return fault_errno("cannot raise lo");
	add_ipv6();
	return world_address(WORLD_IPV4, 7);
}

static int furnish(void)
{
	size_t i;

	if (raise_lo() < 0)
		return -1;
	for (i = 0; i < countof(world_known); i++)
		if (world_set_all(world_known[i]) < 0)
			return -1;
	return 0;
}

int world_another(void)
{
	return new_network() < 0 ? -1 : furnish();
}

int world_make(struct world *world)
{
	if (unshare(CLONE_NEWNET) < 0) {
		if (errno != EPERM)
			return fault_errno("cannot make a network namespace");
		if (become_root_inside() < 0)
			return -1;
		world->rootless = true;
	}
	if (new_network() < 0 || new_mounts() < 0 || furnish() < 0)
		return -1;
	world->diag = diag_open();
	return world->diag < 0 ? -1 : 0;
}
