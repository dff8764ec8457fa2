/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup.h: a cgroup of the drill's own, in the version 2 hierarchy wherever that is mounted. */
#ifndef PROVOKE_CGROUP_H
#define PROVOKE_CGROUP_H

#include "base/buf.h"

int cgroup_permitted(void); /* 0, or -1 after a fault */
/* Makes it and gives its path. 0, or -1 after a fault. */
int cgroup_make(struct buf *path);
/* Moves the calling process there. Sockets made from then on belong to it for good. 0, or -1 after
 * a fault. */
int cgroup_enter(const char *path);
/* The same with one below it, whose name has what a name should not. */
int cgroup_enter_hostile(const char *path);
long cgroup_count(const char *path); /* its processes; -1 after a fault */
/* Removes it, and that below it, once its processes have ended. */
void cgroup_remove(const char *path);

#endif
