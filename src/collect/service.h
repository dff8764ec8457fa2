/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/service.h: what runs in a cgroup, as far as its path tells. */
#ifndef COLLECT_SERVICE_H
#define COLLECT_SERVICE_H

#include "base/buf.h"

/* Appends "nginx.service", "docker container 0123456789ab", "pod 2f6..., container 0123456789ab",
 * or the path itself where it follows no convention known here. The path is printable, and begins
 * with a slash. */
void service_of_cgroup(struct buf *out, const char *path);

#endif
