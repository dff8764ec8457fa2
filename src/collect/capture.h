/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/capture.h: the source that is what other programs captured of a host: the folder or tar
 * archive of a sosreport, or what 'sysctl -a' printed. It has one moment, no attributes of sockets,
 * and whatever it does not hold is not recorded. */
#ifndef COLLECT_CAPTURE_H
#define COLLECT_CAPTURE_H

#include "collect/source.h"

#include <sys/stat.h>

enum { SYSCTLS_MAX = 16 << 20 }; /* a host with a thousand interfaces prints 5 MB */

enum capture_kind {
	CAPTURE_NONE,
	CAPTURE_FOLDER,
	CAPTURE_ARCHIVE,
	CAPTURE_SYSCTLS, /* what 'sysctl -a' printed */
	CAPTURE_CONF,	 /* a sysctl.conf, which says nothing of what runs */
};

/* What an open file or folder looks like. A recording is no capture. */
enum capture_kind capture_kind(int fd, const struct stat *st);

/* Takes over fd, of that kind but not CAPTURE_NONE. path is its name for people. */
struct source *source_capture(int fd, enum capture_kind kind, const char *path,
			      struct errors *errors);

#endif
