/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/markdown.h: text of any kind in a Markdown page (CommonMark, and what GitHub adds to it), so
 * that it is shown as it is: no markup, no link, no HTML, and nobody is called by @name. */
#ifndef BASE_MARKDOWN_H
#define BASE_MARKDOWN_H

#include "base/buf.h"

/* Appends one line, without its end. Words that a reader of Markdown would act on are code. */
void markdown_words(struct buf *out, const char *s);
/* Appends lines of what markdown_words() made, perhaps with markup around, wrapped at 'width'. */
void markdown_wrap(struct buf *out, const char *line, unsigned width);

/* Appends paragraphs, each a line of s, below an empty line; 'heading', or NULL, stands in bold before
 * the first. 'width' 0: not wrapped, as a comment on GitHub breaks lines where its text does. */
void markdown_prose(struct buf *out, const char *heading, const char *s, unsigned width);

/* Appends a code span, in one line. */
void markdown_code(struct buf *out, const char *s);
/* Appends " TEXT |", a cell of a table, where text is what the functions above made of a line. */
void markdown_cell(struct buf *out, const char *text);
/* Append a cell of words; of code, "-" where it is empty. */
void markdown_cell_words(struct buf *out, const char *words);
void markdown_cell_code(struct buf *out, const char *code);
/* Appends a block of code, its lines wrapped at 'width' where a blank permits. */
void markdown_block(struct buf *out, const char *s, unsigned width);

#endif
