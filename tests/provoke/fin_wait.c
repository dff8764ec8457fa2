/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Closed by this side, and not finished: FIN_WAIT_1, FIN_WAIT_2, LAST_ACK. */
#include "families.h"
#include "deaf.h"
#include "fault.h"
#include "peer.h"

enum { PAIRS = 1100 };

static int connect_pairs(struct drill *drill, struct pair *pairs, size_t count)
{
	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	return drill->listener < 0 ? -1 : peer_pairs(drill, drill->listener, pairs, count);
}

/* Both ends close, this side first. */
static int close_orderly(const struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		close(pairs[i].server);
		if (peer_read_eof(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	return 0;
}

/* The clients are gone without a word; the server's FIN is never acknowledged. */
static int dead_peers(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	if (connect_pairs(drill, pairs, MANY) < 0)
		return -1;
	if (!drill->careless)
		return close_orderly(pairs, MANY);
	for (i = 0; i < MANY; i++) {
		if (deaf(pairs[i].client) < 0)
			return -1;
		close(pairs[i].server);
	}
	return 0;
}

/* Clients acknowledge the FIN and never send their own. */
static int peers_never_close(struct drill *drill)
{
	static struct pair pairs[PAIRS];
	unsigned i;

	if (connect_pairs(drill, pairs, PAIRS) < 0)
		return -1;
	if (!drill->careless)
		return close_orderly(pairs, PAIRS);
	for (i = 0; i < PAIRS; i++)
		close(pairs[i].server);
	return 0;
}

/* shutdown() and no close(): the kernel's timeout does not apply. */
static int shut_and_held(struct drill *drill)
{
	struct pair pairs[MANY];
	unsigned i;

	if (connect_pairs(drill, pairs, MANY) < 0)
		return -1;
	if (!drill->careless)
		return close_orderly(pairs, MANY);
	for (i = 0; i < MANY; i++)
		shutdown(pairs[i].server, SHUT_WR);
	return 0;
}

/* Clients close and vanish; the server closes second. Its FIN is never acknowledged. */
static int last_acks(struct drill *drill)
{
	const struct rows waiting = { .states = IN(CLOSE_WAIT) };
	struct pair pairs[MANY];
	unsigned i;

	if (connect_pairs(drill, pairs, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		if (drill->careless && deaf(pairs[i].client) < 0)
			return -1;
		close(pairs[i].client);
	}
	if (watch_for(&waiting, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++)
		close(pairs[i].server);
	return 0;
}

const struct condition family_fin_wait[] = {
	{
		.name = "fin-wait1-dead-peer",
		.help = "peers are gone without a word, and nobody acknowledges the FIN",
		.rules = "fin-wait1-peer-unreachable",
		.advise = "--window 0",
		.seconds = 1.5, /* three retransmissions: 0.2, 0.4 and 0.8 s */
		.make = dead_peers,
		.signs = { { .rows = { .states = IN(FIN_WAIT1), .local_port = PEER_PORT,
				       .owner = ORPHANED, .timer = TIMER_RETRANSMIT, .retries = 3 },
			     .least = MANY, .most = MANY } },
	},
	{
		.name = "fin-wait2-orphan",
		.help = "peers acknowledge the FIN and never close their side",
		.rules = "fin-wait2-peer-never-closes",
		.advise = "--window 0",
		.seconds = 0.2,
		.make = peers_never_close,
		.signs = { { .rows = { .states = IN(FIN_WAIT2), .owner = ORPHANED },
			     .least = PAIRS, .most = PAIRS } },
	},
	{
		.name = "fin-wait2-held",
		.help = "the application shuts down its side, keeps the descriptor and never "
			"closes",
		.rules = "fin-wait2-held",
		.advise = "--window 0 --let fin-wait2-held.age=1ms",
		.seconds = 0.1,
		.make = shut_and_held,
		.signs = { { .rows = { .states = IN(FIN_WAIT2), .owner = OWNED },
			     .least = MANY, .most = MANY } },
	},
	{
		.name = "last-ack",
		.help = "peers have closed and vanished, and nobody acknowledges the last FIN",
		.rules = "last-ack-pile",
		.advise = "--window 0",
		.seconds = 1.5, /* as fin-wait1-dead-peer */
		.make = last_acks,
		.signs = { { .rows = { .states = IN(LAST_ACK), .owner = ORPHANED,
				       .timer = TIMER_RETRANSMIT, .retries = 3 },
			     .least = MANY, .most = MANY } },
	},
	{ 0 },
};
