/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Received data for which a socket has no room: receive buffer, out-of-order queue, backlog. */
#include "families.h"

#include "fault.h"
#include "flow.h"
#include "slow.h"
#include "tun.h"

enum {
	UNREAD = 100000,
	SHRUNK = 2304,	 /* the least that SO_RCVBUF takes */
	AT_ONCE = 10,	 /* sockets; each drops a segment or more */
	KEPT = 4,
	SMALL_BUFFER = 20000,
	SEGMENTS = 150,
	TINY = 100,	   /* bytes in a segment: far less than the memory it takes */
	FLOOD = 400,	   /* segments of 1 KB, more than the backlog takes */
	FLOOD_SEGMENT = 1000,
};

/* ---- the buffer shrinks under what is in it ---- */

/* In the fixed form the application leaves SO_RCVBUF alone, and reads no sooner. */
static int shrink_buffer(struct drill *drill)
{
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	drill_hold(drill, pair.client);
	drill_hold(drill, pair.server);
	if (drill->form == FORM_HEALTHY)
		return flow_transfer(&pair, UNREAD, WATCH_BOUND_MS) ? 0 : fault("data is stuck");
	if (flow_write(pair.client, UNREAD / 2) != UNREAD / 2 ||
	    (drill->careless && peer_option(pair.server, SOL_SOCKET, SO_RCVBUF, SHRUNK) < 0))
		return fault("cannot fill a receive buffer");
	flow_write(pair.client, UNREAD / 2);
	return 0;
}

static int shrink_buffers(struct drill *drill, unsigned count)
{
	while (count--)
		if (shrink_buffer(drill) < 0)
			return -1;
	return 0;
}

static int make_shrunk(struct drill *drill)
{
	drill->listener = peer_listen(drill, PEER_PORT, 128);
	return drill->listener < 0 ? -1 : shrink_buffers(drill, AT_ONCE);
}

static void keep_shrunk(struct drill *drill)
{
	if (drill->careless)
		shrink_buffers(drill, KEPT);
}

/* ---- segments that cost more than they carry ---- */

struct remote {
	struct tun tun;
	struct segment next; /* what the peer would send next */
	int server;
};

static struct remote *connect_remote(struct drill *drill)
{
	struct remote *remote = drill->own = xcalloc(1, sizeof *remote);

	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 128);
	if (drill->listener < 0 || tun_open(&remote->tun) < 0 ||
	    (drill->careless &&
	     peer_option(drill->listener, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER) < 0) ||
	    tun_connect(&remote->tun, PEER_PORT, &remote->next) < 0)
		return NULL;
	remote->server = peer_accept(drill->listener);
	return remote->server < 0 ? NULL : remote;
}

static int send_tiny(struct remote *remote, uint32_t offset)
{
	static const char data[TINY];
	struct segment segment = remote->next;

	segment.seq += offset;
	segment.data = data;
	segment.len = TINY;
	return tun_send(&remote->tun, &segment);
}

static int collapse(struct drill *drill)
{
	struct remote *remote = connect_remote(drill);
	uint32_t i;

	for (i = 0; remote && i < SEGMENTS; i++)
		if (send_tiny(remote, i * TINY) < 0)
			return -1;
	return remote ? 0 : -1;
}

/* The last one first, since only what lies behind the segment that has come is thrown away
 * (net/ipv4/tcp_input.c tcp_prune_ofo_queue). The first byte never comes. */
static int prune_out_of_order(struct drill *drill)
{
	struct remote *remote;
	uint32_t i;

	if (drill->form == FORM_HEALTHY)
		return collapse(drill);
	remote = connect_remote(drill);
	for (i = SEGMENTS; remote && i > 0; i--)
		if (send_tiny(remote, i * (TINY + 1)) < 0)
			return -1;
	return remote ? 0 : -1;
}

/* ---- the backlog of a locked socket ---- */

static void flood(void *arg)
{
	static const char data[FLOOD_SEGMENT];
	struct remote *remote = arg;
	struct segment segment = remote->next;
	unsigned i;

	/* The same again and again: segments that continue each other are joined
	 * (net/ipv4/tcp_ipv4.c tcp_add_backlog). */
	segment.data = data;
	segment.len = sizeof data;
	for (i = 0; i < FLOOD; i++)
		tun_send(&remote->tun, &segment);
}

static int flood_locked(struct drill *drill)
{
	struct remote *remote = drill->own;

	if (drill->careless)
		return slow_send(remote->server, flood, remote);
	flood(remote);
	return 0;
}

static int make_locked(struct drill *drill)
{
	return connect_remote(drill) ? flood_locked(drill) : -1;
}

static void keep_locked(struct drill *drill)
{
	if (drill->careless)
		flood_locked(drill);
}

const struct condition family_memory[] = {
	{
		.name = "receive-buffer-shrunk",
		.help = "an application makes SO_RCVBUF small while data is unread, and more "
			"data is dropped",
		.rules = "receive-buffer-drops",
		.advise = "--window 1s",
		.expected = { { .number = "segments dropped after pruning failed", .least = 10 } },
		.seconds = 0.1,
		.make = make_shrunk,
		.keep = keep_shrunk,
		.signs = { { .counter = "TcpExt.RcvPruned", .least = AT_ONCE },
			   { .counter = "TcpExt.TCPRcvQDrop", .least = AT_ONCE } },
	},
	{
		.name = "receive-queue-collapsed",
		.help = "many tiny segments fill a receive buffer, and are joined to make room",
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		.make = collapse,
		.signs = { { .counter = "TcpExt.TCPRcvCollapsed", .least = 1 },
			   { .counter = "TcpExt.PruneCalled", .least = 1 } },
	},
	{
		.name = "out-of-order-pruned",
		.help = "tiny segments with gaps fill a receive buffer, and are thrown away",
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		.make = prune_out_of_order,
		.signs = { { .counter = "TcpExt.OfoPruned", .least = 1 },
			   { .counter = "TcpExt.PruneCalled", .least = 1 } },
	},
	{
		.name = "socket-backlog-drops",
		.help = "a program is stuck inside send(), and what arrives meanwhile is "
			"dropped",
		.rules = "socket-backlog-drops",
		.advise = "--window 1s",
		.expected = { { .number = "segments dropped", .least = 500 } },
		.needs = NEEDS_TUN | NEEDS_USERFAULT,
		.seconds = 0.1,
		.make = make_locked,
		.keep = keep_locked,
		.signs = { { .counter = "TcpExt.TCPBacklogDrop", .least = 100 } },
	},
	{ 0 },
};
