/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits that all namespaces share: TCP memory and orphans. The load is made inside and stays
 * small: the limits come down to it, for as long as COMMAND runs. */
#include "families.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "deaf.h"
#include "fault.h"
#include "flow.h"
#include "healthy.h"

enum {
	ORPHANS_KEPT = 10,
	LOADED = 10,	      /* connections */
	LOAD = 4 << 20,	      /* bytes unread in each */
	LEAST_PAGES = 2000,   /* that makes, at least */
	LEAST_BYTES = LEAST_PAGES * 4096,
};

/* What /proc/net/sockstat says of TCP, host-wide: "orphan", "mem" (pages). */
static unsigned long sockstat(const char *what)
{
	autobuf struct buf text = BUF_INIT;
	const char *line;

	if (file_read(AT_FDCWD, "/proc/net/sockstat", 4096, &text))
		return 0;
	line = strstr(buf_text(&text), "TCP:");
	line = line ? strstr(line, what) : NULL;
	return line ? strtoul(line + strlen(what), NULL, 10) : 0;
}

/* ---- settings ---- */

static int set_memory(const struct drill *drill, unsigned long low, unsigned long pressure,
		      unsigned long max)
{
	autobuf struct buf value = BUF_INIT;

	buf_printf(&value, "%lu %lu %lu", low, pressure, max);
	return host_set(drill->host, "net.ipv4.tcp_mem", buf_text(&value));
}

static int set_orphans(const struct drill *drill, unsigned long max)
{
	return host_set_number(drill->host, "net.ipv4.tcp_max_orphans", max);
}

/* Out of order by one page, which does no harm. */
static int disorder_memory(struct drill *drill)
{
	unsigned long pages[3];

	host_memory(drill->host, pages);
	if (drill->careless && set_memory(drill, pages[1] + 1, pages[1], pages[2]) < 0)
		return -1;
	return healthy_traffic(drill);
}

static int unlimit_memory(struct drill *drill)
{
	unsigned long pages[3], all = (unsigned long)sysconf(_SC_PHYS_PAGES);

	host_memory(drill->host, pages);
	if (drill->careless && set_memory(drill, pages[0], pages[1], all) < 0)
		return -1;
	return healthy_traffic(drill);
}

static int lower_orphans(struct drill *drill)
{
	unsigned long buckets = host_number(drill->host, "net.ipv4.tcp_ehash_entries");

	if (drill->form != FORM_HEALTHY && set_orphans(drill, buckets * 2 / 5) < 0)
		return -1;
	if (drill->form == FORM_FIXED &&
	    (drill->remedy ? host_set_all(drill->host, drill->remedy) :
			     set_orphans(drill, buckets / 2)) < 0)
		return -1;
	return healthy_traffic(drill);
}

/* ---- load ---- */

/* Unread data of some 40 MB, and how many pages TCP holds with it. */
static int load_memory(struct drill *drill, unsigned long *pages)
{
	struct pair pairs[LOADED];
	unsigned i;

	drill->listener = peer_listen(drill, PEER_PORT, 128);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, LOADED) < 0)
		return -1;
	for (i = 0; i < LOADED; i++)
		flow_write(pairs[i].client, LOAD);
	*pages = sockstat("mem");
	if (*pages < LEAST_PAGES)
		return fault("TCP holds %lu pages, and not %d", *pages, LEAST_PAGES);
	return 0;
}

/* Pressure begins where this share of it would be 'percent'. */
static int load_to(struct drill *drill, unsigned percent)
{
	unsigned long pages[3], held, pressure;

	host_memory(drill->host, pages);
	if (!drill->careless)
		return healthy_traffic(drill);
	if (load_memory(drill, &held) < 0)
		return -1;
	pressure = held * 100 / percent;
	return set_memory(drill, pressure * 3 / 4, pressure, pages[2]);
}

static int load_near_pressure(struct drill *drill)
{
	return load_to(drill, 90);
}

static int load_over_pressure(struct drill *drill)
{
	return load_to(drill, 110);
}

static int leave_orphans(struct drill *drill, unsigned count)
{
	struct pair pair;

	while (count--) {
		if (peer_pair(drill, drill->listener, &pair) < 0 || deaf(pair.client) < 0)
			return -1;
		close(pair.server);
		drill_hold(drill, pair.client);
	}
	return 0;
}

