/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/capture_about.h: whose capture it is, and of when. */
#ifndef COLLECT_CAPTURE_ABOUT_H
#define COLLECT_CAPTURE_ABOUT_H

#include "base/arena.h"
#include "collect/source.h"

/* Fills the manifest from files of the source; its texts go to the arena. 'otherwise' is the time
 * where no date in UTC was captured. */
void capture_about(struct source *source, struct arena *arena, time_t otherwise);

#endif
