/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handshakes that stay half open, and what a listener does when it holds too many of them. */
#include "families.h"

#include "fault.h"
#include "peer.h"
#include "tun.h"

enum {
	SHORT_QUEUE = 16,
	LONG_QUEUE = 1024,
	SYNS = 100,
	SYNS_KEPT = 5, /* a tenth of a second's */
	NOWHERE_HOST = 0xc0000201, /* 192.0.2.1: no route leads there (RFC 5737) */
};

/* Deaf clients never see the SYN-ACK, so their requests stay half open. */
static int fill_syn_queue(struct drill *drill)
{
	int backlog = drill->careless || drill->form == FORM_HEALTHY ? SHORT_QUEUE : LONG_QUEUE;

	drill->listener = peer_listen(drill, PEER_PORT, backlog);
	if (drill->listener < 0)
		return -1;
	if (drill->form == FORM_HEALTHY)
		return peer_start_clients(drill, SHORT_QUEUE / 2, false) < 0 ?
			       -1 :
			       peer_accept_all(drill->listener, SHORT_QUEUE / 2);
	return peer_start_clients(drill, SYNS, true);
}

/* The listener's queue is long; what is full is not its. */
static int half_open(struct drill *drill, int backlog, unsigned count)
{
	drill->listener = peer_listen(drill, PEER_PORT, backlog);
	if (drill->listener < 0 ||
	    peer_start_clients(drill, count, drill->form != FORM_HEALTHY) < 0)
		return -1;
	return drill->form == FORM_HEALTHY ? peer_accept_all(drill->listener, count) : 0;
}

static int long_queue(struct drill *drill)
{
	return half_open(drill, LONG_QUEUE, SYNS);
}

static void more_syns(struct drill *drill)
{
	if (drill->form != FORM_HEALTHY)
		peer_start_clients(drill, SYNS_KEPT, true);
}

/* From as many addresses, none of which was ever there, so that nobody even gets the SYN-ACK. The
 * first one is 'from' after that of the peer. */
static int send_forged(const struct tun *tun, unsigned from, unsigned count)
{
	struct segment syn = {
		.to = TUN_US_HOST, .to_port = PEER_PORT, .seq = 1, .flags = TH_SYN, .window = 1024,
	};
	unsigned i;

	for (i = from; i < from + count; i++) {
		syn.from = TUN_PEER_HOST + i % 10000;
		syn.from_port = (uint16_t)(20000 + i % 10000);
		if (tun_send(tun, &syn) < 0)
			return -1;
	}
	return 0;
}

static int flood(struct drill *drill)
{
	drill->own = xcalloc(1, sizeof(struct tun));
	drill->listener = peer_listen_anywhere(
		drill, PEER_PORT, drill->form == FORM_FIXED ? LONG_QUEUE : SHORT_QUEUE);
	if (drill->listener < 0 || tun_open(drill->own) < 0)
		return -1;
	return drill->form == FORM_HEALTHY ? 0 : send_forged(drill->own, 0, SYNS);
}

static void flood_on(struct drill *drill)
{
	if (!drill->careless)
		return;
	drill->recent_next += SYNS_KEPT;
	send_forged(drill->own, SYNS + drill->recent_next, SYNS_KEPT);
}

/* ---- drops that no queue explains ---- */

/* The SYN-ACK has no route, so the request is dropped (tcp_conn_request() in
 * net/ipv4/tcp_input.c). */
static int send_unroutable(struct drill *drill, unsigned count)
{
	struct segment syn = {
		.to = TUN_US_HOST, .to_port = PEER_PORT, .seq = 1, .flags = TH_SYN, .window = 1024,
	};

	while (count--) {
		syn.from = NOWHERE_HOST + count;
		syn.from_port = (uint16_t)(20000 + drill->recent_next++ % 10000);
		if (tun_send(drill->own, &syn) < 0)
			return -1;
	}
	return 0;
}

static int drop_for_lack_of_route(struct drill *drill)
{
	struct segment peer = { 0 };

	drill->own = xcalloc(1, sizeof(struct tun));
	drill->listener = peer_listen_anywhere(drill, PEER_PORT, LONG_QUEUE);
	if (drill->listener < 0 || tun_open(drill->own) < 0)
		return -1;
	return drill->careless ? send_unroutable(drill, SYNS) :
				 tun_connect(drill->own, PEER_PORT, &peer);
}

static void more_unroutable(struct drill *drill)
{
	if (drill->careless)
		send_unroutable(drill, SYNS_KEPT);
}

