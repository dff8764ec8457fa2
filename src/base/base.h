/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/base.h: the few words every file uses. Nothing here knows of TCP. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(template, first) __attribute__((format(printf, template, first), nonnull(template)))

/* Of a large variable that is written before it is read: where compilers are told to clear all
 * variables, this one would cost more than what is done with it. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define uncleared __attribute__((uninitialized))
#endif
#endif
#ifndef uncleared
#define uncleared
#endif

/* Of an enum that many structs hold. */
#define one_byte __attribute__((packed))

/* Release by scope: 'autofree char *s' is freed when s goes out of scope;
 * 'autoclose int fd' is closed. steal(p) hands the value over and disarms it. */
#define autofree __attribute__((cleanup(cleanup_free)))
#define autoclose __attribute__((cleanup(cleanup_close)))
#define autofclose __attribute__((cleanup(cleanup_fclose)))

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void *steal_pointer(void *p)
{
	void **where = p;
	void *value = *where;

	*where = NULL;
	return value;
}
#define steal(p) ((__typeof__(p))steal_pointer(&(p)))

/* Allocation that cannot fail: running out of memory ends the program with one line
 * on stderr and exit status 3. What xrealloc adds is not cleared; xcalloc clears. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
char *xstrdup(const char *s);

#endif
