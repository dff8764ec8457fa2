/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/markdown.h: text of any kind in a Markdown page (CommonMark, and what GitHub adds to it), so
 * that it is shown as it is: no markup, no link, no HTML. */
#ifndef BASE_MARKDOWN_H
#define BASE_MARKDOWN_H

#include "base/buf.h"

/* Appends one line, without its end. */
void markdown_words(struct buf *out, const char *s);
/* Appends lines of what markdown_words() made, perhaps with markup around, wrapped at 'width'. */
void markdown_wrap(struct buf *out, const char *line, unsigned width);

/* Appends a code span, in one line. */
void markdown_code(struct buf *out, const char *s);
/* Appends a block of code, its lines wrapped at 'width' where a blank permits. */
void markdown_block(struct buf *out, const char *s, unsigned width);

#endif
