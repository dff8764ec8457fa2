/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timestamps that go back: the receiver takes the segment for an old duplicate (RFC 7323 5). */
#include "families.h"

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

struct remote {
	struct tun tun;
	struct segment peer; /* what it sends next */
};

/* A peer whose stamps jump back, as behind a NAT that does not keep them apart. */
static int old_stamp(struct drill *drill)
{
	struct remote *remote = drill->own = xcalloc(1, sizeof *remote);

	remote->peer = (struct segment){ .stamped = true, .stamp = 5000000 };
	drill->listener = peer_listen_anywhere(drill, PEER_PORT, 128);
	if (drill->listener < 0 || tun_open(&remote->tun) < 0 ||
	    tun_connect(&remote->tun, PEER_PORT, &remote->peer) < 0)
		return -1;
	remote->peer.data = "late";
	remote->peer.len = 4;
	if (drill->careless)
		remote->peer.stamp -= 1000000;
	return tun_send(&remote->tun, &remote->peer);
}

static void keep_stamping(struct drill *drill)
{
	const struct remote *remote = drill->own;

	tun_send(&remote->tun, &remote->peer);
}

const struct condition family_paws[] = {
	{
		.name = "paws-clock-shift",
		.help = "the peer's timestamps jump back, and its data is dropped as old",
		.seconds = 0.1,
		.make = shift_clock,
		.signs = { { .counter = "TcpExt.PAWSEstab", .least = 1 } },
	},
	{
		.name = "paws-old-stamp",
		.help = "segments with old timestamps arrive from a remote peer",
		.rules = "timestamps-go-back",
		.advise = "--window 1s",
		.expected = { { .number = "segments with old timestamps, duplicates not counted",
				.least = 5 } },
		.needs = NEEDS_TUN,
		.seconds = 0.1,
		.make = old_stamp,
		.keep = keep_stamping,
		.signs = { { .counter = "TcpExt.PAWSEstab", .least = 1 } },
	},
	{ 0 },
};
