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
static const char proc_net[] = "proc/net/";

/* ---- where /proc/net is ---- */

/* The length of "proc/16081/net/" at the front of a path; 0: it does not begin so. */
static size_t net_of_process(const char *path)
{
	size_t digits;

	if (strncmp(path, "proc/", 5) != 0)
		return 0;
	digits = strspn(path + 5, "0123456789");
	return digits && strncmp(path + 5 + digits, "/net/", 5) == 0 ? 5 + digits + 5 : 0;
}

const char *capture_files_plain(const char *path, struct buf *plain)
{
	const size_t len = net_of_process(path);

	if (!len)
		return path;
	buf_printf(plain, "%s%s", proc_net, path + len);
	return plain->text;
}

/* The one process whose tables were captured. Of several nobody knows which namespace is the
 * host's. */
static void find_net(struct capture_files *files)
{
	static const char *const tables[] = { "netstat", "tcp", "snmp" };
	autobuf struct buf names = BUF_INIT;
	const char *found = NULL;
	size_t pos, i;

	for (i = 0; i < countof(tables); i++) {
		autobuf struct buf path = BUF_INIT;

		buf_printf(&path, "%s%s", proc_net, tables[i]);
		if (capture_files_has(files, path.text))
			return;
	}
	if (capture_files_list(files, "proc", &names) != 0)
		return;
	for (pos = 0; pos < names.len; pos += strlen(names.text + pos) + 1)
		for (i = 0; i < countof(tables); i++) {
			autobuf struct buf path = BUF_INIT;

			buf_printf(&path, "proc/%s/net/%s", names.text + pos, tables[i]);
			if (!net_of_process(path.text) || !capture_files_has(files, path.text))
				continue;
			if (found)
				return;
			found = arena_strndup(files->arena, path.text, net_of_process(path.text));
			break;
		}
	files->net = found;
}

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
		.bytes = (uint64_t)4
			 << 30, /* with all logs a sosreport may have more: unpack it first */
		.entries = 1000000,
		.depth = 64,
		.files = 4096,
		.kept = 256 << 20,
	};

	files->tarball = tarball_load(fd, files->name, &limits, wants, errors);
	if (!files->tarball)
		return -1;
	if (capture_files_has(files, recorded))
		return errors_add(errors,
				  "%s: is a recording in an archive: unpack it, and name"
				  " its folder",
				  files->name);
	if (tarball_second(files->tarball))
		return errors_add(errors,
				  "%s: holds more than one capture: '%.200s' belongs to a"
				  " second one",
				  files->name, tarball_second(files->tarball));
	if (tarball_is_empty(files->tarball))
		return errors_add(errors, "%s: holds nothing of what is read of a sosreport",
				  files->name);
	find_net(files);
	return 0;
}

void capture_files_folder(struct capture_files *files, int fd)
{
	files->dir = fd;
	find_net(files);
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
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EINVAL ? ENODATA
											: error;
}

/* Where it is in the capture. */
static const char *place_of(const struct capture_files *files, const char *path, struct buf *place)
{
	if (!files->net || strncmp(path, proc_net, strlen(proc_net)) != 0)
		return path;
	buf_printf(place, "%s%s", files->net, path + strlen(proc_net));
	return place->text;
}

int capture_files_read(const struct capture_files *files, const char *path, size_t max,
		       struct buf *out)
{
	autobuf struct buf place = BUF_INIT;

	path = place_of(files, path, &place);
	if (files->tarball)
		return tarball_read(files->tarball, path, out);
	return files->dir < 0 ? ENODATA : not_there(beneath_read(files->dir, path, max, out));
}

int capture_files_memory(const struct buf *text)
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
	autobuf struct buf text = BUF_INIT, place = BUF_INIT;
	int fd, error;

	if (files->dir >= 0) {
		fd = beneath_open(files->dir, place_of(files, path, &place));
		return fd < 0 ? -not_there(-fd) : fd;
	}
	error = capture_files_read(files, path, max, &text);
	return error ? -error : capture_files_memory(&text);
}

bool capture_files_has(const struct capture_files *files, const char *path)
{
	autobuf struct buf place = BUF_INIT;
	autoclose int fd = -1;

	path = place_of(files, path, &place);
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
