/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tracking.h: makes the kernel track the connections of this namespace. */
#ifndef PROVOKE_TRACKING_H
#define PROVOKE_TRACKING_H

/* From here on, as long as the namespace lives. Returns 0, or -1 after a fault. */
int tracking_start(void);

#endif
