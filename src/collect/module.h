/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/module.h: whether a sock_diag request would make the kernel load a module. */
#ifndef COLLECT_MODULE_H
#define COLLECT_MODULE_H

#include "base/base.h"

/* Looks below rootfd, a descriptor of "/". True when asking for TCP sockets would load tcp_diag
 * and inet_diag, or when that cannot be excluded: then do not ask. */
bool asking_loads_a_module(int rootfd);

#endif
