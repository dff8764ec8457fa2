/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program sets on its listener, and the connections inherit. */
#include "families.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "fault.h"
#include "peer.h"

enum { LEFT_OVER = 20, LINGER_S = 3, BUFFER = 131072 };

static int set_linger(int fd, int seconds)
{
	const struct linger linger = { .l_onoff = 1, .l_linger = seconds };

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0)
		return fault_errno("cannot set SO_LINGER");
	return 0;
}

/* A service with so many connections, all in hand. */
static struct pair *serve(struct drill *drill, unsigned count, int (*set)(int fd, bool careless))
{
	struct pair *pairs = drill->own = xcalloc(count, sizeof *pairs);

	drill->listener = peer_server(drill);
	if (drill->listener < 0 || set(drill->listener, drill->careless) < 0 ||
	    peer_start_listening(drill, drill->listener, PEER_PORT, (int)count) < 0 ||
	    peer_pairs(drill, drill->listener, pairs, count) < 0)
		return NULL;
	return pairs;
}

/* ---- SO_REUSEADDR ---- */

static int set_reuse(int fd, bool careless)
{
	return peer_option(fd, SOL_SOCKET, SO_REUSEADDR, !careless);
}

/* The server closes first and goes on listening. */
static int leave_time_wait(struct drill *drill)
{
	struct pair *pairs = serve(drill, LEFT_OVER, set_reuse);
	unsigned i;

	for (i = 0; pairs && i < LEFT_OVER; i++) {
		close(pairs[i].server);
		if (peer_read_eof(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	return pairs ? 0 : -1;
}

/* ---- SO_LINGER ---- */

static int reset_at_close(int fd, bool careless)
{
	return careless ? set_linger(fd, 0) : 0;
}

static int wait_at_close(int fd, bool careless)
{
	return careless ? set_linger(fd, LINGER_S) : 0;
}

static int linger_zero(struct drill *drill)
{
	return serve(drill, LEFT_OVER, reset_at_close) ? 0 : -1;
}

static int linger_waits(struct drill *drill)
{
	return serve(drill, LEFT_OVER, wait_at_close) ? 0 : -1;
}

/* One connection more, of which the client says what the close() was. */
static int is_inherited(struct drill *drill)
{
	struct pair pair;
	ssize_t got;
	char sink;

	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	close(pair.server);
	got = recv(pair.client, &sink, 1, 0);
	if (drill->careless ? got >= 0 || errno != ECONNRESET : got != 0)
		return fault("the server's close() was %s reset", drill->careless ? "no" : "a");
	close(pair.client);
	return 0;
}

static int would_wait(struct drill *drill)
{
	const struct pair *pairs = drill->own;
	struct linger linger;
	socklen_t len = sizeof linger;

	if (getsockopt(pairs->server, SOL_SOCKET, SO_LINGER, &linger, &len) < 0)
		return fault_errno("cannot read SO_LINGER");
	if (linger.l_onoff != drill->careless || (linger.l_onoff && linger.l_linger != LINGER_S))
		return fault("an accepted connection has SO_LINGER %d, %d s", linger.l_onoff,
			     linger.l_linger);
	return 0;
}

/* ---- buffers ---- */

static int fix_receive_buffer(int fd, bool careless)
{
	return careless ? peer_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER) : 0;
}

static int fix_send_buffer(int fd, bool careless)
{
	return careless ? peer_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER) : 0;
}

static int receive_buffer_fixed(struct drill *drill)
{
	return serve(drill, LEFT_OVER, fix_receive_buffer) ? 0 : -1;
}

static int send_buffer_fixed(struct drill *drill)
{
	return serve(drill, LEFT_OVER, fix_send_buffer) ? 0 : -1;
}

/* ---- SO_KEEPALIVE ---- */

static int set_keepalive(int fd, bool careless)
{
	return peer_option(fd, SOL_SOCKET, SO_KEEPALIVE, !careless);
}

/* All from one address, as from a proxy; nothing is sent after the handshake. */
static int pool_connections(struct drill *drill)
{
	return serve(drill, MANY, set_keepalive) ? 0 : -1;
}

#define OPTION(title, rule, label, value, sentence) \
	.name = title, .help = sentence, .rules = rule, .seconds = 0.1, \
	.expected = { { .subject = PEER_LISTENER(IPV4), .number = label, .least = value, \
			.most = value } }
#define READ "--window 0 --socket-options"

const struct condition family_option[] = {
	{
		OPTION("listener-without-reuseaddr", "restart-without-reuseaddr",
		       "of these in TIME_WAIT now", LEFT_OVER,
		       "a service without SO_REUSEADDR has connections in TIME_WAIT: it will not "
		       "start again"),
		.advise = READ,
		.make = leave_time_wait,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .local_port = PEER_PORT },
			     .least = LEFT_OVER, .control = LEFT_OVER } },
	},
	{
		OPTION("listener-linger-zero", "listener-linger-zero", "its open connections",
		       LEFT_OVER, "a listener has SO_LINGER with zero seconds: each close() resets"),
		.advise = READ,
		.make = linger_zero,
		.verify = is_inherited,
	},
	{
		OPTION("listener-linger-waits", "listener-linger-waits",
		       "longest that a close() can block", LINGER_S,
		       "a listener has SO_LINGER with a time: each close() may block"),
		.advise = READ,
		.make = linger_waits,
		.verify = would_wait,
	},
	{
		OPTION("listener-receive-buffer-fixed", "listener-buffers-fixed",
		       "fixed receive buffer", 2 * BUFFER,
		       "a server sets SO_RCVBUF before it listens, and loses autotuning"),
		.advise = READ,
		.needs = NEEDS_BUFFER_LIMITS,
		.make = receive_buffer_fixed,
	},
	{
		OPTION("listener-send-buffer-fixed", "listener-buffers-fixed",
		       "fixed send buffer", 2 * BUFFER,
		       "a server sets SO_SNDBUF before it listens, and loses autotuning"),
		.advise = READ,
		.needs = NEEDS_BUFFER_LIMITS,
		.make = send_buffer_fixed,
	},
	{
		OPTION("service-behind-proxy-without-keepalive",
		       "service-behind-proxy-without-keepalive",
		       "idle past the age limit, no keepalive", MANY,
		       "a proxy holds many idle connections of a service without keepalive"),
		.advise = READ " --let service-behind-proxy-without-keepalive.age=1ms",
		.make = pool_connections,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT },
			     .least = MANY, .control = MANY } },
	},
	{ 0 },
};
