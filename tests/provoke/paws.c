/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timestamps that go back: the receiver takes the segment for an old duplicate (RFC 7323 5). */
#include "families.h"

#include <netinet/in.h>

#include "peer.h"
#include "repair.h"
#include "tun.h"

enum { BACK_MS = -1000000 };

static int shift_clock(struct drill *drill)
{
	struct pair pair;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0 || peer_pair(drill, drill->listener, &pair) < 0 ||
	    peer_exchange(&pair, 100) < 0)
		return -1;
	if (drill->careless && repair_shift_clock(pair.client, BACK_MS) < 0)
		return -1;
	return send(pair.client, "late", 4, MSG_NOSIGNAL) == 4 ? 0 : -1;
}

/* A peer whose stamps jump back, as behind a NAT that does not keep them apart. */
static int old_stamp(struct drill *drill)
{
	struct segment peer = { .stamped = true, .stamp = 5000000 };
	struct tun tun;
	int fd = peer_server(drill);
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PEER_PORT) };

	if (fd < 0 || tun_open(&tun) < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0 || listen(fd, 128) < 0 ||
	    tun_connect(&tun, PEER_PORT, &peer) < 0)
		return -1;
	peer.data = "late";
	peer.len = 4;
	if (drill->careless)
		peer.stamp -= 1000000;
	return tun_send(&tun, &peer);
}

#define PAWS(title, sentence, maker, asked) \
	{ \
		.name = title, .help = sentence, .seconds = 0.1, .make = maker, .needs = asked, \
		.signs = { { .counter = "TcpExt.PAWSEstab", .least = 1 } }, \
	}

const struct condition family_paws[] = {
	PAWS("paws-clock-shift", "the peer's timestamps jump back, and its data is dropped as old",
	     shift_clock, 0),
	PAWS("paws-old-stamp", "segments with old timestamps arrive from a remote peer", old_stamp,
	     NEEDS_TUN),
	{ 0 },
};
