/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/owners.h: which process and which service a socket belongs to. Sockets that a rule may
 * point at are wanted first; then one look at /proc finds who holds them, and they can be told. */
#ifndef COLLECT_OWNERS_H
#define COLLECT_OWNERS_H

#include "collect/source.h"

/* Texts are printable. */
struct owner {
	enum owner_kind {
		OWNER_SEEN,    /* /proc shows that this process holds the socket */
		OWNER_HIDDEN,  /* some process of this user and service: which one we may not know */
		OWNER_NOBODY,  /* no process that /proc shows: the kernel itself, or one elsewhere */
		OWNER_UNKNOWN, /* nobody looked, or not to the end */
	} kind;
	unsigned pid;	     /* OWNER_SEEN */
	unsigned uid;	     /* its effective user, UINT32_MAX: not told; of the others, the socket's */
	unsigned sharers;    /* children seen to hold some of the same sockets */
	const char *command; /* at most 15 bytes, as the kernel has it: OWNER_SEEN */
	const char *user;    /* NULL: /etc/passwd has no name for uid */
	const char *service; /* NULL: not known */
};

/* What one of them has open. */
struct owner_counts {
	unsigned number; /* of the owner */
	double count[DESCRIPTOR_COUNTS]; /* NaN: not known */
};

struct owners;

/* Names of services go into 'names', which must outlive it. */
struct owners *owners_new(struct names *names);
void owners_free(struct owners *owners); /* NULL is allowed */

/* Reads the names of cgroups, once. */
void owners_read_services(struct owners *owners, struct source *source);
/* WHY_KNOWN when they could be read. */
enum why owners_services_why(const struct owners *owners);
/* The name (base/names.h) of the service that a cgroup is of: "cgroup 4711" if its path is not
 * known. */
unsigned owners_service(struct owners *owners, uint64_t cgroup);

/* The holder of this socket is to be found; 'asked': for a rule, and not to have it recorded. */
void owners_want(struct owners *owners, const struct who *who, bool asked);
/* Looks for those wanted and not looked for yet; with 'descriptors' also at what processes have open,
 * those that hold no such socket too. */
void owners_find(struct owners *owners, struct source *source, bool descriptors);
/* Whether a look was given up. */
bool owners_late(const struct owners *owners);
/* WHY_KNOWN when owners_find() ran and its source could say; else why not. */
enum why owners_why(const struct owners *owners);
/* What processes have open, the first one with i = 0; NULL behind the last. And whether it is known of
 * all of them, or why not. */
const struct owner_counts *owners_counts(const struct owners *owners, size_t i);
enum why owners_counts_why(const struct owners *owners);
/* The number of a socket's owner, of the first holder if there are several; 0: no process can hold
 * it, for it has no inode; or there are more owners than are kept. */
unsigned owners_number(struct owners *owners, const struct who *who);
/* NULL for 0 and for numbers never given out; good until the next call of owners_number(). */
const struct owner *owners_at(const struct owners *owners, unsigned number);
/* Appends one sentence if owners that were asked for could not be found; with 'findings' also if they
 * would matter to one and were not recorded. */
void owners_note(const struct owners *owners, bool findings, struct buf *out);

#endif
