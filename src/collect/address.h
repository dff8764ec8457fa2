/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/address.h: addresses as rows hold them, and what kind of address one is. */
#ifndef COLLECT_ADDRESS_H
#define COLLECT_ADDRESS_H

#include "plan/row.h"

#include <string.h>
#include <sys/socket.h>

/* Stores the 16 bytes of a sock_diag address (IPv4: the first four count). IPv4-mapped ones,
 * ::ffff:a.b.c.d, become IPv4 (RFC 4291 section 2.5.5.2). */
static inline void address_set(struct address *out, unsigned family, const void *bytes)
{
	uint64_t high, low;

	memcpy(&high, bytes, 8);
	memcpy(&low, (const unsigned char *)bytes + 8, 8);
	if (family == AF_INET) {
		memset(out->bytes, 0, sizeof out->bytes);
		memcpy(out->bytes, &high, 4);
	} else if (high == 0 && memcmp(&low, "\0\0\xff\xff", 4) == 0) {
		memset(out->bytes, 0, sizeof out->bytes);
		memcpy(out->bytes, (const unsigned char *)&low + 4, 4);
		family = AF_INET;
	} else {
		memcpy(out->bytes, &high, 8);
		memcpy(out->bytes + 8, &low, 8);
	}
	out->family = (unsigned char)family;
}

static inline bool address_is_unspecified(const struct address *address)
{
	uint64_t high, low;

	memcpy(&high, address->bytes, 8);
	memcpy(&low, address->bytes + 8, 8);
	return (high | low) == 0;
}

static inline bool address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* 127/8 (RFC 1122 section 3.2.1.3) or ::1. */
bool address_is_loopback(const struct address *address);

/* 100.64.0.0/10: a carrier's, whose customers share the addresses behind its NAT (RFC 6598). */
bool address_is_shared(const struct address *address);

/* Global unicast: in none of the special-purpose registries (RFC 6890 and its updates). An IPv6
 * address that carries an IPv4 one (64:ff9b::/96, 2002::/16) is judged by that. */
bool address_is_public(const struct address *address);

#endif
