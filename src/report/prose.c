/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences and lists of sources. */
#include "report/prose.h"

#include <string.h>

/* Whether the full stop at 'stop' belongs to a word of text: "e.g. this". */
static bool abbreviates(const char *text, const char *stop)
{
	static const char *const words[] = { "e.g", "i.e", "etc", "cf", "vs", "sec", "approx" };
	size_t len = 0, i;

	while (stop - len > text && !strchr(" (\n", stop[-(ptrdiff_t)len - 1]))
		len++;
	for (i = 0; i < countof(words); i++)
		if (strlen(words[i]) == len && strncmp(stop - len, words[i], len) == 0)
			return true;
	return false;
}

void prose_first(struct buf *out, const char *text)
{
	const char *end;

	for (end = text; *end && *end != '\n'; end++) {
		if (!strchr(".!?", *end) || (end[1] && !strchr(" \n", end[1])))
			continue;
		if (!abbreviates(text, end)) {
			end++;
			break;
		}
	}
	buf_write(out, text, (size_t)(end - text));
}

bool prose_item(const char **list, struct buf *item)
{
	static const char blanks[] = " \t\n";

	buf_clear(item);
	while (**list && !item->len) {
		size_t len = strcspn(*list, ";");
		const char *start = *list + strspn(*list, blanks);
		const char *end = *list + len;

		while (end > start && strchr(blanks, end[-1]))
			end--;
		if (end > start)
			buf_write(item, start, (size_t)(end - start));
		*list += len + ((*list)[len] == ';');
	}
	return item->len > 0;
}
