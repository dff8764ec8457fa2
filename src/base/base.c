/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that ends the program instead of failing: a report made with half its memory
 * would be wrong advice, and there is nothing to save. */
#include "base/base.h"

#include <string.h>

static void out_of_memory(void)
{
	static const char message[] = "tcp-advise: out of memory\n";

	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		abort();
	_exit(3);
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
	void *grown = reallocarray(p, count ? count : 1, size ? size : 1);

	if (!grown)
		out_of_memory();
	return grown;
}

char *xstrdup(const char *s)
{
	size_t len = strlen(s) + 1;

	return memcpy(xcalloc(len, 1), s, len);
}
