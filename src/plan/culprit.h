/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan/culprit.h: the sockets a finding is about: those its condition counts first. Private to
 * plan/. */
#ifndef PLAN_CULPRIT_H
#define PLAN_CULPRIT_H

#include "plan/plan.h"

/* The tally that counts them, whose witnesses are kept, or -1. 'v' has those of its condition only. */
int culprit_find(struct plan *plan, const struct verdict_spec *v);

/* The tally that tells which they are, for a history: one of AGGREGATE_SOCKETS over the same rows. -1
 * without a culprit, or without room for it. */
int culprit_flag(struct plan *plan, struct verdict_spec *v);

#endif
