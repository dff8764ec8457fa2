/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One walk through the archive with libarchive, which knows nothing but tar, gzip and xz here. */
#include "collect/tarball.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "collect/libarchive.h"

enum { BLOCK = 64 * 1024 };

struct held {
	struct held *next;
	const char *path;
	struct buf text;
	int error;
};

struct tarball {
	struct arena *arena;
	struct held *files;
	const char *root;   /* the folder of the first wanted file, with its slash, or "" */
	const char *second; /* a wanted file that is not below it */
};

/* A walk. */
struct walk {
	struct libarchive lib;
	struct archive *archive;
	struct archive_entry *entry;
	const char *name;
	const struct tarball_limits *limits;
	tarball_wants_fn *wants;
	struct tarball *tarball;
	struct errors *errors;
	unsigned entries, files;
	uint64_t bytes, kept;
};

static int refuse(struct walk *w, const char *path, const char *why)
{
	return errors_add(w->errors, "%s: entry %u, '%.200s', %s", w->name, w->entries, path, why);
}

static int refuse_archive(struct walk *w, const char *why)
{
	const char *detail = w->lib.archive_error_string(w->archive);

	return errors_add(w->errors, "%s: %s after entry %u: %s", w->name, why, w->entries,
			  detail ? detail : "no reason is known");
}

/* ---- paths ---- */

/* Without "./" before it, which tar has where it was given a dot. */
static const char *plain(const char *path)
{
	while (path[0] == '.' && path[1] == '/')
		path += 2 + strspn(path + 2, "/");
	return path;
}

/* What is wrong with a path, or NULL. */
static const char *fault(const char *path, unsigned max_depth)
{
	unsigned depth = 0;
	size_t len;

	if (*path == '/')
		return "is an absolute path";
	for (; *path; path += len + strspn(path + len, "/")) {
		len = strcspn(path, "/");
		if (len == 2 && strncmp(path, "..", 2) == 0)
			return "leaves the archive with '..'";
		if (++depth > max_depth)
			return "is too deep in folders";
	}
	return NULL;
}

static struct held *find(const struct tarball *tarball, const char *path)
{
	struct held *held = tarball->files;

	while (held && strcmp(held->path, path) != 0)
		held = held->next;
	return held;
}

/* The wanted part of a path, after the folder that all of the archive may stand in. */
static const char *wanted_part(struct walk *w, const char *path, size_t *max)
{
	const char *slash = strchr(path, '/');

	if ((*max = w->wants(path)) > 0)
		return path;
	return slash && (*max = w->wants(slash + 1)) > 0 ? slash + 1 : NULL;
}

/* Whether a file stands where the first one that was wanted does. */
static bool same_root(struct walk *w, const char *path, const char *part)
{
	struct tarball *tarball = w->tarball;
	const size_t len = (size_t)(part - path);

	if (!tarball->root)
		tarball->root = arena_strndup(tarball->arena, path, len);
	return strlen(tarball->root) == len && strncmp(tarball->root, path, len) == 0;
}

/* ---- entries ---- */

static int read_text(struct walk *w, struct held *held, size_t max)
{
	autofree char *block = xcalloc(1, BLOCK);
	la_ssize_t n;

	while ((n = w->lib.archive_read_data(w->archive, block, BLOCK)) > 0) {
		w->kept += (uint64_t)n;
		if (held->text.len + (size_t)n > max) {
			held->error = EFBIG;
			return 0;
		}
		if (w->kept > w->limits->kept)
			return refuse(w, held->path, "makes what is wanted of it too large");
		buf_write(&held->text, block, (size_t)n);
	}
	return n < 0 ? refuse_archive(w, "breaks off") : 0;
}

static int keep(struct walk *w, const char *path, const char *part, size_t max)
{
	struct held *held;

	/* A link is nothing that was captured; sos makes some to what it cut short. */
	if (w->lib.archive_entry_filetype(w->entry) != AE_IFREG || w->lib.archive_entry_hardlink(w->entry))
		return 0;
	if (!same_root(w, path, part) && !w->tarball->second)
		w->tarball->second = arena_strdup(w->tarball->arena, path);
	if (find(w->tarball, part) && w->tarball->second)
		return 0;
	if (find(w->tarball, part))
		return refuse(w, path, "is there twice");
	if (++w->files > w->limits->files)
		return refuse(w, path, "is one more than are wanted");
	held = arena_alloc(w->tarball->arena, sizeof *held);
	held->path = arena_strdup(w->tarball->arena, part);
	held->next = w->tarball->files;
	w->tarball->files = held;
	return read_text(w, held, max);
}

