/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/look.h: what pages for a terminal share: width, colour, lines that begin with a word. */
#ifndef REPORT_LOOK_H
#define REPORT_LOOK_H

#include "report/report.h"

/* Columns to fill: never below 40, where wrapping would make a mess of it. */
unsigned look_width(const struct look *look);

/* Append a word, coloured if the look says so. */
void look_severity(struct buf *out, const struct look *look, enum severity severity);
void look_strong(struct buf *out, const struct look *look, const char *text);

/* Appends text wrapped, the first line at 'indent' and the others two further. */
void look_hang(struct buf *out, const struct look *look, unsigned indent, const char *text);
/* Appends a label at 'indent' and the text wrapped from 'column' on. Where the label reaches past
 * the column, or a word is too long to stand there, both together hang. */
void look_line(struct buf *out, const struct look *look, unsigned indent, const char *label,
	       unsigned column, const char *text);

/* Columns a text takes on a line of its own. */
unsigned look_columns(const char *text);

/* Replaces by '?' what a terminal could act on in out->text from 'start' on, line ends and our
 * own colours excepted. Texts are made printable where they are read; this is the second lock,
 * for whoever runs the program as root. */
void look_finish(struct buf *out, size_t start, const struct look *look);

#endif
