/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports that are bound: by services that must get theirs back, and by clients that bind an address
 * before they connect. */
#include "families.h"

#include <errno.h>
#include <netinet/in.h>

#include "fault.h"
#include "peer.h"

enum {
	SERVICE = 40004, /* in the ranges of the table; even, as those connect() prefers */
	SHARED_PORTS = 200,
	NEARLY_SHARED = 170,
	SOME_PORTS = 80, /* of those; bind() and connect() each have 100 that they prefer */
	HELD_PORTS = 30,
	HELD_PORTS_CONTROL = 3,
	LEFT_OVER = 20, /* in TIME_WAIT */
	STEALERS = 10,
	TRIES = 500,
	TRIES_CONTROL = 50,
};

/* Binds and listens, which is what may fail: -1 with errno. The socket is held. */
static int start_service(struct drill *drill, uint16_t port, bool reuse)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd = peer_server(drill);

	if (fd < 0 || peer_option(fd, SOL_SOCKET, SO_REUSEADDR, reuse) < 0)
		return -1;
	peer_address(drill, false, port, &address, &len);
	return bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, 128) < 0 ? -1 : fd;
}

static int verify_restart(struct drill *drill, uint16_t port, bool reuse)
{
	bool worked = start_service(drill, port, reuse) >= 0;

	if (drill->form != FORM_PLAIN)
		return worked ? 0 : fault_errno("the service does not start in the control");
	if (worked)
		return fault("the service starts, against expectation");
	return errno == EADDRINUSE ? 0 : fault_errno("the service fails to start otherwise");
}

/* ---- listeners and the range of local ports ---- */

static int listen_in_range(struct drill *drill)
{
	drill->listener = peer_listen(drill, drill->careless ? SERVICE : PEER_PORT, 128);
	return drill->listener < 0 ? -1 : 0;
}

/* The service stops for a restart, and clients of another one take what ports there are. */
static int steal_port(struct drill *drill)
{
	int service = start_service(drill, SERVICE, true), fd;
	unsigned i;

	if (service < 0)
		return fault_errno("cannot start the service");
	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0)
		return -1;
	close(service);
	for (i = 0; i < STEALERS; i++) {
		fd = peer_client(drill);
		if (fd < 0)
			return -1;
		/* With the port reserved there is one too few. */
		if (peer_connect(drill, fd, PEER_PORT) < 0 &&
		    (errno != EADDRNOTAVAIL || drill->form == FORM_PLAIN))
			return fault_errno("cannot connect");
	}
	return 0;
}

static int verify_stolen(struct drill *drill)
{
	return verify_restart(drill, SERVICE, true);
}

/* Nobody listens, so connects are refused; until one gets the destination as its own port, and
 * both SYNs cross (RFC 9293 3.5, simultaneous open). */
static int connect_to_self(struct drill *drill)
{
	uint16_t port = drill->form == FORM_HEALTHY ? PEER_PORT : SERVICE;
	unsigned i, tries = drill->form == FORM_PLAIN ? TRIES : TRIES_CONTROL;

	for (i = 0; i < tries; i++) {
		int fd = peer_client(drill);

		if (fd < 0)
			return -1;
		if (peer_connect(drill, fd, port) == 0)
			return peer_local_port(fd) == port ? 0 : fault("somebody listens");
		if (errno != ECONNREFUSED)
			return fault_errno("cannot connect");
		close(fd);
	}
	return drill->form == FORM_PLAIN ? fault("no connection met itself") : 0;
}

/* ---- restart ---- */

/* The server closes first, so the old port is in TIME_WAIT with what options it had
 * (inet_csk_bind_conflict() in net/ipv4/inet_connection_sock.c). */
