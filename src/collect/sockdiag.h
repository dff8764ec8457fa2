/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/sockdiag.h: one dump of the kernel's TCP sockets, as bytes. */
#ifndef COLLECT_SOCKDIAG_H
#define COLLECT_SOCKDIAG_H

#include "collect/source.h"

/* Where the datagrams of a dump go. */
struct sockdiag_sink {
	/* Gives SOURCE_DATAGRAM bytes, aligned to 4, for the next datagram; NULL stops the
	 * dump. Called before each receive. */
	void *(*buffer)(void *holder);
	void *holder;
	datagram_fn *fn;
	void *arg;
};

/* Asks for the sockets of one family, or with AF_UNSPEC of both in one walk, and hands what the
 * kernel sends to sink->fn, in place.
 * May load a kernel module (collect/module.h), and may wait for socket locks when query->ext
 * asks for tcp_info (collect/watched.h): both are the caller's care. Ends as source_ops.dump. */
enum dump_end sockdiag_dump(int family, const struct query *query,
			    const struct sockdiag_sink *sink, struct buf *reason);

#endif
