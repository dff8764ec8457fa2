/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue of connections to accept: too short, cut, or nobody takes from it. */
#include "families.h"

#include <errno.h>
#include <fcntl.h>

#include "fault.h"
#include "peer.h"
#include "tun.h"
#include "world.h"

enum {
	SHORT_QUEUE = 16,
	LONG_QUEUE = 1024,
	CLIENTS = 30, /* above SHORT_QUEUE, below twice that */
	QUEUE = 100,
	MOST_OF_QUEUE = 80,
	SHARED = 150, /* clients of two listeners: each gets more than SHORT_QUEUE of them */
	TINY_QUEUE = 4,
	BRIEF_QUEUE = 2, /* full with 3, which is not many */
	BRIEF_CLIENTS = 5,
	LATE = 3, /* last ACKs of handshakes */
	BURST = 150,
};

/* In the healthy form the application accepts. */
static int receive_clients(struct drill *drill, unsigned count)
{
	while (count--)
		if (peer_start_clients(drill, 1, false) < 0 ||
		    (drill->form == FORM_HEALTHY && peer_accept_all(drill->listener, 1) < 0))
			return -1;
	return 0;
}

/* ---- overflow ---- */

static int fill_queue(struct drill *drill, int backlog, unsigned clients)
{
	drill->listener = peer_listen(drill, PEER_PORT, backlog);
	return drill->listener < 0 ? -1 : receive_clients(drill, clients);
}

/* Fixed, the queue is long enough. */
static int overflow_backlog(struct drill *drill)
{
	return fill_queue(drill, drill->form == FORM_FIXED ? LONG_QUEUE : SHORT_QUEUE, CLIENTS);
}

static int overflow_somaxconn(struct drill *drill)
{
	return fill_queue(drill, LONG_QUEUE, CLIENTS);
}

static int overflow_a_little(struct drill *drill)
{
	return fill_queue(drill, drill->form == FORM_FIXED ? LONG_QUEUE : BRIEF_QUEUE,
			  BRIEF_CLIENTS);
}

/* The backlog was cut by listen(), and a larger somaxconn acts on the next call only
 * (net/socket.c __sys_listen). */
static int raise_too_late(struct drill *drill)
{
	drill->listener = peer_listen(drill, PEER_PORT, LONG_QUEUE);
	if (drill->listener < 0 || world_set("net.core.somaxconn", "4096") < 0)
		return -1;
	if (drill->form == FORM_FIXED && listen(drill->listener, LONG_QUEUE) < 0)
		return fault_errno("cannot listen again");
	return receive_clients(drill, CLIENTS);
}

/* One more than the backlog is let in and the queue is full; at the backlog it is not. */
static int fill_to_the_brim(struct drill *drill)
{
	return drill->form == FORM_FIXED ?
		       fill_queue(drill, LONG_QUEUE, SHORT_QUEUE + 1) :
		       fill_queue(drill, SHORT_QUEUE, SHORT_QUEUE + drill->careless);
}

static int verify_nothing_lost(struct drill *drill)
{
	return counters_moved(&drill->before, "TcpExt.ListenOverflows") == 0 ?
		       0 :
		       fault("the queue has overflowed, and was only to be full");
}

static int fill_most(struct drill *drill)
{
	return fill_queue(drill, drill->form == FORM_FIXED ? LONG_QUEUE : QUEUE, MOST_OF_QUEUE);
}

static bool row_nearly_full(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue <= row->idiag_wqueue &&
	       row->idiag_rqueue * 4 > row->idiag_wqueue * 3;
}

static void more_clients(struct drill *drill)
{
	if (drill->form == FORM_PLAIN)
		peer_start_clients(drill, 2, false);
}

/* The last ACKs of handshakes that began in time meet a full queue. */
static int late_acks(struct drill *drill)
{
	struct segment late[LATE], peer, syn = {
		.to = TUN_US_HOST, .to_port = PEER_PORT, .seq = 1, .flags = TH_SYN, .window = 1024,
	};
	unsigned i, fillers = drill->careless ? TINY_QUEUE + 1 : 0;
	struct tun tun;

	drill->listener = peer_listen_anywhere(drill, PEER_PORT, TINY_QUEUE);
	if (drill->listener < 0 || tun_open(&tun) < 0)
		return -1;
	for (i = 0; i < LATE; i++) {
		syn.from = TUN_PEER_HOST + i;
		syn.from_port = 30000;
		if (tun_send(&tun, &syn) < 0)
			return -1;
		if (!tun_receive(&tun, &late[i], WATCH_BOUND_MS))
			return fault("no SYN-ACK came");
		late[i] = tun_answer(&late[i], TH_ACK);
	}
	for (i = 0; i < fillers; i++) {
		peer = (struct segment){ .from_port = (uint16_t)(40000 + i) };
		if (tun_connect(&tun, PEER_PORT, &peer) < 0)
			return -1;
	}
	if (watch_for(&(struct rows){ .states = IN(ESTABLISHED) }, fillers) < 0)
		return -1;
	for (i = 0; i < LATE; i++)
		if (tun_send(&tun, &late[i]) < 0)
			return -1;
	return 0;
}

