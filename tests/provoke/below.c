/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to packets below TCP: filtered, without a route, damaged. */
#include "families.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fault.h"
#include "healthy.h"
#include "peer.h"
#include "tun.h"
#include "world.h"

enum {
	PACKETS = 20,
	PACKETS_KEPT = 5, /* a tenth of a second's */
	ELSEWHERE_HOST = 0xc0000201, /* 192.0.2.1, of a network for documents (RFC 5737) */
};
#define ELSEWHERE "192.0.2.0"

/* ---- the reverse path filter ---- */

/* The way to there is lo, and packets from there come in by another device. */
static int add_route(void)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET }, mask = { .sin_family = AF_INET };
	char device[] = "lo";
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = device };

	inet_pton(AF_INET, ELSEWHERE, &to.sin_addr);
	inet_pton(AF_INET, "255.255.255.0", &mask.sin_addr);
	memcpy(&route.rt_dst, &to, sizeof to);
	memcpy(&route.rt_genmask, &mask, sizeof mask);
	return ioctl(fd, SIOCADDRT, &route) < 0 ? fault_errno("cannot add a route") : 0;
}

static int send_from_elsewhere(struct drill *drill, unsigned count)
{
	struct segment syn = {
		.from = ELSEWHERE_HOST, .to = TUN_US_HOST, .to_port = PEER_PORT, .seq = 1,
		.flags = TH_SYN, .window = 1024,
	};

	while (count--) {
		syn.from_port = (uint16_t)(20000 + drill->recent_next++ % 10000);
		if (tun_send(drill->own, &syn) < 0)
			return -1;
	}
	return 0;
}

static int come_by_another_way(struct drill *drill)
{
	struct segment peer = { 0 };

	drill->own = xcalloc(1, sizeof(struct tun));
	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 1024);
	if (drill->listener < 0 || tun_open(drill->own) < 0 || add_route() < 0)
		return -1;
	return drill->careless ? send_from_elsewhere(drill, PACKETS) :
				 tun_connect(drill->own, PEER_PORT, &peer);
}

static void come_again(struct drill *drill)
{
	if (drill->careless)
		send_from_elsewhere(drill, PACKETS_KEPT);
}

/* ---- no route ---- */

static int connect_nowhere(unsigned count)
{
	const struct sockaddr_in nowhere = {
		.sin_family = AF_INET, .sin_port = htons(PEER_PORT),
		.sin_addr.s_addr = htonl(ELSEWHERE_HOST),
	};

	while (count--) {
		autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (const struct sockaddr *)&nowhere, sizeof nowhere) == 0 ||
		    errno != ENETUNREACH)
			return fault_errno("a connect() without a route failed otherwise");
	}
	return 0;
}

static int connect_without_route(struct drill *drill)
{
	return drill->careless && connect_nowhere(PACKETS) < 0 ? -1 : healthy_traffic(drill);
}

static void connect_again(struct drill *drill)
{
	if (drill->careless)
		connect_nowhere(PACKETS_KEPT);
}

const struct condition family_below[] = {
	{
		.name = "reverse-path-filter-drops",
		.help = "SYNs come in by a device that the way back does not lead through, and "
			"rp_filter drops them",
		.rules = "reverse-path-filter-drops",
		.advise = "--window 1s",
		.expected = { { .number = "packets dropped", .least = 2 * PACKETS_KEPT } },
		.seconds = 0.1,
		.needs = NEEDS_TUN,
		.world = "net.ipv4.conf.all.rp_filter=0; net.ipv4.conf.default.rp_filter=0",
		.fault = "net.ipv4.conf.all.rp_filter=1",
		.remedy = "net.ipv4.conf.all.rp_filter=2",
		.make = come_by_another_way,
		.keep = come_again,
		.signs = { { .counter = "TcpExt.IPReversePathFilter", .least = PACKETS } },
	},
	{
		.name = "no-route",
		.help = "an application connects to addresses that no route leads to",
		.rules = "no-route-to-destination",
		.advise = "--window 1s",
		.expected = { { .number = "packets and connects without a route",
				.least = 2 * PACKETS_KEPT } },
		.seconds = 0.1,
		.make = connect_without_route,
		.keep = connect_again,
		.signs = { { .counter = "Ip.OutNoRoutes", .least = PACKETS } },
	},
	{ 0 },
};
