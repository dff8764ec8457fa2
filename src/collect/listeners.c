/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table by address, port and interface. */
#include "collect/listeners.h"

#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "collect/address.h"

enum { FIRST_SLOTS = 64 }; /* a power of two */

static const struct address any4 = { .family = AF_INET }, any6 = { .family = AF_INET6 };

struct listeners *listeners_new(void)
{
	struct listeners *l = xcalloc(1, sizeof *l);

	l->slot_count = FIRST_SLOTS;
	l->slots = xcalloc(l->slot_count, sizeof *l->slots);
	l->why = WHY_NO_SOCKETS;
	return l;
}

void listeners_free(struct listeners *l)
{
	if (!l)
		return;
	free(l->slots);
	free(l);
}

static struct listener *find_slot(const struct listeners *l, const struct address *address,
				  uint16_t port, uint32_t interface)
{
	uint64_t high, low;
	unsigned i;

	memcpy(&high, address->bytes, 8);
	memcpy(&low, address->bytes + 8, 8);
	i = (unsigned)hash_u64(high ^ hash_u64(low ^ ((uint64_t)interface << 24 | port << 8 |
						      address->family)));
	for (;; i++) {
		struct listener *slot = &l->slots[i & (l->slot_count - 1)];

		if (!slot->used || (slot->port == port && slot->interface == interface &&
				    address_equal(&slot->address, address)))
			return slot;
	}
}

static void grow(struct listeners *l)
{
	struct listener *old = l->slots;
	unsigned old_count = l->slot_count, i;

	l->slot_count *= 2;
	l->slots = xcalloc(l->slot_count, sizeof *l->slots);
	for (i = 0; i < old_count; i++)
		if (old[i].used)
			*find_slot(l, &old[i].address, old[i].port, old[i].interface) = old[i];
	free(old);
}

static unsigned kind_of(const struct listener *listener)
{
	if (listener->interface)
		return LISTENERS_INTERFACE;
	if (!address_is_unspecified(&listener->address))
		return LISTENERS_EXACT;
	if (listener->address.family == AF_INET)
		return LISTENERS_ANY4;
	return listener->v6only ? LISTENERS_V6ONLY : LISTENERS_ANY6;
}

void listeners_add(struct listeners *l, const struct listener *listener)
{
	struct listener *slot = find_slot(l, &listener->address, listener->port,
					  listener->interface);

	if (!slot->used && l->count == LISTENERS_MAX) {
		l->overflowed = true;
		return;
	}
	port_set_add(&l->ports, listener->port);
	l->kinds[listener->port] |= (unsigned char)kind_of(listener);
	if (slot->used) {
		slot->v6only = slot->v6only && listener->v6only;
		return;
	}
	*slot = *listener;
	slot->used = true;
	if (++l->count > l->slot_count / 2)
		grow(l);
}

void listeners_done(struct listeners *l, enum why why)
{
	l->why = why == WHY_KNOWN && l->overflowed ? WHY_CUT : why;
}

static const struct address *exact(const struct listeners *l, const struct address *address,
				   uint16_t port, uint32_t interface, const struct address *local)
{
	const struct listener *slot = find_slot(l, address, port, interface);

	/* Only a listener on :: is asked for with another family than its own. */
	if (!slot->used || (slot->v6only && local->family == AF_INET))
		return NULL;
	return &slot->address;
}

/* A child inherits the interface its listener is bound to (inet_request_bound_dev_if), so that
 * of equal addresses the one on its interface comes first. */
static const struct address *search_all(const struct listeners *l, const struct address *local,
					uint16_t port, uint32_t interface)
{
	const struct address *tries[] = { local, &any4, &any6 }, *found = NULL;
	unsigned i;

	for (i = 0; !found && i < countof(tries); i++) {
		if (i == 1 && local->family != AF_INET)
			continue;
		if (interface)
			found = exact(l, tries[i], port, interface, local);
		if (!found)
			found = exact(l, tries[i], port, 0, local);
	}
	return found;
}

/* A port with wildcards only, as most servers have it, needs no table. */
const struct address *listeners_search(const struct listeners *l, const struct address *local,
				       uint16_t port, uint32_t interface)
{
	unsigned kinds = l->kinds[port];

	if (kinds & (LISTENERS_EXACT | LISTENERS_INTERFACE))
		return search_all(l, local, port, interface);
	if (local->family == AF_INET && (kinds & LISTENERS_ANY4))
		return &any4;
	if (local->family == AF_INET)
		return kinds & LISTENERS_ANY6 ? &any6 : NULL;
	return kinds & (LISTENERS_ANY6 | LISTENERS_V6ONLY) ? &any6 : NULL;
}

struct who listeners_who(const struct listeners *l, const struct address *listener, uint16_t port,
			 uint32_t interface)
{
	const struct listener *slot = find_slot(l, listener, port, interface);

	if (!slot->used && interface)
		slot = find_slot(l, listener, port, 0);
	return slot->used ? slot->who : (struct who){ .inode = 0 };
}