/* What is not wanted is skipped, but unpacked on the way. */
static int count(struct walk *w, const char *path)
{
	const la_int64_t size = w->lib.archive_entry_size(w->entry);
	const la_int64_t unpacked = w->lib.archive_filter_bytes(w->archive, 0);

	if (++w->entries > w->limits->entries)
		return refuse(w, path, "is one more than are read");
	w->bytes += size > 0 ? (uint64_t)size : 0;
	if (w->bytes > w->limits->bytes || size > (la_int64_t)w->limits->bytes ||
	    (unpacked > 0 && (uint64_t)unpacked > w->limits->bytes))
		return refuse(w, path, "makes the archive larger than is unpacked");
	return 0;
}

static int take_entry(struct walk *w)
{
	const char *path = w->lib.archive_entry_pathname(w->entry), *part, *why;
	size_t max = 0;

	if (!path) /* of no encoding that is known: none of ours */
		return count(w, "?");
	if (count(w, path) < 0)
		return -1;
	why = fault(path, w->limits->depth);
	if (why)
		return refuse(w, path, why);
	path = plain(path);
	part = wanted_part(w, path, &max);
	return part ? keep(w, path, part, max) : 0;
}

static int walk(struct walk *w)
{
	int result;

	while ((result = w->lib.archive_read_next_header(w->archive, &w->entry)) != ARCHIVE_EOF) {
		if (result == ARCHIVE_RETRY)
			continue;
		if (result < ARCHIVE_WARN)
			return refuse_archive(w, w->entries ? "breaks off" :
							      "is no tar archive, or a broken one,");
		if (take_entry(w) < 0)
			return -1;
	}
	return 0;
}

static int open_and_walk(struct walk *w, int fd)
{
	int result;

	w->archive = w->lib.archive_read_new();
	w->lib.archive_read_support_filter_gzip(w->archive);
	w->lib.archive_read_support_filter_xz(w->archive);
	w->lib.archive_read_support_format_tar(w->archive);
	if (w->lib.archive_read_open_fd(w->archive, fd, BLOCK) != ARCHIVE_OK)
		result = refuse_archive(w, "is no tar archive");
	else
		result = walk(w);
	w->lib.archive_read_free(w->archive);
	return result;
}

struct tarball *tarball_load(int fd, const char *name, const struct tarball_limits *limits,
			     tarball_wants_fn *wants, struct errors *errors)
{
	struct walk w = { .name = name, .limits = limits, .wants = wants, .errors = errors };
	const char *why = libarchive_load(&w.lib);

	if (why) {
		errors_add(errors, "%s: libarchive is needed to read archives: %s", name, why);
		return NULL;
	}
	w.tarball = xcalloc(1, sizeof *w.tarball);
	w.tarball->arena = arena_new();
	if (open_and_walk(&w, fd) == 0)
		return w.tarball;
	tarball_free(w.tarball);
	return NULL;
}

void tarball_free(struct tarball *tarball)
{
	struct held *held;

	if (!tarball)
		return;
	for (held = tarball->files; held; held = held->next)
		buf_fini(&held->text);
	arena_free(tarball->arena);
	free(tarball);
}

/* ---- what it holds ---- */

int tarball_read(const struct tarball *tarball, const char *path, struct buf *out)
{
	const struct held *held = find(tarball, path);

	buf_clear(out);
	if (!held)
		return ENODATA;
	if (!held->error)
		buf_write(out, buf_text(&held->text), held->text.len);
	return held->error;
}

bool tarball_has(const struct tarball *tarball, const char *path)
{
	return find(tarball, path) != NULL;
}

const char *tarball_second(const struct tarball *tarball)
{
	return tarball->second;
}

bool tarball_is_empty(const struct tarball *tarball)
{
	return !tarball->files;
}

int tarball_names(const struct tarball *tarball, const char *folder, struct buf *names)
{
	const size_t len = strlen(folder);
	const struct held *held;
	int error = ENODATA;

	for (held = tarball->files; held; held = held->next) {
		const char *name;

		if (strncmp(held->path, folder, len) != 0 || held->path[len] != '/')
			continue;
		name = held->path + len + 1;
		buf_write(names, name, strcspn(name, "/"));
		buf_putc(names, '\0');
		error = 0;
	}
	return error;
}
