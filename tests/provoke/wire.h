/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.h: a network path in user space. What is sent to WIRE_PEER comes back with source and
 * destination exchanged, so that both ends of a connection live in one namespace and every segment
 * of theirs passes here: late, lost, overtaken or too long, as is asked. */
#ifndef PROVOKE_WIRE_H
#define PROVOKE_WIRE_H

#include "peer.h"

#define WIRE_PEER "10.9.0.2"

/* What is 0 is not done. Counted are the packets that carry data. */
struct wire {
	long delay_ms;	     /* one way, for all */
	unsigned lose_every; /* one in so many */
	unsigned lose_only;  /* the one with this number, from 1 */
	bool lose_again;     /* what is sent again for a lost one is lost too, once */
	unsigned late_every; /* one in so many is held back by late_ms */
	long late_ms;
	size_t mtu; /* longer packets vanish, and no ICMP error says so */
};

/* All return 0, or -1 after a fault. */

/* Lays it in the drill's namespace, where a process of its own carries the packets, and listens on
 * PEER_PORT. */
int wire_lay(struct drill *drill, const struct wire *wire);
/* One more connection over it, to WIRE_PEER or another address of 10.9.0.0/16. */
int wire_connect(const struct drill *drill, const char *to, struct pair *pair);
/* Both in one. */
int wire_pair(struct drill *drill, const struct wire *wire, struct pair *pair);

#endif
