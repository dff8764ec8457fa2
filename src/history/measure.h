/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/measure.h: the one number of a finding that says whether it got worse. Private to
 * history/. */
#ifndef HISTORY_MEASURE_H
#define HISTORY_MEASURE_H

#include "report/report.h"

struct measure {
	int item;      /* of the evidence; -1: none tells */
	bool downward; /* less is worse */
};

/* What the rule shows and its condition compares: the first item of 'show' that stands on one side
 * of a comparison. That side says which way is worse. */
struct measure measure_of(const struct rule *rule);

/* The number of a finding that is certainly reached; NaN when there is none. */
double measure_value(const struct measure *measure, const struct report_finding *finding);

#endif
