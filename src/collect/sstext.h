/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/sstext.h: what 'ss -peaonmi' printed of a whole network namespace, as dumps, and as who
 * holds the sockets. */
#ifndef COLLECT_SSTEXT_H
#define COLLECT_SSTEXT_H

#include "collect/source.h"
#include "collect/ssline.h"

struct sstext {
	struct span text; /* borrowed */
	const char *name; /* borrowed: the file, for people */
	struct ssform form;
	struct sstongue tongue;
	unsigned long sockets; /* of TCP */
	bool users, cgroups;   /* it has some */
	bool head, whole;      /* its titles are there, and the end of its last line */
};

/* Looks through the text, which is borrowed as its name is. False: it is nothing that ss printed.
 */
bool sstext_open(struct sstext *text, struct span what, const char *name);

/* The sockets of a family in the states asked for, as source_ops.dump has it. */
enum dump_end sstext_dump(const struct sstext *text, int family, const struct query *query,
			  datagram_fn *fn, void *arg, struct buf *reason);

/* The lines of collect/holders.h. Both return 0, or ENODATA when ss printed none of that. */
int sstext_owners(const struct sstext *text, const struct inodes *wanted, struct buf *out);
int sstext_cgroups(const struct sstext *text, struct buf *out);

#endif
