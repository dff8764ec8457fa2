/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/dumpfile.h: sock_diag dumps as files: netlink messages one after another, the last
 * an NLMSG_DONE. 'ss -D FILE' writes such files and TCPDIAG_FILE=FILE ss reads them; it stops at
 * the first NLMSG_DONE, so a file of ours holds one dump of one family. */
#ifndef COLLECT_DUMPFILE_H
#define COLLECT_DUMPFILE_H

#include "collect/source.h"

struct dumpfile {
	int fd;
	const char *name; /* for the reason */
	bool past_done;	  /* several dumps, up to the end of the file */
	int family;	  /* which messages to deliver: AF_INET, AF_INET6, or 0 for both */
	unsigned states;  /* ... as source_ops.dump has them; 0: all */
	unsigned dones;	  /* out: dumps that were complete */
};

/* Streams the file through fn in memory that does not depend on it. DUMP_COMPLETE, or DUMP_CUT
 * when it breaks off or is no netlink dump; what came before was delivered. */
enum dump_end dumpfile_deliver(struct dumpfile *file, datagram_fn *fn, void *arg,
			       struct buf *reason);

/* Appends the NLMSG_DONE that ends a file. */
void dumpfile_done(struct buf *out);

/* Whether a dump that asks for 'states' brings a socket shown in 'state', as
 * net/ipv4/inet_diag.c inet_diag_dump_icsk() has it: what is bound and unconnected is shown as
 * CLOSE and asked for as BOUND_INACTIVE. States that do not exist pass: they are no sockets,
 * which the receiver is to find out. */
static inline bool dump_asks(unsigned states, unsigned state)
{
	if (state == STATE_CLOSE)
		state = STATE_BOUND_INACTIVE;
	return state == 0 || state >= STATES || (states & 1u << state);
}

#endif
