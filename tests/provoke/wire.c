/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets in, a queue ordered by when each is due, packets out. */
#include "wire.h"

#include <arpa/inet.h>
#include <linux/ip.h>
#include <poll.h>
#include <string.h>

#include "fault.h"
#include "guard.h"
#include "tun.h"
#include "watch.h"

enum { QUEUE = 1024, PACKET_MAX = 2048 };

struct packet {
	long due_ms;
	size_t len;
	unsigned char bytes[PACKET_MAX];
};

struct path {
	struct wire wire;
	struct tun tun;
	unsigned data_seen;
	unsigned first, count; /* of queue, in order of arrival */
	struct packet queue[QUEUE];
	struct packet late; /* len 0: none is held back */
};

/* The checksums stay right: they are sums, which do not know of order. */
static void turn_round(unsigned char *packet)
{
	struct iphdr ip;
	uint32_t source;

	memcpy(&ip, packet, sizeof ip);
	source = ip.saddr;
	ip.saddr = ip.daddr;
	ip.daddr = source;
	memcpy(packet, &ip, sizeof ip);
}

static bool carries_data(const struct packet *packet)
{
	struct iphdr ip;
	struct tcphdr tcp;

	memcpy(&ip, packet->bytes, sizeof ip);
	if (ip.version != 4 || ip.protocol != IPPROTO_TCP ||
	    packet->len < ip.ihl * 4u + sizeof tcp)
		return false;
	memcpy(&tcp, packet->bytes + ip.ihl * 4u, sizeof tcp);
	return packet->len > ip.ihl * 4u + tcp.th_off * 4u;
}

static bool each(unsigned number, unsigned every)
{
	return every && number % every == 0;
}

static void forward(struct path *path, struct packet *packet)
{
	tun_send_packet(&path->tun, packet->bytes, packet->len);
	packet->len = 0;
}

static void arrive(struct path *path, struct packet *packet)
{
	const struct wire *wire = &path->wire;
	unsigned number = carries_data(packet) ? ++path->data_seen : 0;

	if (packet->bytes[0] >> 4 != IPVERSION || (wire->mtu && packet->len > wire->mtu))
		return;
	if (number && (each(number, wire->lose_every) || number == wire->lose_only))
		return;
	turn_round(packet->bytes);
	packet->due_ms = watch_now_ms() + wire->delay_ms;
	if (number && each(number, wire->late_every) && !path->late.len) {
		packet->due_ms += wire->late_ms;
		path->late = *packet;
	} else if (!wire->delay_ms) {
		forward(path, packet);
	} else if (path->count < QUEUE) {
		path->queue[(path->first + path->count++) % QUEUE] = *packet;
	}
}

static void take_all(struct path *path)
{
	struct packet packet;

	while ((packet.len = tun_receive_packet(&path->tun, packet.bytes, PACKET_MAX)) >
	       sizeof(struct iphdr))
		arrive(path, &packet);
}

/* Forwards what is due; returns in how many ms there is more to do, or -1 for no more. */
static int forward_due(struct path *path)
{
	long now = watch_now_ms(), next = -1;

	while (path->count && path->queue[path->first].due_ms <= now) {
		forward(path, &path->queue[path->first]);
		path->first = (path->first + 1) % QUEUE;
		path->count--;
	}
	if (path->late.len && path->late.due_ms <= now)
		forward(path, &path->late);
	if (path->count)
		next = path->queue[path->first].due_ms - now;
	if (path->late.len && (next < 0 || path->late.due_ms - now < next))
		next = path->late.due_ms - now;
	return (int)next;
}

static void carry(void *arg)
{
	struct path *path = arg;
	struct pollfd wait = { .fd = path->tun.fd, .events = POLLIN };

	while (poll(&wait, 1, forward_due(path)) >= 0)
		take_all(path);
}

static int lay(const struct wire *wire)
{
	struct path *path = xcalloc(1, sizeof *path);
	int status = -1;

	path->wire = *wire;
	if (tun_open(&path->tun) == 0 && guard_process(carry, path) > 0)
		status = 0;
	free(path);
	return status;
}

int wire_pair(struct drill *drill, const struct wire *wire, struct pair *pair)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PEER_PORT) };

	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 128);
	if (drill->listener < 0 || lay(wire) < 0)
		return -1;
	inet_pton(AF_INET, WIRE_PEER, &to.sin_addr);
	pair->client = peer_client(drill);
	if (pair->client < 0)
		return -1;
	if (connect(pair->client, (const struct sockaddr *)&to, sizeof to) < 0)
		return fault_errno("cannot connect over the wire");
	pair->server = peer_accept(drill->listener);
	return pair->server < 0 ? -1 : 0;
}
