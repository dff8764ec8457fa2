/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/prose.h: pieces of the texts that rules carry. */
#ifndef REPORT_PROSE_H
#define REPORT_PROSE_H

#include "base/buf.h"

/* Appends the first sentence of a text. */
void prose_first(struct buf *out, const char *text);

/* Takes the next item of a list separated by ';' into 'item' (cleared first), without the blanks
 * around it, and moves *list behind it. Returns false when there is none left. */
bool prose_item(const char **list, struct buf *item);

#endif
