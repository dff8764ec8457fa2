/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each file adds its name, a NUL, and its bytes. */
#include "rule/checksum.h"

#include <sha256.h>
#include <string.h>

struct checked_file {
	struct checked_file *next;
	const char *name, *text;
	size_t len;
};

void checksum_add(struct checksum *checksum, struct arena *arena, const char *name,
		  const char *text, size_t len)
{
	struct checked_file *file = arena_alloc(arena, sizeof *file);

	*file = (struct checked_file){ .name = name, .text = text, .len = len };
	*(checksum->end ? checksum->end : &checksum->first) = file;
	checksum->end = &file->next;
}

/* With its newlines, where they are NULs. */
static void add_lines(SHA2_CTX *sha, const char *text, size_t len)
{
	const char *end = text + len, *line;

	for (line = text; line < end; line++) {
		size_t size = strnlen(line, (size_t)(end - line));

		SHA256Update(sha, (const uint8_t *)line, size);
		line += size;
		if (line < end)
			SHA256Update(sha, (const uint8_t *)"\n", 1);
	}
}

const char *checksum_hex(struct checksum *checksum)
{
	const struct checked_file *file;
	SHA2_CTX sha;

	if (!checksum || *checksum->hex)
		return checksum ? checksum->hex : NULL;
	SHA256Init(&sha);
	for (file = checksum->first; file; file = file->next) {
		SHA256Update(&sha, (const uint8_t *)file->name, strlen(file->name) + 1);
		add_lines(&sha, file->text, file->len);
	}
	return SHA256End(&sha, checksum->hex);
}
