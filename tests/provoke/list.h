/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list.h: the conditions as a list for people, and what it still lacks. */
#ifndef PROVOKE_LIST_H
#define PROVOKE_LIST_H

#include "drill.h"

/* families: tables that end with an empty line. Prints a line for each condition, why some may take
 * longer than 3 s, and the rules of tcp-advise (as TCP_ADVISE or PATH finds it) that none fires. */
void list_show(const struct condition *const families[], size_t count);

#endif
