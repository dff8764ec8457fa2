/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/derive.h: host facts computed from other host facts, and what those facts must be. */
#ifndef COLLECT_DERIVE_H
#define COLLECT_DERIVE_H

#include "base/portset.h"
#include "plan/plan.h"

/* Adds to wanted[fact_count] the facts that wanted ones are computed from, and those that socket
 * facts among the plan's columns rest on. */
void derive_needs(const struct plan *plan, bool *wanted);

/* The reading of a FROM_HOST_RULE fact with a path, from that file's text; its own text goes into
 * the arena. */
struct reading derive_text(struct arena *arena, const struct fact *fact, const char *text);

/* Fills the readings of the other wanted FROM_HOST_RULE facts from those of the same sample. */
void derive_host(const bool *wanted, struct sample *sample);

/* The ports the kernel may choose from for connect() and bind() to port 0. */
struct local_ports {
	enum why range;	   /* WHY_KNOWN when low and high hold */
	unsigned low, high;
	enum why holes;	   /* WHY_KNOWN when reserved holds */
	struct port_set reserved;
	enum why reuse;	   /* WHY_KNOWN when the next two hold */
	enum { REUSE_NEVER, REUSE_ALWAYS, REUSE_LOOPBACK } tw_reuse;
	double reuse_left; /* ms: TIME_WAIT with less than this left may be taken over */
};
void local_ports_read(struct local_ports *ports, const struct sample *sample);

#endif
