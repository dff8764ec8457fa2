/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control of many. */
#include "healthy.h"

#include "families.h"
#include "fault.h"
#include "peer.h"

enum { SHORT = 50, OPEN = 10, REQUEST = 200 };

static int short_connection(struct drill *drill)
{
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0 || peer_exchange(&pair, REQUEST) < 0)
		return -1;
	close(pair.client);
	if (peer_read_eof(pair.server) < 0)
		return -1;
	close(pair.server);
	return 0;
}

static int open_connection(struct drill *drill)
{
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0 || peer_exchange(&pair, REQUEST) < 0)
		return -1;
	return peer_option(pair.client, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ?
		       -1 :
		       peer_option(pair.server, SOL_SOCKET, SO_KEEPALIVE, 1);
}

int healthy_traffic(struct drill *drill)
{
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < SHORT; i++)
		if (short_connection(drill) < 0)
			return -1;
	for (i = 0; i < OPEN; i++)
		if (open_connection(drill) < 0)
			return -1;
	return watch_for(&(struct rows){ .states = IN(TIME_WAIT) }, SHORT);
}

static void keep_healthy(struct drill *drill)
{
	short_connection(drill);
}

/* What must not be there at all; the traffic itself was checked while it was made. */
static int verify_healthy(struct drill *drill)
{
	static const char *const still[] = {
		"TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPAbortOnData",
		"TcpExt.TCPAbortOnClose", "TcpExt.TCPTimeouts", "TcpExt.TCPTimeWaitOverflow",
		"TcpExt.PruneCalled", "TcpExt.SyncookiesSent", "Tcp.RetransSegs", "Tcp.EstabResets",
		"Tcp.AttemptFails", "Tcp.OutRsts", "Tcp.InErrs",
	};
	size_t i;

	for (i = 0; i < countof(still); i++)
		if (counters_moved(&drill->before, still[i]) != 0)
			return fault("%s moved in healthy traffic", still[i]);
	return 0;
}

#define HEALTHY(title, sentence, version) \
	{ \
		.name = title, .help = sentence, .seconds = 0.1, .ip = version, \
		.make = healthy_traffic, .verify = verify_healthy, .keep = keep_healthy, \
		.needs = version == IPV4 ? 0 : NEEDS_IPV6, \
	}

const struct condition family_healthy[] = {
	HEALTHY("healthy-traffic", "orderly connections, in which nothing is wrong", IPV4),
	HEALTHY("healthy-traffic-ipv6", "the same over IPv6", IPV6),
	HEALTHY("healthy-traffic-mapped", "the same, IPv4 clients of an IPv6 listener",
		IPV4_MAPPED),
	{ 0 },
};
