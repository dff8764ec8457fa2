/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/inventory.h: files.txt of a recording: the files that could not be recorded, and why.
 * One a line, "absent proc/sys/net/ipv4/tcp_tw_recycle". What is neither recorded nor in it
 * nobody asked for. */
#ifndef COLLECT_INVENTORY_H
#define COLLECT_INVENTORY_H

#include "base/buf.h"

/* Notes that reading path gave 'error', an errno. A path with a newline is left out. */
void inventory_add(struct buf *inventory, int error, const char *path);

/* The errno of a path: ENOENT, EACCES, ...; ENODATA when it is not in the inventory. */
int inventory_find(const struct buf *inventory, const char *path);

/* Appends the names of the inventory's files that are in a folder, each with its NUL. */
void inventory_names(const struct buf *inventory, const char *folder, struct buf *names);

#endif
