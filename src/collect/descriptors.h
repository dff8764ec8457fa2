/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/descriptors.h: what processes have open, by kind, and which of their TCP sockets no list
 * of the kernel has.
 *
 * A socket that was reset, or never connected, is in no table that sock_diag walks; only the descriptor
 * shows it. New ones come and old ones go while anybody looks, so it takes three looks:
 *
 *     the pass of /proc/PID/fd        sockets that processes hold
 *     a list of all sockets           those in it are struck out
 *     those left, once more           still held by the same descriptor, and TCP: not listed
 *
 * The pass is one for all network namespaces, the other two are made in each. */
#ifndef COLLECT_DESCRIPTORS_H
#define COLLECT_DESCRIPTORS_H

#include "base/buf.h"
#include "collect/procfd.h"

struct descriptors;

struct descriptors *descriptors_new(void);
void descriptors_free(struct descriptors *descriptors); /* NULL is allowed */

/* ---- the pass, once: as a visitor's 'socket' and 'leave' ---- */

void descriptors_socket(struct descriptors *descriptors, const struct procfd_process *process,
			const char *name, uint32_t inode);
/* Ends a process. Whether it counts, as one that holds sockets: then descriptors_keep() must follow. */
bool descriptors_leave(struct descriptors *descriptors, const struct procfd_process *process,
		       unsigned long files);
/* What it is: its user and its line 'process' (collect/holders.h), empty where it has ended. */
void descriptors_keep(struct descriptors *descriptors, uint32_t uid, const struct buf *line);
/* Ends the pass; 'late' when it was given up. */
void descriptors_end(struct descriptors *descriptors, bool late);

bool descriptors_ended(const struct descriptors *descriptors);
/* The users of the processes; false behind the last. */
bool descriptors_user(const struct descriptors *descriptors, size_t i, uint32_t *uid);

/* ---- in the network namespace this thread is in ---- */

/* Whether a process that holds sockets is in it: only then is there something to list. */
bool descriptors_begin(struct descriptors *descriptors, int proc);
/* A socket of the list. */
void descriptors_listed(struct descriptors *descriptors, uint32_t inode);
/* Looks again, and appends the lines of its processes, and 'descriptors'. 'proc' is the folder /proc.
 * 'listed': the list was complete; else TCP sockets are not told from others. */
void descriptors_write(struct descriptors *descriptors, int proc, bool listed, struct buf *out);

#endif
