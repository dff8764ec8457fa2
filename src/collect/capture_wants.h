/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/capture_wants.h: what an archive is read for. */
#ifndef COLLECT_CAPTURE_WANTS_H
#define COLLECT_CAPTURE_WANTS_H

#include "base/base.h"

enum { CAPTURE_TABLE_MAX = 64 << 20 }; /* proc/net/tcp: 150 bytes a socket */

/* The most bytes of a file; 0: it is not wanted. */
size_t capture_wants(const char *captured);

/* Of /proc/self. That process was not ours: what it might see says nothing of what we may. */
bool capture_of_a_process(const char *path);

#endif
