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

enum { QUEUE = 1024, PACKET_MAX = 2048, LOST = 64 };

struct packet {
	long due_ms;
	size_t len;
	unsigned char bytes[PACKET_MAX];
};

/* In order of arrival, which is the order in which they are due. */
struct queue {
	unsigned first, count;
	struct packet packets[QUEUE];
};

struct path {
	struct wire wire;
	struct tun tun;
	unsigned data_seen;
	uint32_t lost[LOST]; /* sequence numbers to lose again, 0 for none */
	unsigned lost_next;
	struct queue on_time, late;
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

static uint32_t sequence(const struct packet *packet)
{
	struct iphdr ip;
	struct tcphdr tcp;

	memcpy(&ip, packet->bytes, sizeof ip);
	memcpy(&tcp, packet->bytes + ip.ihl * 4u, sizeof tcp);
	return tcp.th_seq;
}

/* Whether it was lost before and has not been lost again; it is then forgotten. */
static bool lost_before(struct path *path, const struct packet *packet)
{
	uint32_t seq = sequence(packet);
	unsigned i;

	for (i = 0; i < LOST; i++)
		if (path->lost[i] == seq) {
			path->lost[i] = 0;
			return true;
		}
	return false;
}

static bool loses(struct path *path, const struct packet *packet, unsigned number)
{
	const struct wire *wire = &path->wire;

	if (wire->lose_again && lost_before(path, packet))
		return true;
	if (!each(number, wire->lose_every) && number != wire->lose_only)
		return false;
	if (wire->lose_again)
		path->lost[path->lost_next++ % LOST] = sequence(packet);
	return true;
}

static void forward(const struct path *path, const struct packet *packet)
{
	tun_send_packet(&path->tun, packet->bytes, packet->len);
}

static void put(struct queue *queue, const struct packet *packet)
{
	if (queue->count < QUEUE)
		queue->packets[(queue->first + queue->count++) % QUEUE] = *packet;
}

static void arrive(struct path *path, struct packet *packet)
{
	const struct wire *wire = &path->wire;
	unsigned number = carries_data(packet) ? ++path->data_seen : 0;

	if (packet->bytes[0] >> 4 != IPVERSION || (wire->mtu && packet->len > wire->mtu))
		return;
	if (number && loses(path, packet, number))
		return;
	turn_round(packet->bytes);
	packet->due_ms = watch_now_ms() + wire->delay_ms;
	if (number && each(number, wire->late_every)) {
		packet->due_ms += wire->late_ms;
		put(&path->late, packet);
	} else if (wire->delay_ms) {
		put(&path->on_time, packet);
	} else {
		forward(path, packet);
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
static long forward_due(const struct path *path, struct queue *queue, long now)
{
	for (; queue->count && queue->packets[queue->first].due_ms <= now; queue->count--) {
		forward(path, &queue->packets[queue->first]);
		queue->first = (queue->first + 1) % QUEUE;
	}
	return queue->count ? queue->packets[queue->first].due_ms - now : -1;
}

static int forward_all_due(struct path *path)
{
	long now = watch_now_ms();
	long next = forward_due(path, &path->on_time, now);
	long late = forward_due(path, &path->late, now);

	return (int)(next < 0 || (late >= 0 && late < next) ? late : next);
}

static void carry(void *arg)
{
	struct path *path = arg;
	struct pollfd wait = { .fd = path->tun.fd, .events = POLLIN };

	while (poll(&wait, 1, forward_all_due(path)) >= 0)
		take_all(path);
}

int wire_lay(struct drill *drill, const struct wire *wire)
{
	struct path *path = xcalloc(1, sizeof *path);
	int status = -1;

	path->wire = *wire;
	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 128);
	if (drill->listener >= 0 && tun_open(&path->tun) == 0 && guard_process(carry, path) > 0)
		status = 0;
	free(path);
	return status;
}

int wire_connect(const struct drill *drill, const char *to, struct pair *pair)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(PEER_PORT) };

	inet_pton(AF_INET, to, &in.sin_addr);
	pair->client = peer_client(drill);
	if (pair->client < 0)
		return -1;
	if (connect(pair->client, (const struct sockaddr *)&in, sizeof in) < 0)
		return fault_errno("cannot connect over the wire");
	pair->server = peer_accept(drill->listener);
	return pair->server < 0 ? -1 : 0;
}

int wire_pair(struct drill *drill, const struct wire *wire, struct pair *pair)
{
	return wire_lay(drill, wire) < 0 ? -1 : wire_connect(drill, WIRE_PEER, pair);
}
