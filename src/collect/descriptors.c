/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name a socket has for its protocol is an attribute of the file, "system.sockprotoname": "TCP",
 * "TCPv6", "UNIX" (net/socket.c sockfs_xattr_get). Reading it by /proc/PID/fd/N takes the right that
 * reading the link takes, and holds the file's name in the tree, not the file: a close() meanwhile is
 * one (fs/proc/base.c proc_pid_get_link, fs/proc/fd.c proc_fd_link). */
#include "collect/descriptors.h"

#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/openfiles.h"

enum { DESCRIPTORS_MAX = 1 << 20 };

/* A descriptor that is a socket. */
struct descriptor {
	uint32_t inode;
	uint32_t name;	  /* its number in the process */
	uint32_t process; /* index */
	bool listed;
};

struct holder {
	unsigned pid;
	unsigned long files, sockets, tcp, unlisted;
	uint64_t limit; /* 0: not known */
};

struct descriptors {
	int proc;
	char ours[64]; /* our network namespace, "net:[4026531840]"; "": not known */
	struct descriptor *list;
	size_t count, size;
	struct holder *holders;
	size_t holder_count, holder_size;
	struct holder now; /* the process at hand */
	bool elsewhere;	   /* it is of another namespace */
	bool full;
};

static void read_namespace(int folder, const char *path, char *name, size_t size)
{
	ssize_t len = readlinkat(folder, path, name, size - 1);

	name[len > 0 ? len : 0] = '\0';
}

struct descriptors *descriptors_new(int proc)
{
	struct descriptors *d = xcalloc(1, sizeof *d);

	d->proc = proc;
	read_namespace(proc, "thread-self/ns/net", d->ours, sizeof d->ours);
	return d;
}

void descriptors_free(struct descriptors *d)
{
	if (!d)
		return;
	free(d->list);
	free(d->holders);
	free(d);
}

/* ---- the pass ---- */

/* Sockets of other namespaces are in other lists. */
static void begin(struct descriptors *d, const struct procfd_process *process)
{
	char theirs[sizeof d->ours];

	d->now = (struct holder){ .pid = process->pid };
	read_namespace(process->folder, "ns/net", theirs, sizeof theirs);
	d->elsewhere = *d->ours && strcmp(d->ours, theirs) != 0;
}

void descriptors_socket(struct descriptors *d, const struct procfd_process *process,
			const char *name, uint32_t inode)
{
	uint64_t number;

	if (d->now.pid != process->pid)
		begin(d, process);
	if (d->elsewhere || !text_u64(name, &number) || number > UINT32_MAX)
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
		.inode = inode, .name = (uint32_t)number, .process = (uint32_t)d->holder_count,
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
	if (d->holder_count == d->holder_size) {
		d->holder_size = d->holder_size ? 2 * d->holder_size : 64;
		d->holders = xrealloc(d->holders, d->holder_size, sizeof *d->holders);
	}
	d->holders[d->holder_count++] = d->now;
	d->now.pid = 0;
	return true;
}

/* ---- the list ---- */

static int compare_inodes(const void *a, const void *b)
{
	const struct descriptor *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

void descriptors_sort(struct descriptors *d)
{
	if (d->count)
		qsort(d->list, d->count, sizeof *d->list, compare_inodes);
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

/* A dump may give a socket twice. */
void descriptors_listed(struct descriptors *d, uint32_t inode)
{
	size_t i;

	if (!inode)
		return;
	for (i = place_of(d, inode); i < d->count && d->list[i].inode == inode; i++) {
		d->holders[d->list[i].process].tcp += !d->list[i].listed;
		d->list[i].listed = true;
	}
}

/* ---- those left ---- */

/* By /proc/self/fd, since no call takes a folder and a name. First the protocol, then the link: a
 * descriptor that is the same socket before and after was it in between. */
static bool is_tcp_still(const struct descriptors *d, const struct descriptor *descriptor)
{
	char path[96], link[32], expected[32], protocol[16] = "";
	ssize_t len;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%u/fd/%u", d->proc,
		 d->holders[descriptor->process].pid, descriptor->name);
	if (getxattr(path, "system.sockprotoname", protocol, sizeof protocol - 1) <= 0 ||
	    (strcmp(protocol, "TCP") != 0 && strcmp(protocol, "TCPv6") != 0))
		return false;
	snprintf(expected, sizeof expected, "socket:[%u]", descriptor->inode);
	len = readlink(path, link, sizeof link - 1);
	link[len > 0 ? len : 0] = '\0';
	return strcmp(link, expected) == 0;
}

static void put_count(struct buf *out, bool known, unsigned long count)
{
	if (known)
		buf_printf(out, "\t%lu", count);
	else
		buf_puts(out, "\t-");
}

void descriptors_write(struct descriptors *d, bool listed, struct buf *out)
{
	size_t i;

	for (i = 0; i < d->count && listed; i++) {
		struct holder *holder = &d->holders[d->list[i].process];

		if (d->list[i].listed || !is_tcp_still(d, &d->list[i]))
			continue;
		holder->tcp++;
		holder->unlisted++;
	}
	for (i = 0; i < d->holder_count; i++) {
		const struct holder *holder = &d->holders[i];

		buf_printf(out, "files\t%u", holder->pid);
		put_count(out, true, holder->files);
		put_count(out, holder->limit > 0, (unsigned long)holder->limit);
		put_count(out, true, holder->sockets);
		put_count(out, listed, holder->tcp);
		put_count(out, listed, holder->unlisted);
		buf_putc(out, '\n');
	}
}

bool descriptors_full(const struct descriptors *d)
{
	return d->full;
}
