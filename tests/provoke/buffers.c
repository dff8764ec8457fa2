/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers and windows that are too small for a path of 40 ms, or that programs have fixed. */
#include "families.h"

#include <limits.h>

#include "fault.h"
#include "flow.h"
#include "guard.h"
#include "info.h"
#include "wire.h"
#include "world.h"

enum {
	FEW = 10,
	DELAY_MS = 20,
	ROUND_TRIP_US = (2 * DELAY_MS - 2) * 1000, /* the wire counts in whole ms */
	SMALL_BUFFER = 8192,   /* twice that holds some 200 KB a second on this path */
	SMALLEST_BUFFER = 4096,
	BYTES_PER_S = 1000000, /* 40 KB a round trip, which the buffers of a new socket hold */
	MORE_PER_S = 6000000,  /* 240 KB: far more than a window without scaling */
	DAY_MS = 24 * 3600 * 1000,
	BUSY_US = 300000,      /* for a percentage to mean something */
	HELD_UP = 55,	       /* percent of that */
	HARDLY = 5,
};

/* ---- an upload over a long path ---- */

struct upload {
	struct pair pair;
	int rate; /* bytes a second at most; without such pacing all leaves at once */
	int receive_buffer, send_buffer; /* what the program asks for; 0: nothing */
};

static void run_upload(void *arg)
{
	const struct upload *upload = arg;

	flow_run(&upload->pair, DAY_MS, 0, 0);
}

/* It goes on by itself, in every form: with pauses the path would be idle, not held up. */
static int start_upload(struct drill *drill, const struct upload *wanted)
{
	const struct wire wire = { .delay_ms = DELAY_MS };
	struct upload *upload = drill->own = xcalloc(1, sizeof *upload);

	*upload = *wanted;
	if (wire_pair(drill, &wire, &upload->pair) < 0 ||
	    peer_option(upload->pair.client, SOL_SOCKET, SO_MAX_PACING_RATE, upload->rate) < 0 ||
	    (upload->receive_buffer &&
	     peer_option(upload->pair.server, SOL_SOCKET, SO_RCVBUF, upload->receive_buffer) < 0) ||
	    (upload->send_buffer &&
	     peer_option(upload->pair.client, SOL_SOCKET, SO_SNDBUF, upload->send_buffer) < 0))
		return -1;
	return guard_process(run_upload, upload) < 0 ? -1 : 0;
}

static int upload_to_small_buffer(struct drill *drill)
{
	return start_upload(drill, &(struct upload){
		.rate = BYTES_PER_S,
		.receive_buffer = drill->careless ? SMALL_BUFFER : 0,
	});
}

static int upload_from_small_buffer(struct drill *drill)
{
	return start_upload(drill, &(struct upload){
		.rate = BYTES_PER_S,
		.send_buffer = drill->careless ? SMALLEST_BUFFER : 0,
	});
}

static int upload_as_allowed(struct drill *drill)
{
	return start_upload(drill, &(struct upload){ .rate = BYTES_PER_S });
}

/* The sysctl was off when they said hello, and is on now: as if a device on the path had removed
 * the option. */
static int upload_unscaled(struct drill *drill)
{
	if (drill->careless && world_set("net.ipv4.tcp_window_scaling", "0") < 0)
		return -1;
	if (start_upload(drill, &(struct upload){ .rate = MORE_PER_S }) < 0)
		return -1;
	return world_set("net.ipv4.tcp_window_scaling", "1");
}

/* ---- what held it up ---- */

struct limit {
	const char *name;
	uint64_t (*time_us)(const struct info *info);
};

static uint64_t window_time(const struct info *info)
{
	return info->window_limited_us;
}

/* The kernel counts this only when the last segment leaves after the writer was turned away
 * (net/ipv4/tcp_output.c tcp_cwnd_validate). */
static uint64_t buffer_time(const struct info *info)
{
	return info->buffer_limited_us;
}

struct watched {
	const struct drill *drill;
	const struct limit *limit;
	struct info info;    /* of the client */
	unsigned long share; /* percent */
};

