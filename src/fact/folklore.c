/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of folklore. */
#include "fact/folklore.h"

#include <string.h>

#define FOLKLORE(of, said, so) { of, said, so },

const struct folklore folklore[] = {
#include "fact/folklore.def"
	{ NULL, NULL, NULL },
};

const struct folklore *folklore_next(const char *about, const struct folklore *last)
{
	const struct folklore *next = last ? last + 1 : folklore;

	while (next->about && strcmp(next->about, about) != 0)
		next++;
	return next->about ? next : NULL;
}
