/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/vitals.h: what a report shows of TCP whatever its rules want: how many sockets are in each
 * state, which counters grew, and the settings. */
#ifndef REPORT_VITALS_H
#define REPORT_VITALS_H

#include "report/report.h"

/* Texts go to the arena. The plan must have been built with plan_options.vitals. */
void vitals_take(struct report_vitals *vitals, const struct eval *eval, const char *kernel,
		 struct arena *arena);

#endif