static bool queue_is_empty(void *arg)
{
	const struct rows waiting = { .states = IN(LISTEN), .also = row_unread };
	const struct drill *drill = arg;

	while (accept4(drill->listener, NULL, NULL, SOCK_CLOEXEC) >= 0)
		;
	return watch_rows(&waiting) == 0;
}

/* A burst in which clients were lost, and then the application accepts all who are left. The
 * clients that were not let in are given up, so that none tries again. */
static int overflow_once(struct drill *drill)
{
	unsigned i, lost = drill->careless ? BURST : 0;
	int fd;

	drill->listener = peer_listen(drill, PEER_PORT,
				      drill->form == FORM_PLAIN ? SHORT_QUEUE : LONG_QUEUE);
	if (drill->listener < 0 || fcntl(drill->listener, F_SETFL, O_NONBLOCK) < 0)
		return -1;
	for (i = 0; i < lost; i++) {
		fd = peer_client(drill);
		if (fd < 0 || peer_start_connecting(drill, fd, PEER_PORT) < 0)
			return -1;
		close(fd);
	}
	return watch_until(queue_is_empty, drill, WATCH_BOUND_MS) ?
		       0 :
		       fault("clients of an application that accepts are still waiting");
}

/* ---- who accepts ---- */

static int never_accept(struct drill *drill)
{
	drill->listener = peer_listen(drill, PEER_PORT, LONG_QUEUE);
	if (drill->listener < 0 || peer_start_clients(drill, CLIENTS, false) < 0)
		return -1;
	return drill->careless ? 0 : peer_accept_all(drill->listener, CLIENTS);
}

struct workers {
	int listeners[2];
	unsigned busy; /* how many of them accept */
};

static int start_worker(struct drill *drill)
{
	int fd = peer_server(drill);

	if (fd < 0 || peer_option(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0 ||
	    peer_start_listening(drill, fd, PEER_PORT, SHORT_QUEUE) < 0)
		return -1;
	return fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -1 : fd;
}

/* Accepts what has come; true when only those that do not accept have anyone waiting. */
static bool workers_idle(void *arg)
{
	const struct rows waiting = { .states = IN(LISTEN), .also = row_unread };
	struct workers *workers = arg;
	unsigned i;

	for (i = 0; i < workers->busy; i++)
		while (accept4(workers->listeners[i], NULL, NULL, SOCK_CLOEXEC) >= 0)
			;
	return watch_rows(&waiting) == 2 - workers->busy;
}

/* The kernel picks the listener by a hash that differs from boot to boot. */
static int share_port(struct drill *drill)
{
	struct workers workers = { .busy = drill->careless ? 1 : 2 };
	unsigned i;

	for (i = 0; i < 2; i++) {
		workers.listeners[i] = start_worker(drill);
		if (workers.listeners[i] < 0)
			return -1;
	}
	for (i = 0; i < SHARED; i++) {
		if (peer_start_clients(drill, 1, false) < 0)
			return -1;
		workers_idle(&workers);
	}
	return watch_until(workers_idle, &workers, WATCH_BOUND_MS) ?
		       0 :
		       fault("clients of a worker that accepts are still waiting");
}

#define OVERFLOWN \
	{ \
		{ .rows = { .states = IN(LISTEN), .also = row_overfull }, .least = 1 }, \
		{ .counter = "TcpExt.ListenOverflows", .least = CLIENTS - SHORT_QUEUE - 1 }, \
	}

#define SHORT_BACKLOG(title, version, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "accept-queue-overflow-application", \
		.expected = { { .subject = PEER_LISTENER(version), \
				.number = "connections waiting to be accepted", \
				.least = SHORT_QUEUE + 1, .most = SHORT_QUEUE + 1 } }, \
		.seconds = 0.1, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.make = overflow_backlog, .keep = more_clients, .signs = OVERFLOWN, \
	}

