/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/column.h: where a column's number is in a message, found out once for all rows. */
#ifndef COLLECT_COLUMN_H
#define COLLECT_COLUMN_H

#include "collect/message.h"
#include "collect/scaling.h"

/* A number at a fixed place, taken out of the eight bytes around it: one load for every width
 * instead of a jump for each. */
struct field {
	int16_t start; /* of the eight bytes */
	uint16_t end;  /* of the number: what must be there */
	uint8_t shift, column;
	bool plain;    /* fits a double as it is: no scale, no "none" */
	bool has_none;
	uint64_t mask, none;
	struct scaling scaling;
};

/* What must be in the message for a column, and what it means when it is not. */
struct need {
	uint32_t has;	 /* 1 << INET_DIAG_*; 0: nothing */
	unsigned ext;	 /* the bit that asks for it; 0: it comes unasked */
	unsigned never;	 /* states in which the kernel has none to send */
	bool ipv6_only;	 /* nor of AF_INET sockets */
};

/* Where a field is: an attribute, or one of these. */
enum { PLACE_IN_PROC = 0, PLACE_NOT_IN_PROC = ATTRIBUTES, PLACE_NONE };

/* INET_DIAG_*, or the part of struct inet_diag_msg that /proc/net/tcp has or has not. */
unsigned column_place(const struct fact *fact);
/* Of a fact in one of these places. */
struct field column_field(const struct fact *fact, unsigned column);
/* Of a fact in an attribute, or computed from one. */
struct need column_need(const struct fact *fact);

#endif
