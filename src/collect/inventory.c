/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of what a recording does not hold. */
#include "collect/inventory.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* An errno that is not here is written as the last one. */
static const struct {
	int error;
	const char *word;
} words[] = {
	{ ENOENT, "absent" },
	{ EACCES, "denied" },
	{ EPERM, "forbidden" },
	{ ENOTDIR, "nowhere" },
	{ EINVAL, "special" }, /* no regular file: a link to /dev/null */
	{ EISDIR, "folder" },
	{ EFBIG, "large" },
	{ EIO, "failed" },
};

void inventory_add(struct buf *inventory, int error, const char *path)
{
	size_t i = 0;

	if (strchr(path, '\n'))
		return;
	while (i < countof(words) - 1 && words[i].error != error)
		i++;
	buf_printf(inventory, "%s %s\n", words[i].word, path);
}

/* The errno of a line that begins with a word and a blank, and where its path begins; 0 for
 * any other line. */
static int line_error(const char *line, const char **path)
{
	size_t len = strcspn(line, " \n"), i;

	for (i = 0; i < countof(words) && line[len] == ' '; i++) {
		if (strlen(words[i].word) == len && memcmp(words[i].word, line, len) == 0) {
			*path = line + len + 1;
			return words[i].error;
		}
	}
	return 0;
}

int inventory_find(const struct buf *inventory, const char *path)
{
	const size_t len = strlen(path);
	const char *line, *found;
	int error;

	for (line = buf_text(inventory); *line; line = text_next_line(line)) {
		error = line_error(line, &found);
		if (error && strncmp(found, path, len) == 0 &&
		    (found[len] == '\n' || found[len] == '\0'))
			return error;
	}
	return ENODATA;
}

void inventory_names(const struct buf *inventory, const char *folder, struct buf *names)
{
	const size_t len = strlen(folder);
	const char *line, *found, *name;
	size_t name_len;

	for (line = buf_text(inventory); *line; line = text_next_line(line)) {
		if (!line_error(line, &found) || strncmp(found, folder, len) != 0 ||
		    found[len] != '/')
			continue;
		name = found + len + 1;
		name_len = strcspn(name, "/\n");
		if (name_len && name[name_len] != '/') {
			buf_write(names, name, name_len);
			buf_putc(names, '\0');
		}
	}
}
