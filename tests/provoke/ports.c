/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local ports: every connection to one destination needs its own. No counter tells of failures. */
#include "families.h"

#include <errno.h>

#include "fault.h"
#include "peer.h"

enum { PORTS = 200, FEW = 20 }; /* PORTS: the range in the table below */

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

static int exhaust(struct drill *drill)
{
	unsigned i, count = drill->careless ? PORTS : FEW;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (connect_and_close(drill) < 0)
			return fault_errno("connection %u of %u failed", i + 1, count);
	return 0;
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

const struct condition family_ports[] = {
	{
		.name = "port-exhaustion",
		.help = "all local ports are in TIME_WAIT to one destination, and connect() fails",
		.rules = "path-ports-exhausted",
		.advise = "--window 0",
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=40000 40199; net.ipv4.tcp_tw_reuse=0",
		.remedy = "net.ipv4.ip_local_port_range=32768 60999",
		.make = exhaust,
		.verify = verify_exhausted,
		.signs = { { .rows = { .states = IN(TIME_WAIT), .remote_port = PEER_PORT },
			     .least = PORTS, .most = PORTS, .control = PORTS + 1 } },
	},
	{ 0 },
};
