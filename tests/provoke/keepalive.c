/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Idle connections, and whether anybody would notice that the peer is gone. */
#include "families.h"

#include "deaf.h"
#include "fault.h"
#include "peer.h"

/* How long a connection has been idle cannot be forged: the kernel keeps it in jiffies, and sets it
 * anew when TCP_REPAIR makes a connection (net/ipv4/tcp_input.c tcp_finish_connect). So the age a
 * rule waits for must come down by --let. */
static int idle_pairs(struct drill *drill, struct pair *pairs)
{
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

static int idle(struct drill *drill)
{
	struct pair pairs[MANY];

	return idle_pairs(drill, pairs);
}

/* Keepalive is on whatever the form: what is wrong are its times. */
static int idle_with_keepalive(struct drill *drill)
{
	struct pair pair;
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < MANY; i++)
		if (peer_pair(drill, drill->listener, &pair) < 0 ||
		    peer_option(pair.client, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ||
		    peer_option(pair.server, SOL_SOCKET, SO_KEEPALIVE, 1) < 0)
			return -1;
	return 0;
}

/* In the fixed form the peers are as dead, and keepalive notices. */
static int dead_peers(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	if (idle_pairs(drill, pairs) < 0)
		return -1;
	for (i = 0; drill->form != FORM_HEALTHY && i < MANY; i++)
		if (deaf(pairs[i].client) < 0 || deaf(pairs[i].server) < 0)
			return -1;
	return 0;
}

static bool none_left(void *unused)
{
	(void)unused;
	return watch_rows(&(struct rows){ .states = IN(ESTABLISHED) }) == 0;
}

/* The settings below end a dead connection after 2 s. */
static int verify_noticed(struct drill *drill)
{
	if (drill->form != FORM_FIXED)
		return 0;
	if (!watch_until(none_left, NULL, WATCH_BOUND_MS + 1000))
		return fault("keepalive has not ended the connections to dead peers");
	return counters_moved(&drill->before, "TcpExt.TCPKeepAlive") >= MANY ?
		       0 :
		       fault("the connections ended otherwise than by keepalive");
}

static bool row_without_timer(const struct inet_diag_msg *row)
{
	return row->idiag_timer == TIMER_NONE;
}

#define UNNOTICED(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "idle-without-keepalive", \
		.advise = "--window 0 --let idle-without-keepalive.age=1ms", \
		.expected = { { .number = "idle past the age limit, no keepalive", \
				.least = 2 * MANY, .most = 2 * MANY } }, \
		.seconds = 0.1, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = idle, \
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_without_timer }, \
			     .least = 2 * MANY, .most = 2 * MANY } }, \
	}

#define TIMES(title, label, setting, cure, sentence) \
	{ \
		.name = title, .help = sentence, .rules = title, .advise = "--window 0", \
		.expected = { { .number = label, .least = 2 * MANY, .most = 2 * MANY } }, \
		.seconds = 0.1, .fault = setting, .remedy = cure, .make = idle_with_keepalive, \
		.signs = { { .rows = { .states = IN(ESTABLISHED), .timer = TIMER_KEEPALIVE }, \
			     .least = 2 * MANY, .control = 2 * MANY } }, \
	}

const struct condition family_keepalive[] = {
	UNNOTICED("keepalive-missing", IPV4,
		  "idle connections without keepalive: a peer that vanished would never be "
		  "noticed"),
	UNNOTICED("keepalive-missing-ipv6", IPV6, "the same over IPv6"),
	UNNOTICED("keepalive-missing-mapped", IPV4_MAPPED,
		  "the same, IPv4 clients of an IPv6 listener"),
	{
		.name = "keepalive-missing-dead-peer",
		.help = "peers have vanished, and without keepalive nobody notices",
		.rules = "idle-without-keepalive keepalive-tuned-unused",
		.advise = "--window 0 --let idle-without-keepalive.age=1ms",
		.expected = { { .rule = "idle-without-keepalive",
				.number = "idle past the age limit, no keepalive",
				.least = 2 * MANY, .most = 2 * MANY },
			      { .rule = "keepalive-tuned-unused", .number = "connections at rest",
				.least = 2 * MANY, .most = 2 * MANY } },
		.seconds = 0.1, /* fixed 2.1: keepalive needs two rounds of a second */
		.world = "net.ipv4.tcp_keepalive_time=1; net.ipv4.tcp_keepalive_intvl=1; "
			 "net.ipv4.tcp_keepalive_probes=1",
		.make = dead_peers,
		.verify = verify_noticed,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_without_timer },
			     .least = 2 * MANY, .most = 2 * MANY } },
	},
	{
		.name = "keepalive-tuned-unused",
		.help = "keepalive is tuned by sysctl, and no application turns it on",
		.rules = "keepalive-tuned-unused",
		.advise = "--window 0",
		.expected = { { .number = "connections at rest", .least = 2 * MANY,
				.most = 2 * MANY } },
		.seconds = 0.1,
		.world = "net.ipv4.tcp_keepalive_time=300",
		.make = idle,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_without_timer },
			     .least = 2 * MANY, .most = 2 * MANY } },
	},
	TIMES("keepalive-too-eager", "connections with keepalive at rest",
	      "net.ipv4.tcp_keepalive_time=30", "net.ipv4.tcp_keepalive_time=7200",
	      "idle connections are probed every half minute"),
	TIMES("keepalive-gives-up-soon", "connections with keepalive",
	      "net.ipv4.tcp_keepalive_intvl=3; net.ipv4.tcp_keepalive_probes=3",
	      "net.ipv4.tcp_keepalive_intvl=20",
	      "keepalive ends connections after a silence of 9 s"),
	{ 0 },
};
