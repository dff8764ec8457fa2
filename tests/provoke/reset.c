/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that this host resets on its own account. */
#include "families.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "fault.h"
#include "peer.h"

enum { RESETS = 100, RESETS_KEPT = 5, CLOSED_PORT = PEER_PORT + 1 };

static int orderly(const struct pair *pair)
{
	close(pair->client);
	if (peer_read_eof(pair->server) < 0)
		return -1;
	close(pair->server);
	return 0;
}

/* close() with SO_LINGER {1, 0} sends RST. The kernel counts it as TCPAbortOnData, not ...OnLinger
 * (net/ipv4/tcp.c __tcp_close). */
static int linger_zero(struct drill *drill)
{
	const struct linger linger = { .l_onoff = 1 };
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	if (!drill->careless)
		return orderly(&pair);
	if (setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0)
		return -1;
	close(pair.server);
	close(pair.client);
	return 0;
}

static int close_unread(struct drill *drill)
{
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0 ||
	    send(pair.client, "unread", 6, MSG_NOSIGNAL) < 0)
		return -1;
	if (!drill->careless)
		return orderly(&pair);
	close(pair.server);
	close(pair.client);
	return 0;
}

/* A negative TCP_LINGER2 wants no FIN_WAIT_2: close() sends RST when the connection is there
 * already (net/ipv4/tcp.c __tcp_close). */
static int linger2_batch(const struct drill *drill, unsigned count)
{
	const struct rows half_closed = { .states = IN(FIN_WAIT2), .owner = OWNED };
	struct pair pairs[RESETS];
	unsigned i;

	if (peer_pairs(drill, drill->listener, pairs, count) < 0)
		return -1;
	for (i = 0; i < count; i++) {
		if (drill->careless &&
		    peer_option(pairs[i].server, IPPROTO_TCP, TCP_LINGER2, -1) < 0)
			return -1;
		shutdown(pairs[i].server, SHUT_WR);
	}
	if (watch_for(&half_closed, count) < 0)
		return -1;
	for (i = 0; i < count; i++) {
		close(drill->careless ? pairs[i].server : pairs[i].client);
		close(drill->careless ? pairs[i].client : pairs[i].server);
	}
	return 0;
}

static int linger2_negative(struct drill *drill)
{
	drill->listener = peer_listen(drill, PEER_PORT, 128);
	return drill->listener < 0 ? -1 : linger2_batch(drill, RESETS);
}

static void keep_linger2_negative(struct drill *drill)
{
	linger2_batch(drill, RESETS_KEPT);
}

/* Nobody listens where the careless client connects. */
static int connect_refused(struct drill *drill)
{
	struct pair pair;
	int fd, refused;

	if (!drill->careless)
		return peer_pair(drill, drill->listener, &pair) < 0 ? -1 : orderly(&pair);
	fd = peer_client(drill);
	if (fd < 0)
		return -1;
	refused = peer_connect(drill, fd, CLOSED_PORT) < 0 && errno == ECONNREFUSED;
	close(fd);
	return refused ? 0 : fault("nobody listens, and connect() is not refused");
}

static int repeat(struct drill *drill, int (*one)(struct drill *drill), unsigned count)
{
	while (count--)
		if (one(drill) < 0)
			return -1;
	return 0;
}

static int many(struct drill *drill, int (*one)(struct drill *drill))
{
	drill->listener = peer_listen(drill, PEER_PORT, 128);
	return drill->listener < 0 ? -1 : repeat(drill, one, RESETS);
}

static int many_linger_zero(struct drill *drill)
{
	return many(drill, linger_zero);
}

static int many_close_unread(struct drill *drill)
{
	return many(drill, close_unread);
}

static int many_refused(struct drill *drill)
{
	return many(drill, connect_refused);
}

static void keep_refused(struct drill *drill)
{
	repeat(drill, connect_refused, RESETS_KEPT);
}

static void keep_linger_zero(struct drill *drill)
{
	repeat(drill, linger_zero, RESETS_KEPT);
}

static void keep_close_unread(struct drill *drill)
{
	repeat(drill, close_unread, RESETS_KEPT);
}

const struct condition family_reset[] = {
	{
		.name = "linger-zero",
		.help = "the application closes with SO_LINGER and time 0, which resets the "
			"connection",
		.rules = "linger-zero-resets",
		.advise = "--window 1s",
		.expected = { { .number = "connections reset by this host", .least = 10 } },
		.seconds = 0.1,
		.make = many_linger_zero,
		.keep = keep_linger_zero,
		.signs = { { .counter = "TcpExt.TCPAbortOnData", .least = RESETS } },
	},
	{
		.name = "close-unread",
		.help = "the application closes connections whose data it has not read",
		.rules = "close-with-unread-data",
		.advise = "--window 1s",
		.expected = { { .number = "closed with data unread", .least = 10 } },
		.seconds = 0.1,
		.make = many_close_unread,
		.keep = keep_close_unread,
		.signs = { { .counter = "TcpExt.TCPAbortOnClose", .least = RESETS } },
	},
	{
		.name = "linger2-negative",
		.help = "the application resets half-closed connections by a negative "
			"TCP_LINGER2",
		.rules = "linger2-negative-resets",
		.advise = "--window 1s",
		.expected = { { .number = "half-closed connections reset", .least = 10 } },
		.seconds = 0.1,
		.make = linger2_negative,
		.keep = keep_linger2_negative,
		.signs = { { .counter = "TcpExt.TCPAbortOnLinger", .least = RESETS },
			   { .counter = "Tcp.OutRsts", .least = RESETS } },
	},
	{
		.name = "connects-refused",
		.help = "the application connects again and again to a port where nobody listens",
		.rules = "connects-refused",
		.advise = "--window 1s",
		.expected = { { .number = "connects refused, at least", .least = 10 } },
		.seconds = 0.1,
		.make = many_refused,
		.keep = keep_refused,
		.signs = { { .counter = "Tcp.AttemptFails", .least = RESETS } },
	},
	{ 0 },
};
