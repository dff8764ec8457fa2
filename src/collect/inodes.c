/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Open addressing. Inodes of sockets are given out one after another, so they are hashed. */
#include "collect/inodes.h"

#include "base/hash.h"

enum { SIZE_FIRST = 64 };

void inodes_fini(struct inodes *inodes)
{
	free(inodes->entries);
	free(inodes->users);
	*inodes = (struct inodes){ .entries = NULL };
}

/* The entry of an inode, or the free one where it would stand. */
static struct inode *entry_of(const struct inodes *inodes, uint32_t inode)
{
	size_t i = hash_u64(inode) & (inodes->size - 1);

	while (inodes->entries[i].inode && inodes->entries[i].inode != inode)
		i = (i + 1) & (inodes->size - 1);
	return &inodes->entries[i];
}

static void grow(struct inodes *inodes)
{
	struct inodes larger = *inodes;
	size_t i;

	larger.size = inodes->size ? 2 * inodes->size : SIZE_FIRST;
	larger.entries = xcalloc(larger.size, sizeof *larger.entries);
	for (i = 0; i < inodes->size; i++)
		if (inodes->entries[i].inode)
			*entry_of(&larger, inodes->entries[i].inode) = inodes->entries[i];
	free(inodes->entries);
	*inodes = larger;
}

/* Mostly many sockets are of one user: who came last stands first. */
static void add_user(struct inodes *inodes, uint32_t uid)
{
	size_t i;

	for (i = 0; i < inodes->user_count && inodes->users[i] != uid; i++)
		;
	if (i == INODES_USERS)
		return;
	if (i == inodes->user_count) {
		inodes->users = xrealloc(inodes->users, i + 1, sizeof *inodes->users);
		inodes->user_count++;
	}
	inodes->users[i] = inodes->users[0];
	inodes->users[0] = uid;
}

struct inode *inodes_add(struct inodes *inodes, uint32_t inode, uint32_t uid)
{
	struct inode *entry = inodes_find(inodes, inode);

	if (entry || !inode)
		return entry;
	if (inodes->count == INODES_MAX) {
		inodes->refused++;
		return NULL;
	}
	if (2 * inodes->count >= inodes->size)
		grow(inodes);
	inodes->count++;
	add_user(inodes, uid);
	entry = entry_of(inodes, inode);
	*entry = (struct inode){ .inode = inode };
	return entry;
}

struct inode *inodes_find(const struct inodes *inodes, uint32_t inode)
{
	struct inode *entry = inode && inodes->size ? entry_of(inodes, inode) : NULL;

	return entry && entry->inode ? entry : NULL;
}
