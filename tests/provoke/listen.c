/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong at a listener: the queue of connections to accept, and that of half-open ones. */
#include "families.h"

#include <netinet/in.h>

#include "deaf.h"
#include "fault.h"
#include "peer.h"
#include "tun.h"

enum {
	SHORT_QUEUE = 16,
	LONG_QUEUE = 1024,
	CLIENTS = 30, /* above SHORT_QUEUE, below twice that */
	SYNS = 100,
	SYNS_KEPT = 5, /* a tenth of a second's */
};

static int start_client(struct drill *drill, bool is_deaf)
{
	int fd = peer_client(drill);

	if (fd < 0 || (is_deaf && deaf(fd) < 0) || peer_start_connecting(drill, fd, PEER_PORT) < 0)
		return -1;
	drill_hold(drill, fd);
	return 0;
}

static int start_clients(struct drill *drill, unsigned count, bool are_deaf)
{
	while (count--)
		if (start_client(drill, are_deaf) < 0)
			return -1;
	return 0;
}

/* ---- accept queue ---- */

static int accept_all(int listener, unsigned count)
{
	while (count--)
		if (peer_accept(listener) < 0)
			return -1;
	return 0;
}

/* In the healthy form the application accepts; fixed, its queue is long enough. */
static int fill_accept_queue(struct drill *drill, int backlog)
{
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, backlog);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < CLIENTS; i++)
		if (start_client(drill, false) < 0 ||
		    (drill->form == FORM_HEALTHY && accept_all(drill->listener, 1) < 0))
			return -1;
	return 0;
}

static int overflow_backlog(struct drill *drill)
{
	return fill_accept_queue(drill, drill->form == FORM_FIXED ? LONG_QUEUE : SHORT_QUEUE);
}

static int overflow_somaxconn(struct drill *drill)
{
	return fill_accept_queue(drill, LONG_QUEUE);
}

static void more_clients(struct drill *drill)
{
	if (drill->form == FORM_PLAIN)
		start_clients(drill, 2, false);
}

#define OVERFLOWN \
	{ \
		{ .rows = { .states = IN(LISTEN), .also = row_overfull }, .least = 1 }, \
		{ .counter = "TcpExt.ListenOverflows", .least = CLIENTS - SHORT_QUEUE - 1 }, \
	}

/* ---- SYN queue ---- */

/* Deaf clients never see the SYN-ACK, so their requests stay half open. */
static int fill_syn_queue(struct drill *drill)
{
	int backlog = drill->careless || drill->form == FORM_HEALTHY ? SHORT_QUEUE : LONG_QUEUE;

	drill->listener = peer_listen(drill, PEER_PORT, backlog);
	if (drill->listener < 0)
		return -1;
	if (drill->form == FORM_HEALTHY)
		return start_clients(drill, SHORT_QUEUE / 2, false) < 0 ?
			       -1 :
			       accept_all(drill->listener, SHORT_QUEUE / 2);
	return start_clients(drill, SYNS, true);
}

/* The same from addresses that were never there: nobody even gets the SYN-ACK. */
static int flood(struct drill *drill)
{
	struct segment syn = {
		.to = TUN_US_HOST, .to_port = PEER_PORT, .seq = 1, .flags = TH_SYN, .window = 1024,
	};
	struct tun tun;
	unsigned i, count = drill->form == FORM_HEALTHY ? 0 : SYNS;
	int fd = peer_server(drill);
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PEER_PORT) };

	if (fd < 0 || tun_open(&tun) < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0 ||
	    listen(fd, drill->form == FORM_FIXED ? LONG_QUEUE : SHORT_QUEUE) < 0)
		return fault_errno("cannot listen");
	for (i = 0; i < count; i++) {
		syn.from = TUN_PEER_HOST + i;
		syn.from_port = (uint16_t)(20000 + i);
		if (tun_send(&tun, &syn) < 0)
			return -1;
	}
	return 0;
}

static void more_syns(struct drill *drill)
{
	if (drill->form != FORM_HEALTHY)
		start_clients(drill, SYNS_KEPT, true);
}

/* One more than the backlog is let in: reqsk_queue_len > backlog is what full means. */
enum { SYN_QUEUE_FULL = SHORT_QUEUE + 1 };

const struct condition family_listen[] = {
	{
		.name = "accept-queue-overflow",
		.help = "an application with a short backlog is too slow to accept, and its "
			"queue overflows",
		.rules = "accept-queue-overflow-application",
		.seconds = 0.1,
		.make = overflow_backlog,
		.keep = more_clients,
		.signs = OVERFLOWN,
	},
	{
		.name = "accept-queue-overflow-somaxconn",
		.help = "net.core.somaxconn cuts the backlog the application asked for, and "
			"its queue overflows",
		.rules = "accept-queue-overflow-somaxconn",
		.seconds = 0.1,
		.fault = "net.core.somaxconn=16",
		.remedy = "net.core.somaxconn=4096",
		.make = overflow_somaxconn,
		.keep = more_clients,
		.signs = OVERFLOWN,
	},
	{
		.name = "syn-queue-full",
		.help = "clients that never finish the handshake fill the SYN queue, and "
			"cookies take over",
		.rules = "syn-queue-full-cookies",
		.advise = "--window 1s",
		.seconds = 0.1,
		.make = fill_syn_queue,
		.keep = more_syns,
		.signs = {
			{ .rows = { .states = IN(SYN_RECV) }, .least = SYN_QUEUE_FULL,
			  .most = SYN_QUEUE_FULL, .control = SYNS },
			{ .counter = "TcpExt.TCPReqQFullDoCookies",
			  .least = SYNS - SYN_QUEUE_FULL },
		},
	},
	{
		.name = "syn-flood-spoofed",
		.help = "SYNs with forged addresses fill the SYN queue, and cookies take over",
		.seconds = 0.1,
		.needs = NEEDS_TUN,
		.make = flood,
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
	{ 0 },
};
