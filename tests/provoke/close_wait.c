/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLOSE_WAIT: the peer has closed, the application has not. */
#include "families.h"
#include "peer.h"

/* Clients close; the server closes too unless it is careless, and may have read the end of file.
 * The receive queue tells: the FIN counts as one byte there until it is read. */
static int leak(struct drill *drill, bool reads, size_t unread)
{
	static const char data[100];
	struct pair pairs[MANY];
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		if (unread && send(pairs[i].client, data, unread, MSG_NOSIGNAL) < 0)
			return -1;
		close(pairs[i].client);
		if ((reads || !drill->careless) && peer_read_eof(pairs[i].server) < 0)
			return -1;
		if (!drill->careless)
			close(pairs[i].server);
	}
	return 0;
}

static int leak_looked_away(struct drill *drill)
{
	return leak(drill, false, 0);
}

static int leak_eof_read(struct drill *drill)
{
	return leak(drill, true, 0);
}

static int leak_data_unread(struct drill *drill)
{
	return leak(drill, false, 100);
}

/* Nobody accepts, and the clients give up. */
static int leave_in_queue(struct drill *drill)
{
	unsigned i;
	int fd;

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		fd = peer_client(drill);
		if (fd < 0 || peer_connect(drill, fd, PEER_PORT) < 0)
			return -1;
		close(fd);
		if (drill->careless)
			continue;
		fd = peer_accept(drill->listener);
		if (fd < 0 || peer_read_eof(fd) < 0)
			return -1;
		close(fd);
	}
	return 0;
}

static bool row_data_unread(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue > 1;
}

#define NEVER_READ "end of file was never read"

#define LEAK(title, version, sentence, maker, queue, kind) \
	{ \
		.name = title, .help = sentence, .rules = "close-wait-leak", \
		.advise = "--window 0 --let close-wait-leak.age=1ms", .seconds = 0.1, \
		.expected = { { .subject = ITSELF, .number = kind, .least = MANY, .most = MANY } }, \
		.ip = version, .needs = version == IPV4 ? 0 : NEEDS_IPV6, .make = maker, \
		.signs = { { .rows = { .states = IN(CLOSE_WAIT), .owner = OWNED, .also = queue }, \
			     .least = MANY, .most = MANY } }, \
	}

const struct condition family_close_wait[] = {
	LEAK("close-wait-leak", IPV4,
	     "peers have closed, and the application never looks at the connections again",
	     leak_looked_away, row_unread, NEVER_READ),
	LEAK("close-wait-leak-ipv6", IPV6, "the same over IPv6", leak_looked_away, row_unread,
	     NEVER_READ),
	LEAK("close-wait-leak-mapped", IPV4_MAPPED, "the same, IPv4 clients of an IPv6 listener",
	     leak_looked_away, row_unread, NEVER_READ),
	LEAK("close-wait-eof-read", IPV4,
	     "the application has read the end of file and forgets to close", leak_eof_read,
	     row_all_read, "end of file was read, close() is missing"),
	LEAK("close-wait-data-unread", IPV4,
	     "peers have closed, and the application leaves their data unread as well",
	     leak_data_unread, row_data_unread, "data is unread too"),
	{
		.name = "close-wait-in-accept-queue",
		.help = "clients have given up before the application accepted them",
		.rules = "accept-queue-dead-connections",
		.advise = "--window 0 --let accept-queue-dead-connections.age=1ms",
		.expected = { { .subject = PEER_LISTENER(IPV4),
				.number = "closed by the client before accept()",
				.least = MANY, .most = MANY } },
		.seconds = 0.1,
		.make = leave_in_queue,
		.signs = { { .rows = { .states = IN(CLOSE_WAIT), .owner = ORPHANED },
			     .least = MANY, .most = MANY } },
	},
	{ 0 },
};
