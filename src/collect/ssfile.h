/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/ssfile.h: the source that is one file made by 'ss -tan -D FILE'. */
#ifndef COLLECT_SSFILE_H
#define COLLECT_SSFILE_H

#include "collect/source.h"

/* Takes over fd, a regular file open for reading. path is its name for people. */
struct source *source_ssfile(int fd, const char *path, struct errors *errors);

#endif
