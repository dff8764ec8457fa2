/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a host talks to decides what it is: clients from the internet, a proxy between its clients
 * and its backends, a client of others. */
#include "elsewhere.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>

#include "families.h"
#include "fault.h"
#include "peer.h"
#include "repair.h"
#include "world.h"

enum {
	NETWORKS = 12, /* of clients from the internet */
	CLIENTS = 60,
	ONWARD = 60, /* of a proxy without a pool */
	POOL = 6,
	FIRST_PORT = 40000, /* of the range in the table below */
	FROM_PORT = 20000,
	BACKEND_PORT = 9000,
};
#define BACKEND "10.8.0.1"

int elsewhere_reach(void)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct rtentry route = {
		.rt_dst = { .sa_family = AF_INET },
		.rt_genmask = { .sa_family = AF_INET },
		.rt_flags = RTF_UP,
		.rt_dev = (char[]){ "lo" },
	};

	if (fd < 0 || ioctl(fd, SIOCADDRT, &route) < 0)
		return fault_errno("cannot add a default route");
	return 0;
}

static struct sockaddr_in address_of(const char *host, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, host, &in.sin_addr);
	return in;
}

int elsewhere_connection(uint16_t local_port, const char *host, uint16_t host_port)
{
	struct sockaddr_in here = address_of(WORLD_IPV4, local_port);
	struct sockaddr_in there = address_of(host, host_port);

	return repair_establish((struct sockaddr *)&here, (struct sockaddr *)&there, sizeof here);
}

static int listen_here(void)
{
	struct sockaddr_in here = address_of(WORLD_IPV4, PEER_PORT);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || peer_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0 ||
	    bind(fd, (struct sockaddr *)&here, sizeof here) < 0 || listen(fd, 128) < 0)
		return fault_errno("cannot listen on port %u", PEER_PORT);
	return 0;
}

int elsewhere_clients(const char *first_host, unsigned networks, unsigned count)
{
	uint32_t first = ntohl(address_of(first_host, 0).sin_addr.s_addr);
	char host[INET_ADDRSTRLEN];
	unsigned i;

	if (elsewhere_reach() < 0 || listen_here() < 0)
		return -1;
	for (i = 0; i < count; i++) {
		struct in_addr in = { htonl(first + (i % networks << 8)) };

		inet_ntop(AF_INET, &in, host, sizeof host);
		if (elsewhere_connection(PEER_PORT, host, (uint16_t)(FROM_PORT + i)) < 0)
			return -1;
	}
	return 0;
}

static int connect_onward(unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (elsewhere_connection((uint16_t)(FIRST_PORT + i), BACKEND, BACKEND_PORT) < 0)
			return -1;
	return 0;
}

/* ---- the families' ---- */

static int from_the_internet(struct drill *drill)
{
	(void)drill;
	return elsewhere_clients("198.41.0.9", NETWORKS, CLIENTS);
}

static int from_a_carrier(struct drill *drill)
{
	(void)drill;
	return elsewhere_clients("100.64.0.9", NETWORKS, CLIENTS);
}

static int from_inside(struct drill *drill)
{
	(void)drill;
	return elsewhere_clients("10.20.0.9", NETWORKS, CLIENTS);
}

/* Two connections of one address; careless, from two stacks: one has timestamps, SACK and window
 * scaling, and the other none of them. */
static int from_one_address(struct drill *drill)
{
	unsigned i;
	int fd;

	if (elsewhere_reach() < 0 || listen_here() < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		fd = elsewhere_connection(PEER_PORT, "10.20.0.9", (uint16_t)(FROM_PORT + i));
		if (fd < 0 || ((i == 0 || !drill->careless) && repair_modern(fd) < 0))
			return -1;
	}
	return 0;
}

/* Well behaved: a pool, however many clients there are. */
static int proxy(struct drill *drill)
{
	return elsewhere_clients("10.20.0.9", NETWORKS, CLIENTS) < 0 ?
		       -1 :
		       connect_onward(drill->careless ? ONWARD : POOL);
}

