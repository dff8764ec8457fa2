/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.h: conditions and drills as text on stdout. */
#ifndef PROVOKE_SHOW_H
#define PROVOKE_SHOW_H

#include "drill.h"
#include "world.h"

/* A line for each rule, or one if there is none: condition, rule, options for tcp-advise, and what
 * it must find: subject, number, at least, at most. Tab-separated, '-' for what is empty. */
void show_table_lines(const struct condition *condition);
/* What a drill made, and how to look at it. */
void show_drill(const struct drill *drill, const struct world *world);

#endif
