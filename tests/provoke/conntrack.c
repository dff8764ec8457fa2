/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of tracked connections. The limit is the host's and cannot be set here, but what counts
 * against it are the entries of one namespace (net/netfilter/nf_conntrack_core.c
 * __nf_conntrack_alloc). They are put in by ctnetlink: it needs no packet and no firewall rule. An
 * entry takes the kernel some 2 us, nearly all of it in looking for twins in the host's hash table,
 * so the batches are as long as they need be (measured on Linux 6.18, 254,000 entries in 0.4 s). */
#include "families.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/file.h"
#include "fault.h"
#include "healthy.h"
#include "netlink.h"
#include "peer.h"
#include "tracking.h"

#define SYSCTL "/proc/sys/net/netfilter/nf_conntrack_"

enum {
	NEARLY = 85, /* percent */
	FULL = 97,
	LARGEST = 1000000, /* a larger table takes too long, and too much memory */
	SPARE = 5000,
	BATCH = 1 << 16,
	FIRST_PORT = 10000,
	PORTS = 50000,
	LIFETIME_S = 600,
	TRACKED = 10,
	CLASHES = 1000,
	CLASHES_KEPT = 5,
	IDLE = 60, /* connections, two sockets each */
};

static int read_number(const char *path, unsigned long *number)
{
	autobuf struct buf text = BUF_INIT;

	errno = file_read(AT_FDCWD, path, 64, &text);
	if (errno)
		return fault_errno("cannot read %s", path);
	*number = strtoul(buf_text(&text), NULL, 10);
	return 0;
}

static void put_tuple(struct netlink_message *message, uint16_t type, uint32_t from, uint32_t to,
		      uint16_t from_port, uint16_t to_port)
{
	const uint32_t from_be = htonl(from), to_be = htonl(to);
	const uint16_t from_port_be = htons(from_port), to_port_be = htons(to_port);
	const uint8_t protocol = IPPROTO_TCP;
	struct nlattr *tuple = netlink_put(message, type, NULL, 0), *part;

	part = netlink_put(message, CTA_TUPLE_IP, NULL, 0);
	netlink_put(message, CTA_IP_V4_SRC, &from_be, sizeof from_be);
	netlink_put(message, CTA_IP_V4_DST, &to_be, sizeof to_be);
	netlink_close(message, part);
	part = netlink_put(message, CTA_TUPLE_PROTO, NULL, 0);
	netlink_put(message, CTA_PROTO_NUM, &protocol, sizeof protocol);
	netlink_put(message, CTA_PROTO_SRC_PORT, &from_port_be, sizeof from_port_be);
	netlink_put(message, CTA_PROTO_DST_PORT, &to_port_be, sizeof to_port_be);
	netlink_close(message, part);
	netlink_close(message, tuple);
}

/* The entry of a connection from 10.8.x.y to 10.7.7.7:8080, which is translated to one from
 * 10.7.7.7 or not. */
static void compose(struct netlink_message *message, unsigned number, bool translated)
{
	const struct nfgenmsg fixed = { .nfgen_family = AF_INET };
	const uint32_t lifetime = htonl(LIFETIME_S), from = 0x0a080001 + number / PORTS,
		       to = 0x0a070707;
	uint16_t port = (uint16_t)(FIRST_PORT + number % PORTS);

	netlink_begin(message, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW, NLM_F_CREATE, &fixed,
		      sizeof fixed);
	put_tuple(message, CTA_TUPLE_ORIG, from, to, port, 8080);
	put_tuple(message, CTA_TUPLE_REPLY, to, translated ? to : from, 8080, port);
	netlink_put(message, CTA_TIMEOUT, &lifetime, sizeof lifetime);
}

static int add_entries(unsigned long count, bool translated)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	static char batch[BATCH];
	struct netlink_message message;
	size_t len = 0;
	unsigned i;

	if (fd < 0)
		return fault_errno("this kernel has no nfnetlink");
	for (i = 0; i < count; i++) {
		compose(&message, i, translated);
		memcpy(batch + len, &message, message.header.nlmsg_len);
		len += NLMSG_ALIGN(message.header.nlmsg_len);
		if (len + sizeof message < sizeof batch && i + 1 < count)
			continue;
		if (send(fd, batch, len, 0) < 0)
			return fault_errno("cannot track connections");
		len = 0;
	}
	return 0;
}

static int track(unsigned long wanted)
{
	unsigned long count;

	if (add_entries(wanted, false) < 0 || read_number(SYSCTL "count", &count) < 0)
		return -1;
	return count < wanted ? fault("of %lu connections %lu are tracked", wanted, count) : 0;
}

static int fill(struct drill *drill, unsigned percent)
{
	unsigned long max;

	if (read_number(SYSCTL "max", &max) < 0)
		return -1;
	if (max > LARGEST)
		return fault("the table has room for %lu connections, too many to fill", max);
	if (track(max * (drill->careless ? percent : 1) / 100) < 0)
		return -1;
	return healthy_traffic(drill);
}

static int nearly_fill(struct drill *drill)
{
	return fill(drill, NEARLY);
}

static int fill_up(struct drill *drill)
{
	return fill(drill, FULL);
}

/* The host's limit comes down to a few entries here; what the first namespace has remains far below
 * it. */
