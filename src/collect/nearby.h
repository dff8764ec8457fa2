/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/nearby.h: the addresses of this namespace and the networks it is directly on, to tell
 * clients that came from elsewhere. An address of the host says nothing of who can reach it, but
 * whoever has one of these did not come over the internet. */
#ifndef COLLECT_NEARBY_H
#define COLLECT_NEARBY_H

#include "base/arena.h"
#include "fact/value.h"
#include "plan/row.h"

/* The text of /proc/net/fib_trie or /proc/net/if_inet6 as a reading: the number of addresses, and
 * as its text words such as "local 10.0.0.5/32 link 10.0.0.0/24". */
struct reading nearby_ipv4(struct arena *arena, const char *fib_trie);
struct reading nearby_ipv6(struct arena *arena, const char *if_inet6);

/* IPv4 as ::ffff:0:0/96, so that both families are one sorted list. */
struct address_range {
	unsigned char first[16], last[16];
};
struct address_ranges {
	struct address_range *list; /* sorted, none touching another */
	unsigned count, size;
};

struct nearby {
	const char *texts[2]; /* what the lists were made from */
	enum why ipv4, ipv6;  /* WHY_KNOWN when the lists have all of the family */
	struct address_ranges own;  /* LOCAL: 127/8 too */
	struct address_ranges near; /* these and the networks on the link */
};

/* Fills it from the readings of the sample, unless it was made from these; begins zeroed. */
void nearby_read(struct nearby *nearby, const struct sample *sample);
void nearby_fini(struct nearby *nearby);

bool nearby_has(const struct address_ranges *ranges, const struct address *address);
/* Whether the lists have all of the address's family, or why not. */
enum why nearby_why(const struct nearby *nearby, const struct address *address);

#endif
