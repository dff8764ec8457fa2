/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/borrow.h: asks getsockopt() about sockets of other processes, through a copy of their
 * descriptor (pidfd_getfd(2)).
 *
 * While the copy is open the socket is too: a close() by its owner takes effect when we close
 * ours. So it is done for listeners only, by a child, one at a time, each for some ten
 * microseconds. The close() of a listener never waits, whatever SO_LINGER says
 * (net/ipv4/tcp.c __tcp_close). A copy that proves to be something else, because the owner gave
 * the number to another file in between, is not closed at all: the child exits, and a socket
 * closed by an exit does not linger (net/ipv4/af_inet.c inet_release). */
#ifndef COLLECT_BORROW_H
#define COLLECT_BORROW_H

#include "fact/fact.h"

enum { OPTIONS_MAX = 32 }; /* FROM_OPTION facts */

/* The facts, in the order of the catalogue. Returns how many. */
unsigned option_facts(unsigned short facts[OPTIONS_MAX]);

/* Where a listener can be asked. */
struct loan {
	unsigned pid, fd;
	uint32_t inode;
	uint64_t cookie;
};

enum loan_end {
	LOAN_READ,
	LOAN_DENIED, /* no permission: PTRACE_MODE_ATTACH_REALCREDS */
	LOAN_GONE,   /* the process or its descriptor, before it could be copied */
	LOAN_LATE,   /* not within the time, or the child died of it */
	LOAN_NOBODY, /* no process was found to ask; never by borrow() */
	LOAN_UNABLE, /* the kernel has no pidfd_getfd() (Linux 5.6) */
	LOAN_ENDS
};

struct answer {
	enum loan_end end;
	float held;		       /* LOAN_READ: seconds the copy was open */
	int32_t raw[OPTIONS_MAX];      /* LOAN_READ: by number among option_facts() */
	bool missing[OPTIONS_MAX];     /* this kernel does not know the option */
};

/* Fills answers[count], in at most 'seconds'. proc: the folder /proc. */
void borrow(int proc, const struct loan *loans, unsigned count, double seconds,
	    struct answer *answers);

#endif
