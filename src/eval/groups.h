/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/groups.h: a table of groups that stays within its memory however many groups there are,
 * and says how much it may have forgotten.
 *
 *     rows of a key in the table   from weight to weight + missed
 *     rows of any other key        from 0 to groups_offset()
 *
 * While nothing was forgotten, missed and the offset are 0: everything is exact. */
#ifndef EVAL_GROUPS_H
#define EVAL_GROUPS_H

#include "base/base.h"
#include "plan/row.h"

struct groups;

/* Followed by the tail, where the caller keeps what it counts in the group; zero at first. */
struct group {
	uint64_t hash;
	uint64_t scope;	 /* keys are told apart within a scope */
	uint64_t weight; /* rows counted */
	uint64_t missed; /* rows of this key that may have been forgotten before, at most */
	struct key key;
};

static inline void *group_tail(const struct group *group)
{
	return (void *)(uintptr_t)(group + 1);
}

/* max_bytes bounds the table; *memory, shared by several tables, is what they may still take all
 * together. A table starts small, doubles while both allow, and then forgets. The tail is aligned
 * to 8 bytes. */
struct groups *groups_new(size_t tail, size_t max_bytes, size_t *memory);
void groups_free(struct groups *groups); /* NULL is allowed */

/* Counts one row of the key, whose key_hash() is 'hash'; admits it if it is new, at the cost of the smallest others when the
 * table is full. The result is good until the next call. */
struct group *groups_touch(struct groups *groups, const struct key *key, uint64_t hash,
			   uint64_t scope);

/* The groups held, in no meaningful but always the same order. */
unsigned groups_count(const struct groups *groups);
const struct group *groups_at(const struct groups *groups, unsigned i);
uint64_t groups_offset(const struct groups *groups);
size_t groups_bytes(const struct groups *groups);

#endif
