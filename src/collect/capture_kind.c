/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first bytes tell an archive, what stands in it a folder; a text must be what sysctl(8)
 * prints. */
#include "collect/capture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/beneath.h"
#include "collect/sysctltext.h"

enum { HEAD = 512 }; /* a block of tar */

static bool is_folder(int dirfd, const char *path)
{
	autoclose int fd = beneath_folder(dirfd, path);

	return fd >= 0;
}

static enum capture_kind folder_kind(int fd)
{
	autoclose int manifest = beneath_open(fd, "manifest.ini");

	return manifest == -ENOENT && (is_folder(fd, "sos_commands") || is_folder(fd, "proc/net"))
		       ? CAPTURE_FOLDER
		       : CAPTURE_NONE;
}

static enum capture_kind text_kind(int fd)
{
	static const enum capture_kind kinds[] = {
		[SYSCTLTEXT_NONE] = CAPTURE_NONE,
		[SYSCTLTEXT_OUTPUT] = CAPTURE_SYSCTLS,
		[SYSCTLTEXT_CONF] = CAPTURE_CONF,
	};
	autobuf struct buf text = BUF_INIT;
	const int error = file_read_fd(fd, SYSCTLS_MAX, &text);

	lseek(fd, 0, SEEK_SET);
	return error ? CAPTURE_NONE : kinds[sysctltext_kind(&text)];
}

static bool is_archive(const char *head)
{
	static const struct {
		size_t at, len;
		const char *bytes;
	} magic[] = {
		{ 0, 2, "\x1f\x8b" },	   /* gzip, RFC 1952 */
		{ 0, 6, "\xfd\x37zXZ\0" }, /* xz */
		{ 257, 5, "ustar" },	   /* tar, POSIX and GNU */
	};
	size_t i;

	for (i = 0; i < countof(magic); i++)
		if (memcmp(head + magic[i].at, magic[i].bytes, magic[i].len) == 0)
			return true;
	return false;
}

enum capture_kind capture_kind(int fd, const struct stat *st)
{
	char head[HEAD] = { 0 };

	if (S_ISDIR(st->st_mode))
		return folder_kind(fd);
	if (!S_ISREG(st->st_mode) || pread(fd, head, sizeof head, 0) < 0)
		return CAPTURE_NONE;
	return is_archive(head) ? CAPTURE_ARCHIVE : text_kind(fd);
}
