/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue of facts: the macros that make a line of the .def files one initialiser, and
 * the symbols some facts have. What a macro gives last may add fields: .since, .scale, ... */
#include "fact/fact.h"

#include <limits.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Newer than the headers we may be compiled with. */
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif

static const struct symbol states[] = {
	{ "established", STATE_ESTABLISHED }, { "syn_sent", STATE_SYN_SENT },
	{ "syn_recv", STATE_SYN_RECV },	      { "fin_wait1", STATE_FIN_WAIT1 },
	{ "fin_wait2", STATE_FIN_WAIT2 },     { "time_wait", STATE_TIME_WAIT },
	{ "close", STATE_CLOSE },	      { "close_wait", STATE_CLOSE_WAIT },
	{ "last_ack", STATE_LAST_ACK },	      { "listen", STATE_LISTEN },
	{ "closing", STATE_CLOSING },	      { NULL, 0 },
};

static const struct symbol timers[] = {
	{ "none", TIMER_NONE },		  { "retransmit", TIMER_RETRANSMIT },
	{ "keepalive", TIMER_KEEPALIVE }, { "time_wait", TIMER_TIME_WAIT },
	{ "probe", TIMER_PROBE },	  { "delayed_ack", TIMER_DELAYED_ACK },
	{ NULL, 0 },
};

static const struct symbol sides[] = {
	{ "server", SIDE_SERVER },
	{ "client", SIDE_CLIENT },
	{ "listen", SIDE_LISTEN },
	{ NULL, 0 },
};

static const struct symbol families[] = { { "ipv4", AF_INET }, { "ipv6", AF_INET6 }, { NULL, 0 } };

/* enum tcp_ca_state, enum tcp_fastopen_client_fail of linux/tcp.h. */
static const struct symbol ca_states[] = {
	{ "open", 0 },	   { "disorder", 1 }, { "cwr", 2 },
	{ "recovery", 3 }, { "loss", 4 },     { NULL, 0 },
};
static const struct symbol fastopen_fails[] = {
	{ "none", 0 },		    { "no_cookie", 1 }, { "data_not_acked", 2 },
	{ "syn_retransmitted", 3 }, { NULL, 0 },
};

/* The members of a struct that the compiler packs into one byte: the first stands in the low
 * bits where the host is little-endian, in the high ones where it is not. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BITS(first, count) .shift = (first), .bits = (count)
#else
#define BITS(first, count) .shift = 8 - (first) - (count), .bits = (count)
#endif

#define HOST_FACT(text, of_kind, of_unit, from) \
	.name = text, .length = sizeof(text) - 1, .scope = FACT_HOST, .kind = FACT_##of_kind, \
	.unit = UNIT_##of_unit, .origin = from

#define HOST(text, of_unit, from, ...) \
	{ HOST_FACT("host." text, GAUGE, of_unit, from), .help = __VA_ARGS__ },

#define SYSCTL(dir, dotted, file, suffix, number, of_unit, ...) \
	{ HOST_FACT(dotted file suffix, GAUGE, of_unit, FROM_SYSCTL), \
	  .path = "proc/sys/net/" dir file, .key = dotted file, .field = number, \
	  .help = __VA_ARGS__ },
/* What the kernel takes there and has of its own, in its own unit; the numbers are those of the
 * handlers in net/ipv4/sysctl_net_ipv4.c, net/core/sysctl_net_core.c and
 * net/netfilter/nf_conntrack_standalone.c, and tests/unit/test_sysctl.c tries them. */
#define TAKES(low, high, own) .least = low, .most = high, .initial = own
#define FLAG(own) TAKES(0, 1, own)
#define U8(own) TAKES(0, 255, own)
#define INT(own) TAKES(INT_MIN, INT_MAX, own)
#define NATURAL(own) TAKES(0, INT_MAX, own)
#define POSITIVE(own) TAKES(1, INT_MAX, own)
#define ULONG(own) TAKES(0, 0x1.fffffffffffffp63, own)
/* Seconds that must fit an int as ticks: INT_MAX / HZ, where HZ is 1000 at most. */
#define JIFFIES(own) TAKES(-2147483, 2147483, own)
#define IPV4(file, of_unit, ...) SYSCTL("ipv4/", "net.ipv4.", file, "", 0, of_unit, __VA_ARGS__)
#define IPV4_WORD(file, word, number, of_unit, ...) \
	SYSCTL("ipv4/", "net.ipv4.", file, "." word, number, of_unit, __VA_ARGS__)
#define CORE(file, of_unit, ...) SYSCTL("core/", "net.core.", file, "", 0, of_unit, __VA_ARGS__)
#define CONNTRACK(file, of_unit, ...) \
	SYSCTL("netfilter/", "net.netfilter.", "nf_conntrack_" file, "", 0, of_unit, __VA_ARGS__)

