/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments in and out of the kernel by TUN or AF_PACKET. */
#include "tun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "fault.h"
#include "veth.h"
#include "watch.h"

enum { PACKET_MAX = 65536, OPTIONS_MAX = 40 };

/* ---- the device ---- */

static int configure(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	inet_pton(AF_INET, TUN_US, &in.sin_addr);
	memcpy(&request.ifr_addr, &in, sizeof in);
	if (ioctl(fd, SIOCSIFADDR, &request) < 0)
		return fault_errno("cannot give %s an address", name);
	inet_pton(AF_INET, "255.255.0.0", &in.sin_addr);
	memcpy(&request.ifr_netmask, &in, sizeof in);
	if (ioctl(fd, SIOCSIFNETMASK, &request) < 0)
		return fault_errno("cannot set the mask of %s", name);
	memset(&request.ifr_ifru, 0, sizeof request.ifr_ifru);
	/* No ARP: nobody would answer. A veth then addresses frames to itself. */
	request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_NOARP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return fault_errno("cannot raise %s", name);
	return 0;
}

static int open_tun(struct tun *tun)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "peer0" };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (ioctl(fd, TUNSETIFF, &request) < 0) {
		close(fd);
		return -1;
	}
	tun->fd = fd;
	tun->far_end = 0;
	return configure("peer0");
}

/* Else segments come out of a veth joined, and without checksums. */
static int turn_off_offloads(const char *name)
{
	static const uint32_t offloads[] = { ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO };
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };
	size_t i;

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	for (i = 0; i < countof(offloads); i++) {
		struct ethtool_value off = { .cmd = offloads[i] };

		request.ifr_data = (void *)&off;
		if (ioctl(fd, SIOCETHTOOL, &request) < 0)
			return fault_errno("cannot turn off an offload of %s", name);
	}
	return 0;
}

static int open_packet(struct tun *tun)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	struct ifreq request = { .ifr_name = "peer0" };

	if (veth_make("peer0", "peer1") < 0 || turn_off_offloads("peer0") < 0 ||
	    configure("peer0") < 0 || veth_raise("peer1") < 0)
		return -1;
	tun->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_IP));
	if (tun->fd < 0)
		return fault_errno("cannot open an AF_PACKET socket");
	tun->far_end = at.sll_ifindex = (int)if_nametoindex("peer1");
	if (bind(tun->fd, (struct sockaddr *)&at, sizeof at) < 0 ||
	    ioctl(tun->fd, SIOCGIFHWADDR, &request) < 0)
		return fault_errno("cannot use a veth pair");
	memcpy(tun->near_mac, request.ifr_hwaddr.sa_data, sizeof tun->near_mac);
	return 0;
}

int tun_open(struct tun *tun)
{
	return open_tun(tun) == 0 ? 0 : open_packet(tun);
}

/* Rootless in a container even veth may be missing: ask before a condition is begun. */
int tun_permitted(void)
{
	autoclose int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return 0;
	if (veth_make("try0", "try1") < 0)
		return fault("it takes /dev/net/tun, or else a veth pair");
	return veth_remove("try0");
}

/* ---- packets ---- */

static uint32_t sum(uint32_t so_far, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (; len > 1; p += 2, len -= 2)
		so_far += (uint32_t)p[0] << 8 | p[1];
	return len ? so_far + ((uint32_t)p[0] << 8) : so_far;
}

static uint16_t checksum(uint32_t so_far)
{
	while (so_far >> 16)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return htons((uint16_t)~so_far);
}

static size_t put_options(unsigned char *at, const struct segment *segment)
{
	const uint32_t stamps[] = { htonl(segment->stamp), htonl(segment->echo) };
	size_t len = 0;

	if (segment->mss) {
		at[len++] = TCPOPT_MAXSEG;
		at[len++] = TCPOLEN_MAXSEG;
		at[len++] = (unsigned char)(segment->mss >> 8);
		at[len++] = (unsigned char)segment->mss;
	}
	if (segment->stamped) {
		at[len++] = TCPOPT_NOP;
		at[len++] = TCPOPT_NOP;
		at[len++] = TCPOPT_TIMESTAMP;
		at[len++] = TCPOLEN_TIMESTAMP;
		memcpy(at + len, stamps, sizeof stamps);
		len += sizeof stamps;
	}
	return len;
}

static uint16_t tcp_checksum(const struct segment *segment, const void *tcp, size_t len)
{
	uint32_t so_far = IPPROTO_TCP + (uint32_t)len;

	so_far += (segment->from >> 16) + (segment->from & 0xffff);
	so_far += (segment->to >> 16) + (segment->to & 0xffff);
	return checksum(sum(so_far, tcp, len));
}

/* packet has room for PACKET_MAX bytes. Returns its length. */
static size_t put_segment(unsigned char *packet, const struct segment *segment)
{
	unsigned char *at = packet + sizeof(struct iphdr);
	size_t options = put_options(at + sizeof(struct tcphdr), segment);
	size_t tcp_len = sizeof(struct tcphdr) + options + segment->len;
	struct tcphdr tcp = {
		.th_sport = htons(segment->from_port),
		.th_dport = htons(segment->to_port),
		.th_seq = htonl(segment->seq),
		.th_ack = htonl(segment->ack),
		.th_off = (sizeof(struct tcphdr) + options) / 4 & 15,
		.th_flags = segment->flags,
		.th_win = htons(segment->window),
	};
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(struct iphdr) / 4,
		.tot_len = htons((uint16_t)(sizeof(struct iphdr) + tcp_len)),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.saddr = htonl(segment->from),
		.daddr = htonl(segment->to),
	};

	ip.check = checksum(sum(0, &ip, sizeof ip));
	memcpy(packet, &ip, sizeof ip);
	memcpy(at, &tcp, sizeof tcp);
	if (segment->len)
		memcpy(at + sizeof tcp + options, segment->data, segment->len);
	tcp.th_sum = tcp_checksum(segment, at, tcp_len) ^ (segment->damaged ? 0x5555 : 0);
	memcpy(at, &tcp, sizeof tcp);
	return sizeof ip + tcp_len;
}

