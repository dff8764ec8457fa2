/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/sysctld.h: which file and line sets a sysctl at boot, as systemd-sysctl(8) and
 * sysctl(8) --system read them. */
#ifndef COLLECT_SYSCTLD_H
#define COLLECT_SYSCTLD_H

#include "collect/source.h"

/* Fills reading.configured of every sysctl the plan has a configured() of, and
 * sample->configured: WHY_KNOWN, or why not all files could be read. */
void sysctld_read(struct source *source, const struct plan *plan, struct sample *sample);

#endif
