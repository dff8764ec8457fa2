/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/socket_rule.h: socket facts that are computed, one function for each. */
#ifndef COLLECT_SOCKET_RULE_H
#define COLLECT_SOCKET_RULE_H

#include "collect/derive.h"
#include "collect/listeners.h"
#include "collect/message.h"
#include "collect/nearby.h"
#include "collect/owners.h"

/* The names seen last, by their bytes as sent, so that a million sockets with two congestion
 * controls do not ask base/names.h a million times. */
enum { NAME_BYTES = 16, NAMES_CACHED = 4 };
struct name_cache {
	struct names *names;
	struct {
		uint64_t low, high;
		size_t len;
		double number;
	} entries[NAMES_CACHED];
	unsigned count, next;
};

/* What a rule can look at. */
struct rule_view {
	struct message message;
	const struct row *row; /* state, addresses, ports, listener_address are filled */
	bool belongs;	       /* to a listener */
	bool proc;	       /* from /proc/net/tcp */
	const struct listeners *listeners;
	struct owners *owners;
	const struct local_ports *ports;
	const struct port_set *bound; /* ports of bound, idle sockets seen so far */
	const struct nearby *nearby;
	struct name_cache names;
};

/* Returns the value, or NaN with *why. A rule whose fact names an attribute is called only when
 * the message has it, of whatever length; that of SOCKET_ULP always. */
typedef double socket_rule_fn(struct rule_view *view, unsigned char *why);

/* NULL for keys, which are no numbers. */
socket_rule_fn *socket_rule(unsigned rule);

#endif
