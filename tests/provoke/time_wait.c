/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TIME_WAIT: who closes first waits. */
#include "families.h"
#include "peer.h"

enum {
	CHURN = 6300, /* 105 a second of the 60 that TIME_WAIT lasts */
	ON_SERVER = 1100,
	BUCKETS = 50, /* as in the table below */
	OVER_BUCKETS = 80,
	REUSED = 5,
};

/* One connection that the client, or else the server, closes first. */
static int close_first(struct drill *drill, bool client_first)
{
	struct pair pair;
	int first, second;

	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	first = client_first ? pair.client : pair.server;
	second = client_first ? pair.server : pair.client;
	close(first);
	if (peer_read_eof(second) < 0)
		return -1;
	close(second);
	return 0;
}

/* Careless: a connection for each of count requests. Well behaved: a few that carry them all. */
static int requests(struct drill *drill, unsigned count, bool client_first)
{
	struct pair pair;
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0)
		return -1;
	for (i = 0; drill->careless && i < count; i++)
		if (close_first(drill, client_first) < 0)
			return -1;
	for (i = 0; !drill->careless && i < REUSED; i++)
		if (peer_pair(drill, drill->listener, &pair) < 0 ||
		    peer_exchange(&pair, count / REUSED) < 0)
			return -1;
	return 0;
}

static int client_churn(struct drill *drill)
{
	return requests(drill, CHURN, true);
}

static int server_closes(struct drill *drill)
{
	return requests(drill, ON_SERVER, false);
}

static int overflow(struct drill *drill)
{
	return requests(drill, OVER_BUCKETS, false);
}

const struct condition family_time_wait[] = {
	{
		.name = "time-wait-client",
		.help = "a client opens a connection for each request, and closes it first",
		.rules = "time-wait-client-churn",
		.advise = "--window 0",
		.seconds = 0.5,
		.make = client_churn,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = CHURN, .most = CHURN } },
	},
	{
		.name = "time-wait-server",
		.help = "a server closes each connection first, and has them in TIME_WAIT, "
			"which is no fault",
		.rules = "time-wait-on-server",
		.advise = "--window 0",
		.seconds = 0.2,
		.make = server_closes,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .local_port = PEER_PORT },
			     .least = ON_SERVER, .most = ON_SERVER } },
	},
	{
		.name = "time-wait-overflow",
		.help = "the TIME_WAIT table is full, and closed connections are forgotten at once",
		.rules = "time-wait-table-overflow",
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_max_tw_buckets=50",
		.remedy = "net.ipv4.tcp_max_tw_buckets=131072",
		.make = overflow,
		.signs = {
			{ .counter = "TcpExt.TCPTimeWaitOverflow",
			  .least = OVER_BUCKETS - BUCKETS },
			{ .rows = { .states = IN(TIME_WAIT) }, .least = BUCKETS, .most = BUCKETS,
			  .control = OVER_BUCKETS },
		},
	},
	{ 0 },
};
