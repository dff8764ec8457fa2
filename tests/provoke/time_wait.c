/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TIME_WAIT: who closes first waits. */
#include "families.h"
#include "fault.h"
#include "peer.h"

enum {
	CHURN = 6300, /* 105 a second of the 60 that TIME_WAIT lasts */
	ON_SERVER = 1200,
	ON_SERVER_LEAST = 1000, /* a client's port that comes up again reopens its TIME_WAIT */
	BUCKETS = 50, /* as in the table below */
	OVER_BUCKETS = 80,
	NEARLY_BUCKETS = 95, /* of 100 */
	SOME = 150,
	HALF_MINUTE_MS = 30000,
	REUSED = 5,
	VISITS = 30, /* a tenth of a second's */
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

static int connect_and_close(struct drill *drill, unsigned count, bool client_first)
{
	while (count--)
		if (close_first(drill, client_first) < 0)
			return -1;
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
	if (drill->careless)
		return connect_and_close(drill, count, client_first);
	for (i = 0; i < REUSED; i++)
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

static int visit(struct drill *drill)
{
	return requests(drill, VISITS, true);
}

static void visit_again(struct drill *drill)
{
	if (drill->careless)
		connect_and_close(drill, VISITS, true);
}

static int overflow(struct drill *drill)
{
	return requests(drill, OVER_BUCKETS, false);
}

static int fill_buckets(struct drill *drill)
{
	return requests(drill, NEARLY_BUCKETS, false);
}

static int some(struct drill *drill)
{
	return requests(drill, SOME, true);
}

/* Longer than net.ipv4.tcp_fin_timeout. */
static bool row_outlives(const struct inet_diag_msg *row)
{
	return row->idiag_expires > HALF_MINUTE_MS;
}

static int verify_nothing_forgotten(struct drill *drill)
{
	return counters_moved(&drill->before, "TcpExt.TCPTimeWaitOverflow") == 0 ?
		       0 :
		       fault("the TIME_WAIT table has overflowed, and was only to be nearly full");
}

#define ON_CLIENT(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "time-wait-client-churn", \
		.advise = "--window 0", \
		.expected = { { .subject = PEER_DESTINATION(version), \
				.number = "connections in TIME_WAIT", .least = CHURN, \
				.most = CHURN } }, \
		.seconds = 0.5, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = client_churn, \
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT }, \
			     .least = CHURN, .most = CHURN } }, \
	}

#define ON_SERVER_SIDE(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "time-wait-on-server", \
		.advise = "--window 0", \
		.expected = { { .subject = PEER_LISTENER(version), \
				.number = "connections in TIME_WAIT", .least = ON_SERVER_LEAST, \
				.most = ON_SERVER } }, \
		.seconds = 0.2, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = server_closes, \
		.signs = { { .rows = { .states = IN(TIME_WAIT), .local_port = PEER_PORT }, \
			     .least = ON_SERVER_LEAST, .most = ON_SERVER } }, \
	}

const struct condition family_time_wait[] = {
	ON_CLIENT("time-wait-client", IPV4,
		  "a client opens a connection for each request, and closes it first"),
	ON_CLIENT("time-wait-client-ipv6", IPV6, "the same over IPv6"),
	ON_CLIENT("time-wait-client-mapped", IPV4_MAPPED,
		  "the same, IPv4 clients of an IPv6 listener"),
	ON_SERVER_SIDE("time-wait-server", IPV4,
		       "a server closes each connection first, and has them in TIME_WAIT, which is "
		       "no fault"),
	ON_SERVER_SIDE("time-wait-server-ipv6", IPV6, "the same over IPv6"),
	ON_SERVER_SIDE("time-wait-server-mapped", IPV4_MAPPED,
		       "the same, IPv4 clients of an IPv6 listener"),
	{
		.name = "time-wait-nearly-full",
		.help = "the TIME_WAIT table is nearly full",
		.rules = "time-wait-table-nearly-full",
		.advise = "--window 0",
		.expected = { { .number = "entries in the TIME_WAIT table",
				.least = NEARLY_BUCKETS, .most = NEARLY_BUCKETS } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_max_tw_buckets=100",
		.remedy = "net.ipv4.tcp_max_tw_buckets=131072",
		.make = fill_buckets,
		.verify = verify_nothing_forgotten,
		.signs = { { .rows = { .states = IN(TIME_WAIT) }, .least = NEARLY_BUCKETS,
			     .most = NEARLY_BUCKETS, .control = NEARLY_BUCKETS } },
	},
	{
		.name = "fin-timeout-for-time-wait",
		.help = "tcp_fin_timeout was lowered to shorten TIME_WAIT, which it does not",
		.rules = "fin-timeout-not-time-wait",
		.advise = "--window 0",
		.expected = { { .number = "in TIME_WAIT, this host connected", .least = SOME,
				.most = SOME } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_fin_timeout=30",
		.remedy = "net.ipv4.tcp_fin_timeout=60",
		.make = some,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .also = row_outlives },
			     .least = SOME, .most = SOME, .control = SOME } },
	},
	{
		.name = "time-wait-overflow",
		.help = "the TIME_WAIT table is full, and closed connections are forgotten at once",
		.rules = "time-wait-table-overflow",
		.expected = { { .number = "entries in the TIME_WAIT table",
				.least = BUCKETS, .most = BUCKETS } },
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
	{
		.name = "short-lived-connections",
		.help = "clients open a connection for each request",
		.rules = "short-lived-connections",
		.advise = "--window 1s",
		.expected = { { .number = "connections accepted a second", .least = 100 } },
		.seconds = 0.1,
		.make = visit,
		.keep = visit_again,
		.signs = { { .counter = "Tcp.PassiveOpens", .least = VISITS,
			     .control = REUSED } },
	},
	{ 0 },
};