static int leave_many(struct drill *drill)
{
	drill->listener = peer_listen(drill, PEER_PORT, 128);
	return drill->listener < 0 ? -1 : leave_orphans(drill, MANY);
}

/* A third of the limit: of those that make no progress each may count twice or four times. The
 * orphans of others are spared. */
static int leave_near_limit(struct drill *drill)
{
	if (leave_many(drill) < 0)
		return -1;
	return drill->careless ? set_orphans(drill, sockstat("orphan") * 3) : 0;
}

static void leave_more(struct drill *drill)
{
	leave_orphans(drill, ORPHANS_KEPT);
}

static bool one_was_reset(void *arg)
{
	struct drill *drill = arg;

	leave_more(drill);
	return counters_moved(&drill->before, "TcpExt.TCPAbortOnMemory") > 0;
}

/* The kernel compares with a sum that it renews every 100 ms (net/ipv4/tcp.c tcp_orphan_update).
 */
static int leave_over_limit(struct drill *drill)
{
	if (leave_many(drill) < 0)
		return -1;
	if (!drill->careless)
		return 0;
	if (set_orphans(drill, sockstat("orphan") / 2) < 0)
		return -1;
	return watch_until(one_was_reset, drill, WATCH_BOUND_MS) ?
		       0 :
		       fault("no connection is reset for want of room for orphans");
}

#define SETTING(title, sentence, label, maker) \
	{ \
		.name = title, .help = sentence, .rules = title, .advise = "--window 0", \
		.expected = { { .number = label } }, \
		.seconds = 0.1, .needs = NEEDS_HOST | SEEN_FROM_HOST, .make = maker, \
	}

const struct condition family_host_wide[] = {
	SETTING("tcp-mem-too-small", "the values of tcp_mem are out of order",
		"first value, pages", disorder_memory),
	SETTING("tcp-mem-exceeds-memory", "tcp_mem permits TCP all memory of the host",
		"third value of net.ipv4.tcp_mem", unlimit_memory),
	SETTING("max-orphans-lowered", "tcp_max_orphans is below the kernel's default",
		"the kernel's default here", lower_orphans),
	{
		.name = "tcp-memory-near-pressure",
		.help = "unread data brings TCP near the limit where memory pressure begins",
		.rules = "tcp-memory-near-pressure",
		.advise = "--window 0",
		.expected = { { .number = "memory held by TCP on the host",
				.least = LEAST_BYTES } },
		.seconds = 0.1,
		.needs = NEEDS_HOST | SEEN_FROM_HOST,
		.make = load_near_pressure,
	},
	{
		.name = "tcp-memory-pressure",
		.help = "unread data brings TCP over the limit where memory pressure begins",
		.rules = "tcp-memory-pressure",
		.advise = "--window 0.1s",
		.expected = { { .number = "memory held by TCP on the host",
				.least = LEAST_BYTES } },
		.seconds = 0.1,
		.needs = NEEDS_HOST | SEEN_FROM_HOST,
		.make = load_over_pressure,
	},
	{
		.name = "orphans-near-limit",
		.help = "closed connections that nobody acknowledges fill a third of "
			"tcp_max_orphans",
		.rules = "orphans-near-limit",
		.advise = "--window 0",
		.expected = { { .number = "orphans on the host", .least = MANY } },
		.seconds = 0.1,
		.needs = NEEDS_HOST | SEEN_FROM_HOST,
		.make = leave_near_limit,
		.signs = { { .rows = { .states = IN(FIN_WAIT1), .owner = ORPHANED },
			     .least = MANY, .control = MANY } },
	},
	{
		.name = "tcp-aborts-for-memory",
		.help = "there are more orphans than tcp_max_orphans, and the next are reset",
		.rules = "tcp-aborts-for-memory",
		.advise = "--window 0.5s",
		.expected = { { .number = "connections reset", .least = 1 } },
		.seconds = 0.2,
		.needs = NEEDS_HOST,
		.make = leave_over_limit,
		.keep = leave_more,
		.signs = { { .counter = "TcpExt.TCPAbortOnMemory", .least = 1 } },
	},
	{ 0 },
};