static int lower_limit(struct drill *drill)
{
	unsigned long host = host_number(drill->host, "net.netfilter.nf_conntrack_count");
	unsigned long entries = host * 4 + SPARE;

	if (track(entries) < 0)
		return -1;
	if (drill->careless && host_set_number(drill->host, "net.netfilter.nf_conntrack_max",
					       entries * 100 / FULL) < 0)
		return -1;
	return healthy_traffic(drill);
}

/* Some entries, so that tracking is seen to be in use, and connections that nothing happens on. */
static int idle(struct drill *drill, bool keepalive)
{
	struct pair pairs[IDLE];
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, IDLE);
	if (drill->listener < 0 || add_entries(TRACKED, false) < 0 ||
	    peer_pairs(drill, drill->listener, pairs, IDLE) < 0)
		return -1;
	for (i = 0; keepalive && i < IDLE; i++)
		if (peer_option(pairs[i].client, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ||
		    peer_option(pairs[i].server, SOL_SOCKET, SO_KEEPALIVE, 1) < 0)
			return -1;
	return 0;
}

static int idle_silent(struct drill *drill)
{
	return idle(drill, false);
}

static int idle_probed(struct drill *drill)
{
	return idle(drill, true);
}

/* ---- entries that clash ---- */

/* A connection from one of the ports that a translated one has. Its first packet finds no room in
 * the table, nor do those sent after it (net/netfilter/nf_conntrack_core.c nf_ct_resolve_clash). */
static int connect_from_taken(struct drill *drill)
{
	uint16_t port = (uint16_t)(FIRST_PORT + drill->recent_next % CLASHES);
	int fd = peer_client(drill);
	struct sockaddr_storage from;
	socklen_t len;

	if (fd < 0)
		return -1;
	drill_hold(drill, fd);
	peer_address(drill, false, port, &from, &len);
	if (bind(fd, (struct sockaddr *)&from, len) < 0)
		return fault_errno("cannot bind a port");
	return peer_start_connecting(drill, fd, PEER_PORT);
}

static void clash_again(struct drill *drill)
{
	unsigned i;

	for (i = 0; drill->careless && i < CLASHES_KEPT; i++)
		connect_from_taken(drill);
}

static int clash(struct drill *drill)
{
	if (tracking_start() < 0 || healthy_traffic(drill) < 0 ||
	    add_entries(CLASHES, drill->careless) < 0)
		return -1;
	clash_again(drill);
	return 0;
}

#define FORGETS(title, id, label, maker, clock, sentence) \
	{ \
		.name = title, .help = sentence, .rules = id, .advise = "--window 0", \
		.expected = { { .number = label, .least = 2 * IDLE, .most = 2 * IDLE } }, \
		.seconds = 0.1, .needs = NEEDS_CONNTRACK, \
		.world = "net.netfilter.nf_conntrack_tcp_timeout_established=432000", \
		.fault = "net.netfilter.nf_conntrack_tcp_timeout_established=600", \
		.remedy = "net.netfilter.nf_conntrack_tcp_timeout_established=7440", \
		.make = maker, \
		.signs = { { .rows = { .states = IN(ESTABLISHED), .timer = clock }, \
			     .least = 2 * IDLE, .control = 2 * IDLE } }, \
	}

#define SHARE "tracked connections in this namespace"

#define TABLE(title, sentence, maker) \
	{ \
		.name = title, .help = sentence, .rules = title, .advise = "--window 0.2s", \
		.expected = { { .number = SHARE } }, .seconds = 0.5, \
		.longer = "2 us of CPU for each place in the host's table: 0.5 s for 262,144, " \
			  "and more beside other load", \
		.needs = NEEDS_CONNTRACK, .make = maker, \
	}

const struct condition family_conntrack[] = {
	TABLE("conntrack-table-nearly-full", "the connection tracking table is filled to 85 %",
	      nearly_fill),
	TABLE("conntrack-table-full", "the connection tracking table is filled to 97 %", fill_up),
	{
		.name = "conntrack-limit-lowered",
		.help = "the host's limit of tracked connections comes down to what is tracked",
		.rules = "conntrack-table-full",
		.advise = "--window 0.2s",
		.expected = { { .number = SHARE, .least = SPARE } },
		.seconds = 0.1,
		.needs = NEEDS_HOST | NEEDS_CONNTRACK,
		.make = lower_limit,
	},
	{
		.name = "conntrack-entries-clash",
		.help = "connections are to be tracked whose translated port another one has",
		.rules = "conntrack-entries-clash",
		.advise = "--window 1s",
		.expected = { { .number = "entries that could not be added",
				.least = CLASHES_KEPT } },
		.seconds = 0.1,
		.needs = NEEDS_CONNTRACK,
		.make = clash,
		.keep = clash_again,
		.signs = { { .rows = { .states = IN(SYN_SENT) }, .least = CLASHES_KEPT } },
	},
	FORGETS("conntrack-forgets-idle", "conntrack-forgets-idle-connections",
		"open connections at rest without keepalive", idle_silent, TIMER_NONE,
		"connection tracking forgets idle connections after ten minutes"),
	FORGETS("conntrack-before-keepalive", "keepalive-slower-than-conntrack",
		"connections with their next probe too late", idle_probed, TIMER_KEEPALIVE,
		"connection tracking forgets idle connections long before keepalive begins"),
	{ 0 },
};
