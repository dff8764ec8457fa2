/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/capture_files.h: the files of a capture, in a folder or an archive. The sources of all
 * its network namespaces share them. */
#ifndef COLLECT_CAPTURE_FILES_H
#define COLLECT_CAPTURE_FILES_H

#include "base/errors.h"
#include "collect/tarball.h"

struct capture_files {
	unsigned users;
	const char *name; /* for people, printable */
	int dir;	  /* -1: no folder */
	struct tarball *tarball;
	struct arena *arena;
	const char *net; /* "proc/16081/net/", where "proc/net" is a link; NULL: it is none */
};

/* Neither folder nor archive yet: reading finds nothing. */
struct capture_files *capture_files_new(const char *path);
/* Reads an archive from an open file. Returns 0, or -1 with errors. */
int capture_files_archive(struct capture_files *files, int fd, tarball_wants_fn *wants,
			  struct errors *errors);
struct capture_files *capture_files_share(struct capture_files *files);
void capture_files_drop(struct capture_files *files);

/* A folder is open: takes over fd. */
void capture_files_folder(struct capture_files *files, int fd);

/* sos follows the link that /proc/net is, and finds the tables below the number of its own process.
 * The path as the host had it: "proc/net/tcp" of "proc/16081/net/tcp", or the path itself. */
const char *capture_files_plain(const char *path, struct buf *plain);

/* Reads a file of at most max bytes. Returns 0; ENODATA when it was not captured or is a link; or
 * another errno. */
int capture_files_read(const struct capture_files *files, const char *path, size_t max,
		       struct buf *out);
/* The same, to be streamed: a descriptor or a negative errno. */
int capture_files_open(const struct capture_files *files, const char *path, size_t max);
/* A text as a file in memory, for who wants to stream it: a descriptor or a negative errno. */
int capture_files_memory(const struct buf *text);
/* Whether there is one, of any size. */
bool capture_files_has(const struct capture_files *files, const char *path);
/* Appends the names in a folder, each with its NUL, sorted. Returns as reading does. */
int capture_files_list(const struct capture_files *files, const char *folder, struct buf *names);

#endif
