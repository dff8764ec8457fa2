/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel counts TCP sockets twice: 'alloc' those of the whole host that exist (net/ipv4/tcp.c
 * tcp_init_sock, tcp_v4_destroy_sock), 'inuse' those of a namespace that are in its tables
 * (inet_hash, inet_unhash). The difference is what was reset, never connected or is bound only: 0 on
 * a quiet host, and 20 with 20 reset connections that a process has kept (measured on 6.18). */
#include "collect/unlisted.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "collect/netns_inside.h"
#include "collect/proctext.h"

enum {
	SOCKSTAT_MAX = 4096,
	FEW = 32, /* may be of programs that are just connecting: not worth looking at all processes */
};

/* One number of a file; 0 where it is not told: a kernel without IPv6 has no sockstat6. */
static uint64_t number_of(const struct buf *text, const char *fact)
{
	struct proc_number n = { 0, 0 };

	if (proctext_find(buf_text(text), &fact_catalogue[fact_find(fact)], &n) != WHY_KNOWN)
		return 0;
	return n.raw;
}

/* Sockets in the tables of the namespace of a folder /proc/PID; 'alloc' may be NULL. */
static int read_tables(const char *folder, uint64_t *inuse, uint64_t *alloc)
{
	autobuf struct buf text = BUF_INIT, text6 = BUF_INIT;
	char path[64];
	int error;

	snprintf(path, sizeof path, "%s/net/sockstat", folder);
	error = file_read(AT_FDCWD, path, SOCKSTAT_MAX, &text);
	if (error)
		return error;
	snprintf(path, sizeof path, "%s/net/sockstat6", folder);
	if (file_read(AT_FDCWD, path, SOCKSTAT_MAX, &text6) == 0)
		*inuse += number_of(&text6, "sockstat6.tcp.inuse");
	*inuse += number_of(&text, "sockstat.tcp.inuse");
	if (alloc)
		*alloc = number_of(&text, "sockstat.tcp.alloc");
	return 0;
}

/* Those of the other namespaces that a process is in. Who may not see which these are, or where no
 * process is, gets a number that is too large. */
static uint64_t count_elsewhere(void)
{
	struct netns_list others = { .arena = arena_new() };
	uint64_t ours = netns_inode_of("/proc/thread-self/ns/net"), inuse = 0;
	char folder[32];
	unsigned i;

	netns_add_processes(&others);
	for (i = 0; i < others.count; i++) {
		if (!others.list[i].pid || others.list[i].inode == ours)
			continue;
		snprintf(folder, sizeof folder, "/proc/%u", others.list[i].pid);
		read_tables(folder, &inuse, NULL);
	}
	free(others.list);
	arena_free(others.arena);
	return inuse;
}

int unlisted_count(struct buf *out)
{
	uint64_t alloc = 0, inuse = 0;
	int error = read_tables("/proc/thread-self", &inuse, &alloc);

	if (error)
		return error;
	if (alloc >= inuse + FEW)
		inuse += count_elsewhere();
	buf_printf(out, "Unlisted: %llu\n", (unsigned long long)(alloc > inuse ? alloc - inuse : 0));
	return 0;
}