int tun_send_packet(const struct tun *tun, const void *packet, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = tun->far_end,
		.sll_halen = sizeof tun->near_mac,
	};
	ssize_t n;

	memcpy(to.sll_addr, tun->near_mac, sizeof tun->near_mac);
	n = tun->far_end ? sendto(tun->fd, packet, len, 0, (struct sockaddr *)&to, sizeof to) :
			   write(tun->fd, packet, len);
	return n == (ssize_t)len ? 0 : fault_errno("cannot send a segment to the kernel");
}

int tun_send(const struct tun *tun, const struct segment *segment)
{
	unsigned char packet[PACKET_MAX];

	if (segment->len > PACKET_MAX - sizeof(struct iphdr) - sizeof(struct tcphdr) - OPTIONS_MAX)
		return fault("a segment of %zu bytes is too long", segment->len);
	return tun_send_packet(tun, packet, put_segment(packet, segment));
}

size_t tun_receive_packet(const struct tun *tun, void *packet, size_t size)
{
	ssize_t n = read(tun->fd, packet, size);

	return n > 0 ? (size_t)n : 0;
}

static void read_options(const unsigned char *at, const unsigned char *end, struct segment *segment)
{
	uint32_t stamps[2];

	while (at < end && *at != TCPOPT_EOL) {
		if (*at == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			return;
		if (*at == TCPOPT_TIMESTAMP && at[1] == TCPOLEN_TIMESTAMP) {
			memcpy(stamps, at + 2, sizeof stamps);
			segment->stamped = true;
			segment->stamp = ntohl(stamps[0]);
			segment->echo = ntohl(stamps[1]);
		} else if (*at == TCPOPT_MAXSEG && at[1] == TCPOLEN_MAXSEG) {
			segment->mss = (uint16_t)(at[2] << 8 | at[3]);
		}
		at += at[1];
	}
}

/* False for what is no TCP over IPv4. */
static bool read_segment(const unsigned char *packet, size_t len, struct segment *segment)
{
	struct iphdr ip;
	struct tcphdr tcp;
	size_t ip_len, tcp_len;

	if (len < sizeof ip + sizeof tcp)
		return false;
	memcpy(&ip, packet, sizeof ip);
	ip_len = ip.ihl * 4u;
	if (ip.version != 4 || ip.protocol != IPPROTO_TCP || ip_len + sizeof tcp > len)
		return false;
	memcpy(&tcp, packet + ip_len, sizeof tcp);
	tcp_len = tcp.th_off * 4u;
	if (ip_len + tcp_len > len)
		return false;
	*segment = (struct segment){
		.from = ntohl(ip.saddr),
		.to = ntohl(ip.daddr),
		.from_port = ntohs(tcp.th_sport),
		.to_port = ntohs(tcp.th_dport),
		.seq = ntohl(tcp.th_seq),
		.ack = ntohl(tcp.th_ack),
		.flags = tcp.th_flags,
		.window = ntohs(tcp.th_win),
		.len = len - ip_len - tcp_len,
	};
	read_options(packet + ip_len + sizeof tcp, packet + ip_len + tcp_len, segment);
	return true;
}

bool tun_receive(const struct tun *tun, struct segment *segment, long timeout_ms)
{
	long end = watch_now_ms() + timeout_ms, left;
	struct pollfd wait = { .fd = tun->fd, .events = POLLIN };
	unsigned char packet[PACKET_MAX];
	ssize_t n;

	for (;;) {
		n = read(tun->fd, packet, sizeof packet);
		if (n > 0 && read_segment(packet, (size_t)n, segment))
			return true;
		if (n > 0)
			continue;
		left = end - watch_now_ms();
		if (left <= 0 || errno != EAGAIN)
			return false;
		poll(&wait, 1, (int)left);
	}
}

struct segment tun_answer(const struct segment *segment, uint8_t flags)
{
	uint32_t counted = !!(segment->flags & TH_SYN) + !!(segment->flags & TH_FIN);

	return (struct segment){
		.from = segment->to,
		.to = segment->from,
		.from_port = segment->to_port,
		.to_port = segment->from_port,
		.seq = segment->ack,
		.ack = segment->seq + (uint32_t)segment->len + counted,
		.flags = flags,
		.window = 65535,
		.stamped = segment->stamped,
		.stamp = segment->echo,
		.echo = segment->stamp,
	};
}

int tun_connect(const struct tun *tun, uint16_t port, struct segment *peer)
{
	struct segment got, syn = {
		.from = peer->from ? peer->from : TUN_PEER_HOST,
		.to = TUN_US_HOST,
		.from_port = peer->from_port ? peer->from_port : 40000,
		.to_port = port,
		.seq = 1000,
		.flags = TH_SYN,
		.window = 65535,
		.mss = 1460,
		.stamped = peer->stamped,
		.stamp = peer->stamp,
	};

	if (tun_send(tun, &syn) < 0)
		return -1;
	do
		if (!tun_receive(tun, &got, WATCH_BOUND_MS))
			return fault("no SYN-ACK came to the peer made of packets");
	while (got.to_port != syn.from_port || got.flags != (TH_SYN | TH_ACK));
	*peer = tun_answer(&got, TH_ACK);
	return tun_send(tun, peer);
}
