/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Senders that may not send: the peer's window is shut or small, or nothing leaves the host. */
#include "families.h"

#include "fault.h"
#include "flow.h"
#include "info.h"
#include "world.h"

enum {
	FEW = 10,
	SMALL_BUFFER = 8192,
	RUN_MS = 400,
	PIECE = 2048,
	EVERY_MS = 20,
};

/* For make(), verify() and keep() to share. */
static struct pair *own_pairs(struct drill *drill)
{
	return drill->own = xcalloc(FEW, sizeof(struct pair));
}

static int connect_to_small_buffers(struct drill *drill, struct pair *pairs, size_t count)
{
	drill->listener = peer_server(drill);
	if (drill->listener < 0 ||
	    peer_option(drill->listener, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER) < 0 ||
	    peer_start_listening(drill, drill->listener, PEER_PORT, 128) < 0)
		return -1;
	return peer_pairs(drill, drill->listener, pairs, count);
}

/* ---- the window is shut ---- */

static int servers_do_not_read(struct drill *drill)
{
	struct pair *pairs = own_pairs(drill);
	unsigned i;

	if (connect_to_small_buffers(drill, pairs, FEW) < 0)
		return -1;
	for (i = 0; i < FEW; i++)
		if (drill->careless)
			flow_write(pairs[i].client, SIZE_MAX);
		else if (peer_exchange(&pairs[i], 1000) < 0)
			return -1;
	return 0;
}

static int verify_window(struct drill *drill, bool shut)
{
	const struct pair *pairs = drill->own;
	struct info info;
	unsigned i;

	for (i = 0; i < FEW; i++) {
		if (info_read(pairs[i].client, &info) < 0)
			return -1;
		if ((info.send_window == 0) != shut)
			return fault("a peer's window should be %s, and is %u bytes",
				     shut ? "shut" : "open", info.send_window);
	}
	return 0;
}

static int window_is_shut(struct drill *drill)
{
	return verify_window(drill, drill->careless);
}

/* ---- the window is open, and nothing leaves all the same ---- */

/* Without the address there is no route: tcp_write_xmit() fails with nothing in flight, and the
 * timer for a shut window is what tries again (net/ipv4/tcp_output.c tcp_send_probe0). */
static int address_is_lost(struct drill *drill)
{
	struct pair *pairs = own_pairs(drill);
	char sink[100];
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, FEW) < 0)
		return -1;
	if (drill->form != FORM_HEALTHY && world_remove_address(7) < 0)
		return -1;
	for (i = 0; i < FEW; i++)
		flow_write(pairs[i].client, sizeof sink);
	if (drill->form == FORM_PLAIN)
		return 0;
	if (drill->form == FORM_FIXED && world_address(WORLD_IPV4, 7) < 0)
		return -1;
	for (i = 0; i < FEW; i++)
		if (recv(pairs[i].server, sink, sizeof sink, MSG_WAITALL) < 0)
			return fault_errno("the data does not arrive");
	return 0;
}

static int window_is_open(struct drill *drill)
{
	return verify_window(drill, false);
}

/* ---- the window is small ---- */

static int run_slow_reader(struct drill *drill)
{
	struct pair *pair = own_pairs(drill);

	if (connect_to_small_buffers(drill, pair, 1) < 0)
		return -1;
	if (drill->careless)
		flow_run(pair, RUN_MS, PIECE, EVERY_MS);
	else if (!flow_transfer(pair, 100000, WATCH_BOUND_MS))
		return fault("the reader does not keep up");
	return 0;
}

static void keep_slow_reader(struct drill *drill)
{
	const struct pair *pair = drill->own;

	if (!drill->careless)
		return;
	flow_read(pair->server, PIECE);
	flow_write(pair->client, SIZE_MAX);
}

static bool row_has_unread_data(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue >= PIECE;
}

/* The kernel counts these times in jiffies (net/ipv4/tcp_output.c tcp_chrono_set), and a short
 * transfer takes one or two. */
enum { NOTICEABLE_US = 20000 };

/* As a part of the time that the client had data to send. */
static int window_limits(struct drill *drill)
{
	const struct pair *pair = drill->own;
	struct info info;
	unsigned long share;

	if (info_read(pair->client, &info) < 0)
		return -1;
	share = info.busy_us ? (unsigned long)(info.window_limited_us * 100 / info.busy_us) : 0;
	if (drill->careless ? share < 30 : share > 5 && info.window_limited_us > NOTICEABLE_US)
		return fault("the peer's window held up the sender for %lu %% of the time", share);
	return 0;
}

#define SHUT_OUT \
	{ \
		{ .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT, \
			    .timer = TIMER_PROBE, .retries = 1 }, \
		  .least = FEW, .most = FEW }, \
	}

const struct condition family_window[] = {
	{
		.name = "zero-window",
		.help = "an application does not read, its window is shut, and the sender "
			"probes",
		.rules = "peer-window-closed requests-unread",
		.advise = "--window 500ms --let peer-window-closed.age=100ms"
			  " --let requests-unread.age=100ms",
		.expected = { { .rule = "requests-unread", .subject = PEER_LISTENER(IPV4),
				.number = "connections with old unread data",
				.least = FEW, .most = FEW },
			      { .number = "connections that wait for a closed window",
				.least = FEW, .most = FEW } },
		.seconds = 0.7,
		.make = servers_do_not_read,
		.verify = window_is_shut,
		.signs = SHUT_OUT,
	},
	{
		.name = "persist-without-zero-window",
		.help = "the peer's window is open, and no packet leaves, because the "
			"address is gone",
		.rules = "send-blocked-locally",
		.advise = "--window 0 --let send-blocked-locally.tries=1",
		.expected = { { .number = "connections whose data does not leave",
				.least = FEW, .most = FEW } },
		.seconds = 0.3,
		.make = address_is_lost,
		.verify = window_is_open,
		.signs = SHUT_OUT,
	},
	{
		.name = "slow-reader",
		.help = "a server reads more slowly than its client sends",
		.rules = "local-reader-slow peer-reads-slowly",
		.advise = "--window 1s --let local-reader-slow.many=1"
			  " --let peer-reads-slowly.many=1 --let peer-reads-slowly.least=100ms",
		.expected = { { .rule = "local-reader-slow",
				.number = "connections with a full receive buffer",
				.least = 1, .most = 1 },
			      { .number = "connections that wait for their peer's window",
				.least = 1, .most = 1 } },
		.seconds = 0.5,
		.make = run_slow_reader,
		.verify = window_limits,
		.keep = keep_slow_reader,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT,
				       .also = row_has_unread_data },
			     .least = 1 } },
	},
	{ 0 },
};
