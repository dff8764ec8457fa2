/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data that is sent again: to a peer that is gone, or over a path that loses, overtakes, or does
 * not take long packets. */
#include "families.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "deaf.h"
#include "fault.h"
#include "flow.h"
#include "info.h"
#include "wire.h"

enum {
	FEW = 10,
	FEW_KEPT = 5,
	REQUEST = 100,
	USER_TIMEOUT_MS = 400,
	OUTAGE_RETRIES = 2, /* 0.6 s */
	BULK = 2200000,	    /* 1520 segments of 1448 bytes */
	BULK_KEPT = BULK / 4,
	SOME = 100000, /* 70 segments */
	ONE_IN = 10,
	THE_LOST = 5,
	LATE_MS = 3,
	REMOTES = 3,
	LONG = 10000, /* 7 segments */
	PATH_MTU = 1200, /* the device's is 1500 */
};

/* ---- peers that are gone ---- */

static struct pair *connect_clients(struct drill *drill, size_t count)
{
	struct pair *pairs = drill->own = xcalloc(count, sizeof *pairs);

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	return drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, count) < 0 ? NULL :
											    pairs;
}

/* Every client sends a request; the servers hear it in the healthy form only. */
static int send_requests(struct drill *drill, const struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (drill->form != FORM_HEALTHY && deaf(pairs[i].server) < 0)
			return -1;
		if (flow_write(pairs[i].client, REQUEST) != REQUEST)
			return fault_errno("cannot send");
	}
	return 0;
}

static int limit_time(const struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (peer_option(pairs[i].client, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS) <
		    0)
			return -1;
	return 0;
}

/* Each client is told that its connection has timed out. */
static int await_timeouts(const struct pair *pairs, size_t count)
{
	char sink;
	size_t i;

	for (i = 0; i < count; i++)
		if (recv(pairs[i].client, &sink, 1, 0) >= 0 || errno != ETIMEDOUT)
			return fault_errno("a connection should have timed out");
	return 0;
}

static int await_requests(const struct pair *pairs, size_t count)
{
	char sink[REQUEST];
	size_t i;

	for (i = 0; i < count; i++)
		if (recv(pairs[i].server, sink, REQUEST, MSG_WAITALL) != REQUEST)
			return fault_errno("a request did not arrive");
	return 0;
}

/* The remedy is not an answer: it is to be told soon that there is none. */
static int destination_vanishes(struct drill *drill)
{
	struct pair *pairs = connect_clients(drill, MANY);

	if (!pairs || (drill->form == FORM_FIXED && limit_time(pairs, MANY) < 0) ||
	    send_requests(drill, pairs, MANY) < 0)
		return -1;
	return drill->form == FORM_FIXED ? await_timeouts(pairs, MANY) : 0;
}

/* The servers are gone for a while, and hear again. */
static int outlive_outage(const struct pair *pairs, size_t count)
{
	const struct rows waiting = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT,
				      .timer = TIMER_RETRANSMIT, .retries = OUTAGE_RETRIES };
	size_t i;

	if (watch_for(&waiting, (long)count) < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (hear(pairs[i].server) < 0)
			return -1;
	return await_requests(pairs, count);
}

static int outage(struct drill *drill, bool limited)
{
	struct pair *pairs = connect_clients(drill, FEW);

	if (!pairs || (limited && limit_time(pairs, FEW) < 0) ||
	    send_requests(drill, pairs, FEW) < 0)
		return -1;
	switch (drill->form) {
	case FORM_PLAIN: return await_timeouts(pairs, FEW);
	case FORM_FIXED: return outlive_outage(pairs, FEW);
	default: return await_requests(pairs, FEW);
	}
}

static int outage_and_user_timeout(struct drill *drill)
{
	return outage(drill, drill->careless);
}

/* More connections whose servers are gone; each times out while others are made. */
static void keep_timing_out(struct drill *drill)
{
	struct pair pairs[FEW_KEPT];
	size_t i;

	if (peer_pairs(drill, drill->listener, pairs, FEW_KEPT) < 0)
		return;
	if (drill->careless && limit_time(pairs, FEW_KEPT) == 0)
		send_requests(drill, pairs, FEW_KEPT);
	for (i = 0; i < FEW_KEPT; i++) {
		drill_hold(drill, pairs[i].client);
		drill_hold(drill, pairs[i].server);
	}
}

static int outage_and_few_retries(struct drill *drill)
{
	return outage(drill, false);
}

/* ---- paths ---- */

static int transfer(struct drill *drill, const struct wire *wire, size_t bytes)
{
	static const struct wire faultless;
	struct pair *pair = drill->own = xcalloc(1, sizeof *pair);

	if (wire_pair(drill, drill->form == FORM_PLAIN ? wire : &faultless, pair) < 0)
		return -1;
	if (!flow_transfer(pair, bytes, WATCH_BOUND_MS))
		return fault("%zu bytes do not get over the wire in time", bytes);
	return 0;
}

static int transfer_with_loss(struct drill *drill)
{
	return transfer(drill, &(struct wire){ .lose_every = ONE_IN }, BULK);
}

static void keep_transferring(struct drill *drill)
{
	flow_transfer(drill->own, BULK_KEPT, 100);
}

static int transfer_with_one_loss(struct drill *drill)
{
	return transfer(drill, &(struct wire){ .lose_only = THE_LOST }, SOME);
}

static int only_one_was_sent_again(struct drill *drill)
{
	const struct pair *pair = drill->own;
	struct info info;

	if (info_read(pair->client, &info) < 0)
		return -1;
	if (info.retransmitted != (drill->careless ? 1 : 0))
		return fault("%u segments were sent again", info.retransmitted);
	return 0;
}

