/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/tarball.h: a tar archive that somebody else made: the files wanted of it, in memory.
 * Nothing is unpacked, and however it was made, reading it ends. */
#ifndef COLLECT_TARBALL_H
#define COLLECT_TARBALL_H

#include "base/buf.h"
#include "base/errors.h"

struct tarball_limits {
	uint64_t bytes;	  /* of the archive, unpacked */
	unsigned entries;
	unsigned depth;	  /* folders in a path */
	unsigned files;	  /* wanted ones */
	uint64_t kept;	  /* bytes of them */
};

/* The most bytes that are wanted of a file; 0: it is not. path is as in the captured host:
 * "proc/net/tcp". */
typedef size_t tarball_wants_fn(const char *path);

struct tarball;

/* Reads a tar archive, as it is or compressed by gzip or xz, from an open file; 'name' is how
 * people call it. All of it may stand in one folder. NULL with errors for what is no such archive
 * or a broken one, for one with absolute paths, ".." or a wanted file twice, and beyond a limit. */
struct tarball *tarball_load(int fd, const char *name, const struct tarball_limits *limits,
			     tarball_wants_fn *wants, struct errors *errors);
void tarball_free(struct tarball *tarball); /* NULL is allowed */

/* A wanted file that stands in another folder than the first, as those of a second host do; the
 * archive is then of no use. NULL: there is none. Borrowed. */
const char *tarball_second(const struct tarball *tarball);
bool tarball_is_empty(const struct tarball *tarball); /* of what is wanted */

bool tarball_has(const struct tarball *tarball, const char *path);

/* A wanted file. Returns 0; ENODATA when it is not there or is a link or a device; EFBIG. */
int tarball_read(const struct tarball *tarball, const char *path, struct buf *out);

/* Appends the names in a folder of wanted files, and of folders that hold some, each with its NUL and
 * some more than once. Returns 0, or ENODATA when there are none. */
int tarball_names(const struct tarball *tarball, const char *folder, struct buf *names);

#endif
