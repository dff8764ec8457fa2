/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.h: conditions and drills as text on stdout. */
#ifndef PROVOKE_SHOW_H
#define PROVOKE_SHOW_H

#include "drill.h"
#include "world.h"

void show_list_line(const struct condition *condition);
/* Tab-separated, '-' for what is empty: name, rules, options for tcp-advise. */
void show_table_line(const struct condition *condition);
/* What a drill made, and how to look at it. */
void show_drill(const struct drill *drill, const struct world *world);

#endif
