/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Idle connections, and whether anybody would notice that the peer is gone. */
#include "families.h"
#include "peer.h"

/* How long a connection has been idle cannot be forged: the kernel keeps it in jiffies, and sets it
 * anew when TCP_REPAIR makes a connection (net/ipv4/tcp_input.c tcp_finish_connect). So the age a
 * rule waits for must come down by --let. */
static int idle(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, MANY) < 0)
		return -1;
	for (i = 0; !drill->careless && i < MANY; i++)
		if (peer_option(pairs[i].client, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ||
		    peer_option(pairs[i].server, SOL_SOCKET, SO_KEEPALIVE, 1) < 0)
			return -1;
	return 0;
}

static bool row_without_timer(const struct inet_diag_msg *row)
{
	return row->idiag_timer == TIMER_NONE;
}

const struct condition family_keepalive[] = {
	{
		.name = "keepalive-missing",
		.help = "idle connections without keepalive: a peer that vanished would never "
			"be noticed",
		.rules = "idle-without-keepalive",
		.advise = "--window 0 --let idle-without-keepalive.age=1ms",
		.seconds = 0.1,
		.make = idle,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_without_timer },
			     .least = 2 * MANY, .most = 2 * MANY } },
	},
	{
		.name = "keepalive-tuned-unused",
		.help = "keepalive is tuned by sysctl, and no application turns it on",
		.rules = "keepalive-tuned-unused",
		.advise = "--window 0",
		.seconds = 0.1,
		.world = "net.ipv4.tcp_keepalive_time=300",
		.make = idle,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_without_timer },
			     .least = 2 * MANY, .most = 2 * MANY } },
	},
	{ 0 },
};
