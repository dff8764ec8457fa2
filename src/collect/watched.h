/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/watched.h: dumps that may stall, under a deadline.
 *
 * Asking for tcp_info takes each socket's lock (net/ipv4/tcp.c tcp_get_info). While a process
 * owns one, say in send() with a page fault that waits for storage, the dump sleeps and no
 * signal wakes it. So it runs in a child that we can leave behind:
 *
 *     child   recvfrom() into a slot --- slot number, length ---> parent  fn() on it, in place
 *               ^--------------------------- slot number ------------'
 *
 * The slots are shared memory: nothing is copied that an ordinary dump does not copy. */
#ifndef COLLECT_WATCHED_H
#define COLLECT_WATCHED_H

#include "collect/source.h"

/* Seconds for all dumps of a pass together. */
struct deadline {
	double total;
	double left;
};

/* CLOCK_MONOTONIC in seconds. */
double watched_now(void);

/* As sockdiag_dump(), but returns at the latest when deadline->left has passed, with
 * DUMP_DEADLINE; takes the time it needed off deadline->left. */
enum dump_end watched_dump(int family, const struct query *query, struct deadline *deadline,
			   datagram_fn *fn, void *arg, struct buf *reason);

#endif
