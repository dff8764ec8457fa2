/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/holders.h: which processes hold sockets, and what the cgroup tree is called, as lines of
 * text. A recording keeps them as owners.txt and cgroups.txt:
 *
 *     process  812  33  /system.slice/nginx.service  nginx      PID UID CGROUP COMMAND
 *     holds    4711 4712 4713                                   inodes of the process before
 *     user     33  www-data
 *     end      complete  0  1                                   or deadline; DENIED EVERYWHERE
 *
 *     1234  /system.slice/nginx.service                         number and path of a cgroup
 *
 * Words are separated by tabs, texts are printable. A UID may be "-": not known. DENIED processes could not be looked into;
 * EVERYWHERE is 1 with the capabilities to look into all. */
#ifndef COLLECT_HOLDERS_H
#define COLLECT_HOLDERS_H

#include "base/buf.h"
#include "collect/inodes.h"

/* Looks below /proc of root for the sockets that were not looked for yet, until all are found or
 * the seconds are over; then among the children of their holders for those that share them.
 * Appends the lines, and marks the sockets found as held. */
void holders_find(int root, struct inodes *wanted, double seconds, struct buf *out);

/* Appends a line for each cgroup of the version 2 tree; none where it is not mounted. */
void holders_cgroups(int root, struct buf *out);

#endif
