/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many local ports a path really has: in each condition connect() goes on until it fails with
 * EADDRNOTAVAIL, and must do so after just as many connections as the report then states. */
#include "families.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "fault.h"
#include "peer.h"
#include "world.h"

/* The range of the table is 40000 to 40199. */
enum {
	PORTS = 200,
	RESERVED = 10, /* 40000 to 40009 */
	HELD = 40,
	FIRST_HELD = 40010,
	SHARED = 20, /* of the path's own ports, with listeners on them */
	FEW = 20,
	OTHERS = 60, /* connections to another destination */
	CONTROL = 15,
	OTHER_PORT = PEER_PORT + 1,
	BACKLOG = 512,
};

/* ---- who else has ports ---- */

/* Binds, and listens or stays idle. Addresses are those of lo; 'port' 0 lets the kernel choose. */
static int hold(const char *host, uint16_t port, bool listening)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	bool ipv6 = strchr(host, ':') != NULL;
	int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return fault_errno("cannot make a socket");
	if (ipv6 && peer_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0)
		return -1;
	inet_pton(AF_INET, host, &in.sin_addr);
	inet_pton(AF_INET6, host, &in6.sin6_addr);
	error = ipv6 ? bind(fd, (struct sockaddr *)&in6, sizeof in6) :
		       bind(fd, (struct sockaddr *)&in, sizeof in);
	if (error < 0 || (listening && listen(fd, 1) < 0))
		return fault_errno("cannot hold port %u of %s", port, host);
	return 0;
}

/* Whatever the address and the family, and whether they listen or not: connect() to 10.7.7.7
 * passes over each of these ports. */
static int hold_ports(unsigned count)
{
	static const struct {
		const char *host;
		bool listening;
	} kinds[] = {
		{ WORLD_IPV4, true }, { "127.0.0.1", true },  { "::1", true },	  { "0.0.0.0", true },
		{ WORLD_IPV4, false }, { "127.0.0.9", false }, { "::1", false }, { "::", false },
	};
	unsigned i;

	for (i = 0; i < count; i++)
		if (hold(kinds[i % countof(kinds)].host, (uint16_t)(FIRST_HELD + i),
			 kinds[i % countof(kinds)].listening) < 0)
			return -1;
	return 0;
}

/* ---- connections ---- */

/* 'linger': the client closes first and leaves TIME_WAIT. -1 with errno: there is no port. */
static int connect_one(struct drill *drill, int listener, uint16_t port, bool linger)
{
	int fd = peer_client(drill), server, error;

	if (fd < 0)
		return -1;
	if (!drill->careless && drill->own &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) < 0)
		return -1;
	if (peer_connect(drill, fd, port) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	server = peer_accept(listener);
	if (!linger || server < 0)
		return server < 0 ? -1 : peer_local_port(fd);
	close(fd);
	if (peer_read_eof(server) < 0)
		return -1;
	close(server);
	return 0;
}

/* Every other one is left in TIME_WAIT. */
static int connect_many(struct drill *drill, int listener, uint16_t port, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (connect_one(drill, listener, port, i & 1) < 0)
			return fault_errno("connection %u of %u failed", i + 1, count);
	return 0;
}

/* The measurement: after so many there is none. */
static int connect_until_none(struct drill *drill, unsigned expected)
{
	unsigned i = 0;

	while (i <= expected && connect_one(drill, drill->listener, PEER_PORT, i & 1) >= 0)
		i++;
	if (i != expected)
		return fault_errno("connect() worked %u times, not %u", i, expected);
	return errno == EADDRNOTAVAIL ? 0 : fault_errno("connect() failed otherwise");
}

static int start(struct drill *drill, int *other)
{
	drill->listener = peer_listen(drill, PEER_PORT, BACKLOG);
	*other = peer_listen(drill, OTHER_PORT, BACKLOG);
	return drill->listener < 0 || *other < 0 ? -1 : 0;
}

/* All ports there are but those held. Another destination has connections too, which are no matter
 * to this one; in the control it has nearly all. */
static int use_what_is_left(struct drill *drill)
{
	const unsigned left = PORTS - RESERVED - HELD;
	int other;

	if (start(drill, &other) < 0 || hold_ports(drill->careless ? HELD : 3) < 0)
		return -1;
	if (drill->form == FORM_PLAIN)
		return connect_many(drill, other, OTHER_PORT, OTHERS) < 0 ?
			       -1 : connect_until_none(drill, left);
	if (drill->careless)
		return connect_many(drill, drill->listener, PEER_PORT, left);
	return connect_many(drill, other, OTHER_PORT, left) < 0 ?
		       -1 : connect_many(drill, drill->listener, PEER_PORT, CONTROL);
}

/* Listeners come to ports that the path already has: they count once. */
static int share_ports(struct drill *drill)
{
	unsigned i, count = drill->careless ? PORTS : CONTROL;
	int other, port;

	if (start(drill, &other) < 0)
		return -1;
	for (i = 0; i < count && i < SHARED; i++) {
		port = connect_one(drill, drill->listener, PEER_PORT, false);
		if (port < 0 || hold(i & 1 ? "127.0.0.1" : "127.0.0.9", (uint16_t)port,
				     i % 4 < 2) < 0)
			return fault_errno("cannot share a port");
	}
	return drill->form == FORM_PLAIN ? connect_until_none(drill, count - i) :
					   connect_many(drill, drill->listener, PEER_PORT, count - i);
}

