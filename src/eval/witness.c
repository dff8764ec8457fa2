/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short sorted list. */
#include "eval/witness.h"

#include <string.h>

#include "base/hash.h"

void witnesses_add(struct witnesses *witnesses, unsigned room, const struct who *who)
{
	const uint64_t hash = hash_u64(who->inode);
	unsigned place = witnesses->count, last;

	if (!who->inode)
		return;
	while (place > 0 && hash <= hash_u64(witnesses->list[place - 1].inode))
		place--;
	if (place == room ||
	    (place < witnesses->count && witnesses->list[place].inode == who->inode))
		return;
	last = witnesses->count < room ? witnesses->count++ : room - 1;
	memmove(&witnesses->list[place + 1], &witnesses->list[place],
		(last - place) * sizeof *witnesses->list);
	witnesses->list[place] = *who;
}
