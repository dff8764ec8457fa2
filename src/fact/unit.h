/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/unit.h: what a number is a number of. The compiler refuses to mix units; reports print
 * them. Values are held in the base unit named here, whatever the kernel uses. */
#ifndef FACT_UNIT_H
#define FACT_UNIT_H

#include "base/buf.h"

enum one_byte unit {
	UNIT_COUNT,	       /* things: sockets, packets, retries; a bare number such as 50 */
	UNIT_RATIO,	       /* 0.8 is 80% */
	UNIT_BYTES,
	UNIT_SECONDS,	       /* also where the kernel says ms, µs or jiffies */
	UNIT_PAGES,	       /* tcp_mem, sockstat mem; times host.page_size gives bytes */
	UNIT_PER_SECOND,       /* things a second */
	UNIT_BYTES_PER_SECOND,
	UNIT_PORT,
	UNIT_ID,	       /* a number that names a thing (uid, inode); compares like a port */
	UNIT_BOOL,	       /* 0 or 1: a condition */
	UNIT_SYMBOL,	       /* one of a fact's symbols: state, timer, side, ... */
	UNIT_TEXT,	       /* a name (congestion control): a number of base/names.h */
	UNIT_KEY,	       /* an address or things joined: only for top(), distinct(), per */
	UNITS
};

/* "bytes", "seconds", ...: the word used in errors, JSON and the manual. */
const char *unit_name(enum unit unit);

/* Appends a value for people, with its unit: 1234 -> "1,234", 0.813 -> "81%",
 * 25.2 seconds -> "25 s", 1500 s -> "25 min", 6291456 bytes -> "6.0 MiB", 12.5/s -> "12.5/s".
 * Exact integers below 10,000,000 print exactly, so that a threshold and a value never look
 * equal when they are not. Infinity prints as "unlimited". Never depends on the locale. */
void unit_print(struct buf *out, enum unit unit, double value);

#endif
