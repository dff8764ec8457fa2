/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings whose harm can be seen on one connection: what is checked is the harm itself. */
#include "families.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "fault.h"
#include "peer.h"
#include "watch.h"

enum { SMALL_PORT = PEER_PORT + 1, SMALL_MSS = 536, START_MSS = 1024, FLOOR_MSS = 1400 };

/* In the fixed form the remedy came before the first connection. */
static bool is_faulty(const struct drill *drill)
{
	return drill->form == FORM_PLAIN;
}

/* ---- urgent data ---- */

/* Sends "aUb", of which U is urgent. */
static int send_urgent(int fd)
{
	if (send(fd, "a", 1, 0) != 1 || send(fd, "U", 1, MSG_OOB) != 1 || send(fd, "b", 1, 0) != 1)
		return fault_errno("cannot send urgent data");
	return 0;
}

/* net/ipv4/tcp_input.c tcp_check_urg */
static int read_urgent(struct drill *drill)
{
	struct pollfd wait = { .events = POLLPRI };
	char wanted = is_faulty(drill) ? 'b' : 'U', got = '-';
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0 || send_urgent(pair.client) < 0)
		return -1;
	wait.fd = pair.server;
	if (poll(&wait, 1, WATCH_BOUND_MS) != 1 || recv(pair.server, &got, 1, MSG_OOB) != 1)
		return fault_errno("no urgent data arrived");
	return got == wanted ? 0 : fault("the urgent byte is read as %c, not %c", got, wanted);
}

/* ---- size of segments ---- */

static int segment_size(int fd)
{
	int size;
	socklen_t len = sizeof size;

	if (getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &size, &len) < 0)
		return fault_errno("cannot read the segment size");
	return size;
}

/* Options take part of it: what is below the bound is small. */
static int expect_size(int fd, bool small, int bound)
{
	int size = segment_size(fd);

	if (size < 0)
		return -1;
	return (size <= bound) == small ? 0 : fault("segments have %d bytes", size);
}

/* net/ipv4/tcp_output.c tcp_mtup_init */
static int start_small(struct drill *drill)
{
	struct pair pair;

	if (peer_pair(drill, drill->listener, &pair) < 0)
		return -1;
	return expect_size(pair.client, is_faulty(drill), START_MSS);
}

/* The peer takes segments of SMALL_MSS at most (net/ipv4/tcp_output.c __tcp_mtu_to_mss). */
static int exceed_peer(struct drill *drill)
{
	int listener = peer_server(drill), client = peer_client(drill);

	if (listener < 0 || client < 0 ||
	    peer_option(listener, IPPROTO_TCP, TCP_MAXSEG, SMALL_MSS) < 0 ||
	    peer_start_listening(drill, listener, SMALL_PORT, 1) < 0)
		return -1;
	if (peer_connect(drill, client, SMALL_PORT) < 0)
		return fault_errno("cannot connect to port %u", SMALL_PORT);
	return expect_size(client, !is_faulty(drill), SMALL_MSS);
}

const struct condition family_config[] = {
	{
		.name = "min-snd-mss-1400",
		.help = "segments are larger than a peer behind a tunnel asked for",
		.rules = "min-snd-mss-too-large",
		.advise = "--window 0",
		.expected = { { .number = "net.ipv4.tcp_min_snd_mss",
				.least = FLOOR_MSS,
				.most = FLOOR_MSS } },
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_min_snd_mss=1400",
		.remedy = "net.ipv4.tcp_min_snd_mss=48",
		.verify = exceed_peer,
	},
	{
		.name = "mtu-probing-2",
		.help = "every connection starts with small segments",
		.rules = "mtu-probing-always",
		.advise = "--window 0",
		.expected = { { .number = "segment size to start with",
				.least = START_MSS,
				.most = START_MSS } },
		.seconds = 0.1,
		.world = "net.ipv4.tcp_base_mss=1024",
		.fault = "net.ipv4.tcp_mtu_probing=2",
		.remedy = "net.ipv4.tcp_mtu_probing=1",
		.verify = start_small,
	},
	{
		.name = "urgent-byte-misread",
		.help = "an application reads the wrong byte as urgent",
		.rules = "urgent-pointer-misread",
		.advise = "--window 0",
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_stdurg=1",
		.remedy = "net.ipv4.tcp_stdurg=0",
		.verify = read_urgent,
	},
	{ 0 },
};
