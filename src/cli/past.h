/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/past.h: which history a run uses, if any, and the moment it bears there. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include "cli/options.h"
#include "collect/source.h"

/* The file of --history, or the one of this installation. */
const char *past_file(const struct options *options);

struct past;

/* NULL when no history is asked for. */
struct past *past_open(const struct options *options);
void past_close(struct past *past);

/* Adds a run to the history, at the place and the moment of its source. What went wrong is added to
 * the report's notes. */
void past_store(struct past *past, struct source *source, const struct plan *plan,
		const struct sample *now, struct report *report);

#endif
