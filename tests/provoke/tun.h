/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tun.h: a peer made of packets: it sends the segments it is told to, checksums and all, and sees
 * what the kernel answers. Any address of 10.9.0.0/16 but ours can be its own. It sits behind a
 * TUN device or, where /dev/net/tun is closed to us, an AF_PACKET socket on the far end of a veth
 * pair. */
#ifndef PROVOKE_TUN_H
#define PROVOKE_TUN_H

#include <netinet/tcp.h>

#include "base/base.h"

#define TUN_US "10.9.0.1"
enum { TUN_US_HOST = 0x0a090001, TUN_PEER_HOST = 0x0a090002 }; /* in host byte order */

struct tun {
	int fd;
	int far_end; /* interface index of a veth's far end, or 0 for TUN */
	unsigned char near_mac[6];
};

/* A TCP segment, everything in host byte order. */
struct segment {
	uint32_t from, to;
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint8_t flags; /* TH_SYN | TH_ACK ... */
	uint16_t window;
	uint16_t mss;  /* option, when not 0 */
	bool stamped;  /* timestamps option */
	bool damaged;  /* the checksum is wrong */
	uint32_t stamp, echo;
	const void *data; /* of what was received: NULL */
	size_t len;
};

/* Whether one of the two ways is open. 0, or -1 after a fault. */
int tun_permitted(void);
/* In the drill's namespace. 0, or -1 after a fault. */
int tun_open(struct tun *tun);

int tun_send(const struct tun *tun, const struct segment *segment); /* 0, or -1 after a fault */
/* The same for a packet from its IP header on, and what comes out: its length, or 0 for nothing. */
int tun_send_packet(const struct tun *tun, const void *packet, size_t len);
size_t tun_receive_packet(const struct tun *tun, void *packet, size_t size);
/* The next segment that the kernel sent through the device: true, or false after timeout_ms. */
bool tun_receive(const struct tun *tun, struct segment *segment, long timeout_ms);

/* The segment that answers one: addresses and ports turned round, acknowledging all of it. */
struct segment tun_answer(const struct segment *segment, uint8_t flags);
/* Connects to a listener of ours: SYN, SYN-ACK, ACK. On success 'peer' is what the peer sends
 * next: add data or flags, send, and advance seq. */
int tun_connect(const struct tun *tun, uint16_t port, struct segment *peer);

#endif
