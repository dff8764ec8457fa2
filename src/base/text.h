/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/text.h: small text helpers: hostile text made printable, the nearest name, wrapping. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

/* How many bytes from s on are plain, which nearly all are: printable ASCII but for backslash and
 * semicolon. */
size_t text_plain(const char *s, size_t len);

/* Appends at most len bytes of s, with everything a terminal could act on or a line could be
 * forged with (C0, DEL, C1, bidirectional controls, invalid UTF-8, backslash) as \xNN. All text
 * that comes from the system passes through here where it is read. */
void text_printable(struct buf *out, const char *s, size_t len);

/* The same for what text_printable() made, and for our own words: its backslashes, and the ends of
 * lines, stay as they are. */
void text_harmless(struct buf *out, const char *s, size_t len);

/* All of s likewise, in one line: for texts we wrote to a file that anybody may have changed. */
void text_one_line(struct buf *out, const char *s);

/* Edit distance with transpositions, bounded: returns max + 1 when it is larger. */
unsigned text_distance(const char *a, const char *b, unsigned max);

/* Keeps the best of many candidates for a misspelt name. Usage:
 *     struct nearest n = { .name = "recv_qq" };
 *     nearest_try(&n, "recv_q"); ...
 *     if (n.best) ... did you mean 'n.best'?                                    */
struct nearest {
	const char *name;
	const char *best; /* NULL when nothing is near; borrowed from the candidates */
	unsigned distance;
};
void nearest_try(struct nearest *nearest, const char *candidate);
/* "; did you mean 'X'?" or "" into a buffer the caller owns; returns its text. */
const char *nearest_hint(const struct nearest *nearest, struct buf *out);

/* Appends words of s, wrapped greedily so that no line passes 'width' columns; each line begins
 * with 'indent' spaces, the first one excepted when 'column' says where it already stands.
 * A newline in s ends a paragraph line. Ends with a newline. */
void text_wrap(struct buf *out, const char *s, unsigned indent, unsigned column, unsigned width);

/* Where the line after this one begins; at the end of the text if this is the last one. */
const char *text_next_line(const char *line);

/* Whether all of s is what the pattern says: '*' is any bytes, '?' any one; the rest is literal, for
 * an IPv6 address has brackets. */
bool text_matches(const char *s, const char *pattern);

/* Parses all of s as a decimal; false (and *value untouched) on anything else or overflow. */
bool text_u64(const char *s, uint64_t *value);
bool text_double(const char *s, double *value);

#endif
