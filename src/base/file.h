/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/file.h: bounded reads of whole files below a directory. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/* Reads a whole regular or /proc file, at most max bytes, into out (cleared first).
 * Returns 0, or an errno: ENOENT, EACCES, ..., EFBIG when it is longer than max,
 * EISDIR for a directory. path is relative to dirfd (or AT_FDCWD). */
int file_read(int dirfd, const char *path, size_t max, struct buf *out);

/* The same of an open descriptor, from where it stands to its end. */
int file_read_fd(int fd, size_t max, struct buf *out);

/* Writes all of data to a new file below dirfd, making the folders of path as needed.
 * Never follows or replaces what exists. Returns 0 or an errno. */
int file_write_new(int dirfd, const char *path, const void *data, size_t len);

/* Replaces the file at path at once: readers see the old content or all of the new. What stands there
 * and is no file (a device, a pipe) is written to. Returns 0 or an errno; ELOOP: it is a link to a
 * file, or to nothing, which is neither followed nor replaced. */
int file_replace(const char *path, const void *data, size_t len);

#endif
