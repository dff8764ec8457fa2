/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/netns.h: the network namespaces that /proc shows: found, named, entered and left.
 *
 * Only the calling thread moves, by setns(2). Between two visits nothing of a namespace is held
 * open: that would keep it, with its devices, from ending when its container does. */
#ifndef COLLECT_NETNS_H
#define COLLECT_NETNS_H

#include "base/arena.h"
#include "base/errors.h"

struct netns {
	uint64_t inode;	     /* 4026532233 of "net:[4026532233]" */
	const char *name;    /* what people call it, printable: "blue", "docker container 0123456789ab",
				"nginx.service", "812 (sh)"; unlike those of all others */
	const char *path;    /* "/run/netns/blue", or "/proc/812/ns/net" of its first process */
	unsigned pid;	     /* of its first process; 0: none is known */
	bool empty;	     /* when it was entered last, it had no socket of any kind */
	uint64_t cookie;     /* told when it was entered first: an inode is soon given to another */
};

struct netns_list {
	struct arena *arena;
	struct netns *list;  /* by name, that of the whole host first, then our own */
	unsigned count, size;
	unsigned long hidden; /* processes that did not show theirs */
	bool lost;	     /* the way back was refused: this thread must not look further */
	int home;	     /* our own, to come back to */
	uint64_t home_inode;
	bool has_first;	     /* list[0] is the first network namespace, where the settings of the
				whole host are; else that cannot be reached */
};

/* Finds all. Never fails: at least our own is in it. */
struct netns_list *netns_find(void);
void netns_free(struct netns_list *list); /* NULL is allowed */

/* One by what people call it, a process or a path. NULL with errors. */
struct netns *netns_named(struct netns_list *list, const char *name, struct errors *errors);

/* Moves this thread. Returns 0, or an errno: ENOENT when it is there no more, EPERM, ...; then the
 * thread is at home. */
int netns_enter(struct netns_list *list, struct netns *netns);
/* Comes back. Returns 0, or an errno: then the list is lost. */
int netns_leave(struct netns_list *list);

/* A whole file as the first network namespace shows it, from wherever this thread is. Returns 0
 * or an errno, ENODATA when that namespace cannot be reached. */
int netns_read_first(struct netns_list *list, const char *path, size_t max, struct buf *out);

/* Of the network namespace this thread is in: its number is given to another one once it is gone,
 * its cookie never is before the next boot. 0: the kernel does not tell. */
uint64_t netns_cookie(void);

/* Appends why one could not be entered, a sentence. */
void netns_reason(struct buf *out, int error);

#endif
