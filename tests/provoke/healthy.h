/* SPDX-License-Identifier: GPL-2.0-or-later */
/* healthy.h: orderly traffic, in which no rule that looks at sockets or counters may find a fault:
 * short connections closed by the client after an answer, and some left open with keepalive. */
#ifndef PROVOKE_HEALTHY_H
#define PROVOKE_HEALTHY_H

#include "drill.h"

/* Fits condition->make, and is what a condition without one does. */
int healthy_traffic(struct drill *drill);

#endif