const struct condition family_listen[] = {
	SHORT_BACKLOG("accept-queue-overflow", IPV4,
		      "an application with a short backlog is too slow to accept, and its "
		      "queue overflows"),
	SHORT_BACKLOG("accept-queue-overflow-ipv6", IPV6, "the same over IPv6"),
	SHORT_BACKLOG("accept-queue-overflow-mapped", IPV4_MAPPED,
		      "the same, IPv4 clients of an IPv6 listener"),
	{
		.name = "accept-queue-overflow-somaxconn",
		.help = "net.core.somaxconn cuts the backlog the application asked for, and "
			"its queue overflows",
		.rules = "accept-queue-overflow-somaxconn",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "connections waiting to be accepted",
				.least = SHORT_QUEUE + 1, .most = SHORT_QUEUE + 1 } },
		.seconds = 0.1,
		.fault = "net.core.somaxconn=16",
		.remedy = "net.core.somaxconn=4096",
		.make = overflow_somaxconn,
		.keep = more_clients,
		.signs = OVERFLOWN,
	},
	{
		.name = "accept-queue-overflow-brief",
		.help = "a burst is a little longer than the accept queue, and a few handshakes "
			"have to be repeated",
		.rules = "accept-queue-overflow-brief",
		.advise = "--window 1s --let accept-queue-overflow-brief.many=1000",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "packets of new connections dropped here", .least = 1,
				.most = 999 } },
		.seconds = 0.1,
		.make = overflow_a_little,
		.keep = more_clients,
		.signs = { { .counter = "TcpExt.ListenOverflows",
			     .least = BRIEF_CLIENTS - BRIEF_QUEUE - 1 } },
	},
	{
		.name = "somaxconn-raised-too-late",
		.help = "net.core.somaxconn was raised, and the application has not called "
			"listen() since",
		.rules = "accept-queue-overflow-application",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "connections waiting to be accepted",
				.least = SHORT_QUEUE + 1, .most = SHORT_QUEUE + 1 } },
		.seconds = 0.1,
		.world = "net.core.somaxconn=16",
		.make = raise_too_late,
		.keep = more_clients,
		.signs = OVERFLOWN,
	},
	{
		.name = "accept-queue-full",
		.help = "one connection more than the backlog waits: the queue is full, and the "
			"next one is lost",
		.rules = "accept-queue-overflow-application",
		.advise = "--window 0.2s",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "connections waiting to be accepted",
				.least = SHORT_QUEUE + 1, .most = SHORT_QUEUE + 1 } },
		.seconds = 0.1,
		.make = fill_to_the_brim,
		.verify = verify_nothing_lost,
		.signs = { { .rows = { .states = IN(LISTEN), .also = row_overfull }, .least = 1 } },
	},
	{
		.name = "accept-queue-nearly-full",
		.help = "most of the accept queue is taken, and nothing is lost yet",
		.rules = "accept-queue-nearly-full",
		.advise = "--window 0",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "connections waiting to be accepted",
				.least = 80, .most = 80 } },
		.seconds = 0.1,
		.make = fill_most,
		.verify = verify_nothing_lost,
		.signs = { { .rows = { .states = IN(LISTEN), .also = row_nearly_full },
			     .least = 1 } },
	},
	{
		.name = "abort-on-overflow-resets",
		.help = "handshakes that end at a full accept queue are reset",
		.rules = "abort-on-overflow-resets-clients",
		.advise = "--window 0",
		.seconds = 0.1,
		.needs = NEEDS_TUN,
		.fault = "net.ipv4.tcp_abort_on_overflow=1",
		.remedy = "net.ipv4.tcp_abort_on_overflow=0",
		.make = late_acks,
		.signs = {
			{ .counter = "TcpExt.EmbryonicRsts", .least = LATE },
			{ .counter = "Tcp.OutRsts", .least = LATE },
		},
	},
	{
		.name = "application-not-accepting",
		.help = "the application listens and has stopped accepting",
		.rules = "application-not-accepting",
		.advise = "--window 0 --let application-not-accepting.age=1ms",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "connections waiting to be accepted",
				.least = CLIENTS, .most = CLIENTS } },
		.seconds = 0.1,
		.make = never_accept,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT,
				       .owner = ORPHANED },
			     .least = CLIENTS, .most = CLIENTS } },
	},
	{
		.name = "reuseport-worker-stuck",
		.help = "of two workers that share a port one does not accept, and its queue "
			"overflows",
		.rules = "reuseport-imbalance",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "sockets listening on this address",
				.least = 2, .most = 2 } },
		.advise = "--window 0.2s",
		.seconds = 0.1,
		.make = share_port,
		.signs = { { .rows = { .states = IN(LISTEN), .also = row_overfull },
			     .least = 1, .most = 1 } },
	},
	{
		.name = "accept-queue-overflowed-once",
		.help = "a listener lost clients in a burst, and is well since",
		.rules = "listener-dropped-in-the-past",
		.advise = "--window 0.2s",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "drops since it was opened",
				.least = BURST - SHORT_QUEUE - 1 } },
		.seconds = 0.1,
		.make = overflow_once,
		.signs = { { .counter = "TcpExt.ListenOverflows",
			     .least = BURST - SHORT_QUEUE - 1 } },
	},
	{ 0 },
};
