/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/process.h: rows that are processes, made of what was counted of those that hold sockets. */
#ifndef COLLECT_PROCESS_H
#define COLLECT_PROCESS_H

#include "collect/owners.h"

typedef void process_fn(void *arg, const struct row *row);

/* Calls fn for each process of which it is known what it has open. */
void process_rows(const struct plan *plan, const struct owners *owners, process_fn *fn, void *arg);

#endif
