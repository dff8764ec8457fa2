/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h: looking at what was made: sockets by state, counters since a baseline, and polling for
 * either. A state is rarely there right after the system call that leads to it; never sleep, wait
 * for it. */
#ifndef PROVOKE_WATCH_H
#define PROVOKE_WATCH_H

#include "diag.h"

enum { WATCH_BOUND_MS = 2000 };

enum { OWNED = 1, ORPHANED = -1 }; /* a process has it; none: orphan, or not yet accepted */

/* Which sockets. What is 0 does not matter. */
struct rows {
	uint32_t states; /* IN(ESTABLISHED) | IN(...) */
	uint16_t local_port;
	uint16_t remote_port;
	int owner;	   /* OWNED, ORPHANED */
	int timer;	   /* enum timer */
	unsigned retries;  /* retransmits or probes, at least */
	bool (*also)(const struct inet_diag_msg *row);
};

/* For 'also': a listener with more waiting than its backlog allows; unread data or FIN. */
bool row_overfull(const struct inet_diag_msg *row);
bool row_unread(const struct inet_diag_msg *row);
bool row_all_read(const struct inet_diag_msg *row);

/* How many sockets of the caller's namespace are such. -1 after a fault. */
long watch_rows(const struct rows *rows);

/* Counters of /proc/net/netstat and snmp, with names such as TcpExt.TCPAbortOnData. */
struct counter {
	char name[48];
	uint64_t value;
};
struct counters {
	struct counter *list;
	size_t count;
};

int counters_read(struct counters *counters); /* 0, or -1 after a fault */
void counters_fini(struct counters *counters);
/* How far the counter has moved since; 0 for one this kernel does not have. -1 after a fault. */
long counters_moved(const struct counters *since, const char *name);

/* Calls is() every 2 ms until it returns true, at most bound_ms long. Returns its last answer. */
bool watch_until(bool (*is)(void *arg), void *arg, long bound_ms);
/* Waits until at least that many rows are there. 0, or -1 after a fault. */
int watch_for(const struct rows *rows, long least);
long watch_now_ms(void); /* CLOCK_MONOTONIC */

#endif
