/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Closed by this side, and not finished: FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK. */
#include "families.h"
#include "deaf.h"
#include "fault.h"
#include "peer.h"

enum {
	PAIRS = 1100,
	SMALL_BUFFER = 4096,
	STRAGGLERS = 3, /* of 120: rarely an orphan goes another way than its siblings */
};

static int connect_pairs(struct drill *drill, struct pair *pairs, size_t count)
{
	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	return drill->listener < 0 ? -1 : peer_pairs(drill, drill->listener, pairs, count);
}

/* Both ends close, this side first. */
static int close_orderly(const struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		close(pairs[i].server);
		if (peer_read_eof(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	return 0;
}

enum { DEAD = 1, HELD = 2 }; /* clients that are gone without a word; a server that waits */

/* The server ends its side: it closes or, with HELD, it shuts down and keeps the descriptor, where
 * no timeout of the kernel applies. The clients never end theirs. */
static int half_close(struct drill *drill, size_t count, unsigned how)
{
	static struct pair pairs[PAIRS];
	size_t i;

	if (connect_pairs(drill, pairs, count) < 0)
		return -1;
	if (!drill->careless)
		return close_orderly(pairs, count);
	for (i = 0; i < count; i++) {
		if (how & DEAD && deaf(pairs[i].client) < 0)
			return -1;
		if (how & HELD)
			shutdown(pairs[i].server, SHUT_WR);
		else
			close(pairs[i].server);
	}
	return 0;
}

/* Nobody acknowledges the FIN. */
static int dead_peers(struct drill *drill)
{
	return half_close(drill, MANY, DEAD);
}

static int dead_peers_held(struct drill *drill)
{
	return half_close(drill, MANY, DEAD | HELD);
}

/* It is acknowledged, and no other comes. */
static int silent_peers(struct drill *drill)
{
	return half_close(drill, MANY, 0);
}

static int silent_peers_held(struct drill *drill)
{
	return half_close(drill, MANY, HELD);
}

static int very_many_silent_peers(struct drill *drill)
{
	return half_close(drill, PAIRS, 0);
}

/* Clients close and vanish; the server closes second. Its FIN is never acknowledged. */
static int last_acks(struct drill *drill)
{
	const struct rows waiting = { .states = IN(CLOSE_WAIT) };
	struct pair pairs[MANY];
	unsigned i;

	if (connect_pairs(drill, pairs, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		if (drill->careless && deaf(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	if (watch_for(&waiting, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++)
		close(pairs[i].server);
	return 0;
}

/* Both sides close; the clients' FIN arrives, that of the server is lost, and so is every
 * acknowledgment of it. */
static int both_close(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	if (connect_pairs(drill, pairs, MANY) < 0)
		return -1;
	if (!drill->careless)
		return close_orderly(pairs, MANY);
	for (i = 0; i < MANY; i++) {
		if (deaf(pairs[i].client) < 0)
			return -1;
		close(pairs[i].server);
		close(pairs[i].client);
	}
	return 0;
}

/* What a client has room for is acknowledged, and the rest waits for a window. */
static void fill_and_close(const struct pair *pair)
{
	static const char data[SMALL_BUFFER];

	while (send(pair->server, data, sizeof data, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		;
	close(pair->server);
}

/* Clients that do not read; the server writes what it has and closes. */
static int peers_never_read(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	drill->listener = peer_server(drill);
	if (drill->listener < 0 ||
	    peer_option(drill->listener, SOL_SOCKET, SO_SNDBUF, SMALL_BUFFER) < 0 ||
	    peer_start_listening(drill, drill->listener, PEER_PORT, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		pairs[i].client = peer_client(drill);
		if (pairs[i].client < 0 ||
		    peer_option(pairs[i].client, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER) < 0)
			return -1;
		if (peer_connect(drill, pairs[i].client, PEER_PORT) < 0)
			return fault_errno("cannot connect");
		pairs[i].server = peer_accept(drill->listener);
		if (pairs[i].server < 0)
			return -1;
		if (drill->careless)
			fill_and_close(&pairs[i]);
	}
	return drill->careless ? 0 : close_orderly(pairs, MANY);
}

static bool row_unsent(const struct inet_diag_msg *row)
{
	return row->idiag_wqueue > 1; /* more than the FIN */
}

/* For retransmissions after 0.2, 0.4 and 0.8 s. */
#define THREE_RETRIES(in) \
	{ .rows = { .states = IN(in), .local_port = PEER_PORT, .owner = ORPHANED, \
		    .timer = TIMER_RETRANSMIT, .retries = 3 }, \
	  .least = MANY, .most = MANY }

#define DEAD_PEER(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "fin-wait1-peer-unreachable", \
		.advise = "--window 0", \
		.expected = { { .number = "closed, and retransmitting to nobody", .least = MANY, \
				.most = MANY } }, \
		.seconds = 1.5, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = dead_peers, .signs = { THREE_RETRIES(FIN_WAIT1) }, \
	}

#define LAST(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "last-ack-pile", \
		.advise = "--window 0", \
		.expected = { { .number = "FIN sent four times or more", .least = MANY, \
				.most = MANY } }, \
		.seconds = 1.5, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = last_acks, .signs = { THREE_RETRIES(LAST_ACK) }, \
	}

#define NEVER_READ(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "fin-wait1-window-closed", \
		.advise = "--window 0", \
		.expected = { { .number = "closed, and not allowed to send", .least = MANY, \
				.most = MANY } }, \
		.seconds = 0.1, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = peers_never_read, \
		.signs = { { .rows = { .states = IN(FIN_WAIT1), .local_port = PEER_PORT, \
				       .owner = ORPHANED, .timer = TIMER_PROBE, \
				       .also = row_unsent }, \
			     .least = MANY, .most = MANY } }, \
	}

const struct condition family_fin_wait[] = {
	DEAD_PEER("fin-wait1-dead-peer", IPV4,
		  "peers are gone without a word, and nobody acknowledges the FIN"),
	DEAD_PEER("fin-wait1-dead-peer-ipv6", IPV6, "the same over IPv6"),
	DEAD_PEER("fin-wait1-dead-peer-mapped", IPV4_MAPPED,
		  "the same, IPv4 clients of an IPv6 listener"),
	{
		.name = "fin-wait2-orphan",
		.help = "peers acknowledge the FIN and never close their side",
		.rules = "fin-wait2-peer-never-closes",
		.advise = "--window 0",
		.expected = { { .number = "orphaned connections in FIN_WAIT_2",
				.least = PAIRS, .most = PAIRS } },
		.seconds = 0.2,
		.make = very_many_silent_peers,
		.signs = { { .rows = { .states = IN(FIN_WAIT2), .owner = ORPHANED },
			     .least = PAIRS, .most = PAIRS } },
	},
	{
		.name = "fin-wait2-held",
		.help = "the application shuts down its side, keeps the descriptor and never "
			"closes",
		.rules = "fin-wait2-held",
		.advise = "--window 0 --let fin-wait2-held.age=1ms",
		.expected = { { .subject = ITSELF,
				.number = "half-closed connections held by processes",
				.least = MANY, .most = MANY } },
		.seconds = 0.1,
		.make = silent_peers_held,
		.signs = { { .rows = { .states = IN(FIN_WAIT2), .owner = OWNED },
			     .least = MANY, .most = MANY } },
	},
	LAST("last-ack", IPV4,
	     "peers have closed and vanished, and nobody acknowledges the last FIN"),
	LAST("last-ack-ipv6", IPV6, "the same over IPv6"),
	LAST("last-ack-mapped", IPV4_MAPPED, "the same, IPv4 clients of an IPv6 listener"),
	NEVER_READ("fin-wait1-window-closed", IPV4,
		   "peers do not read, and data that the application left at close() waits for "
		   "their window"),
	NEVER_READ("fin-wait1-window-closed-ipv6", IPV6, "the same over IPv6"),
	{
		.name = "fin-wait1-held",
		.help = "peers are gone without a word, and the application waits after its "
			"shutdown()",
		.seconds = 0.5,
		.make = dead_peers_held,
		.signs = { { .rows = { .states = IN(FIN_WAIT1), .local_port = PEER_PORT,
				       .owner = OWNED, .timer = TIMER_RETRANSMIT, .retries = 1 },
			     .least = MANY, .most = MANY } },
	},
	{
		.name = "fin-wait2-full-socket",
		.help = "tcp_fin_timeout above 60 s keeps orphans as full sockets first",
		.rules = "fin-timeout-shorter-than-set",
		.advise = "--window 0",
		.expected = { { .number = "orphaned connections in FIN_WAIT_2", .least = MANY,
				.most = MANY } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_fin_timeout=90",
		.remedy = "net.ipv4.tcp_fin_timeout=60",
		.make = silent_peers,
		.signs = { { .rows = { .states = IN(FIN_WAIT2), .owner = ORPHANED,
				       .timer = TIMER_KEEPALIVE },
			     .least = MANY, .most = MANY, .control = STRAGGLERS } },
	},
	{
		.name = "closing",
		.help = "both sides have closed at once, and one FIN is never acknowledged",
		.seconds = 0.5,
		.make = both_close,
		.signs = {
			{ .rows = { .states = IN(CLOSING), .local_port = PEER_PORT,
				    .owner = ORPHANED, .timer = TIMER_RETRANSMIT, .retries = 1 },
			  .least = MANY, .most = MANY },
			{ .rows = { .states = IN(FIN_WAIT1), .remote_port = PEER_PORT },
			  .least = MANY, .most = MANY },
		},
	},
	{ 0 },
};
