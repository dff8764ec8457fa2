/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SYN_SENT: connects that nobody answers. */
#include "families.h"

#include "deaf.h"
#include "peer.h"

enum { CONNECTS = 50 };

/* A SYN is sent again after a second, and after another one: waited for here and by the sign. */
static int unanswered(struct drill *drill)
{
	const struct rows once_more = { .states = IN(SYN_SENT), .retries = 1 };

	drill->listener = peer_listen(drill, PEER_PORT, 2 * CONNECTS);
	if (drill->listener < 0 || (drill->careless && deaf(drill->listener) < 0) ||
	    peer_start_clients(drill, CONNECTS, false) < 0)
		return -1;
	return drill->careless ? watch_for(&once_more, CONNECTS) :
				 peer_accept_all(drill->listener, CONNECTS);
}

#define UNANSWERED(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "connect-unanswered", \
		.expected = { { .subject = PEER_DESTINATION(version), \
				.number = "connects that sent 3 SYNs or more", \
				.least = 50, .most = 50 } }, \
		.advise = "--window 0", .seconds = 2.1, /* two SYNs, a second apart */ \
		.ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, .make = unanswered, \
		.signs = { { .rows = { .states = IN(SYN_SENT), .remote_port = PEER_PORT, \
				       .owner = OWNED, .retries = 2 }, \
			     .least = CONNECTS, .most = CONNECTS } }, \
	}

const struct condition family_syn_sent[] = {
	UNANSWERED("connect-unanswered", IPV4,
		   "connects to a destination that drops SYNs without a word"),
	UNANSWERED("connect-unanswered-ipv6", IPV6, "the same over IPv6"),
	{ 0 },
};
