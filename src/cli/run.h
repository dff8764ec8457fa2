/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/run.h: the stages wired together: rulebook, plan, collect, eval, report. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/options.h"
#include "collect/collect.h"

/* The rulebook of the options: --rules, TCP_ADVISE_RULES or the installed one with the site's
 * rules.d. NULL with errors. */
struct rulebook *run_rulebook(const struct options *options, bool complete, struct errors *errors);

/* How the result is to look on stdout (or in --output). */
struct look run_look(const struct options *options);

/* Writes text to --output or stdout, checking every byte. Returns 0 or -1 with errors. */
int run_output(const struct options *options, const struct buf *text, struct errors *errors);

/* Collects from 'source', evaluates and prints the report; ends the source. Returns the exit
 * status. */
int run_report(const struct options *options, const struct rulebook *book, struct source *source,
	       bool everything, struct errors *errors);

/* The source of the options: this kernel or --from. NULL with errors. */
struct source *run_source(const struct options *options, struct errors *errors);

#endif
