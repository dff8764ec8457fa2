/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/names.h: texts as small numbers, so that a row of numbers can carry a name and two names
 * compare as one comparison. Bounded: past NAMES_MAX every new name is NAMES_OTHER. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/base.h"

enum { NAMES_MAX = 4096, NAMES_OTHER = 0 };

struct names;

struct names *names_new(void);
void names_free(struct names *names);
/* The number of a name, the same for the same bytes; adds it if there is room. */
unsigned names_intern(struct names *names, const char *s, size_t len);
/* The text of a number, "(other)" for NAMES_OTHER or a number never given out. */
const char *names_text(const struct names *names, unsigned number);

#endif
