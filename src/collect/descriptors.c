/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name a socket has for its protocol is an attribute of the file, "system.sockprotoname": "TCP",
 * "TCPv6", "UNIX" (net/socket.c sockfs_xattr_get). Reading it by /proc/PID/fd/N takes the right that
 * reading the link takes, and holds the file's name in the tree, not the file: a close() meanwhile is
 * one (fs/proc/base.c proc_pid_get_link, fs/proc/fd.c proc_fd_link). */
#include "collect/descriptors.h"

#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/arena.h"
#include "base/text.h"
#include "collect/openfiles.h"

enum { DESCRIPTORS_MAX = 1 << 20 };

/* A descriptor that is a socket. */
struct descriptor {
	uint32_t inode;
	uint32_t name; /* its number in the process */
	uint32_t holder : 31; /* index */
	uint32_t listed : 1;
};

struct holder {
	unsigned pid;
	uint32_t uid;
	const char *line;
	char netns[NETNS_NAME]; /* "": not known */
	unsigned long files, sockets, tcp, unlisted;
	uint64_t limit; /* 0: not known */
};

struct descriptors {
	struct arena *texts;
	struct descriptor *list; /* by inode once the pass has ended */
	size_t count, size;
	struct holder *holders;
	size_t holder_count, holder_size;
	struct holder now; /* the process at hand */
	const char *end;   /* how the pass ended; NULL: it did not */
	bool full;
	char ours[NETNS_NAME]; /* the namespace at hand */
};

struct descriptors *descriptors_new(void)
{
	struct descriptors *d = xcalloc(1, sizeof *d);

	d->texts = arena_new();
	return d;
}

void descriptors_free(struct descriptors *d)
{
	if (!d)
		return;
	arena_free(d->texts);
	free(d->list);
	free(d->holders);
	free(d);
}

/* ---- the pass ---- */

void descriptors_socket(struct descriptors *d, const struct procfd_process *process,
			const char *name, uint32_t inode)
{
	uint64_t number;

	if (d->now.pid != process->pid)
		d->now = (struct holder){ .pid = process->pid };
	if (!text_u64(name, &number) || number > UINT32_MAX)
		return;
	if (d->count == DESCRIPTORS_MAX) {
		d->full = true;
		return;
	}
	if (d->count == d->size) {
		d->size = d->size ? 2 * d->size : 1024;
		d->list = xrealloc(d->list, d->size, sizeof *d->list);
	}
	d->list[d->count++] = (struct descriptor){
		.inode = inode,
		.name = (uint32_t)number,
		.holder = (uint32_t)d->holder_count & INT32_MAX,
	};
	d->now.sockets++;
}

bool descriptors_leave(struct descriptors *d, const struct procfd_process *process,
		       unsigned long files)
{
	if (d->now.pid != process->pid || !d->now.sockets)
		return false;
	d->now.files = files;
	d->now.limit = openfiles_limit(process->folder);
	procfd_netns(process->folder, "ns/net", d->now.netns);
	return true;
}

void descriptors_keep(struct descriptors *d, uint32_t uid, const struct buf *line)
{
	struct holder *holder;

	if (!line->len) { /* it has ended */
		d->count -= d->now.sockets;
		d->now.pid = 0;
		return;
	}
	if (d->holder_count == d->holder_size) {
		d->holder_size = d->holder_size ? 2 * d->holder_size : 64;
		d->holders = xrealloc(d->holders, d->holder_size, sizeof *d->holders);
	}
	holder = &d->holders[d->holder_count++];
	*holder = d->now;
	holder->uid = uid;
	holder->line = arena_strndup(d->texts, line->text, line->len);
	d->now.pid = 0;
}

static int compare_inodes(const void *a, const void *b)
{
	const struct descriptor *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

void descriptors_end(struct descriptors *d, bool late)
{
	d->end = late ? "deadline" : d->full ? "full" : "complete";
	if (d->count)
		qsort(d->list, d->count, sizeof *d->list, compare_inodes);
}

bool descriptors_ended(const struct descriptors *d)
{
	return d->end != NULL;
}

bool descriptors_user(const struct descriptors *d, size_t i, uint32_t *uid)
{
	if (i >= d->holder_count)
		return false;
	*uid = d->holders[i].uid;
	return true;
}

/* ---- in a namespace ---- */

/* Sockets of other namespaces are in other lists. Where we are told of none, all are taken for ours. */
static bool is_here(const struct descriptors *d, const struct holder *holder)
{
	return !*d->ours || strcmp(d->ours, holder->netns) == 0;
}

bool descriptors_begin(struct descriptors *d, int proc)
{
	bool any = false;
	size_t i;

	procfd_netns(proc, "thread-self/ns/net", d->ours);
	for (i = 0; i < d->holder_count && !any; i++)
		any = is_here(d, &d->holders[i]);
	return any;
}

/* The first descriptor whose inode is not below this one. */
static size_t place_of(const struct descriptors *d, uint32_t inode)
{
	size_t low = 0, high = d->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (d->list[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A dump may give a socket twice. A process may hold some of a namespace that it is not in. */
void descriptors_listed(struct descriptors *d, uint32_t inode)
{
	size_t i;

	if (!inode)
		return;
	for (i = place_of(d, inode); i < d->count && d->list[i].inode == inode; i++) {
		d->holders[d->list[i].holder].tcp += !d->list[i].listed;
		d->list[i].listed = true;
	}
}

/* By /proc/self/fd, since no call takes a folder and a name. First the protocol, then the link: a
 * descriptor that is the same socket before and after was it in between. */
static bool is_tcp_still(const struct descriptors *d, const struct descriptor *descriptor, int proc)
{
	char path[96], link[32], expected[32], protocol[16] = "";
	ssize_t len;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%u/fd/%u", proc,
		 d->holders[descriptor->holder].pid, descriptor->name);
	if (getxattr(path, "system.sockprotoname", protocol, sizeof protocol - 1) <= 0 ||
	    (strcmp(protocol, "TCP") != 0 && strcmp(protocol, "TCPv6") != 0))
		return false;
	snprintf(expected, sizeof expected, "socket:[%u]", descriptor->inode);
	len = readlink(path, link, sizeof link - 1);
	link[len > 0 ? len : 0] = '\0';
	return strcmp(link, expected) == 0;
}

static void look_again(struct descriptors *d, int proc)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		struct holder *holder = &d->holders[d->list[i].holder];

		if (d->list[i].listed || !is_here(d, holder) || !is_tcp_still(d, &d->list[i], proc))
			continue;
		holder->tcp++;
		holder->unlisted++;
	}
}

static void put_count(struct buf *out, bool known, unsigned long count)
{
	if (known)
		buf_printf(out, "\t%lu", count);
	else
		buf_puts(out, "\t-");
}

static void put_holder(struct buf *out, const struct holder *holder, bool listed)
{
	buf_printf(out, "%sfiles\t%u", holder->line, holder->pid);
	put_count(out, true, holder->files);
	put_count(out, holder->limit > 0, (unsigned long)holder->limit);
	put_count(out, true, holder->sockets);
	put_count(out, listed, holder->tcp);
	put_count(out, listed, holder->unlisted);
	buf_putc(out, '\n');
}

void descriptors_write(struct descriptors *d, int proc, bool listed, struct buf *out)
{
	size_t i;

	if (listed)
		look_again(d, proc);
	for (i = 0; i < d->holder_count; i++)
		if (is_here(d, &d->holders[i]))
			put_holder(out, &d->holders[i], listed);
	buf_printf(out, "descriptors\t%s\n", d->end ? d->end : "deadline");
}
