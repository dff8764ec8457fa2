/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local ports: every connection to one destination needs its own. No counter tells of failures. */
#include "families.h"

#include <errno.h>

#include "fault.h"
#include "peer.h"
#include "world.h"

enum { /* connections to one destination; the ranges are in the tables below */
	PORTS = 200,
	NEARLY = 180,
	HALF = 110,
	NARROW = 60,
	FEW_PORTS = 20,
};

/* -1 with errno when there is no port. */
static int connect_and_close(struct drill *drill)
{
	int client = peer_client(drill), server, error;

	if (client < 0)
		return -1;
	if (peer_connect(drill, client, PEER_PORT) < 0) {
		error = errno;
		close(client);
		errno = error;
		return -1;
	}
	server = peer_accept(drill->listener);
	close(client);
	if (server < 0 || peer_read_eof(server) < 0)
		return -1;
	close(server);
	return 0;
}

/* Well behaved: a tenth of the connections. */
static int use_ports(struct drill *drill, unsigned ports, bool stay_open)
{
	unsigned i, count = drill->careless ? ports : ports / 10;
	struct pair pair;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < count; i++)
		if ((stay_open ? peer_pair(drill, drill->listener, &pair) :
				 connect_and_close(drill)) < 0)
			return fault_errno("connection %u of %u failed", i + 1, count);
	return 0;
}

static int use_all(struct drill *drill)
{
	return use_ports(drill, PORTS, false);
}

static int use_all_and_stay(struct drill *drill)
{
	return use_ports(drill, PORTS, true);
}

static int use_most(struct drill *drill)
{
	return use_ports(drill, NEARLY, false);
}

static int use_half(struct drill *drill)
{
	return use_ports(drill, HALF, false);
}

static int use_part(struct drill *drill)
{
	return use_ports(drill, NARROW, false);
}

static int use_few(struct drill *drill)
{
	return use_ports(drill, FEW_PORTS, false);
}

static int verify_exhausted(struct drill *drill)
{
	bool worked = connect_and_close(drill) == 0;

	if (drill->form != FORM_PLAIN)
		return worked ? 0 : fault_errno("there is no port left in the control");
	if (worked)
		return fault("there is still a port for another connection");
	return errno == EADDRNOTAVAIL ? 0 : fault_errno("the last connection failed otherwise");
}

static int verify_room(struct drill *drill)
{
	return connect_and_close(drill) == 0 ? 0 : fault_errno("there is no port left");
}

/* ---- taking over ports in TIME_WAIT ---- */

static bool connects(void *arg)
{
	return connect_and_close(arg) == 0;
}

/* Plain: no connect() works even when the delay of net.ipv4.tcp_tw_reuse_delay (50 ms here, a
 * second in kernels without it) has passed. */
static int verify_not_reused(struct drill *drill)
{
	long delay = world_has("net.ipv4.tcp_tw_reuse_delay") ? 150 : 1200;
	bool plain = drill->form == FORM_PLAIN;
	bool worked = watch_until(connects, drill, plain ? delay : WATCH_BOUND_MS);

	if (worked == plain)
		return fault("a connect() %s", plain ? "took a port over" : "found no port");
	if (plain && errno != EADDRNOTAVAIL)
		return fault_errno("the last connection failed otherwise");
	if (drill->form == FORM_FIXED &&
	    counters_moved(&drill->before, "TcpExt.TWRecycled") < 1)
		return fault("a port was free, none was taken over");
	return 0;
}

#define RANGE "net.ipv4.ip_local_port_range=40000 40199; net.ipv4.tcp_tw_reuse=0"
#define WIDE "net.ipv4.ip_local_port_range=32768 60999"

#define PATH(version) \
	((version) == IPV6 ? "fd07::7 -> [fd07::7]:8080" : "10.7.7.7 -> 10.7.7.7:8080")

#define USED(title, id, version, count, how, check, in, sentence) \
	{ \
		.name = title, .help = sentence, .rules = id, .advise = "--window 0", \
		.expected = { { .subject = PATH(version), .number = "local ports in use", \
				.least = count, .most = count + 1 } }, \
		.seconds = 0.1, .ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, \
		.fault = RANGE, .remedy = WIDE, .make = how, .verify = check, \
		.signs = { { .rows = { .states = IN(in), .remote_port = PEER_PORT }, \
			     .least = count, .most = count, .control = count + 1 } }, \
	}

/* The nine of the twelve combinations of reuse, timestamps and place in which nothing is reused;
 * the remedies are the other three. */
#define NOT_REUSED(title, ids, place, reuse, stamps, cure, sentence) \
	{ \
		.name = title, .help = sentence, .rules = ids, .advise = "--window 0", \
		.expected = { { .rule = EXHAUSTED, .number = "local ports in use", \
				.subject = place ? LOOPBACK " -> " LOOPBACK ":8080" : PATH(IPV4), \
				.least = FEW_PORTS, .most = FEW_PORTS } }, \
		.seconds = 0.2, .address = place, \
		.world = "net.ipv4.ip_local_port_range=40000 40019; " \
			 "?net.ipv4.tcp_tw_reuse_delay=50", \
		.fault = "net.ipv4.tcp_tw_reuse=" reuse "; net.ipv4.tcp_timestamps=" stamps, \
		.remedy = cure, .make = use_few, .verify = verify_not_reused, \
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT }, \
			     .least = FEW_PORTS, .most = FEW_PORTS, .control = FEW_PORTS } }, \
	}

