/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entering network namespaces and coming back, and which of them is asked for. */
#include "collect/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/netns_inside.h"
#include "collect/proctext.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 /* Linux 5.14 */
#endif

static const char own_path[] = "/proc/thread-self/ns/net";

/* ---- entering ---- */

/* Since 5.14 (net/core/sock.c). No message is ever sent on the socket. */
uint64_t netns_cookie(void)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) < 0)
		return 0;
	return cookie;
}

/* Whether this thread now is where it wanted to be: meanwhile the path may lead elsewhere. */
static int arrived(const struct netns *netns)
{
	uint64_t cookie;

	if (netns_inode_of(own_path) != netns->inode)
		return ENOENT;
	cookie = netns_cookie();
	return netns->cookie && cookie && cookie != netns->cookie ? ENOENT : 0;
}

static bool is_zero(const struct buf *text, const char *fact)
{
	struct proc_number n = { 0, 0 };

	return proctext_find(buf_text(text), &fact_catalogue[fact_find(fact)], &n) == WHY_KNOWN &&
	       n.raw == 0;
}

/* A dump walks the table of connections that all namespaces share, 0.1 us for each of others: 8 ms
 * beside 100,000 of them (Linux 6.18). So nothing is asked of a namespace that can have no answer.
 * inuse alone does not say so: it leaves out sockets that are bound only, and connections that are
 * half open after their listener was closed. These hold the sockets that 'used' counts (net/core/sock.c
 * __sk_free); TIME_WAIT does not. Ours count too: this is asked before we make one. */
static bool has_no_socket(void)
{
	autobuf struct buf text = BUF_INIT, text6 = BUF_INIT;

	if (file_read(AT_FDCWD, "/proc/thread-self/net/sockstat", 4096, &text) != 0 ||
	    !is_zero(&text, "sockstat.sockets.used") || !is_zero(&text, "sockstat.tcp.inuse") ||
	    !is_zero(&text, "sockstat.tcp.tw"))
		return false;
	return file_read(AT_FDCWD, "/proc/thread-self/net/sockstat6", 4096, &text6) != 0 ||
	       is_zero(&text6, "sockstat6.tcp.inuse");
}

/* To where this thread has been before. */
static int move(struct netns_list *list, int fd)
{
	list->lost = setns(fd, CLONE_NEWNET) < 0;
	return list->lost ? errno : 0;
}