static int client_of_others(struct drill *drill)
{
	(void)drill;
	return elsewhere_reach() < 0 ? -1 : connect_onward(POOL);
}

#define RECYCLE .lost = "tcp_tw_recycle", .fault = "net.ipv4.tcp_tw_recycle=1", \
		.remedy = "net.ipv4.tcp_tw_recycle=0"
#define CAME { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT }, \
	       .least = CLIENTS, .most = CLIENTS, .control = CLIENTS }

const struct condition family_elsewhere[] = {
	{
		.name = "syncookies-off",
		.help = "a server that the internet can reach has no SYN cookies",
		.rules = "syncookies-off-public",
		.advise = "--window 0.2s",
		.expected = { { .number = "networks they come from (/24, /48)", .least = NETWORKS,
				.most = NETWORKS } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_syncookies=0",
		.remedy = "net.ipv4.tcp_syncookies=1",
		.make = from_the_internet,
		.signs = { CAME },
	},
	{
		.name = "tw-recycle-public",
		.help = "tcp_tw_recycle is on, as old kernels have it, and clients come from the "
			"internet",
		.rules = "tw-recycle-breaks-nat",
		.advise = "--window 0",
		.expected = { { .number = "networks they come from (/24, /48)", .least = NETWORKS,
				.most = NETWORKS } },
		.seconds = 0.1,
		RECYCLE,
		.make = from_the_internet,
		.signs = { CAME },
	},
	{
		.name = "tw-recycle-carrier",
		.help = "tcp_tw_recycle is on, as old kernels have it, and clients come from behind "
			"a carrier's NAT",
		.rules = "tw-recycle-breaks-nat",
		.advise = "--window 0",
		.expected = { { .number = "connections from behind a carrier's NAT (100.64.0.0/10)",
				.least = CLIENTS, .most = CLIENTS } },
		.seconds = 0.1,
		RECYCLE,
		.make = from_a_carrier,
		.signs = { CAME },
	},
	{
		.name = "tw-recycle-private",
		.help = "tcp_tw_recycle is on, as old kernels have it, and no client comes from "
			"the internet",
		.rules = "tw-recycle-enabled",
		.advise = "--window 0",
		.expected = { { .number = "connections of clients", .least = CLIENTS,
				.most = CLIENTS } },
		.seconds = 0.1,
		RECYCLE,
		.make = from_inside,
		.signs = { CAME },
	},
	{
		.name = "tw-recycle-one-address",
		.help = "tcp_tw_recycle is on, as old kernels have it, and two hosts have one "
			"address",
		.rules = "tw-recycle-hits-shared-address",
		.advise = "--window 0",
		.expected = { { .subject = "10.20.0.9", .number = "connections of the address",
				.least = 2, .most = 2 } },
		.seconds = 0.1,
		RECYCLE,
		.make = from_one_address,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT },
			     .least = 2, .most = 2, .control = 2 } },
	},
	{
		.name = "proxy-narrow-range",
		.help = "a proxy connects on for each client, and holds much of a narrow port range",
		.rules = "port-range-narrow-for-proxy",
		.advise = "--window 0",
		.expected = { { .subject = WORLD_IPV4 " -> " BACKEND ":9000",
				.number = "local ports in use", .least = ONWARD, .most = ONWARD } },
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=40000 40199",
		.remedy = "net.ipv4.ip_local_port_range=10240 65535",
		.make = proxy,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = BACKEND_PORT },
			     .least = ONWARD, .most = ONWARD, .control = ONWARD },
			   CAME },
	},
	{
		.name = "retries2-5-client",
		.help = "a host that only connects to others gives up after a few seconds without "
			"an answer",
		.rules = "retries2-low-on-client",
		.advise = "--window 0",
		.expected = { { .number = "connections to others", .least = POOL, .most = POOL } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_retries2=5",
		.remedy = "net.ipv4.tcp_retries2=15",
		.make = client_of_others,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = BACKEND_PORT },
			     .least = POOL, .most = POOL, .control = POOL } },
	},
	{ 0 },
};
