/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/errors.h: what went wrong, in the user's terms, collected on the way up. Nothing below
 * cli/ prints: a function that can fail takes 'struct errors *' last, adds one entry where the
 * fault is known, and returns -1 or NULL. Compilers go on and add more. */
#ifndef BASE_ERRORS_H
#define BASE_ERRORS_H

#include "base/buf.h"

enum { ERRORS_MAX = 50 }; /* texts kept; further ones are only counted */

struct errors {
	struct buf text; /* whole lines, ready to print */
	unsigned count;
};
#define ERRORS_INIT { BUF_INIT, 0 }
#define autoerrors __attribute__((cleanup(errors_fini)))

/* A position in a text somebody wrote. Lines and columns count from 1 and bytes; 'source' is
 * the line's text for the caret, or NULL. */
struct place {
	const char *file;
	unsigned line;
	unsigned column;
	const char *source;
};

void errors_fini(struct errors *errors);

/* Both return -1, so that a caller can write 'return errors_add(...)'. What is in a text is made
 * printable. The first prints as  tcp-advise: MESSAGE. */
int errors_add(struct errors *errors, const char *format, ...) PRINTF_LIKE(2, 3);
/* Prints as  FILE:LINE:COLUMN: MESSAGE  with the source line and a caret below it. */
int errors_add_at(struct errors *errors, const struct place *place, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
