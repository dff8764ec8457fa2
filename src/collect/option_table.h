/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/option_table.h: the socket options of listeners, by cookie. They come as lines, which a
 * recording keeps as options.txt:
 *
 *     listener  4711  so_linger=1  so_linger_time=0  tcp_rto_max=?      ? this kernel has none
 *     unread    4712  denied                                           or gone, late, ...
 *     held      14                                                     longest, microseconds
 *     end
 *
 * Words are separated by tabs, numbers are the kernel's. */
#ifndef COLLECT_OPTION_TABLE_H
#define COLLECT_OPTION_TABLE_H

#include "base/buf.h"
#include "collect/borrow.h"
#include "fact/value.h"

/* Appends the lines of these listeners. */
void option_lines(struct buf *out, const struct loan *loans, const struct answer *answers,
		  unsigned count);

struct option_entry {
	uint64_t cookie;
	enum why why; /* WHY_KNOWN when the rest holds */
	double value[OPTIONS_MAX]; /* in base units, by number among option_facts(); NaN: no such
				    * option */
};

struct option_table {
	enum why why; /* of listeners that are not in it */
	struct option_entry *entries; /* by cookie */
	unsigned count, size;
	unsigned by_end[LOAN_ENDS]; /* how many listeners ended so */
	double held;		    /* seconds */
};

/* Lines that are none are passed over; without 'end' what is missing was cut. */
void option_table_read(struct option_table *table, const struct buf *lines);
void option_table_fini(struct option_table *table);
/* NULL: not in it. */
const struct option_entry *option_table_find(const struct option_table *table, uint64_t cookie);
/* Appends what was read, and what not and why, in one sentence; nothing for an empty table. */
void option_table_note(const struct option_table *table, struct buf *out);

#endif
