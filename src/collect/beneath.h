/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/beneath.h: files of a folder that somebody else made. No path leaves the folder, no
 * link is followed, nothing but regular files and folders is opened. */
#ifndef COLLECT_BENEATH_H
#define COLLECT_BENEATH_H

#include "base/buf.h"

/* Opens a file for reading. Returns a descriptor, or a negative errno: ELOOP for a link, EINVAL
 * for a path with "..", or for what is no regular file. */
int beneath_open(int dirfd, const char *path);

/* Reads a whole file of at most max bytes. Returns 0 or an errno, EFBIG when it is longer. */
int beneath_read(int dirfd, const char *path, size_t max, struct buf *out);

/* Opens a folder. Returns a descriptor or a negative errno. */
int beneath_folder(int dirfd, const char *path);

/* Appends the names in a folder, each with its NUL, without "." and "..", and sorts. Closes fd.
 * Returns 0 or an errno, E2BIG when there are more than FOLDER_NAMES_MAX. */
enum { FOLDER_NAMES_MAX = 10000 };
int folder_names(int fd, struct buf *names);
/* Sorts such names by their bytes and drops doubles. */
void names_sort(struct buf *names);

#endif
