/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/listeners.h: the LISTEN sockets of a namespace, to tell servers from clients. */
#ifndef COLLECT_LISTENERS_H
#define COLLECT_LISTENERS_H

#include "base/portset.h"
#include "fact/value.h"
#include "plan/row.h"

enum { LISTENERS_MAX = 65536 };

/* What there is on a port. */
enum {
	LISTENERS_EXACT = 1,	 /* bound to an address */
	LISTENERS_INTERFACE = 2, /* bound to an interface, whatever the address */
	LISTENERS_ANY4 = 4,	 /* 0.0.0.0 */
	LISTENERS_ANY6 = 8,	 /* ::, and IPv4 with it */
	LISTENERS_V6ONLY = 16,	 /* :: without IPv4 */
};

struct listener {
	struct address address;
	uint16_t port;
	uint32_t interface; /* 0: any */
	struct who who;	    /* of the first one seen */
	bool v6only;
	bool used;	    /* of the table's slot */
};

struct listeners {
	/* Most sockets belong to no listener: one bit of 8 KiB says so. */
	struct port_set ports;
	unsigned char kinds[65536]; /* LISTENERS_*: what there is on a port */
	struct listener *slots;	    /* open addressing, at most half full */
	unsigned slot_count, count;
	bool overflowed;
	/* Whether the table has all of them: else "belongs to none" is unknown for this reason. */
	enum why why;
};

struct listeners *listeners_new(void);
void listeners_free(struct listeners *listeners);

/* Adds one; those that share address, port and interface (SO_REUSEPORT) are one. v6only: takes
 * no IPv4. Past LISTENERS_MAX they are left out. */
void listeners_add(struct listeners *listeners, const struct listener *listener);
/* Ends the adding: why is WHY_KNOWN when all were seen. */
void listeners_done(struct listeners *listeners, enum why why);

/* The address of the listener that a socket with this local address, port and bound interface
 * belongs to, the most specific one first as in the kernel's lookup (inet_lookup_listener), or
 * NULL. */
const struct address *listeners_search(const struct listeners *listeners,
				       const struct address *local, uint16_t port,
				       uint32_t interface);

static inline const struct address *listeners_find(const struct listeners *listeners,
						   const struct address *local, uint16_t port,
						   uint32_t interface)
{
	if (!port_set_has(&listeners->ports, port))
		return NULL;
	return listeners_search(listeners, local, port, interface);
}

/* Who holds the listener at this address, which listeners_find() gave. */
struct who listeners_who(const struct listeners *listeners, const struct address *listener,
			 uint16_t port, uint32_t interface);

#endif