/* ---- half open for long ---- */

enum { HALF_OPEN = 60, HALF_OPEN_QUEUE = 64 }; /* nearly full, so that no cookie is sent */

/* The SYN-ACK goes out again after a second, and once more for the SYN that the client repeats:
 * waited for here and by the sign. */
static int never_answered(struct drill *drill)
{
	const struct rows once_more = { .states = IN(SYN_RECV), .retries = 1 };
	bool is_deaf = drill->careless;

	drill->listener = peer_listen(drill, PEER_PORT, HALF_OPEN_QUEUE);
	if (drill->listener < 0 || peer_start_clients(drill, HALF_OPEN, is_deaf) < 0)
		return -1;
	return is_deaf ? watch_for(&once_more, HALF_OPEN) :
			 peer_accept_all(drill->listener, HALF_OPEN);
}

/* The SYN-ACK goes out again for a SYN that comes twice (net/ipv4/tcp_minisocks.c tcp_check_req),
 * and a second later. */
static int forged_twice(struct drill *drill)
{
	struct segment peer;
	struct tun tun;
	unsigned i;

	drill->listener = peer_listen_anywhere(drill, PEER_PORT, HALF_OPEN_QUEUE);
	if (drill->listener < 0 || tun_open(&tun) < 0)
		return -1;
	if (drill->careless)
		return send_forged(&tun, 0, HALF_OPEN) < 0 ? -1 : send_forged(&tun, 0, HALF_OPEN);
	for (i = 0; i < HALF_OPEN; i++) {
		peer = (struct segment){ .from = TUN_PEER_HOST + i };
		if (tun_connect(&tun, PEER_PORT, &peer) < 0)
			return -1;
	}
	return peer_accept_all(drill->listener, HALF_OPEN);
}

/* ---- signs of their own ---- */

/* A whole run of SYNs got cookies, with the queue empty. */
static int verify_empty(struct drill *drill)
{
	if (drill->form != FORM_PLAIN || watch_rows(&(struct rows){ .states = IN(SYN_RECV) }) == 0)
		return 0;
	return fault("there are half-open connections");
}

/* Above three quarters only ListenDrops tells. */
static int verify_silent(struct drill *drill)
{
	if (drill->form != FORM_PLAIN ||
	    counters_moved(&drill->before, "TcpExt.TCPReqQFullDrop") == 0)
		return 0;
	return fault("the listener's own queue is full");
}

/* One more than the backlog is let in: reqsk_queue_len > backlog is what full means. */
enum { SYN_QUEUE_FULL = SHORT_QUEUE + 1 };

/* Let in while at least a quarter of net.ipv4.tcp_max_syn_backlog=64 is free before it
 * (tcp_conn_request()). */
enum { THREE_QUARTERS = 64 * 3 / 4 + 1 };

#define COOKIES(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "syn-queue-full-cookies", \
		.expected = { { .number = "half-open connections", \
				.least = SYN_QUEUE_FULL, .most = SYN_QUEUE_FULL } }, \
		.advise = "--window 1s", .seconds = 0.1, .ip = version, \
		.needs = version == IPV4 ? 0 : NEEDS_IPV6, .make = fill_syn_queue, \
		.keep = more_syns, \
		.signs = { \
			{ .rows = { .states = IN(SYN_RECV) }, .least = SYN_QUEUE_FULL, \
			  .most = SYN_QUEUE_FULL, .control = SYNS }, \
			{ .counter = "TcpExt.TCPReqQFullDoCookies", \
			  .least = SYNS - SYN_QUEUE_FULL }, \
		}, \
	}