#define ROUTED NULL
#define LOOPBACK "127.0.0.8"
#define EXHAUSTED "path-ports-exhausted"
#define REUSE_ALL "net.ipv4.tcp_tw_reuse=1"
#define REUSE_LOOPBACK "net.ipv4.tcp_tw_reuse=2"
#define STAMPS "net.ipv4.tcp_timestamps=1"

const struct condition family_ports[] = {
	USED("port-exhaustion", EXHAUSTED, IPV4, PORTS, use_all, verify_exhausted, TIME_WAIT,
	     "all local ports are in TIME_WAIT to one destination, and connect() fails"),
	USED("port-exhaustion-ipv6", EXHAUSTED, IPV6, PORTS, use_all, verify_exhausted, TIME_WAIT,
	     "the same over IPv6"),
	USED("port-exhaustion-mapped", EXHAUSTED, IPV4_MAPPED, PORTS, use_all, verify_exhausted,
	     TIME_WAIT, "the same, IPv4 clients of an IPv6 listener"),
	USED("port-exhaustion-established", EXHAUSTED, IPV4, PORTS, use_all_and_stay,
	     verify_exhausted, ESTABLISHED,
	     "all local ports are in open connections to one destination, and connect() fails"),
	USED("ports-nearly-exhausted", "path-ports-nearly-exhausted", IPV4, NEARLY, use_most,
	     verify_room, TIME_WAIT,
	     "nine of ten local ports are in TIME_WAIT to one destination"),
	USED("ports-half-used", "path-ports-half-used", IPV4, HALF, use_half, verify_room,
	     TIME_WAIT, "more than half of the local ports are in TIME_WAIT to one destination"),
	USED("port-range-narrow", "port-range-narrow", IPV4, NARROW, use_part, verify_room,
	     TIME_WAIT, "a narrow range of local ports, a third of them in use to one destination"),
	{
		.name = "port-exhaustion-reserved",
		.help = "reserved ports leave too few local ports to one destination, and "
			"connect() fails",
		.rules = EXHAUSTED,
		.advise = "--window 0",
		.expected = { { .subject = PATH(IPV4), .number = "local ports in use",
				.least = FEW_PORTS, .most = FEW_PORTS } },
		.seconds = 0.1,
		.world = RANGE,
		.fault = "net.ipv4.ip_local_reserved_ports=40020-40199",
		.remedy = "net.ipv4.ip_local_reserved_ports=",
		.make = use_few,
		.verify = verify_exhausted,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = FEW_PORTS, .most = FEW_PORTS, .control = FEW_PORTS + 1 } },
	},
	NOT_REUSED("no-reuse-off", EXHAUSTED, ROUTED, "0", "1", REUSE_ALL,
		   "with tcp_tw_reuse=0 no port in TIME_WAIT is taken over"),
	NOT_REUSED("no-reuse-off-loopback", EXHAUSTED, LOOPBACK, "0", "1", REUSE_LOOPBACK,
		   "with tcp_tw_reuse=0 none is taken over on loopback either"),
	NOT_REUSED("no-reuse-loopback-only", EXHAUSTED, ROUTED, "2", "1", REUSE_ALL,
		   "with tcp_tw_reuse=2 no port is taken over but on loopback"),
	NOT_REUSED("no-reuse-no-stamps", EXHAUSTED " tw-reuse-without-timestamps", ROUTED, "1",
		   "0", STAMPS, "with tcp_tw_reuse=1 and no timestamps no port is taken over"),
	NOT_REUSED("no-reuse-no-stamps-loopback", EXHAUSTED " tw-reuse-without-timestamps",
		   LOOPBACK, "1", "0", STAMPS, "the same on loopback"),
	NOT_REUSED("no-reuse-loopback-only-no-stamps", EXHAUSTED, ROUTED, "2", "0",
		   REUSE_ALL "; " STAMPS,
		   "with tcp_tw_reuse=2 and no timestamps no port is taken over"),
	NOT_REUSED("no-reuse-loopback-no-stamps", EXHAUSTED, LOOPBACK, "2", "0", STAMPS,
		   "the same on loopback, where timestamps are all it takes"),
	NOT_REUSED("no-reuse-off-no-stamps", EXHAUSTED, ROUTED, "0", "0", REUSE_ALL "; " STAMPS,
		   "with tcp_tw_reuse=0 and no timestamps no port is taken over"),
	NOT_REUSED("no-reuse-off-no-stamps-loopback", EXHAUSTED, LOOPBACK, "0", "0",
		   REUSE_LOOPBACK "; " STAMPS, "the same on loopback"),
	{ 0 },
};
