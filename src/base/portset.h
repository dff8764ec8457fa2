/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/portset.h: a set of ports, 8 KiB: small enough for the first-level cache, so that a
 * question asked of every socket costs one load. */
#ifndef BASE_PORTSET_H
#define BASE_PORTSET_H

#include "base/base.h"

struct port_set {
	uint64_t word[65536 / 64];
};

static inline bool port_set_has(const struct port_set *set, uint16_t port)
{
	return set->word[port / 64] >> (port % 64) & 1;
}

static inline void port_set_add(struct port_set *set, uint16_t port)
{
	set->word[port / 64] |= UINT64_C(1) << (port % 64);
}

/* Fills the set from "8080,9000-9100", the form of net.ipv4.ip_local_reserved_ports; an empty
 * text is the empty set. Returns 0, or -1 and the empty set for anything else. */
int port_set_parse(struct port_set *set, const char *text);

/* How many ports of low..high, both included, are in the set. */
unsigned port_set_count(const struct port_set *set, unsigned low, unsigned high);

#endif