static int go(struct netns_list *list, struct netns *netns)
{
	autoclose int fd = open(netns->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int error, stuck;

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return errno;
	netns->empty = has_no_socket();
	error = arrived(netns);
	if (!error && !netns->cookie)
		netns->cookie = netns_cookie();
	stuck = error ? netns_leave(list) : 0;
	return stuck ? stuck : error;
}

/* Another process in it, when the one we knew has ended. */
static bool find_again(struct netns_list *list, struct netns *netns)
{
	struct netns_list now = { .arena = list->arena };
	const struct netns *again;

	netns_add_processes(&now);
	again = netns_with_inode(&now, netns->inode);
	if (again)
		netns->path = again->path;
	free(now.list);
	return again != NULL;
}

int netns_enter(struct netns_list *list, struct netns *netns)
{
	int error;

	if (netns->inode == list->home_inode)
		return netns_leave(list);
	/* May we come back? Ours may be of a user namespace that has no say for us. */
	if (list->home < 0 || setns(list->home, CLONE_NEWNET) < 0)
		return list->home < 0 ? EACCES : errno;
	error = go(list, netns);
	if (error == ENOENT && find_again(list, netns))
		error = go(list, netns);
	return error;
}

int netns_leave(struct netns_list *list)
{
	if (netns_inode_of(own_path) == list->home_inode)
		return 0;
	return move(list, list->home);
}

void netns_reason(struct buf *out, int error)
{
	if (error == ENOENT)
		buf_puts(out, "it is there no more");
	else if (error == EINVAL)
		buf_puts(out, "it is no network namespace");
	else if (error == EPERM)
		buf_puts(out, "no permission to enter it (needs CAP_SYS_ADMIN in the user namespaces"
			      " of both, and no seccomp filter that refuses setns)");
	else if (error == EACCES)
		buf_puts(out, "no permission to look into its process (needs CAP_SYS_PTRACE)");
	else
		buf_puts(out, strerror(error));
}

/* ---- the first namespace ---- */

/* As collect/derive.c tells it. */
static bool is_first(struct netns_list *list, struct netns *netns)
{
	bool first;

	if (netns_enter(list, netns) != 0)
		return false;
	first = access("/proc/sys/net/ipv4/tcp_mem", F_OK) == 0;
	return netns_leave(list) == 0 && first;
}

/* The inode, 0 if it cannot be reached. Ours or that of process 1 it is nearly always. */
static uint64_t find_first(struct netns_list *list)
{
	unsigned round, i;

	for (round = 0; round < 3; round++)
		for (i = 0; i < list->count; i++) {
			struct netns *netns = &list->list[i];
			unsigned rank = netns->inode == list->home_inode ? 0 :
					netns->pid == 1			 ? 1 :
									   2;

			if (rank == round && is_first(list, netns))
				return netns->inode;
		}
	return 0;
}

struct netns_list *netns_find(void)
{
	struct netns_list *list = xcalloc(1, sizeof *list);

	list->arena = arena_new();
	list->home = open(own_path, O_RDONLY | O_CLOEXEC);
	list->home_inode = netns_inode_of(own_path);
	netns_add_processes(list);
	netns_add_mounts(list);
	netns_add(list, list->home_inode);
	netns_name_all(list, find_first(list));
	return list;
}

void netns_free(struct netns_list *list)
{
	if (!list)
		return;
	cleanup_close(&list->home);
	arena_free(list->arena);
	free(list->list);
	free(list);
}

int netns_read_first(struct netns_list *list, const char *path, size_t max, struct buf *out)
{
	autoclose int here = open(own_path, O_RDONLY | O_CLOEXEC);
	int error;

	buf_clear(out);
	if (!list->has_first || here < 0)
		return ENODATA;
	error = netns_enter(list, &list->list[0]) != 0 ? ENODATA :
							 file_read(AT_FDCWD, path, max, out);
	return move(list, here) != 0 ? ENODATA : error;
}

/* ---- one by name ---- */

static struct netns *known_or_new(struct netns_list *list, uint64_t inode, const char *path)
{
	struct netns *netns;
	unsigned i;

	for (i = 0; i < list->count; i++)
		if (list->list[i].inode == inode)
			return &list->list[i];
	/* One that only this path leads to. */
	list->list = xrealloc(list->list, list->count + 1, sizeof *list->list);
	list->size = list->count + 1;
	netns = &list->list[list->count++];
	*netns = (struct netns){ .inode = inode, .path = arena_strdup(list->arena, path) };
	netns->name = netns_name(list, netns, false);
	return netns;
}

static struct netns *of_process(struct netns_list *list, const char *pid, struct errors *errors)
{
	char path[64];
	uint64_t inode;

	snprintf(path, sizeof path, "/proc/%.20s/ns/net", pid);
	inode = netns_inode_of(path);
	if (inode)
		return known_or_new(list, inode, path);
	errors_add(errors, errno == ENOENT ? "--netns %s: there is no such process" :
		   "--netns %s: this process does not show its network namespace (needs CAP_SYS_PTRACE)",
		   pid);
	return NULL;
}

/* Returns the inode of a namespace, of whatever kind; or 0 and errno, EINVAL: it is none. */
static uint64_t inode_at(const char *path)
{
	struct statfs fs;
	struct stat st;

	if (stat(path, &st) < 0 || statfs(path, &fs) < 0)
		return 0;
	errno = EINVAL;
	return fs.f_type == NSFS_MAGIC ? st.st_ino : 0;
}

static struct netns *at_path(struct netns_list *list, const char *path, struct errors *errors)
{
	uint64_t inode = inode_at(path);

	if (inode)
		return known_or_new(list, inode, path);
	errors_add(errors, "--netns %s: %s", path,
		   errno == EINVAL ? "is no network namespace" : strerror(errno));
	return NULL;
}

static struct netns *with_name(struct netns_list *list, const char *name, struct errors *errors)
{
	struct nearest nearest = { .name = name };
	autobuf struct buf hint = BUF_INIT, path = BUF_INIT;
	uint64_t inode;
	unsigned i;

	for (i = 0; i < list->count; i++) {
		if (strcmp(list->list[i].name, name) == 0)
			return &list->list[i];
		nearest_try(&nearest, list->list[i].name);
	}
	/* A second name of one that has another. */
	buf_printf(&path, NETNS_FOLDER "%s", name);
	inode = *name ? inode_at(buf_text(&path)) : 0;
	if (inode)
		return known_or_new(list, inode, buf_text(&path));
	errors_add(errors, "--netns %s: there is no such network namespace%s", name,
		   nearest_hint(&nearest, &hint));
	return NULL;
}

struct netns *netns_named(struct netns_list *list, const char *name, struct errors *errors)
{
	errno = 0;
	if (strchr(name, '/'))
		return at_path(list, name, errors);
	return *name && name[strspn(name, "0123456789")] == '\0' ?
		       of_process(list, name, errors) : with_name(list, name, errors);
}
