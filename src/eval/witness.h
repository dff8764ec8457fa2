/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/witness.h: some of the rows a tally has counted, to find out afterwards who holds them.
 *
 * They are those whose inodes hash lowest: a fair sample, the same in whatever order the rows
 * come. Who holds a few dozen sockets is found quickly, and mostly all of them are one process's. */
#ifndef EVAL_WITNESS_H
#define EVAL_WITNESS_H

#include "plan/row.h"

/* By scope, as sketches are: one for the namespace, or each of thousands of groups. */
enum { WITNESSES_HOST = 32, WITNESSES_GROUP = 2 };

struct witnesses {
	uint32_t count;
	struct who list[]; /* by the hash of their inodes */
};

static inline size_t witnesses_size(unsigned room)
{
	return sizeof(struct witnesses) + room * sizeof(struct who);
}

/* All zero is empty. A socket without an inode has no holder to be found. */
void witnesses_add(struct witnesses *witnesses, unsigned room, const struct who *who);

#endif
