/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/netns_inside.h: what the three files of netns.h share. */
#ifndef COLLECT_NETNS_INSIDE_H
#define COLLECT_NETNS_INSIDE_H

#include "collect/netns.h"

/* Where ip-netns(8) mounts them. */
#define NETNS_FOLDER "/run/netns/"
bool netns_is_mounted_there(const char *path);

/* The number of a link such as /proc/PID/ns/net; 0: it cannot be read. */
uint64_t netns_inode_of(const char *path);

/* Adds those of processes, and those that are mounted; the list is sorted by inode. */
void netns_add_processes(struct netns_list *list);
void netns_add_mounts(struct netns_list *list);
struct netns *netns_add(struct netns_list *list, uint64_t inode);
/* NULL: it is not in the list, which is sorted by inode. */
struct netns *netns_with_inode(struct netns_list *list, uint64_t inode);

/* What people call one; 'first': it is the first network namespace. Lives in the list's arena. */
const char *netns_name(struct netns_list *list, const struct netns *netns, bool first);
/* Names all, makes the names differ, and brings the list into its order. */
void netns_name_all(struct netns_list *list, uint64_t first);

#endif
