/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening by one component at a time, each with O_NOFOLLOW. openat2() with RESOLVE_BENEATH would
 * do it in one call, but seccomp filters of older container engines refuse it. */
#include "collect/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

/* Opens the folder that holds the last component of path, and tells that component. */
static int open_parent(int dirfd, const char *path, const char **name)
{
	int fd = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
	char part[NAME_MAX + 1];
	size_t len;

	while (fd >= 0 && path[len = strcspn(path, "/")] == '/') {
		if (len == 0 || len > NAME_MAX || (len <= 2 && strncmp(path, "..", len) == 0)) {
			close(fd);
			errno = EINVAL;
			return -1;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		next = openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
		path += len + 1;
	}
	*name = path;
	return fd;
}

static int open_beneath(int dirfd, const char *path, int flags)
{
	const char *name = path;
	autoclose int parent = open_parent(dirfd, path, &name);
	int fd;

	if (parent < 0)
		return -errno;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return -EINVAL;
	fd = openat(parent, name, flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int beneath_open(int dirfd, const char *path)
{
	/* O_NONBLOCK: a FIFO must not make us wait for its writer. */
	int fd = open_beneath(dirfd, path, O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

int beneath_read(int dirfd, const char *path, size_t max, struct buf *out)
{
	autoclose int fd = beneath_open(dirfd, path);

	buf_clear(out);
	return fd < 0 ? -fd : file_read_fd(fd, max, out);
}

int beneath_folder(int dirfd, const char *path)
{
	return open_beneath(dirfd, path, O_DIRECTORY);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct buf *names)
{
	struct buf sorted = BUF_INIT;
	autofree char **list = NULL;
	size_t count = 0, pos, i;

	for (pos = 0; pos < names->len; pos += strlen(names->text + pos) + 1)
		count++;
	list = xcalloc(count + 1, sizeof *list);
	for (pos = 0, i = 0; i < count; pos += strlen(names->text + pos) + 1)
		list[i++] = names->text + pos;
	qsort(list, count, sizeof *list, by_name);
	for (i = 0; i < count; i++)
		if (i == 0 || strcmp(list[i - 1], list[i]) != 0)
			buf_write(&sorted, list[i], strlen(list[i]) + 1);
	buf_fini(names);
	*names = sorted;
}

int folder_names(int fd, struct buf *names)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	unsigned count = 0;
	int error = errno;

	if (!dir) {
		close(fd);
		return error;
	}
	while (errno = 0, (entry = readdir(dir)) && count++ < FOLDER_NAMES_MAX)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			buf_write(names, entry->d_name, strlen(entry->d_name) + 1);
	error = entry ? E2BIG : errno;
	closedir(dir);
	names_sort(names);
	return error;
}
