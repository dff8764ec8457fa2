/* SPDX-License-Identifier: GPL-2.0-or-later */
/* veth.h: pairs of virtual interfaces, both ends in this namespace. */
#ifndef PROVOKE_VETH_H
#define PROVOKE_VETH_H

/* All return 0, or -1 after a fault. */
int veth_make(const char *name, const char *far_end);
int veth_raise(const char *name); /* without an address */
int veth_remove(const char *name);

#endif
