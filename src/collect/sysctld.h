/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/sysctld.h: the files that set sysctls at boot, as systemd-sysctl(8) and sysctl(8)
 * --system find them. */
#ifndef COLLECT_SYSCTLD_H
#define COLLECT_SYSCTLD_H

#include "collect/source.h"
#include "config/config.h"

/* Reads them all, in order. Returns WHY_KNOWN, or why some could not be read. */
enum why sysctld_load(struct source *source, struct config *config);

/* Fills reading.configured of every sysctl the plan has a configured() of, and
 * sample->configured: WHY_KNOWN, or why not all files could be read. */
void sysctld_read(struct source *source, const struct plan *plan, struct sample *sample);

#endif
