/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan/row.h: one socket, or one process: who it is, and the columns the plan kept. Made in collect/decode.c,
 * read by eval; lives on the stack of the pass and is overwritten by the next socket. */
#ifndef PLAN_ROW_H
#define PLAN_ROW_H

#include "fact/fact.h"

enum { COLUMNS_MAX = 192 };

/* A bit for each column. */
struct columns {
	uint64_t word[COLUMNS_MAX / 64];
};

static inline void columns_add(struct columns *columns, unsigned column)
{
	columns->word[column / 64] |= UINT64_C(1) << column % 64;
}

static inline bool columns_has(const struct columns *columns, unsigned column)
{
	return columns->word[column / 64] >> column % 64 & 1;
}

/* IPv4-mapped addresses are stored as IPv4 (RFC 4291 section 2.5.5.2), so that both ends of a
 * connection to a dual-stack listener look alike. */
struct address {
	_Alignas(8) unsigned char bytes[16]; /* IPv4: the first four, the rest zero */
	uint64_t family; /* AF_INET or AF_INET6; 0 for none. Without padding keys are quick to hash */
};

/* What rows are grouped and ranked by. 'kind' is the SOCKET_* rule of the key fact, or
 * SOCKET_NUMBER for a numeric fact. Unused fields are zero, so that keys compare as bytes. */
enum { SOCKET_NUMBER = 255 };
struct key {
	struct address local;
	struct address remote;
	uint16_t local_port;
	uint16_t remote_port;
	uint16_t fact;	  /* SOCKET_NUMBER: which */
	uint8_t kind;
	uint8_t padding; /* always zero */
	uint64_t number;  /* SOCKET_NUMBER: its value; listeners: the interface bound to */
};

/* Whom a socket belongs to, as its dump tells. */
struct who {
	uint32_t inode; /* 0: no process can hold it */
	uint32_t uid;
	uint64_t cgroup; /* of version 2; 0: not known */
};

/* A row can also be a process, with the facts process.* and no others: then its state is none. */
enum { ROW_PROCESS = STATES, ROW_KINDS };

struct row {
	unsigned state; /* enum tcp_state, or ROW_PROCESS */
	struct address local, remote;
	uint16_t local_port, remote_port;
	uint32_t interface;
	uint64_t cookie;
	struct address listener_address; /* of the listener it belongs to; family 0: none */
	struct who who;	     /* filled only when the plan wants witnesses; so is ... */
	struct who listener; /* ... that of its listener, of one if several share the port */
	const double *before; /* listeners: the columns in the first sample, or NULL */
	unsigned char why;    /* enum why: reason of columns that are NaN for want of a pass */
	double value[COLUMNS_MAX]; /* NaN: unknown */
	unsigned char unknown[COLUMNS_MAX]; /* enum why of each NaN column */
};

#endif
