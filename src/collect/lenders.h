/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/lenders.h: the processes that hold the listeners of this namespace, and what
 * getsockopt() says there. */
#ifndef COLLECT_LENDERS_H
#define COLLECT_LENDERS_H

#include "base/buf.h"

/* Appends the lines of collect/option_table.h about all listeners. proc: the folder /proc. */
void lenders_ask(int proc, struct buf *out);

#endif