static int stop_service(struct drill *drill, bool reuse)
{
	struct pair pairs[LEFT_OVER];
	unsigned i;

	drill->listener = start_service(drill, PEER_PORT, reuse);
	if (drill->listener < 0)
		return fault_errno("cannot start the service");
	if (peer_pairs(drill, drill->listener, pairs, LEFT_OVER) < 0)
		return -1;
	for (i = 0; i < LEFT_OVER; i++) {
		close(pairs[i].server);
		if (peer_read_eof(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	close(drill->listener);
	return 0;
}

static int stop_without(struct drill *drill)
{
	return stop_service(drill, !drill->careless);
}

static int stop_with(struct drill *drill)
{
	return stop_service(drill, true);
}

static int verify_start_without(struct drill *drill)
{
	return verify_restart(drill, PEER_PORT, !drill->careless);
}

static int verify_start_with(struct drill *drill)
{
	return verify_restart(drill, PEER_PORT, true);
}

/* The old service has closed its listener, and a connection it accepted lives on: in a worker that
 * was not told to go, or handed to the next version. */
static int leave_child(struct drill *drill)
{
	struct pair pair;

	drill->listener = start_service(drill, PEER_PORT, !drill->careless);
	if (drill->listener < 0)
		return fault_errno("cannot start the service");
	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	close(drill->listener);
	return 0;
}

/* ---- clients ---- */

/* bind() to port 0 must choose a port before the destination is known, so it takes one that no
 * other socket has; IP_BIND_ADDRESS_NO_PORT leaves the choice to connect(). */
static int connect_bound(struct drill *drill, uint16_t port)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd = peer_client(drill);

	if (fd < 0 || (!drill->careless &&
		       peer_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) < 0))
		return -1;
	peer_address(drill, true, 0, &address, &len);
	return bind(fd, (struct sockaddr *)&address, len) < 0 ? -1 :
								peer_connect(drill, fd, port);
}

/* Half of the ports for each of two destinations. */
static int bind_and_connect(struct drill *drill, unsigned ports)
{
	int other = peer_listen(drill, PEER_PORT + 1, SHARED_PORTS);
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, SHARED_PORTS);
	if (drill->listener < 0 || other < 0)
		return -1;
	for (i = 0; i < ports; i++) {
		if (connect_bound(drill, (uint16_t)(PEER_PORT + i % 2)) < 0)
			return fault_errno("cannot bind and connect");
		if (peer_accept(i % 2 ? other : drill->listener) < 0)
			return -1;
	}
	return 0;
}

static int bind_all(struct drill *drill)
{
	return bind_and_connect(drill, SHARED_PORTS);
}

static int bind_nearly_all(struct drill *drill)
{
	return bind_and_connect(drill, NEARLY_SHARED);
}

static int bind_some(struct drill *drill)
{
	return bind_and_connect(drill, SOME_PORTS);
}

/* A client with a port of the parity that connect() does not prefer. */
static bool row_odd(const struct inet_diag_msg *row)
{
	uint16_t port = ntohs(row->id.idiag_sport);

	return port > PEER_PORT + 1 && port & 1;
}

/* Bound, and then neither listening nor connecting. */
static int bind_and_forget(struct drill *drill)
{
	unsigned i, count = drill->careless ? HELD_PORTS : HELD_PORTS_CONTROL;
	struct sockaddr_storage address;
	socklen_t len;

	peer_address(drill, true, 0, &address, &len);
	for (i = 0; i < count; i++) {
		int fd = peer_client(drill);

		if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0)
			return fault_errno("cannot bind");
	}
	drill->listener = peer_listen(drill, PEER_PORT, SHARED_PORTS);
	return drill->listener < 0 ? -1 : 0;
}

/* What was bound is lost to connect() without bind() too, though half of the ports have no
 * connection to this destination. */
static int verify_bound(struct drill *drill)
{
	bool worked = connect_bound(drill, PEER_PORT) == 0;
	int fd;

	if (drill->form != FORM_PLAIN)
		return worked ? 0 : fault_errno("there is no port left in the control");
	if (worked)
		return fault("there is still a port to bind");
	if (errno != EADDRINUSE)
		return fault_errno("bind() failed otherwise");
	fd = peer_client(drill);
	if (fd < 0)
		return -1;
	if (peer_connect(drill, fd, PEER_PORT) == 0)
		return fault("there is still a port to connect from");
	return errno == EADDRNOTAVAIL ? 0 : fault_errno("connect() failed otherwise");
}

#define RESTART(title, stop, start, sentence) \
	{ \
		.name = title, .help = sentence, .rules = "stopped-service-in-time-wait", \
		.advise = "--window 0", .seconds = 0.1, .make = stop, .verify = start, \
		.expected = { { .number = "connections in TIME_WAIT without a listener", \
				.least = LEFT_OVER, .most = LEFT_OVER } }, \
		.signs = { { .rows = { .states = IN(TIME_WAIT), .local_port = PEER_PORT }, \
			     .least = LEFT_OVER, .control = LEFT_OVER } }, \
	}

/* Bound, unconnected sockets, a bit of their own in what is asked for
 * (include/net/tcp_states.h TCP_BOUND_INACTIVE). */
enum { BOUND_INACTIVE = 13 };

