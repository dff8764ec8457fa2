/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counted when first asked for. */
#include "collect/census.h"

#include <fcntl.h>
#include <string.h>

#include "collect/descriptors.h"
#include "collect/openfiles.h"
#include "collect/unlisted.h"

static int find_fullest(struct buf *out)
{
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return openfiles_fullest(root, out);
}

static const struct {
	const char *path;
	int (*count)(struct buf *out);
} files[] = {
	{ "proc/PID/net/sockstat", unlisted_count },
	{ "proc/PID/limits", find_fullest },
};

struct census {
	struct {
		bool counted;
		int error;
		struct buf text;
	} files[countof(files)];
	struct descriptors *descriptors;
};

struct census *census_new(void)
{
	return xcalloc(1, sizeof(struct census));
}

void census_free(struct census *census)
{
	unsigned i;

	if (!census)
		return;
	for (i = 0; i < countof(files); i++)
		buf_fini(&census->files[i].text);
	descriptors_free(census->descriptors);
	free(census);
}

bool census_read(struct census *census, const char *path, struct buf *out, int *error)
{
	unsigned i;

	for (i = 0; i < countof(files) && strcmp(files[i].path, path) != 0; i++)
		;
	if (i == countof(files))
		return false;
	if (!census->files[i].counted)
		census->files[i].error = files[i].count(&census->files[i].text);
	census->files[i].counted = true;
	*error = census->files[i].error;
	buf_write(out, buf_text(&census->files[i].text), census->files[i].text.len);
	return true;
}

struct descriptors *census_descriptors(struct census *census)
{
	if (!census->descriptors)
		census->descriptors = descriptors_new();
	return census->descriptors;
}
