/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/nstattext.h: what 'nstat -zas' printed, as the tables below /proc/net it was read from.
 */
#ifndef COLLECT_NSTATTEXT_H
#define COLLECT_NSTATTEXT_H

#include "base/buf.h"

/* Puts the table that a file is ("proc/net/netstat") into out, with the counters the catalogue
 * knows. Returns 0; ENODATA when the text has none of them or is not whole; EILSEQ when a counter
 * stands there twice. */
int nstattext_table(const struct buf *text, const char *path, struct buf *out);

#endif