static bool has_settled(void *arg)
{
	struct watched *watched = arg;
	const struct upload *upload = watched->drill->own;
	struct info *info = &watched->info;

	if (info_read(upload->pair.client, info) < 0 || info->busy_us < BUSY_US)
		return false;
	watched->share = (unsigned long)(watched->limit->time_us(info) * 100 / info->busy_us);
	return watched->drill->form == FORM_PLAIN ? watched->share >= HELD_UP :
						    watched->share <= HARDLY;
}

static int verify_limit(struct drill *drill, const struct limit *limit)
{
	struct watched watched = { .drill = drill, .limit = limit };

	if (!watch_until(has_settled, &watched, WATCH_BOUND_MS))
		return fault("%s held up the sender for %lu %% of %u ms", limit->name,
			     watched.share, (unsigned)(watched.info.busy_us / 1000));
	if (watched.info.rtt_us < ROUND_TRIP_US)
		return fault("the round trip takes %u us, the wire alone %u", watched.info.rtt_us,
			     ROUND_TRIP_US);
	return 0;
}

static int window_limits(struct drill *drill)
{
	return verify_limit(drill, &(struct limit){ "the window", window_time });
}

static int buffer_limits(struct drill *drill)
{
	return verify_limit(drill, &(struct limit){ "the send buffer", buffer_time });
}

/* ---- sizes that programs ask for ---- */

static int listen_with_buffer(struct drill *drill)
{
	struct pair pairs[FEW];
	unsigned i;

	drill->listener = peer_server(drill);
	if (drill->listener < 0 ||
	    (drill->careless &&
	     peer_option(drill->listener, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER) < 0) ||
	    peer_start_listening(drill, drill->listener, PEER_PORT, 128) < 0 ||
	    peer_pairs(drill, drill->listener, pairs, FEW) < 0)
		return -1;
	for (i = 0; i < FEW; i++)
		if (peer_exchange(&pairs[i], 1000) < 0)
			return -1;
	return 0;
}

static int listener_buffer_is_small(struct drill *drill)
{
	socklen_t len = sizeof(int);
	int size;

	if (getsockopt(drill->listener, SOL_SOCKET, SO_RCVBUF, &size, &len) < 0)
		return fault_errno("cannot read the size of a buffer");
	return (size == 2 * SMALL_BUFFER) == drill->careless ?
		       0 :
		       fault("the listener's receive buffer has %d bytes", size);
}

/* As much as there is, which is silently cut to net.core.rmem_max and wmem_max. */
static int ask_for_too_much(struct drill *drill)
{
	struct pair *pairs = drill->own = xcalloc(FEW, sizeof *pairs);
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, FEW) < 0)
		return -1;
	for (i = 0; i < FEW; i++)
		if ((drill->careless &&
		     peer_option(pairs[i].client, SOL_SOCKET, SO_RCVBUF, INT_MAX / 2) < 0) ||
		    peer_exchange(&pairs[i], 1000) < 0)
			return -1;
	return 0;
}

static int buffer_was_cut(struct drill *drill)
{
	const struct pair *pairs = drill->own;
	socklen_t len = sizeof(int);
	int size, untouched;

	if (getsockopt(pairs->client, SOL_SOCKET, SO_RCVBUF, &size, &len) < 0 ||
	    getsockopt(pairs->server, SOL_SOCKET, SO_RCVBUF, &untouched, &len) < 0)
		return fault_errno("cannot read the size of a buffer");
	return (size != untouched && size < INT_MAX / 2) == drill->careless ?
		       0 :
		       fault("the receive buffer has %d bytes", size);
}

