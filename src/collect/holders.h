/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/holders.h: which processes hold sockets, and what the cgroup tree is called, as lines of
 * text. A recording keeps them as owners.txt and cgroups.txt:
 *
 *     process  812  33  /system.slice/nginx.service  nginx      PID UID CGROUP COMMAND
 *     holds    4711 4712 4713                                   inodes of the process before
 *     user     33  www-data
 *     files    812  1020 1024 1000 998 50                       PID, then as enum descriptor_count
 *     descriptors  complete                                     or deadline, full
 *     end      complete  0  1                                   or deadline; DENIED EVERYWHERE
 *
 *     1234  /system.slice/nginx.service                         number and path of a cgroup
 *
 * Words are separated by tabs, texts are printable; - is not known. The lines 'files' and 'descriptors'
 * are there where it was asked what processes have open; a line 'process' comes before. DENIED processes
 * could not be looked into;
 * EVERYWHERE is 1 with the capabilities to look into all. */
#ifndef COLLECT_HOLDERS_H
#define COLLECT_HOLDERS_H

#include "base/buf.h"
#include "collect/inodes.h"

struct descriptors;

/* Looks below /proc of root for the sockets that were not looked for yet, until all are found or
 * the seconds are over; then among the children of their holders for those that share them.
 * Appends the lines, and marks the sockets found as held. Unless 'descriptors' is NULL, the pass is for
 * what all processes have open too, and goes to the end (collect/descriptors.h), unless that was counted
 * already; their lines are then for descriptors_write(). */
void holders_find(int root, struct inodes *wanted, struct descriptors *descriptors, double seconds,
		  struct buf *out);

/* Appends a line for each cgroup of the version 2 tree; none where it is not mounted. */
void holders_cgroups(int root, struct buf *out);

#endif