static int verify_none(struct drill *drill)
{
	bool worked = connect_one(drill, drill->listener, PEER_PORT, false) >= 0;

	if (drill->form != FORM_PLAIN)
		return worked ? 0 : fault_errno("there is no port left in the control");
	if (worked)
		return fault("there is still a port");
	return errno == EADDRNOTAVAIL ? 0 : fault_errno("connect() failed otherwise");
}

/* ---- ports in TIME_WAIT that connect() takes over ---- */

/* Kernels without the delay compare whole seconds. */
static long delay_ms(void)
{
	return world_has("net.ipv4.tcp_tw_reuse_delay") ? 500 : 1000;
}

static int leave_behind(struct drill *drill, unsigned count)
{
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, BACKLOG);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (connect_one(drill, drill->listener, PEER_PORT, true) < 0)
			return fault_errno("connection %u of %u failed", i + 1, count);
	return 0;
}

static int use_all_once(struct drill *drill)
{
	return leave_behind(drill, drill->careless ? FEW : FEW / 2);
}

static int use_few_on_lo(struct drill *drill)
{
	drill->own = drill;
	return leave_behind(drill, FEW);
}

static bool is_past(void *arg)
{
	return watch_now_ms() > *(const long *)arg;
}

/* All of them are old enough, and connect() works, by taking one over in the plain form. */
static int verify_taken_over(struct drill *drill)
{
	long until = watch_now_ms() + delay_ms();

	watch_until(is_past, &until, WATCH_BOUND_MS);
	if (connect_one(drill, drill->listener, PEER_PORT, true) < 0)
		return fault_errno("no port was taken over");
	if (drill->form == FORM_PLAIN && counters_moved(&drill->before, "TcpExt.TWRecycled") < 1)
		return fault("a port was free, none was taken over");
	return 0;
}

static int verify_by_interface(struct drill *drill)
{
	if (drill->form != FORM_PLAIN)
		return verify_taken_over(drill);
	if (connect_one(drill, drill->listener, PEER_PORT, true) >= 0)
		return fault("a port was taken over");
	return errno == EADDRNOTAVAIL ? 0 : fault_errno("connect() failed otherwise");
}

#define RANGE "net.ipv4.ip_local_port_range=40000 40199"
#define WIDE "net.ipv4.ip_local_port_range=32768 60999"
#define PATH WORLD_IPV4 " -> " WORLD_IPV4 ":8080"
#define EXHAUSTED "path-ports-exhausted"

const struct condition family_held[] = {
	{
		.name = "port-exhaustion-held",
		.help = "listeners, bound sockets and reserved ports leave too few local ports to "
			"one destination, and connect() fails",
		.rules = EXHAUSTED " ports-held-by-bound-sockets",
		.advise = "--window 0",
		.expected = { { .rule = EXHAUSTED, .subject = PATH, .number = "local ports in use",
				.least = PORTS - RESERVED - HELD, .most = PORTS - RESERVED - HELD },
			      { .number = "local ports held", .least = HELD, .most = HELD } },
		.seconds = 0.2,
		.needs = NEEDS_IPV6,
		.world = "net.ipv4.ip_local_reserved_ports=40000-40009",
		.fault = RANGE "; net.ipv4.tcp_tw_reuse=0",
		.remedy = WIDE,
		.make = use_what_is_left,
		.verify = verify_none,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = (PORTS - RESERVED - HELD) / 2, .control = PORTS } },
	},
	{
		.name = "port-exhaustion-shared-ports",
		.help = "listeners hold local ports that connections have too, and each port "
			"counts once",
		.rules = EXHAUSTED,
		.advise = "--window 0",
		.expected = { { .subject = PATH, .number = "local ports in use",
				.least = PORTS - SHARED, .most = PORTS - SHARED } },
		.seconds = 0.2,
		.fault = RANGE "; net.ipv4.tcp_tw_reuse=0",
		.remedy = WIDE,
		.make = share_ports,
		.verify = verify_none,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT },
			     .least = SHARED, .control = PORTS } },
	},
	{
		.name = "ports-kept-by-reuse",
		.help = "all local ports to one destination are in TIME_WAIT, and connect() has to "
			"take one over",
		.rules = "path-ports-kept-by-reuse",
		.advise = "--window 0",
		.expected = { { .subject = PATH, .number = "of them to be taken over by now",
				.least = FEW - 1, .most = FEW } },
		.seconds = 0.7,
		.world = "net.ipv4.tcp_tw_reuse=1; ?net.ipv4.tcp_tw_reuse_delay=500",
		.fault = "net.ipv4.ip_local_port_range=40000 40019",
		.remedy = WIDE,
		.make = use_all_once,
		.verify = verify_taken_over,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = FEW, .control = FEW } },
	},
	{
		.name = "no-reuse-not-bound-to-lo",
		.help = "with tcp_tw_reuse=2 no port is taken over unless the address is of "
			"loopback or the client is bound to lo",
		.rules = EXHAUSTED,
		.advise = "--window 0",
		.expected = { { .subject = PATH, .number = "local ports in use", .least = FEW,
				.most = FEW } },
		.seconds = 0.7,
		.world = "net.ipv4.ip_local_port_range=40000 40019; net.ipv4.tcp_tw_reuse=2; "
			 "?net.ipv4.tcp_tw_reuse_delay=500",
		.remedy = "net.ipv4.tcp_tw_reuse=1",
		.make = use_few_on_lo,
		.verify = verify_by_interface,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = FEW, .control = FEW } },
	},
	{ 0 },
};
