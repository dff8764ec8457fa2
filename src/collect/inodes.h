/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/inodes.h: sockets by their inode, whose holders are looked for, and the users they are of.
 * Grows with what is put into it, up to a bound: eight bytes an entry, at most half full. */
#ifndef COLLECT_INODES_H
#define COLLECT_INODES_H

#include "base/base.h"

enum { INODES_MAX = 1 << 20, INODES_USERS = 1024 };

struct inode {
	uint32_t inode; /* 0: free */
	uint32_t number : 28; /* of its owner; 0: none is known */
	uint32_t asked : 1;   /* for a rule */
	uint32_t looked : 1;  /* was looked for already */
	uint32_t held : 1;    /* by a process that the last look found */
};

struct inodes {
	struct inode *entries;
	size_t size, count;
	size_t refused; /* past INODES_MAX, some of them more than once */
	uint32_t *users; /* each once; no more than INODES_USERS */
	size_t user_count;
};

void inodes_fini(struct inodes *inodes);
/* Adds an inode, which is of this user, or finds it; the result is good until the next call. NULL
 * for inode 0, which no socket has, and past INODES_MAX. */
struct inode *inodes_add(struct inodes *inodes, uint32_t inode, uint32_t uid);
/* NULL when it was not added. */
struct inode *inodes_find(const struct inodes *inodes, uint32_t inode);

#endif