#define TABLE(file, line, column, of_kind, of_unit, ...) \
	{ HOST_FACT(line "." column, of_kind, of_unit, FROM_TABLE), .path = "proc/net/" file, \
	  .prefix = line, .key = column, .help = __VA_ARGS__ },
#define TCPEXT(column, ...) TABLE("netstat", "TcpExt", column, COUNTER, COUNT, __VA_ARGS__)
#define IPEXT(column, ...) TABLE("netstat", "IpExt", column, COUNTER, COUNT, __VA_ARGS__)
#define TCP(column, ...) TABLE("snmp", "Tcp", column, COUNTER, COUNT, __VA_ARGS__)
#define IP(column, ...) TABLE("snmp", "Ip", column, COUNTER, COUNT, __VA_ARGS__)

#define SOCKSTAT_OF(file, text, line, column, of_unit, ...) \
	{ HOST_FACT(file "." text, GAUGE, of_unit, FROM_SOCKSTAT), .path = "proc/net/" file, \
	  .prefix = line, .key = column, .help = __VA_ARGS__ },
#define SOCKSTAT(...) SOCKSTAT_OF("sockstat", __VA_ARGS__)
#define SOCKSTAT6(...) SOCKSTAT_OF("sockstat6", __VA_ARGS__)

#define SOFTNET(text, column, ...) \
	{ HOST_FACT("softnet." text, COUNTER, COUNT, FROM_PER_CPU), \
	  .path = "proc/net/softnet_stat", .field = column, .host_wide = true, \
	  .help = __VA_ARGS__ },
#define CONNTRACK_STAT(column, ...) \
	{ HOST_FACT("conntrack." column, COUNTER, COUNT, FROM_PER_CPU), \
	  .path = "proc/net/stat/nf_conntrack", .key = column, .help = __VA_ARGS__ },

#define SOCKET_FACT(text, of_kind, of_unit, from) \
	.name = text, .length = sizeof(text) - 1, .scope = FACT_SOCKET, .kind = FACT_##of_kind, \
	.unit = UNIT_##of_unit, .origin = from

#define SOCKET(text, of_unit, rule, ...) \
	{ SOCKET_FACT(text, GAUGE, of_unit, FROM_SOCKET_RULE), .field = rule, .help = __VA_ARGS__ },
#define MESSAGE(text, of_unit, at, bytes, ...) \
	{ SOCKET_FACT(text, GAUGE, of_unit, FROM_MESSAGE), .offset = at, .width = bytes, \
	  .help = __VA_ARGS__ },

#define ATTRIBUTE_OF(text, of_kind, of_unit, number, at, bytes, ...) \
	{ SOCKET_FACT(text, of_kind, of_unit, FROM_ATTRIBUTE), .attr = INET_DIAG_##number, \
	  .offset = at, .width = bytes, .help = __VA_ARGS__ },
#define ATTRIBUTE(text, of_unit, number, at, bytes, ...) \
	ATTRIBUTE_OF(text, GAUGE, of_unit, number, at, bytes, __VA_ARGS__)
#define ATTRIBUTE_COUNTER(text, of_unit, number, at, bytes, ...) \
	ATTRIBUTE_OF(text, COUNTER, of_unit, number, at, bytes, __VA_ARGS__)
/* Words of SKMEMINFO, in the order of SK_MEMINFO_RMEM_ALLOC (linux/sock_diag.h). */
#define MEMORY(text, word, ...) \
	ATTRIBUTE_OF(text, GAUGE, BYTES, SKMEMINFO, 4 * (word), 4, __VA_ARGS__)
/* Members of struct inet_diag_sockopt, which is two bytes of bit-fields. */
#define SOCKOPT(text, at, first, ...) \
	ATTRIBUTE_OF(text, GAUGE, BOOL, SOCKOPT, at, 1, __VA_ARGS__, BITS(first, 1), \
		     .since = "5.10")
#define OPTION(text, of_unit, of_level, number, at, ...) \
	{ SOCKET_FACT(text, GAUGE, of_unit, FROM_OPTION), .level = of_level, .option = number, \
	  .offset = at, .width = 4, .help = __VA_ARGS__ },
#define DESCRIPTORS(text, of_count, ...) \
	{ SOCKET_FACT("process." text, GAUGE, COUNT, FROM_DESCRIPTORS), .field = of_count, \
	  .help = __VA_ARGS__ },
#define INFO(text, of_unit, at, bytes, ...) \
	ATTRIBUTE_OF(text, GAUGE, of_unit, INFO, at, bytes, __VA_ARGS__)
#define INFO_COUNTER(text, of_unit, at, bytes, ...) \
	ATTRIBUTE_OF(text, COUNTER, of_unit, INFO, at, bytes, __VA_ARGS__)

const struct fact fact_catalogue[] = {
#include "fact/host.def"
#include "fact/sysctl.def"
#include "fact/tcpext.def"
#include "fact/counter.def"
#include "fact/socket.def"
};

const unsigned fact_count = countof(fact_catalogue);
