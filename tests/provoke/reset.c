/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that this host resets on its own account. */
#include "families.h"
#include "peer.h"

enum { RESETS = 100, RESETS_KEPT = 5 };

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
		.seconds = 0.1,
		.make = many_close_unread,
		.keep = keep_close_unread,
		.signs = { { .counter = "TcpExt.TCPAbortOnClose", .least = RESETS } },
	},
	{ 0 },
};
