/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to packets below TCP: filtered, without a route, damaged. */
#include "families.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ip.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/file.h"
#include "fault.h"
#include "healthy.h"
#include "peer.h"
#include "tun.h"
#include "veth.h"
#include "watch.h"
#include "world.h"

enum {
	PACKETS = 20,
	PACKETS_KEPT = 5, /* a tenth of a second's */
	ELSEWHERE_HOST = 0xc0000201, /* 192.0.2.1, of a network for documents (RFC 5737) */
};
#define ELSEWHERE "192.0.2.0"

/* ---- the reverse path filter ---- */

static int add_route(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET }, mask = { .sin_family = AF_INET };
	char device[IFNAMSIZ];
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = device };

	snprintf(device, sizeof device, "%s", name);
	inet_pton(AF_INET, ELSEWHERE, &to.sin_addr);
	inet_pton(AF_INET, "255.255.255.0", &mask.sin_addr);
	memcpy(&route.rt_dst, &to, sizeof to);
	memcpy(&route.rt_genmask, &mask, sizeof mask);
	return ioctl(fd, SIOCADDRT, &route) < 0 ? fault_errno("cannot add a route") : 0;
}

/* The way to there is lo, and packets from there come in by another device. */
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
	if (drill->listener < 0 || tun_open(drill->own) < 0 || add_route("lo") < 0)
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

/* ---- the queue of a CPU ---- */

/* A packet that is to be forwarded is cut into so many pieces at once, while the CPU takes none of
 * them from its queue, that this overflows: net.core.netdev_max_backlog is 1000 on most hosts, and a
 * packet makes 1042 pieces of 48 bytes (net/ipv4/ip_output.c ip_do_fragment, which gives up at the
 * first one that is dropped; net/core/dev.c enqueue_to_backlog). */
enum { LARGE_PACKET = 50000, SMALL_PACKET = 1000, SMALLEST_MTU = 68 };

static int narrow(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_mtu = SMALLEST_MTU };

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	return ioctl(fd, SIOCSIFMTU, &request) < 0 ? fault_errno("cannot narrow %s", name) : 0;
}

static uint16_t ip_checksum(const struct iphdr *ip)
{
	const uint16_t *word = (const uint16_t *)ip;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < sizeof *ip / sizeof *word; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~(sum + (sum >> 16));
}

static int forward(struct drill *drill, unsigned count)
{
	const uint16_t len = drill->careless ? LARGE_PACKET : SMALL_PACKET;
	static char packet[LARGE_PACKET];
	struct iphdr ip = {
		.version = 4, .ihl = sizeof ip / 4, .tot_len = htons(len), .ttl = 2,
		.protocol = IPPROTO_UDP, .saddr = htonl(TUN_PEER_HOST),
		.daddr = htonl(ELSEWHERE_HOST),
	};

	while (count--) {
		ip.id = htons((uint16_t)++drill->recent_next);
		ip.check = 0;
		ip.check = ip_checksum(&ip);
		memcpy(packet, &ip, sizeof ip);
		if (tun_send_packet(drill->own, packet, len) < 0)
			return -1;
	}
	return 0;
}

/* Of all CPUs, the second number of each line (net/core/net-procfs.c softnet_seq_show). */
static unsigned long dropped_so_far(void)
{
	autobuf struct buf text = BUF_INIT;
	const char *line;
	unsigned long sum = 0, dropped;

	if (file_read(AT_FDCWD, "/proc/thread-self/net/softnet_stat", 1 << 20, &text))
		return 0;
	for (line = buf_text(&text); line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*x %lx", &dropped) == 1)
			sum += dropped;
	}
	return sum;
}

/* The device drops all until a work queue has seen that it is up (net/core/link_watch.c). */
static bool overflows(void *arg)
{
	const unsigned long before = dropped_so_far();

	return forward(arg, PACKETS_KEPT) == 0 && dropped_so_far() > before;
}

static int cut_up(struct drill *drill)
{
	drill->own = xcalloc(1, sizeof(struct tun));
	if (tun_open(drill->own) < 0 || veth_make("near", "far") < 0 || narrow("near") < 0 ||
	    veth_raise("near") < 0 || veth_raise("far") < 0 || add_route("near") < 0)
		return -1;
	if (drill->careless && !watch_until(overflows, drill, WATCH_BOUND_MS))
		return fault("the queue of a CPU holds all pieces of a packet");
	return healthy_traffic(drill);
}

static void cut_up_again(struct drill *drill)
{
	forward(drill, PACKETS_KEPT);
}

const struct condition family_below[] = {
	{
		.name = "cpu-queue-full",
		.help = "pieces of large packets overflow the queue of a CPU, and are dropped",
		.rules = "cpu-queue-drops",
		.advise = "--window 1s",
		.expected = { { .number = "packets dropped on the host",
				.least = 2 * PACKETS_KEPT } },
		.seconds = 0.2,
		.needs = NEEDS_TUN | NEEDS_HOST, /* the counter is the host's */
		.world = "net.ipv4.ip_forward=1",
		.make = cut_up,
		.keep = cut_up_again,
	},
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
