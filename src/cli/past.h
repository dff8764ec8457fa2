/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/past.h: which history a run uses, if any, and the moment it bears there. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include "cli/options.h"
#include "collect/source.h"
#include "history/history.h"

/* The file of --history, or the one of this installation. */
const char *past_file(const struct options *options);

struct past;

/* With --history, runs are stored in it; else the one of this installation is only read, if there is
 * one and this user may. NULL when there is none. */
struct past *past_open(const struct options *options);
void past_close(struct past *past);	   /* NULL is allowed */
bool past_stores(const struct past *past); /* likewise */

/* What an earlier run left that may stand in for the first sample; NULL: there is none, or the window
 * was given. *since is its time, *seconds how long ago it was. */
struct earlier *past_earlier(struct past *past, struct source *source, const struct plan *plan,
			     time_t *since, double *seconds);

/* Place and moment of a source, as the calling thread sees it. The place is a text in 'place', which
 * must live as long. */
struct history_moment past_moment(struct source *source, struct buf *place);

/* Adds a run to the history. What went wrong is added to the report's notes; with --cron only what is
 * news stays in the report. */
void past_store(struct past *past, struct history_run *run, struct report *report);
/* The reports are printed. */
void past_told(struct past *past); /* NULL is allowed */

#endif
