/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is not in a capture, or is a link there, nobody captured. */
#include "collect/capture_files.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "collect/beneath.h"

static const char recorded[] = "manifest.ini";

/* ---- opening ---- */

struct capture_files *capture_files_new(const char *path)
{
	struct capture_files *files = xcalloc(1, sizeof *files);
	autobuf struct buf name = BUF_INIT;

	text_printable(&name, path, strlen(path));
	files->arena = arena_new();
	files->name = arena_strdup(files->arena, buf_text(&name));
	files->users = 1;
	files->dir = -1;
	return files;
}

int capture_files_archive(struct capture_files *files, int fd, tarball_wants_fn *wants,
			  struct errors *errors)
{
	static const struct tarball_limits limits = {
		.bytes = (uint64_t)4 << 30, /* with all logs a sosreport may have more: unpack it first */
		.entries = 1000000,
		.depth = 64,
		.files = 4096,
		.kept = 256 << 20,
	};

	files->tarball = tarball_load(fd, files->name, &limits, wants, errors);
	if (!files->tarball)
		return -1;
	if (capture_files_has(files, recorded))
		return errors_add(errors, "%s: is a recording in an archive: unpack it, and name"
				  " its folder", files->name);
	if (tarball_second(files->tarball))
		return errors_add(errors, "%s: holds more than one capture: '%.200s' belongs to a"
				  " second one", files->name, tarball_second(files->tarball));
	if (tarball_is_empty(files->tarball))
		return errors_add(errors, "%s: holds nothing of what is read of a sosreport",
				  files->name);
	return 0;
}

struct capture_files *capture_files_share(struct capture_files *files)
{
	files->users++;
	return files;
}

void capture_files_drop(struct capture_files *files)
{
	if (--files->users)
		return;
	cleanup_close(&files->dir);
	tarball_free(files->tarball);
	arena_free(files->arena);
	free(files);
}

/* ---- reading ---- */

static int not_there(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EINVAL ? ENODATA :
											  error;
}

int capture_files_read(const struct capture_files *files, const char *path, size_t max,
		       struct buf *out)
{
	if (files->tarball)
		return tarball_read(files->tarball, path, out);
	return files->dir < 0 ? ENODATA : not_there(beneath_read(files->dir, path, max, out));
}

/* A file in memory, for who wants to stream it. */
static int in_memory(const struct buf *text)
{
	int fd = memfd_create("tcp-advise", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;

	while (fd >= 0 && done < text->len) {
		n = write(fd, text->text + done, text->len - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || n < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		int error = errno;

		cleanup_close(&fd);
		return -error;
	}
	return fd;
}

int capture_files_open(const struct capture_files *files, const char *path, size_t max)
{
	autobuf struct buf text = BUF_INIT;
	int fd, error;

	if (files->dir >= 0) {
		fd = beneath_open(files->dir, path);
		return fd < 0 ? -not_there(-fd) : fd;
	}
	error = capture_files_read(files, path, max, &text);
	return error ? -error : in_memory(&text);
}

bool capture_files_has(const struct capture_files *files, const char *path)
{
	autoclose int fd = -1;

	if (files->tarball)
		return tarball_has(files->tarball, path);
	fd = files->dir < 0 ? -1 : beneath_open(files->dir, path);
	return fd >= 0;
}

int capture_files_list(const struct capture_files *files, const char *folder, struct buf *names)
{
	int fd, error;

	if (files->tarball) {
		error = tarball_names(files->tarball, folder, names);
		names_sort(names);
		return error;
	}
	fd = files->dir < 0 ? -ENODATA : beneath_folder(files->dir, folder);
	return fd < 0 ? not_there(-fd) : folder_names(fd, names);
}
