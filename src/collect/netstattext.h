/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/netstattext.h: what 'netstat -neopa' printed, as the tables it was read from, and as who
 * holds the sockets. sos runs it where it does not run ss. */
#ifndef COLLECT_NETSTATTEXT_H
#define COLLECT_NETSTATTEXT_H

#include "base/buf.h"
#include "collect/inodes.h"

bool netstattext_is(const struct buf *text);

/* Puts proc/net/tcp (AF_INET) or proc/net/tcp6 into out. Returns 0, or ENODATA when this is nothing
 * that netstat printed. A line that is not understood becomes one that no table has, for the reader
 * to count; a last line without its end too. */
int netstattext_table(const struct buf *text, int family, struct buf *out);

/* The lines of collect/holders.h. Returns 0, or ENODATA when netstat named no process. */
int netstattext_owners(const struct buf *text, const struct inodes *wanted, struct buf *out);

#endif
