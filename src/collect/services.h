/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/services.h: the numbers of cgroups (version 2), and the names of what they are of. */
#ifndef COLLECT_SERVICES_H
#define COLLECT_SERVICES_H

#include "collect/source.h"

struct cgroup {
	uint64_t number;
	unsigned name; /* of its service (base/names.h) */
};

/* Zeroed but for 'why', which begins as WHY_NOT_RECORDED. */
struct services {
	struct cgroup *list; /* sorted by number once all are read */
	unsigned count, size;
	struct cgroup seen;  /* the last one asked for: neighbours often share it */
	enum why why;	     /* WHY_KNOWN when they could be read */
};

void services_fini(struct services *services);
/* Once. */
void services_read(struct services *services, struct names *names, struct source *source);
/* The name of the service: "cgroup 4711" if its path is not known. */
unsigned services_name(struct services *services, struct names *names, uint64_t cgroup);

#endif
