/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/html.h: text of any kind in an HTML page, so that it is shown as it is and does nothing. */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/buf.h"

/* Appends text that may stand between tags and in quoted attributes, and is well-formed XML too. */
void html_text(struct buf *out, const char *s);

#endif