const struct condition family_buffers[] = {
	{
		.name = "receive-buffer-small",
		.help = "a small SO_RCVBUF holds up an upload on a path of 40 ms",
		.rules = "receive-buffer-fixed peer-window-too-small",
		.advise = "--window 0 --let receive-buffer-fixed.many=1"
			  " --let peer-window-too-small.many=1"
			  " --let peer-window-too-small.least=100ms",
		.expected = { { .rule = "receive-buffer-fixed",
				.number = "largest of these buffers, twice what was asked for",
				.least = 2 * SMALL_BUFFER, .most = 2 * SMALL_BUFFER },
			      { .rule = "peer-window-too-small",
				.number = "connections that wait for their peer's window",
				.least = 1, .most = 1 } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		.make = upload_to_small_buffer,
		.verify = window_limits,
	},
	{
		.name = "receive-buffer-at-maximum",
		.help = "a low maximum of tcp_rmem holds up an upload on a path of 40 ms",
		.rules = "receive-buffer-at-maximum",
		.advise = "--window 0 --let receive-buffer-at-maximum.many=1",
		.expected = { { .number = "connections that fill the largest buffer",
				.least = 1, .most = 1 } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		.fault = "net.ipv4.tcp_rmem=4096 32768 32768",
		.remedy = "net.ipv4.tcp_rmem=4096 131072 6291456",
		.make = upload_as_allowed,
		.verify = window_limits,
	},
	{
		.name = "window-scaling-missing",
		.help = "a connection on a path of 40 ms was made without window scaling",
		.rules = "window-scaling-missing",
		.advise = "--window 0 --let window-scaling-missing.many=1",
		.expected = { { .number = "connections with much to send and windows up to 64 KiB",
				.least = 1, .most = 1 } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		.make = upload_unscaled,
		.verify = window_limits,
	},
	{
		.name = "send-buffer-limited",
		.help = "a small SO_SNDBUF holds up the sender on a path of 40 ms",
		.rules = "send-buffer-fixed",
		.advise = "--window 0 --let send-buffer-fixed.many=1"
			  " --let send-buffer-fixed.least=100ms",
		.expected = { { .number = "largest of these buffers",
				.least = 2 * SMALLEST_BUFFER, .most = 2 * SMALLEST_BUFFER } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		/* A segment under way grows to half the peer's window before the send buffer counts
		 * at all (net/ipv4/tcp.c tcp_xmit_size_goal), so that one is kept small. */
		.world = "net.ipv4.tcp_rmem=4096 32768 32768",
		.make = upload_from_small_buffer,
		.verify = buffer_limits,
	},
	{
		.name = "send-buffer-at-maximum",
		.help = "a low maximum of tcp_wmem holds up the sender on a path of 40 ms",
		.rules = "send-buffer-at-maximum",
		.advise = "--window 0 --let send-buffer-at-maximum.many=1"
			  " --let send-buffer-at-maximum.least=20ms",
		.expected = { { .number = "connections held up by the largest send buffer",
				.least = 1, .most = 1 } },
		.needs = NEEDS_TUN,
		.seconds = 0.5,
		.world = "net.ipv4.tcp_rmem=4096 32768 32768",
		.fault = "net.ipv4.tcp_wmem=4096 8192 8192",
		.remedy = "net.ipv4.tcp_wmem=4096 16384 4194304",
		.make = upload_as_allowed,
		.verify = buffer_limits,
	},
	{
		.name = "listener-receive-buffer-small",
		.help = "a server sets a small SO_RCVBUF before it listens",
		.rules = "listener-receive-buffer-small",
		.advise = "--window 0",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "receive buffer of the listener",
				.least = 2 * SMALL_BUFFER, .most = 2 * SMALL_BUFFER } },
		.seconds = 0.1,
		.make = listen_with_buffer,
		.verify = listener_buffer_is_small,
	},
	{
		.name = "socket-buffers-clamped",
		.help = "clients ask for a receive buffer larger than rmem_max",
		.rules = "socket-buffer-clamped",
		.advise = "--window 0",
		.expected = { { .number = "sockets with receive buffers at the limit",
				.least = FEW, .most = FEW } },
		.needs = NEEDS_BUFFER_LIMITS,
		.seconds = 0.1,
		.world = "net.ipv4.tcp_rmem=4096 131072 1073741824",
		.make = ask_for_too_much,
		.verify = buffer_was_cut,
	},
	{ 0 },
};
