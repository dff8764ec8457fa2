/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net.ipv4.tcp_mem and tcp_max_orphans: no namespace has its own (net/ipv4/sysctl_net_ipv4.c
 * ipv4_table), and that of nf_conntrack_max is a view of the host's, not to be written
 * (net/netfilter/nf_conntrack_standalone.c nf_conntrack_standalone_init_sysctl). /proc/sys shows
 * the namespace of whoever reads it. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "fault.h"
#include "watch.h"
#include "world.h"

enum { LOCK_BOUND_MS = 5000 };

static const struct {
	const char *key, *path;
	bool optional;
} shared[HOST_KEYS] = {
	{ "net.ipv4.tcp_mem", "/proc/sys/net/ipv4/tcp_mem", false },
	{ "net.ipv4.tcp_max_orphans", "/proc/sys/net/ipv4/tcp_max_orphans", false },
	{ "net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max", true },
};

static int open_here(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fault_errno("cannot hold on to a network namespace") : fd;
}

static bool takes_lock(void *arg)
{
	static const char name[] = "tcp-provoke --host-wide";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + 1 + sizeof name;

	memcpy(address.sun_path + 1, name, sizeof name); /* abstract: it is in no file system */
	return bind(*(int *)arg, (struct sockaddr *)&address, len) == 0;
}

/* One at a time: a second one would remember what the first has changed, and put that back. Held
 * by all processes of the program, and gone with the last of them, however it ends. */
static int lock(struct host *host)
{
	host->lock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (host->lock < 0)
		return fault_errno("cannot make a socket");
	if (!watch_until(takes_lock, &host->lock, LOCK_BOUND_MS))
		return fault("another tcp-provoke is changing what all namespaces share");
	return 0;
}

int host_remember(struct host *host)
{
	size_t i;

	if (lock(host) < 0)
		return -1;
	for (i = 0; i < HOST_KEYS; i++) {
		autobuf struct buf text = BUF_INIT;

		errno = file_read(AT_FDCWD, shared[i].path, sizeof host->saved[i] - 1, &text);
		if (errno == ENOENT && shared[i].optional)
			continue;
		if (errno == ENOENT)
			return fault("only the first network namespace has %s", shared[i].key);
		if (errno || access(shared[i].path, W_OK) < 0)
			return fault_errno("cannot change %s", shared[i].key);
		snprintf(host->saved[i], sizeof host->saved[i], "%s", buf_text(&text));
		host->saved[i][strcspn(host->saved[i], "\n")] = '\0';
	}
	host->first = open_here();
	return host->first < 0 ? -1 : 0;
}

int host_leave(struct host *host)
{
	host->inside = open_here();
	return host->inside < 0 ? -1 : 0;
}

int host_enter(const struct host *host)
{
	if (setns(host->first, CLONE_NEWNET) < 0)
		return fault_errno("cannot enter the first network namespace");
	return 0;
}

static int come_back(const struct host *host)
{
	if (setns(host->inside, CLONE_NEWNET) < 0)
		return fault_errno("cannot return to the drill's network namespace");
	return 0;
}

int host_set(const struct host *host, const char *key, const char *value)
{
	int status;

	if (host_enter(host) < 0)
		return -1;
	status = world_set(key, value);
	return come_back(host) < 0 ? -1 : status;
}

int host_set_number(const struct host *host, const char *key, unsigned long value)
{
	char text[32];

	snprintf(text, sizeof text, "%lu", value);
	return host_set(host, key, text);
}

int host_set_all(const struct host *host, const char *settings)
{
	int status;

	if (host_enter(host) < 0)
		return -1;
	status = world_set_all(settings);
	return come_back(host) < 0 ? -1 : status;
}

void host_memory(const struct host *host, unsigned long pages[3])
{
	char *at = (char *)(uintptr_t)host->saved[0];
	size_t i;

	for (i = 0; i < 3; i++)
		pages[i] = strtoul(at, &at, 10);
}

unsigned long host_number(const struct host *host, const char *key)
{
	autobuf struct buf path = BUF_INIT, text = BUF_INIT;
	int error;

	buf_puts(&path, "/proc/sys/");
	for (; *key; key++)
		buf_putc(&path, *key == '.' ? '/' : *key);
	if (host_enter(host) < 0)
		return 0;
	error = file_read(AT_FDCWD, buf_text(&path), 128, &text);
	return come_back(host) < 0 || error ? 0 : strtoul(buf_text(&text), NULL, 10);
}

void host_restore(const struct host *host)
{
	size_t i;

	if (host_enter(host) < 0)
		return;
	for (i = 0; i < HOST_KEYS; i++)
		if (host->saved[i][0])
			world_set(shared[i].key, host->saved[i]);
}
