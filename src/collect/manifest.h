/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/manifest.h: a recording on disk: its file names, and manifest.ini, which says what was
 * recorded and how each dump ended.
 *
 *     manifest.ini             written last: without it a recording is not complete
 *     files.txt                what could not be recorded: absent, denied
 *     proc/... etc/...         files as they were at the end of the window
 *     earlier/proc/...         ... and at its beginning
 *     host/proc/...            ... and what only the first network namespace shows
 *     owners.txt cgroups.txt   who holds the sockets, and services (collect/holders.h)
 *     options.txt              socket options of listeners (collect/option_table.h)
 *     sockets/listen.inet ...  dumps, one file per pass and family (collect/dumpfile.h) */
#ifndef COLLECT_MANIFEST_H
#define COLLECT_MANIFEST_H

#include "base/arena.h"
#include "collect/source.h"

enum {
	RECORDING_FILE_MAX = 1 << 20, /* bytes of a file that is read whole */
	RECORDING_LINES_MAX = 1 << 24, /* ... of owners.txt: a million sockets */
	RECORDING_DUMPS = 2 * (PASSES + 1),
};

/* The number of a dump, below RECORDING_DUMPS. */
unsigned dump_number(unsigned sample, enum pass pass, int family);

/* Both append the path in a recording: of a dump, "sockets/earlier-listen.inet6", and of a file
 * of a sample, "earlier/proc/net/netstat". */
void dump_path(struct buf *out, unsigned number);
void recorded_path(struct buf *out, unsigned sample, const char *path);

struct recorded {
	struct manifest manifest;
	struct {
		bool known;
		enum dump_end end;
		const char *reason; /* printable; NULL if complete */
	} dumps[RECORDING_DUMPS];
};

void manifest_write(struct buf *out, const struct recorded *recorded);

/* Reads a manifest; texts go to the arena and are printable. Keys it does not know are for
 * newer programs and skipped, but another format is an error. file is its name for errors. */
int manifest_read(struct recorded *recorded, struct arena *arena, const struct buf *text,
		  const char *file, struct errors *errors);

#endif
