/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lost.h: a sysctl that this kernel no longer has, put back as a plain file for whoever reads it:
 * a host with an old kernel, as far as its settings go. Private to the mount namespace. */
#ifndef PROVOKE_LOST_H
#define PROVOKE_LOST_H

#include "base/base.h"

/* Makes net.ipv4.KEY, with the value 0, unless the kernel has it; all other keys stay those of the
 * kernel. 0, or -1 after a fault. */
int lost_put_back(const char *key);

#endif
