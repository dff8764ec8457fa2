/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan/tallies.h: tallies found again: an equal one, and those of the sockets a finding is about, which
 * its condition counts first. Private to plan/. */
#ifndef PLAN_TALLIES_H
#define PLAN_TALLIES_H

#include "plan/plan.h"

/* The number of the tally that counts the same as this one, or how many there are. */
unsigned tally_find(const struct plan *plan, const struct tally *wanted);

/* The tally that counts these sockets, whose witnesses are kept, or -1. 'v' has the tallies of its
 * condition only. */
int culprit_find(struct plan *plan, const struct verdict_spec *v);

/* The tally that tells which they are, for a history: one of AGGREGATE_SOCKETS over the same rows. -1
 * without a culprit, or without room for it. */
int culprit_flag(struct plan *plan, struct verdict_spec *v);

#endif
