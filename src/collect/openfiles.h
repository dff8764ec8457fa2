/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/openfiles.h: open files of processes and their limit, RLIMIT_NOFILE, without looking at what
 * the files are: cheap enough to ask of every process. */
#ifndef COLLECT_OPENFILES_H
#define COLLECT_OPENFILES_H

#include "base/buf.h"

/* The soft limit, as /proc/PID/limits in the folder /proc/PID has it; 0: not known, or none. */
uint64_t openfiles_limit(int folder);

/* Appends "PartsPerMillion: 912109": the open files of the process nearest to its limit over that.
 * Returns 0, or EACCES where that of some process is hidden from us. */
int openfiles_fullest(int root, struct buf *out);

#endif
