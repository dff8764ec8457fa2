/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files, bounded. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 4096 }; /* what most files of /proc give at once */

int file_read_fd(int fd, size_t max, struct buf *out)
{
	int error = 0;
	ssize_t n;

	buf_clear(out);
	do {
		buf_room(out, CHUNK);
		n = read(fd, out->text + out->len, out->size - out->len - 1);
		if (n < 0)
			error = errno == EINTR ? 0 : errno;
		else if (out->len + (size_t)n > max)
			error = EFBIG;
		else
			buf_added(out, (size_t)n);
	} while (n != 0 && !error);
	buf_added(out, 0); /* what was too much is no text, and of nothing there is none */
	return error;
}

int file_read(int dirfd, const char *path, size_t max, struct buf *out)
{
	/* O_NONBLOCK: opening a FIFO somebody put there must not hang. */
	autoclose int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	buf_clear(out);
	if (fd < 0 || fstat(fd, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	/* Of files in /proc the size is 0. */
	if (st.st_size > 0 && (size_t)st.st_size <= max)
		buf_room(out, (size_t)st.st_size + CHUNK);
	return file_read_fd(fd, max, out);
}

/* Opens the folder of path below dirfd, making what is missing. Returns an fd or -errno. */
static int open_folder(int dirfd, const char *path, const char **name)
{
	int fd = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
	char part[256];
	const char *slash;

	while (fd >= 0 && (slash = strchr(path, '/'))) {
		if (slash == path || (size_t)(slash - path) >= sizeof part) {
			close(fd);
			return -ENAMETOOLONG;
		}
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		next = mkdirat(fd, part, 0755) < 0 && errno != EEXIST ?
			       -1 :
			       openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0) {
			int error = errno;

			close(fd);
			return -error;
		}
		close(fd);
		fd = next;
		path = slash + 1;
	}
	*name = path;
	return fd >= 0 ? fd : -errno;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write_new(int dirfd, const char *path, const void *data, size_t len)
{
	const char *name = path;
	autoclose int folder = open_folder(dirfd, path, &name);
	autoclose int fd = -1;

	if (folder < 0)
		return -folder;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	return fd < 0 ? errno : write_all(fd, data, len);
}

/* A device, a pipe, perhaps by a link: nothing is made, and no file that came meanwhile is cut. */
static int write_into(const char *path, const void *data, size_t len)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return errno;
	return S_ISREG(st.st_mode) ? ELOOP : write_all(fd, data, len);
}

static int replace(const char *path, const void *data, size_t len)
{
	autobuf struct buf name = BUF_INIT;
	autoclose int fd = -1;
	int error;

	buf_printf(&name, "%s.XXXXXX", path);
	fd = mkostemp(name.text, O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = write_all(fd, data, len);
	/* mkstemp makes it private; a report is for others to read (Prometheus, a web server). */
	if (!error && (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(name.text, path) < 0))
		error = errno;
	if (error)
		unlink(name.text);
	return error;
}

int file_replace(const char *path, const void *data, size_t len)
{
	struct stat st;

	/* rename() would put a file in the place of /dev/null, or of /dev/stdout, which is a link. */
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? replace(path, data, len) : errno;
	if (S_ISLNK(st.st_mode) && (stat(path, &st) < 0 || S_ISREG(st.st_mode)))
		return ELOOP;
	return S_ISREG(st.st_mode) ? replace(path, data, len) : write_into(path, data, len);
}
