/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/survey.h: which reports to make, and in which order their samples are taken. */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include "cli/options.h"

/* Looks and prints what it found. 'record': the folder to record to, or NULL. Returns the exit
 * status. */
int survey(const struct options *options, const char *record, struct errors *errors);

/* Appends the network namespaces that would be looked at. Returns 0 or -1 with errors. */
int survey_list(struct buf *out, const struct options *options, struct errors *errors);

#endif
