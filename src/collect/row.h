/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/row.h: one sock_diag message becomes one row, by the columns of the plan. What to do
 * for each column is found out once; a row costs a few loads a column. */
#ifndef COLLECT_ROW_H
#define COLLECT_ROW_H

#include "collect/listeners.h"
#include "collect/owners.h"
#include "collect/option_table.h"
#include "plan/plan.h"

struct row_decoder;

/* Borrows all four; owners may be NULL where no rule asks for them. The sample may still be empty: it
 * is read by row_decoder_begin(). */
struct row_decoder *row_decoder_new(const struct plan *plan, const struct sample *sample,
				    const struct listeners *listeners, struct owners *owners);
void row_decoder_free(struct row_decoder *decoder);

/* Where the options of listeners are from now on; without it they were not asked for. */
void row_decoder_options(struct row_decoder *decoder, const struct option_table *options);

/* The messages may be made of text, and say what that does not tell (MESSAGE_UNTOLD). */
void row_decoder_printed(struct row_decoder *decoder);

/* Before the rows of one dump: fills what is the same in all of them. 'row' must then be given
 * to row_decode() unchanged. proc: the messages are made of /proc/net/tcp. */
void row_decoder_begin(struct row_decoder *decoder, enum pass pass, const struct query *query,
		       bool proc, struct row *row);

enum row_result {
	ROW_READY,
	ROW_UNWANTED,  /* in a state not asked for */
	ROW_MALFORMED, /* no TCP socket */
};
/* Reads struct inet_diag_msg and its attributes; row->before is not touched. */
enum row_result row_decode(struct row_decoder *decoder, const void *payload, size_t len,
			   struct row *row);

/* The LISTEN socket of the last row. */
struct listener row_listener(const struct row_decoder *decoder, const struct row *row);

#endif