const struct condition family_bind[] = {
	{
		.name = "listener-in-ephemeral-range",
		.help = "a service listens on a port that connect() may give to a client",
		.rules = "listener-in-ephemeral-range",
		.advise = "--window 0",
		.expected = { { .number = "listeners in the range, not reserved", .least = 1,
				.most = 1 } },
		.seconds = 0.1,
		.remedy = "net.ipv4.ip_local_reserved_ports=40004",
		.make = listen_in_range,
		.signs = { { .rows = { .states = IN(LISTEN), .local_port = SERVICE },
			     .least = 1, .control = 1 } },
	},
	{
		.name = "services-in-port-range",
		.help = "the range of local ports was widened over the ports of services",
		.rules = "port-range-overlaps-services",
		.advise = "--window 0",
		.expected = { { .number = "listeners in the range, not reserved", .least = 1,
				.most = 1 } },
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=1024 65535",
		.remedy = "net.ipv4.ip_local_reserved_ports=8080",
		.signs = { { .rows = { .states = IN(LISTEN), .local_port = PEER_PORT },
			     .least = 1, .control = 1 } },
	},
	{
		.name = "service-port-taken",
		.help = "while a service was down a client got its port, and it does not start "
			"again",
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=40000 40009",
		.remedy = "net.ipv4.ip_local_reserved_ports=40004",
		.make = steal_port,
		.verify = verify_stolen,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = SERVICE,
				       .remote_port = PEER_PORT },
			     .least = 1 } },
	},
	{
		.name = "self-connect",
		.help = "a client of a service that is down connects to itself, and keeps the "
			"service from starting",
		.rules = "connected-to-itself",
		.advise = "--window 0",
		.expected = { { .number = "connections to themselves", .least = 1, .most = 1 } },
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=40000 40009",
		.remedy = "net.ipv4.ip_local_reserved_ports=40004",
		.make = connect_to_self,
		.verify = verify_stolen,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = SERVICE,
				       .remote_port = SERVICE },
			     .least = 1, .most = 1 } },
	},
	RESTART("restart-address-in-use", stop_without, verify_start_without,
		"neither the old service nor the new one has SO_REUSEADDR, and TIME_WAIT keeps "
		"it from starting"),
	RESTART("restart-reuseaddr-too-late", stop_without, verify_start_with,
		"the new service has SO_REUSEADDR, the old one had not, and it does not start"),
	RESTART("restart-reuseaddr-lost", stop_with, verify_start_without,
		"the old service had SO_REUSEADDR, the new one has not, and does not start"),
	{
		.name = "restart-connection-alive",
		.help = "a connection of the old service, without SO_REUSEADDR, is still open and "
			"keeps the new one from starting",
		.seconds = 0.1,
		.make = leave_child,
		.verify = verify_start_with,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT },
			     .least = 1, .control = 1 } },
	},
	{
		.name = "bind-before-connect",
		.help = "clients bind an address before they connect, and all destinations "
			"share the local ports",
		.rules = "bind-ports-exhausted",
		.advise = "--window 0",
		.expected = { { .number = "local ports in use", .least = SHARED_PORTS,
				.most = SHARED_PORTS } },
		.seconds = 0.1,
		.world = "net.ipv4.ip_local_port_range=40000 40199",
		.make = bind_all,
		.verify = verify_bound,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT },
			     .least = SHARED_PORTS / 2, .control = SHARED_PORTS / 2 } },
	},
	{
		.name = "bind-before-connect-mostly",
		.help = "clients bind an address before they connect, and few local ports are left "
			"for all destinations together",
		.rules = "local-ports-all-in-use",
		.advise = "--window 0",
		.expected = { { .number = "local ports in use", .least = NEARLY_SHARED,
				.most = NEARLY_SHARED } },
		.seconds = 0.1,
		.world = "net.ipv4.ip_local_port_range=40000 40199",
		.make = bind_nearly_all,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT },
			     .least = NEARLY_SHARED / 2, .control = NEARLY_SHARED / 2 } },
	},
	{
		.name = "bind-before-connect-partly",
		.help = "clients bind an address before they connect, and get the local ports "
			"that connect() takes last",
		.rules = "ports-bound-before-connect",
		.advise = "--window 0",
		.expected = { { .number = "on ports that bind() takes first", .least = SOME_PORTS,
				.most = SOME_PORTS } },
		.seconds = 0.1,
		.world = "net.ipv4.ip_local_port_range=40000 40199",
		.make = bind_some,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .also = row_odd },
			     .least = SOME_PORTS } },
	},
	{
		.name = "ports-held",
		.help = "sockets are bound and forgotten, and keep their ports from connect()",
		.rules = "ports-held-by-bound-sockets",
		.advise = "--window 0",
		.expected = { { .number = "local ports held", .least = HELD_PORTS,
				.most = HELD_PORTS } },
		.seconds = 0.1,
		.world = "net.ipv4.ip_local_port_range=40000 40199",
		.make = bind_and_forget,
		.signs = { { .rows = { .states = IN(BOUND_INACTIVE) },
			     .least = HELD_PORTS, .control = HELD_PORTS_CONTROL } },
	},
	{ 0 },
};
