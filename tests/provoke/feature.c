/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of TCP that were switched on, and then do not do what was wanted. */
#include "families.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/buf.h"
#include "deaf.h"
#include "fault.h"
#include "peer.h"
#include "world.h"

enum { PAIRS = 60, EARLY = 20, EARLY_KEPT = 3, LONG_QUEUE = 1000, SHORT_QUEUE = 1 };

/* ---- congestion control ---- */

/* One that namespaces may choose, other than reno, which all conditions begin with. */
static int choose_another(struct buf *setting)
{
	char allowed[256] = "", *rest = allowed, *name;
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_allowed_congestion_control", "re");

	if (file) {
		if (!fgets(allowed, sizeof allowed, file))
			allowed[0] = '\0';
		fclose(file);
	}
	while ((name = strsep(&rest, " \n")))
		if (*name && strcmp(name, "reno") != 0) {
			buf_printf(setting, "net.ipv4.tcp_congestion_control=%s", name);
			return 0;
		}
	return fault("this host allows no congestion control but reno");
}

/* Connections keep what they began with. The change is one to reno: of one from reno, which is always
 * allowed, the kernel keeps no trace. */
static int change_under_connections(struct drill *drill)
{
	autobuf struct buf setting = BUF_INIT;
	struct pair pairs[PAIRS];

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0 || choose_another(&setting) < 0)
		return -1;
	if (drill->careless && world_set_all(buf_text(&setting)) < 0)
		return -1;
	if (peer_pairs(drill, drill->listener, pairs, PAIRS) < 0)
		return -1;
	return drill->careless ? world_set_all("net.ipv4.tcp_congestion_control=reno") : 0;
}

/* ---- Fast Open ---- */

/* Requests in SYNs. Connections of deaf clients are never confirmed, and stay in the queue. */
static int send_early(struct drill *drill, unsigned count)
{
	struct sockaddr_storage to;
	socklen_t len;

	peer_address(drill, true, PEER_PORT, &to, &len);
	while (count--) {
		int fd = peer_client(drill);

		if (fd < 0 || (drill->form != FORM_HEALTHY && deaf(fd) < 0))
			return -1;
		if (sendto(fd, "early", 5, MSG_FASTOPEN | MSG_DONTWAIT | MSG_NOSIGNAL,
			   (struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS)
			return fault_errno("cannot send with the SYN");
		drill_hold(drill, fd);
	}
	return 0;
}

static int early_requests(struct drill *drill)
{
	int fd = peer_server(drill);

	if (fd < 0 || peer_option(fd, IPPROTO_TCP, TCP_FASTOPEN,
				  drill->form == FORM_FIXED ? LONG_QUEUE : SHORT_QUEUE) < 0 ||
	    peer_start_listening(drill, fd, PEER_PORT, LONG_QUEUE) < 0)
		return -1;
	return send_early(drill, EARLY);
}

static void keep_sending_early(struct drill *drill)
{
	send_early(drill, EARLY_KEPT);
}

const struct condition family_feature[] = {
	{
		.name = "congestion-control-changed",
		.help = "congestion control was changed, and connections go on with the old one",
		.rules = "congestion-control-differs",
		.advise = "--window 0",
		.expected = { { .number = "connections with another one", .least = PAIRS } },
		.seconds = 0.1,
		.make = change_under_connections,
	},
	{
		.name = "fast-open-queue-full",
		.help = "more Fast Open requests are unconfirmed than the listener allows",
		.rules = "fast-open-queue-overflow",
		.advise = "--window 1s",
		.expected = { { .number = "Fast Open requests refused", .least = 10 } },
		.seconds = 0.1,
		/* Client, server, and both without a cookie. */
		.world = "net.ipv4.tcp_fastopen=519",
		.make = early_requests,
		.keep = keep_sending_early,
		.signs = { { .counter = "TcpExt.TCPFastOpenListenOverflow", .least = EARLY / 2 } },
	},
	{ 0 },
};
