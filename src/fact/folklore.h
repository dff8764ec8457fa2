/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/folklore.h: what people say of settings, counters and states that is not so. */
#ifndef FACT_FOLKLORE_H
#define FACT_FOLKLORE_H

#include <stddef.h>

struct folklore {
	const char *about; /* a sysctl as sysctl(8) takes it, a fact, or a state as rules have it */
	const char *claim; /* what is said, a sentence */
	const char *truth; /* what is so: sentences */
};

/* The next claim about something after 'last' (NULL: the first), or NULL. */
const struct folklore *folklore_next(const char *about, const struct folklore *last);

extern const struct folklore folklore[]; /* ends with a NULL about */

#endif
