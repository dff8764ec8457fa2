/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remote peers made of packets, that reset, go on sending, or send what is damaged. Were they
 * sockets of this namespace, its counters would count both ends. */
#include "families.h"

#include <netinet/in.h>
#include <string.h>

#include "fault.h"
#include "peer.h"
#include "tun.h"

enum { PEERS = 100, PEERS_KEPT = 5, FIRST_PORT = 10000, PORTS = 50000 };

struct remote {
	struct tun tun;
	unsigned peers; /* so far */
};

/* One connection: a socket of ours and what the peer sends next. */
struct link {
	int server;
	struct segment peer;
};

static uint16_t next_port(struct remote *remote)
{
	return (uint16_t)(FIRST_PORT + remote->peers++ % PORTS);
}

static int link_up(const struct drill *drill, struct link *link)
{
	struct remote *remote = drill->own;

	link->peer = (struct segment){ .from_port = next_port(remote) };
	if (tun_connect(&remote->tun, PEER_PORT, &link->peer) < 0)
		return -1;
	link->server = peer_accept(drill->listener);
	return link->server < 0 ? -1 : 0;
}

static int say(const struct drill *drill, struct link *link, uint8_t flags, const char *data)
{
	const struct remote *remote = drill->own;

	link->peer.flags = flags;
	link->peer.data = data;
	link->peer.len = data ? strlen(data) : 0;
	if (tun_send(&remote->tun, &link->peer) < 0)
		return -1;
	link->peer.seq += (uint32_t)link->peer.len + !!(flags & TH_FIN);
	return 0;
}

/* The next segment to this peer that has the flag. */
static int hear_flag(const struct drill *drill, const struct link *link, uint8_t flag,
		     struct segment *got)
{
	const struct remote *remote = drill->own;

	do
		if (!tun_receive(&remote->tun, got, WATCH_BOUND_MS))
			return fault("the peer made of packets did not hear an answer");
	while (got->to_port != link->peer.from_port || !(got->flags & flag));
	return 0;
}

/* The peer closes first. */
static int part(const struct drill *drill, struct link *link)
{
	struct segment fin;

	if (say(drill, link, TH_FIN | TH_ACK, NULL) < 0 || peer_read_eof(link->server) < 0)
		return -1;
	close(link->server);
	if (hear_flag(drill, link, TH_FIN, &fin) < 0)
		return -1;
	link->peer.ack = fin.seq + 1;
	return say(drill, link, TH_ACK, NULL);
}

/* ---- one of each ---- */

static int peer_resets(struct drill *drill)
{
	struct link link;

	if (link_up(drill, &link) < 0)
		return -1;
	if (!drill->careless)
		return part(drill, &link);
	if (say(drill, &link, TH_RST | TH_ACK, NULL) < 0)
		return -1;
	close(link.server);
	return 0;
}

/* A SYN, and a reset for its answer, as port scanners and some health checks do. */
static int peer_resets_half_open(struct drill *drill)
{
	struct remote *remote = drill->own;
	struct link link = { .peer = { .from = TUN_PEER_HOST, .to = TUN_US_HOST,
				       .to_port = PEER_PORT, .seq = 1000, .flags = TH_SYN,
				       .window = 65535, .mss = 1460 } };
	struct segment answer;

	if (!drill->careless)
		return link_up(drill, &link) < 0 ? -1 : part(drill, &link);
	link.peer.from_port = next_port(remote);
	if (tun_send(&remote->tun, &link.peer) < 0 || hear_flag(drill, &link, TH_SYN, &answer) < 0)
		return -1;
	answer = tun_answer(&answer, TH_RST);
	return tun_send(&remote->tun, &answer);
}

/* We close first. A peer that had heard of it would acknowledge the FIN: what is left of the
 * connection would then be an entry in FIN_WAIT_2, which resets and counts nothing. */
static int peer_goes_on(struct drill *drill)
{
	struct segment fin;
	struct link link;

	if (link_up(drill, &link) < 0)
		return -1;
	if (!drill->careless)
		return part(drill, &link);
	close(link.server);
	if (hear_flag(drill, &link, TH_FIN, &fin) < 0)
		return -1;
	return say(drill, &link, TH_ACK | TH_PUSH, "late");
}

/* What is damaged on the way is dropped; the peer sends it again. */
static int peer_sends_damaged(struct drill *drill)
{
	struct link link;

	if (link_up(drill, &link) < 0)
		return -1;
	if (drill->careless) {
		link.peer.damaged = true;
		if (say(drill, &link, TH_ACK | TH_PUSH, "data") < 0)
			return -1;
		link.peer.damaged = false;
		link.peer.seq -= (uint32_t)link.peer.len;
	}
	return say(drill, &link, TH_ACK | TH_PUSH, "data") < 0 ? -1 : part(drill, &link);
}

/* ---- many of them ---- */

static int repeat(struct drill *drill, int (*one)(struct drill *drill), unsigned count)
{
	while (count--)
		if (one(drill) < 0)
			return -1;
	return 0;
}

static int many(struct drill *drill, int (*one)(struct drill *drill))
{
	struct remote *remote = drill->own = xcalloc(1, sizeof *remote);

	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 128);
	if (drill->listener < 0 || tun_open(&remote->tun) < 0)
		return -1;
	return repeat(drill, one, PEERS);
}

#define MANY_AND_KEPT(one) \
	static int many_##one(struct drill *drill) \
	{ \
		return many(drill, one); \
	} \
	static void keep_##one(struct drill *drill) \
	{ \
		repeat(drill, one, PEERS_KEPT); \
	}

MANY_AND_KEPT(peer_resets)
MANY_AND_KEPT(peer_resets_half_open)
MANY_AND_KEPT(peer_goes_on)
MANY_AND_KEPT(peer_sends_damaged)

/* The pace is that of keep(), which has to share the processors with whatever else is tested: a
 * tenth of what it aims at must do. */
#define REMOTE(title, id, rate, label, one, sentence) \
	.name = title, .help = sentence, .rules = id, \
	.advise = "--window 1s --let " id "." rate "=1/s", \
	.expected = { { .number = label, .least = 2 } }, .seconds = 0.1, .needs = NEEDS_TUN, \
	.make = many_##one, .keep = keep_##one

const struct condition family_remote[] = {
	{
		REMOTE("peers-reset", "peers-reset-connections", "resets",
		       "resets from peers, at least",
		       peer_resets, "peers end their connections with a reset"),
		.signs = { { .counter = "Tcp.EstabResets", .least = PEERS } },
	},
	{
		REMOTE("half-open-reset", "half-open-connections-reset", "resets",
		       "half-open connections reset", peer_resets_half_open,
		       "peers answer SYN-ACK with a reset, as port scanners do"),
		.signs = { { .counter = "TcpExt.EmbryonicRsts", .least = PEERS } },
	},
	{
		REMOTE("data-after-close", "data-after-close-resets", "resets",
		       "closed connections that got data", peer_goes_on,
		       "peers send to connections that the application has closed"),
		.signs = { { .counter = "TcpExt.TCPAbortOnData", .least = PEERS },
			   { .counter = "Tcp.OutRsts", .least = PEERS } },
	},
	{
		REMOTE("checksums-wrong", "tcp-checksum-errors", "errors",
		       "segments with a wrong checksum",
		       peer_sends_damaged, "segments arrive damaged and are dropped"),
		.signs = { { .counter = "Tcp.InCsumErrors", .least = PEERS } },
	},
	{ 0 },
};
