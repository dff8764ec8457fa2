/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/since.h: a point in time as people say it. */
#ifndef HISTORY_SINCE_H
#define HISTORY_SINCE_H

#include "base/errors.h"

/* "2h", "7d": so long before now. "today", "yesterday", "2026-11-20", "2026-11-20 15:40[:07]",
 * "15:40": by the clock on the wall, local time; with a Z behind it, UTC. '@' and a number: seconds
 * since 1970. Returns 0, or -1 with errors. */
int since_parse(int64_t *time, const char *text, int64_t now, struct errors *errors);

#endif
