/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An arena is a list of blocks; the newest is filled first. Each is twice as large as the one
 * before, until they are so large that malloc() takes them from the kernel by themselves: those
 * need no clearing, and what is not used of them takes no memory. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <string.h>

enum { BLOCK_FIRST = 16 * 1024, BLOCK_MOST = 256 * 1024 };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks;
	size_t next; /* size of the next block */
};

struct arena *arena_new(void)
{
	struct arena *arena = xcalloc(1, sizeof *arena);

	arena->next = BLOCK_FIRST;
	return arena;
}

void arena_free(struct arena *arena)
{
	struct block *block, *next;

	if (!arena)
		return;
	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static struct block *block_new(struct arena *arena, size_t size)
{
	struct block *block;

	if (size < arena->next)
		size = arena->next;
	if (arena->next < BLOCK_MOST)
		arena->next *= 2;
	block = xcalloc(1, sizeof *block + size);
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct block *block = arena->blocks;
	void *p;

	size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size)
		block = block_new(arena, size);
	p = block->data + block->used;
	block->used += size;
	return p;
}

char *arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, s, strlen(s));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	autofree char *text = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		text = NULL; /* vasprintf leaves it undefined */
		return arena_strdup(arena, "");
	}
	return arena_strndup(arena, text, (size_t)len);
}
