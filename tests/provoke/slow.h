/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slow.h: memory that is slow to come, as when a host swaps: a send() from it stays inside the
 * kernel, with the socket locked, for as long as we like. By userfaultfd, which takes root. */
#ifndef PROVOKE_SLOW_H
#define PROVOKE_SLOW_H

#include "base/base.h"

/* Whether it can be had here. 0, or -1 after a fault. */
int slow_permitted(void);
/* Sends a page of such memory from a thread, and calls fn while the socket is locked by that. 0, or
 * -1 after a fault. */
int slow_send(int fd, void (*fn)(void *arg), void *arg);

#endif
