/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names by number: an array for the texts, open addressing for the way back. */
#include "base/names.h"

#include "base/arena.h"
#include "base/hash.h"

enum { SLOTS = 2 * NAMES_MAX }; /* a power of two, at most half full */

struct names {
	struct arena *arena;
	unsigned count; /* number 0 is NAMES_OTHER */
	const char *text[NAMES_MAX];
	unsigned short length[NAMES_MAX];
	unsigned short slot[SLOTS];
};

struct names *names_new(void)
{
	struct names *names = xcalloc(1, sizeof *names);

	names->arena = arena_new();
	names->text[NAMES_OTHER] = "(other)";
	names->count = 1;
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	arena_free(names->arena);
	free(names);
}

unsigned names_intern(struct names *names, const char *s, size_t len)
{
	size_t i = hash_bytes(s, len) & (SLOTS - 1);
	unsigned n;

	for (; (n = names->slot[i]) != 0; i = (i + 1) & (SLOTS - 1))
		if (names->length[n] == len && memcmp(names->text[n], s, len) == 0)
			return n;
	if (names->count == NAMES_MAX || len > UINT16_MAX)
		return NAMES_OTHER;
	n = names->count++;
	names->text[n] = arena_strndup(names->arena, s, len);
	names->length[n] = (unsigned short)len;
	names->slot[i] = (unsigned short)n;
	return n;
}

const char *names_text(const struct names *names, unsigned number)
{
	return names->text[number < names->count ? number : NAMES_OTHER];
}
