/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/procnet.h: /proc/net/tcp and tcp6 as if they were sock_diag dumps, for kernels without
 * tcp_diag. Poorer: no attributes, no cookies, no interfaces, and for LISTEN no backlog. */
#ifndef COLLECT_PROCNET_H
#define COLLECT_PROCNET_H

#include "collect/source.h"

/* Streams proc/net/tcp (AF_INET) or proc/net/tcp6 (AF_INET6) of a sample through fn as messages
 * of type SOCK_DIAG_BY_FAMILY with a struct inet_diag_msg and nothing after it, those in
 * query->states only. Cookie and interface are 0. In LISTEN idiag_rqueue is the accept queue as
 * in sock_diag, and idiag_wqueue is 0 because the file does not tell the backlog. A line that
 * is no socket becomes a message without payload, for the receiver to count as malformed.
 *
 * DUMP_COMPLETE, also when the kernel has no IPv6; DUMP_REFUSED when the file is absent or
 * cannot be read, DUMP_NOT_RECORDED, or DUMP_CUT; each with a sentence in 'reason'. */
enum dump_end procnet_dump(struct source *source, unsigned sample, int family,
			   const struct query *query, datagram_fn *fn, void *arg,
			   struct buf *reason);

#endif