static int transfer_out_of_order(struct drill *drill)
{
	return transfer(drill, &(struct wire){ .late_every = ONE_IN, .late_ms = LATE_MS }, SOME);
}

struct to_remote {
	struct pair pair;
	size_t got;
};

static bool long_ones_came(void *arg)
{
	struct to_remote *to = arg;
	size_t i, got = 0;

	for (i = 0; i < REMOTES; i++)
		got += to[i].got += flow_read(to[i].pair.server, LONG);
	return got == REMOTES * LONG;
}

/* Small packets pass, long ones vanish and no ICMP error comes: connections open and hang. */
static int send_into_black_hole(struct drill *drill)
{
	static const char *const peers[REMOTES] = { "10.9.0.2", "10.9.0.3", "10.9.0.4" };
	const struct wire wire = { .mtu = drill->form == FORM_HEALTHY ? 0 : PATH_MTU };
	struct to_remote to[REMOTES] = { 0 };
	size_t i;

	if (wire_lay(drill, &wire) < 0)
		return -1;
	for (i = 0; i < REMOTES; i++) {
		if (wire_connect(drill, peers[i], &to[i].pair) < 0 ||
		    peer_exchange(&to[i].pair, REQUEST) < 0)
			return -1;
		if (flow_write(to[i].pair.client, LONG) != LONG)
			return fault_errno("cannot send");
	}
	if (drill->form != FORM_PLAIN && !watch_until(long_ones_came, to, 2 * WATCH_BOUND_MS))
		return fault("long packets do not get through");
	return 0;
}

#define RETRANSMITTING(times, count) \
	{ .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT, \
		    .timer = TIMER_RETRANSMIT, .retries = times }, \
	  .least = count, .most = count }

const struct condition family_retransmission[] = {
	{
		.name = "destination-not-answering",
		.help = "servers have vanished without a word, and clients send again and again",
		.rules = "destination-not-answering",
		.advise = "--window 0",
		.expected = { { .subject = "10.7.7.7:8080", .number = "connections that retransmit",
				.least = MANY, .most = MANY } },
		.seconds = 1.7, /* three retransmissions: 0.2, 0.4 and 0.8 s */
		.make = destination_vanishes,
		.signs = { RETRANSMITTING(3, MANY) },
	},
	{
		.name = "user-timeout",
		.help = "a short TCP_USER_TIMEOUT ends connections during an outage that they "
			"would outlive",
		.rules = "timeouts-end-connections",
		.advise = "--window 1.5s",
		.expected = { { .number = "connections given up", .least = FEW } },
		.seconds = 0.9,
		.make = outage_and_user_timeout,
		.keep = keep_timing_out,
		.signs = { { .counter = "TcpExt.TCPAbortOnTimeout", .least = FEW } },
	},
	{
		.name = "retries2-gives-up",
		.help = "a low tcp_retries2 ends connections during an outage that they would "
			"outlive",
		.rules = "retries2-too-low",
		.advise = "--window 0",
		.seconds = 1.7,
		.fault = "net.ipv4.tcp_retries2=1",
		.remedy = "net.ipv4.tcp_retries2=15",
		.make = outage_and_few_retries,
		.signs = { { .counter = "TcpExt.TCPAbortOnTimeout", .least = FEW } },
	},
	{
		.name = "path-loses-packets",
		.help = "the path loses one packet in ten",
		.rules = "retransmission-loss",
		.advise = "--window 1s",
		.expected = { { .number = "segments lost, of those sent", .least = 0.08,
				.most = 0.15 } },
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		.world = "net.ipv4.tcp_wmem=4096 16384 65536", /* below the device's queue */
		.make = transfer_with_loss,
		.keep = keep_transferring,
		/* The control may probe for a lost tail when the machine is busy. */
		.signs = { { .counter = "Tcp.RetransSegs", .least = BULK / 1448 / ONE_IN / 2,
			     .control = 5 },
			   { .counter = "TcpExt.TCPSackRecovery", .least = 1 } },
	},
	{
		.name = "one-lost-segment",
		.help = "the path loses one packet, and one segment is sent again",
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		/* A peer that had to wait for a CPU is no loss: no probe of the tail, no early timeout. */
		.world = "net.ipv4.tcp_early_retrans=0; ?net.ipv4.tcp_rto_min_us=2000000",
		.make = transfer_with_one_loss,
		.verify = only_one_was_sent_again,
		.signs = { { .counter = "Tcp.RetransSegs", .least = 1, .most = 1 },
			   { .counter = "TcpExt.TCPOFOQueue", .least = 1 } },
	},
	{
		.name = "path-reorders",
		.help = "packets overtake each other, and are sent again without need",
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		.world = "net.ipv4.tcp_early_retrans=0; ?net.ipv4.tcp_rto_min_us=2000000",
		.make = transfer_out_of_order,
		.signs = { { .counter = "TcpExt.TCPOFOQueue", .least = 1 },
			   { .counter = "TcpExt.TCPDSACKRecv", .least = 1 } },
	},
	{
		.name = "path-mtu-black-hole",
		.help = "the path drops long packets without a word: connections open and hang",
		.rules = "path-mtu-black-hole",
		.advise = "--window 0",
		.expected = { { .number = "connections whose full segments are not acknowledged",
				.least = REMOTES, .most = REMOTES } },
		.needs = NEEDS_TUN,
		.seconds = 1.5,
		.world = "net.ipv4.tcp_retries1=1", /* after which tcp_mtu_probing begins */
		.fault = "net.ipv4.tcp_mtu_probing=0",
		.remedy = "net.ipv4.tcp_mtu_probing=1",
		.make = send_into_black_hole,
		.signs = { RETRANSMITTING(3, REMOTES) },
	},
	{ 0 },
};
