/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/manual.h: the manual page of the facts, made from the catalogue so that neither can say
 * what the other does not. */
#ifndef FACT_MANUAL_H
#define FACT_MANUAL_H

#include "base/buf.h"

/* Appends tcp-advise-facts(7) in mdoc. The same bytes on every host. */
void fact_manual(struct buf *out);

#endif
