/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/roff.h: text of any kind in a manual page, so that it can be read and does nothing else. For
 * lines of text only, not for the words behind a macro, where "Ar" is a macro too. */
#ifndef BASE_ROFF_H
#define BASE_ROFF_H

#include "base/buf.h"

/* Appends whole lines: s wrapped, as ASCII. Nothing for a text without words. */
void roff_text(struct buf *out, const char *s);

/* The same for what stands between .Bd -literal and .Ed: lines as they are, but not wider than
 * 'width' columns where a blank permits. */
void roff_literal(struct buf *out, const char *s, unsigned width);

#endif
