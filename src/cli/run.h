/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/run.h: the stages wired together: rulebook, plan, collect, eval, report. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/options.h"
#include "collect/collect.h"

/* The rulebook of the options: --rules, TCP_ADVISE_RULES or the installed one with the site's
 * rules.d and tcp-advise.ini; --config names another of the latter. NULL with errors. */
struct rulebook *run_rulebook(const struct options *options, bool complete, struct errors *errors);

/* How the result is to look on stdout (or in --output). */
struct look run_look(const struct options *options);

/* Writes text to --output or stdout, checking every byte. Returns 0 or -1 with errors. */
int run_output(const struct options *options, const struct buf *text, struct errors *errors);

/* One report, in steps, so that many network namespaces can share one window. */
struct past;
struct run;

/* Takes over the source and reads its first sample, if there is a window. Borrows the
 * plan, and the history, where there is one: the report is added to it. */
struct run *run_new(const struct options *options, const struct plan *plan, struct source *source,
		    struct past *past);
/* Whether run_wait() takes time: not where the first sample is an earlier run's. */
bool run_waits(const struct run *run);
/* Waits until the window is over; does not touch the network namespace. */
void run_wait(struct run *run);
/* Collects the rest and evaluates. The caller frees the report; NULL with errors when nothing
 * could be read. */
struct report *run_report(struct run *run, struct errors *errors);
/* The readings that report was made of: borrowed. */
const struct sample *run_now(const struct run *run);
/* Ends the source too, with errors when a recording could not be finished. */
void run_free(struct run *run, struct errors *errors);

/* Seconds between the samples, 0: there is one only. */
double run_window(const struct options *options, const struct source *source);

/* The source of the options: this kernel or --from. NULL with errors. */
struct source *run_source(const struct options *options, struct errors *errors);

#endif