const struct condition family_syn_queue[] = {
	COOKIES("syn-queue-full", IPV4,
		"clients that never finish the handshake fill the SYN queue, and cookies take "
		"over"),
	COOKIES("syn-queue-full-ipv6", IPV6, "the same over IPv6"),
	COOKIES("syn-queue-full-mapped", IPV4_MAPPED,
		"the same, IPv4 clients of an IPv6 listener"),
	{
		.name = "syn-flood-spoofed",
		.help = "SYNs with forged addresses fill the SYN queue, and cookies take over",
		.rules = "syn-flood",
		.advise = "--window 1s",
		.expected = { { .number = "remote addresses among them",
				.least = SYN_QUEUE_FULL, .most = SYN_QUEUE_FULL } },
		.seconds = 0.1,
		.needs = NEEDS_TUN,
		.make = flood,
		.keep = flood_on,
		.signs = {
			{ .rows = { .states = IN(SYN_RECV) }, .least = SYN_QUEUE_FULL,
			  .most = SYN_QUEUE_FULL, .control = SYNS },
			{ .counter = "TcpExt.SyncookiesSent", .least = SYNS - SYN_QUEUE_FULL },
		},
	},
	{
		.name = "syn-queue-drop",
		.help = "clients that never finish the handshake fill the SYN queue, and "
			"without cookies new ones are dropped",
		.rules = "syn-dropped-without-cookies",
		.advise = "--window 1s",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "half-open connections", .least = SYN_QUEUE_FULL,
				.most = SYN_QUEUE_FULL } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_syncookies=0",
		.remedy = "net.ipv4.tcp_syncookies=1",
		.make = fill_syn_queue,
		.keep = more_syns,
		.signs = {
			{ .rows = { .states = IN(SYN_RECV) }, .least = SYN_QUEUE_FULL,
			  .most = SYN_QUEUE_FULL, .control = SYNS },
			{ .counter = "TcpExt.TCPReqQFullDrop", .least = SYNS - SYN_QUEUE_FULL },
			{ .counter = "TcpExt.ListenDrops", .least = SYNS - SYN_QUEUE_FULL },
		},
	},
	{
		.name = "max-syn-backlog-drop",
		.help = "without cookies, SYNs above three quarters of tcp_max_syn_backlog are "
			"dropped, whatever the listener's queue holds",
		.rules = "syn-dropped-without-cookies",
		.advise = "--window 0",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "half-open connections", .least = 49, .most = 49 } },
		.seconds = 0.1,
		.world = "net.ipv4.tcp_max_syn_backlog=64",
		.fault = "net.ipv4.tcp_syncookies=0",
		.remedy = "net.ipv4.tcp_syncookies=1",
		.make = long_queue,
		.verify = verify_silent,
		.signs = {
			{ .rows = { .states = IN(SYN_RECV) }, .least = THREE_QUARTERS,
			  .most = THREE_QUARTERS, .control = SYNS },
			{ .counter = "TcpExt.ListenDrops", .least = SYNS - THREE_QUARTERS },
		},
	},
	{
		.name = "syncookies-without-need",
		.help = "every SYN gets a cookie, and no queue is full",
		.rules = "syncookies-always",
		.advise = "--window 0",
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_syncookies=2",
		.remedy = "net.ipv4.tcp_syncookies=1",
		.make = long_queue,
		.verify = verify_empty,
		.signs = { { .counter = "TcpExt.TCPReqQFullDoCookies", .least = SYNS } },
	},
	{
		.name = "half-open-pile",
		.help = "clients send SYNs and never answer the SYN-ACK, however often it is sent",
		.rules = "half-open-pile",
		.advise = "--window 0.2s",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "SYN-ACK sent three times or more", .least = 60,
				.most = 60 } },
		.seconds = 1.1, /* SYN-ACKs are sent again after a second */
		.make = never_answered,
		.signs = { { .rows = { .states = IN(SYN_RECV), .owner = ORPHANED, .retries = 2 },
			     .least = HALF_OPEN, .most = HALF_OPEN } },
	},
	{
		.name = "half-open-pile-spoofed",
		.help = "the same from forged addresses, each of them another",
		.rules = "half-open-pile",
		.advise = "--window 0.2s",
		.expected = { { .subject = "0.0.0.0:8080",
				.number = "remote addresses among them", .least = HALF_OPEN,
				.most = HALF_OPEN } },
		.seconds = 1.1, /* as half-open-pile */
		.needs = NEEDS_TUN,
		.make = forged_twice,
		.signs = { { .rows = { .states = IN(SYN_RECV), .owner = ORPHANED, .retries = 2 },
			     .least = HALF_OPEN, .most = HALF_OPEN } },
	},
	{
		.name = "listener-drops-unroutable",
		.help = "SYNs come from where no route leads back, and are dropped",
		.rules = "listener-drops-other",
		.advise = "--window 1s",
		.expected = { { .number = "drops of all listeners", .least = 2 * SYNS_KEPT } },
		.seconds = 0.1,
		.needs = NEEDS_TUN,
		.world = "net.ipv4.conf.all.rp_filter=0; net.ipv4.conf.default.rp_filter=0",
		.make = drop_for_lack_of_route,
		.keep = more_unroutable,
		.signs = { { .counter = "TcpExt.ListenDrops", .least = SYNS } },
	},
	{ 0 },
};
