/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/waive.h: findings that the site lives with, and waivers that have outlived their fault. */
#ifndef REPORT_WAIVE_H
#define REPORT_WAIVE_H

#include "report/report.h"

struct waiving;

/* At that time. The book is borrowed. */
struct waiving *waiving_new(const struct rulebook *book, time_t now);
void waiving_free(struct waiving *waiving);

/* Groups of a rule that must be looked at to list REPORT_GROUPS of each kind. */
unsigned waiving_groups(const struct waiving *waiving);

/* The waiver that holds for a finding, or NULL; notes that it had something to waive. */
const struct waiver *waiving_find(struct waiving *waiving, const struct rule *rule,
				  const char *subject);

/* Once all findings were looked up: adds to the report the waivers that need a hand. */
void waiving_report(const struct waiving *waiving, struct report *report, const struct plan *plan);

#endif
