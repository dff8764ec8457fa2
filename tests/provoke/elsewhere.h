/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elsewhere.h: hosts elsewhere, with addresses of our choice. Only our ends of their connections
 * exist (see repair.h), and not a packet of theirs leaves the namespace. */
#ifndef PROVOKE_ELSEWHERE_H
#define PROVOKE_ELSEWHERE_H

#include "base/base.h"

/* Makes every address reachable, as over a default route. 0, or -1 after a fault. */
int elsewhere_reach(void);

/* An ESTABLISHED connection between this port of WORLD_IPV4 and an IPv4 host elsewhere. From the
 * port of a listener it is one of a client. Returns a socket, or -1 after a fault. */
int elsewhere_connection(uint16_t local_port, const char *host, uint16_t host_port);

/* A listener on PEER_PORT of WORLD_IPV4, and so many connections of clients to it: the first
 * from this host, the next ones from as many /24 networks that follow, and so on in turn. 0, or -1
 * after a fault. */
int elsewhere_clients(const char *first_host, unsigned networks, unsigned count);

#endif
