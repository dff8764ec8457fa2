/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/descriptors.h: what processes have open, by kind, and which of their TCP sockets no list
 * of the kernel has.
 *
 * A socket that was reset, or never connected, is in no table that sock_diag walks; only the descriptor
 * shows it. New ones come and old ones go while anybody looks, so it takes three looks:
 *
 *     the pass of /proc/PID/fd        sockets that processes hold
 *     a list of all sockets           those in it are struck out
 *     those left, once more           still held by the same descriptor, and TCP: not listed */
#ifndef COLLECT_DESCRIPTORS_H
#define COLLECT_DESCRIPTORS_H

#include "base/buf.h"
#include "collect/procfd.h"

struct descriptors;

/* 'proc' is the folder /proc, borrowed. */
struct descriptors *descriptors_new(int proc);
void descriptors_free(struct descriptors *descriptors); /* NULL is allowed */

/* ---- the pass: as a visitor's 'socket' and 'leave' ---- */

void descriptors_socket(struct descriptors *descriptors, const struct procfd_process *process,
			const char *name, uint32_t inode);
/* Ends a process. Whether it counts: it holds sockets, and is of our network namespace. */
bool descriptors_leave(struct descriptors *descriptors, const struct procfd_process *process,
		       unsigned long files);

/* ---- the list ---- */

/* Ends the pass. */
void descriptors_sort(struct descriptors *descriptors);
/* A socket of the list. */
void descriptors_listed(struct descriptors *descriptors, uint32_t inode);

/* ---- those left ---- */

/* Looks again, and appends a line "files PID ..." (collect/holders.h) for each process. 'listed': the
 * list was complete; else TCP sockets are not told from others. */
void descriptors_write(struct descriptors *descriptors, bool listed, struct buf *out);
/* Whether there were more than it has room for; some processes are then missing. */
bool descriptors_full(const struct descriptors *descriptors);

#endif
