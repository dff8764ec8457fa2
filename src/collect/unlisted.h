/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/unlisted.h: how many TCP sockets of the host no network namespace lists, at most. */
#ifndef COLLECT_UNLISTED_H
#define COLLECT_UNLISTED_H

#include "base/buf.h"

/* Appends "Unlisted: 57". Returns 0 or an errno. */
int unlisted_count(struct buf *out);

#endif
