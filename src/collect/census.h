/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/census.h: what is counted over all processes of the host: once in a run, however many
 * network namespaces it looks at. */
#ifndef COLLECT_CENSUS_H
#define COLLECT_CENSUS_H

#include "base/buf.h"

struct census;
struct descriptors;

struct census *census_new(void);
void census_free(struct census *census); /* NULL is allowed */

/* Facts for which the kernel has no file: 'path' is then what the files of many processes are called.
 * False: it is none of these. Else *error is 0 or an errno, and 'out' has a text of the usual form. */
bool census_read(struct census *census, const char *path, struct buf *out, int *error);
/* What all processes have open; borrowed. Counted by whoever comes first. */
struct descriptors *census_descriptors(struct census *census);

#endif
