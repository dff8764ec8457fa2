/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths on which TCP sends again without need, or in vain. */
#include "families.h"

#include "fault.h"
#include "flow.h"
#include "wire.h"

enum {
	BULK = 2200000, /* 1520 segments of 1448 bytes */
	BULK_KEPT = BULK / 4,
	ONE_IN = 20,
	LATE_MS = 3,
	BRIEF = 29000, /* 21 segments */
	CONNECTIONS = 60,
	CONNECTIONS_KEPT = 10,
	SPIKE_EVERY = 2,
	SPIKE_MS = 25,
	BRIEF_EXCHANGES = 20,
	REQUEST = 100,
	EXCHANGES = 1000, /* of two segments each */
	BULK_SOME = 150000,
};

static int transfer(struct drill *drill, const struct wire *wire)
{
	static const struct wire faultless;
	struct pair *pair = drill->own = xcalloc(1, sizeof *pair);

	if (wire_pair(drill, drill->form == FORM_PLAIN ? wire : &faultless, pair) < 0)
		return -1;
	if (!flow_transfer(pair, BULK, WATCH_BOUND_MS))
		return fault("%d bytes do not get over the wire in time", BULK);
	return 0;
}

static void keep_transferring(struct drill *drill)
{
	flow_transfer(drill->own, BULK_KEPT, 100);
}

/* Short connections: a long one learns after a few needless retransmissions to wait longer
 * (net/ipv4/tcp_recovery.c tcp_rack_reo_wnd). */
static int transfer_briefly(struct drill *drill, unsigned times)
{
	struct pair pair;

	while (times--) {
		if (wire_connect(drill, WIRE_PEER, &pair) < 0)
			return -1;
		if (!flow_transfer(&pair, BRIEF, WATCH_BOUND_MS))
			return fault("%d bytes do not get over the wire in time", BRIEF);
		drill_hold(drill, pair.client); /* the overtaken packet is still on its way */
		drill_hold(drill, pair.server);
	}
	return 0;
}

static int transfer_overtaken(struct drill *drill)
{
	const struct wire wire = { .late_every = drill->form == FORM_PLAIN ? ONE_IN : 0,
				   .late_ms = LATE_MS };

	return wire_lay(drill, &wire) < 0 ? -1 : transfer_briefly(drill, CONNECTIONS);
}

static void keep_overtaking(struct drill *drill)
{
	transfer_briefly(drill, CONNECTIONS_KEPT);
}

static int transfer_lost_again(struct drill *drill)
{
	return transfer(drill, &(struct wire){ .lose_every = ONE_IN, .lose_again = true });
}

/* ---- a lower bound of the timeout below what the round trip varies by ---- */

/* A late packet raises the timeout of its connection: so they are short. */
static int exchange_briefly(struct drill *drill, unsigned times)
{
	struct pair pair;

	while (times--) {
		if (wire_connect(drill, WIRE_PEER, &pair) < 0 || peer_exchange(&pair, REQUEST) < 0)
			return -1;
		drill_hold(drill, pair.client);
		drill_hold(drill, pair.server);
	}
	return 0;
}

static int exchange_with_spikes(struct drill *drill)
{
	const struct wire wire = { .late_every = SPIKE_EVERY, .late_ms = SPIKE_MS };

	return wire_lay(drill, &wire) < 0 ? -1 : exchange_briefly(drill, BRIEF_EXCHANGES);
}

static void keep_exchanging(struct drill *drill)
{
	exchange_briefly(drill, BRIEF_EXCHANGES / 10);
}

/* ---- one bad path among good ones ---- */

enum { BAD, GOOD, BOTH };

static int exchange(const struct pair *pair)
{
	unsigned i;

	for (i = 0; i < EXCHANGES; i++)
		if (peer_exchange(pair, REQUEST) < 0)
			return -1;
	return 0;
}

static int transfer_beside(struct drill *drill)
{
	const struct wire wire = { .lose_every = drill->form == FORM_PLAIN ? ONE_IN / 2 : 0 };
	struct pair *pairs = drill->own = xcalloc(BOTH, sizeof *pairs);

	if (wire_pair(drill, &wire, &pairs[BAD]) < 0 ||
	    peer_pair(drill, drill->listener, &pairs[GOOD]) < 0)
		return -1;
	if (!flow_transfer(&pairs[BAD], BULK, WATCH_BOUND_MS))
		return fault("%d bytes do not get over the wire in time", BULK);
	return exchange(&pairs[GOOD]);
}

static void keep_both(struct drill *drill)
{
	const struct pair *pairs = drill->own;

	flow_transfer(&pairs[BAD], BULK_SOME, 100);
	exchange(&pairs[GOOD]);
}

/* The queue of the device holds what a small send buffer holds, and drops nothing. */
#define SMALL_BUFFER "net.ipv4.tcp_wmem=4096 16384 65536"

const struct condition family_path[] = {
	{
		.name = "sent-again-without-need",
		.help = "packets overtake each other, and one in twenty is sent again for nothing",
		.rules = "retransmissions-without-need",
		.advise = "--window 1s",
		.expected = { { .number = "of the segments sent again", .least = 0.5 } },
		.needs = NEEDS_TUN,
		.seconds = 0.3,
		.world = "net.ipv4.tcp_no_metrics_save=1", /* nor learn from one another */
		.make = transfer_overtaken,
		.keep = keep_overtaking,
		.signs = { { .counter = "TcpExt.TCPDSACKRecv", .least = CONNECTIONS / 2, .control = 5 } },
	},
	{
		.name = "sent-again-and-lost",
		.help = "the path loses packets, and loses them again when they are sent again",
		.rules = "retransmissions-lost-again",
		.advise = "--window 1s",
		.expected = { { .number = "of the segments sent again", .least = 0.2 } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		.world = SMALL_BUFFER,
		.make = transfer_lost_again,
		.keep = keep_transferring,
		.signs = { { .counter = "TcpExt.TCPLostRetransmit", .least = 20, .control = 1 } },
	},
	{
		.name = "rto-min-below-variation",
		.help = "a lower bound of the timeout that is below what the round trip varies by",
		.rules = "rto-min-too-low",
		.advise = "--window 1s",
		.expected = { { .number = "sent again without need, said the peer",
				.least = 10 } },
		.needs = NEEDS_TUN,
		.seconds = 0.3,
		.world = "net.ipv4.tcp_no_metrics_save=1",
		.fault = "net.ipv4.tcp_rto_min_us=5000",
		.remedy = "net.ipv4.tcp_rto_min_us=200000",
		.make = exchange_with_spikes,
		.keep = keep_exchanging,
		.signs = { { .counter = "TcpExt.TCPDSACKRecv", .least = BRIEF_EXCHANGES / 4,
			     .control = 2 } },
	},
	{
		.name = "one-destination-loses",
		.help = "the path to one destination loses a packet in ten, all others none",
		.rules = "destination-loses-segments",
		.advise = "--window 1s",
		.expected = { { .subject = "10.9.0.2:8080",
				.number = "bytes sent again, of those sent", .least = 0.08,
				.most = 0.15 } },
		.needs = NEEDS_TUN,
		.seconds = 0.2,
		.world = SMALL_BUFFER,
		.make = transfer_beside,
		.keep = keep_both,
		.signs = { { .counter = "Tcp.RetransSegs", .least = BULK / 1448 / ONE_IN,
			     .control = 5 } },
	},
	{ 0 },
};
