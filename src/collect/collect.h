/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/collect.h: bytes in, readings and rows out. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "collect/source.h"

/* ---- host facts ---- */

struct sample *sample_new(void);
void sample_free(struct sample *sample);
/* Reads the host facts the plan uses (in sample 0: only those used twice) and computes the
 * derived ones. Never fails: what cannot be read says why. */
void collect_host(struct source *source, const struct plan *plan, unsigned which,
		  struct sample *sample);

/* ---- sockets ---- */

struct owners; /* collect/owners.h */

/* The sockets of one collection: the listeners (kept, they tell the side), and the rules of
 * how a message becomes a row. Borrows plan, sample (sample 1) and what the first sample left,
 * NULL if there was none. */
struct sockets;
struct earlier;

struct sockets *sockets_new(const struct plan *plan, const struct sample *sample,
			    const struct earlier *earlier,
			    struct owners *owners);
void sockets_free(struct sockets *sockets);

typedef void row_fn(void *arg, enum pass pass, const struct row *row);

/* What a pass came to, for the report. */
struct pass_result {
	enum dump_end end;   /* the worse of both families */
	bool proc;	     /* read from /proc/net/tcp{,6} instead */
	unsigned long rows;
	unsigned long malformed; /* messages that were no socket */
	struct buf reason;   /* when not complete, or something else is to be said: one sentence */
};

/* Dumps the listeners of sample 0, remembering the columns wanted 'before'. */
void sockets_earlier(const struct plan *plan, struct source *source, const struct sample *sample,
		     struct earlier *earlier);
/* Runs one pass of sample 1, calling fn for each row. PASS_LISTEN must come first. */
void sockets_pass(struct sockets *sockets, struct source *source, enum pass pass,
		  const struct query *query, row_fn *fn, void *arg, struct pass_result *result);

#endif
