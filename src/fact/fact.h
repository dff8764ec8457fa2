/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/fact.h: the things the kernel can tell us. One line of fact/catalogue.c each: its name,
 * unit, where its bytes are, and one sentence. */
#ifndef FACT_FACT_H
#define FACT_FACT_H

#include "fact/unit.h"

enum fact_scope {
	FACT_HOST,   /* one value per namespace and sample */
	FACT_SOCKET, /* one value per socket */
};

enum fact_kind {
	FACT_GAUGE,   /* a value now, or a setting */
	FACT_COUNTER, /* grows since boot, since the namespace or since the socket began */
};

/* Where the bytes of a fact are. Files are below the root of the source, without a leading
 * slash; lengths and presence decide what is known, never the kernel's version. */
enum fact_origin {
	/* host scope: a file and what to take from it */
	FROM_SYSCTL,	/* path; word number 'field' of its text */
	FROM_TABLE,	/* two-line tables (netstat, snmp): column key "ListenOverflows" of the
			 * line 'prefix' "TcpExt" */
	FROM_SOCKSTAT,	/* path; key "inuse" on the line 'prefix' "TCP" */
	FROM_PER_CPU,	/* hexadecimal per-CPU columns, summed: softnet_stat column 'field' or,
			 * where the file has a head line, the column named key (nf_conntrack) */
	FROM_LABELLED,	/* "MemTotal:  24000 kB": number after the label key (meminfo, status) */
	FROM_MANIFEST,	/* key in the source's manifest: page size, namespace */
	FROM_HOST_RULE, /* computed from other facts: enum host_rule in 'field' */
	/* socket scope: a place in the sock_diag message */
	FROM_MESSAGE,	/* struct inet_diag_msg: offset, width */
	FROM_ATTRIBUTE, /* attribute attr: offset, width */
	FROM_SOCKET_RULE, /* computed: enum socket_rule in 'field' */
	FROM_OPTION,	/* getsockopt(level, option) in the process that holds a listener: offset,
			 * width; collect/borrow.h */
	/* socket scope, but of a process: its row is no socket */
	FROM_DESCRIPTORS, /* counted below /proc/PID: enum descriptor_count in 'field' */
};

/* Facts computed from others; collect/derive.c has one function for each. */
enum host_rule {
	HOST_EPHEMERAL_PORTS,	  /* |ip_local_port_range minus ip_local_reserved_ports| */
	HOST_FIRST_NAMESPACE,	  /* 1 in the first network namespace (tcp_mem exists only there) */
	HOST_CONGESTION_ALTERNATIVES, /* |tcp_allowed_congestion_control minus reno and the one set| */
	HOST_CAP_NET_ADMIN,
	HOST_CAP_SYS_PTRACE,
	HOST_CAP_DAC_READ_SEARCH,
	HOST_IPV4_ADDRESSES,
	HOST_IPV6_ADDRESSES,
};

enum socket_rule {
	/* in the message, but not as a plain number of the host's byte order */
	SOCKET_STATE,	     /* idiag_state */
	SOCKET_TIMER,	     /* idiag_timer; a code without a symbol counts as none */
	SOCKET_LOCAL_PORT,   /* idiag_sport, network order */
	SOCKET_REMOTE_PORT,  /* idiag_dport, network order; unknown for LISTEN */
	SOCKET_COOKIE,	     /* idiag_cookie[1] << 32 | idiag_cookie[0] */

	SOCKET_SIDE,	     /* server: its local port and address belong to a listener */
	SOCKET_OWNED,	     /* inode != 0: a process holds it */
	SOCKET_KEEPALIVE,    /* the timer tells (kernel-visible part of SO_KEEPALIVE) */
	SOCKET_EPHEMERAL,    /* local port in ip_local_port_range */
	SOCKET_BIND_HALF,    /* its parity is not that of ip_local_port_range's low end */
	SOCKET_RESERVED,     /* local port in ip_local_reserved_ports */
	SOCKET_HELD,	     /* somebody listens on its local port or is bound to it and idle */
	SOCKET_REUSABLE,     /* TIME_WAIT that connect() may take over now */
	SOCKET_LOOPBACK,     /* either address is 127/8 or ::1 */
	SOCKET_TO_ITSELF,    /* local and remote end are the same */
	SOCKET_OWN,	     /* the remote address is one of this namespace's */
	SOCKET_SHARED,	     /* the remote address is of 100.64/10 (RFC 6598) */
	SOCKET_PUBLIC,	     /* the remote address is global unicast (RFC 6890), and not nearby */
	SOCKET_WILDCARD,     /* bound to the unspecified address */
	SOCKET_RECV_Q,	     /* bytes waiting; unknown for LISTEN, where it is the queue */
	SOCKET_SEND_Q,
	SOCKET_ACCEPT_QUEUE, /* LISTEN: connections waiting for accept() */
	SOCKET_BACKLOG,	     /* LISTEN: effective backlog */
	SOCKET_FAMILY,	     /* after normalising ::ffff:a.b.c.d */
	SOCKET_IDLE,	     /* the shorter of last_data_sent/recv and last_ack_recv */
	SOCKET_CONGESTION,   /* name; INET_DIAG_CONG */
	SOCKET_CGROUP,	     /* number of a cgroup v2; INET_DIAG_CGROUP_ID, 8 bytes */
	SOCKET_ULP,	     /* name; INET_ULP_INFO_NAME inside INET_DIAG_ULP_INFO */
	/* keys, not numbers */
	SOCKET_LOCAL,
	SOCKET_REMOTE,
	SOCKET_REMOTE_NET,   /* /24 or /48 of remote */
	SOCKET_DESTINATION,  /* remote address and port */
	SOCKET_PATH,	     /* local address, remote address, remote port */
	SOCKET_LISTENER,     /* the listener a server socket belongs to; itself for LISTEN */
	/* keys that are numbers of things told elsewhere */
	SOCKET_PROCESS,	     /* who holds it (collect/owners.h); 0: nobody can */
	SOCKET_SERVICE,	     /* name of what its cgroup is of; INET_DIAG_CGROUP_ID */
};

/* What is counted of a process; collect/descriptors.h. */
enum descriptor_count {
	COUNT_FILES,
	COUNT_FILES_LIMIT,
	COUNT_SOCKETS,
	COUNT_TCP,
	COUNT_TCP_UNLISTED,
	DESCRIPTOR_COUNTS
};

/* Values of the facts 'side' and 'timer'; 'family' is AF_INET or AF_INET6, 'state' enum
 * tcp_state below. */
enum socket_side { SIDE_SERVER, SIDE_CLIENT, SIDE_LISTEN };
enum socket_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT, /* also tail loss probe and reordering timer */
	TIMER_KEEPALIVE,
	TIMER_TIME_WAIT,
	TIMER_PROBE,
	TIMER_DELAYED_ACK, /* since 7.1 */
};

struct symbol {
	const char *name; /* NULL ends the list */
	unsigned value;
};

struct fact {
	const char *name;
	size_t length;	    /* of the name */
	enum fact_scope scope;
	enum fact_kind kind;
	enum unit unit;
	enum fact_origin origin;
	const char *path;   /* host: the file; socket: NULL */
	const char *prefix; /* FROM_TABLE, FROM_SOCKSTAT: the line */
	const char *key;    /* the column, label or manifest key; sysctls: as sysctl(8) takes it */
	unsigned field;	    /* word or column from 0; or the rule */
	unsigned attr;	    /* INET_DIAG_*: FROM_ATTRIBUTE, and rules that rest on one; 0: none */
	int level, option;  /* FROM_OPTION: of getsockopt() */
	unsigned offset;    /* bytes */
	unsigned width;	    /* 1, 2, 4, 8 bytes; 0 for texts */
	unsigned shift;	    /* bit-fields: value >> shift ... */
	unsigned bits;	    /* ... & (1 << bits) - 1; 0 takes the whole width */
	double scale;	    /* the kernel's number times scale is in base units; 0 means 1 */
	uint64_t none;	    /* a kernel number that means "no value" (min_rtt ~0); 0 has no such */
	const struct symbol *symbols; /* UNIT_SYMBOL */
	const char *since;  /* "6.2": the kernel that first had it; wording only. NULL: always */
	const char *until;  /* "4.12": the kernel that removed it, or made it do nothing */
	bool inert;	    /* 'until' is when it stopped to act; the file is still there */
	/* FROM_SYSCTL: what one may write, in the kernel's unit; both 0 for texts and read_only. */
	double least, most;
	/* What the kernel has of its own: "128 5.4:4096" is 128 before 5.4. NULL: it follows from
	 * the memory of the host, or from how the kernel was built. */
	const char *initial;
	bool sized;	    /* 'initial' is its most: less on hosts with little memory */
	bool read_only;	    /* FROM_SYSCTL: nothing to set (a count, a list, proc/uptime) */
	bool host_wide;	    /* exists in, or speaks of, the whole host and not of the namespace */
	const char *help;   /* one sentence, no final full stop needed by callers */
};

/* The catalogue, in the order of the manual. An index is a fact's number in every array. */
extern const struct fact fact_catalogue[];
extern const unsigned fact_count;

enum { FACT_NONE = 0xffff };

/* The number of a fact, or FACT_NONE. */
unsigned fact_find(const char *name);
/* Offers every name of the scope to 'nearest' (base/text.h). */
struct nearest;
void fact_nearest(struct nearest *nearest, enum fact_scope scope);
/* Whether reading this socket fact needs tcp_info, which takes the socket's lock in the
 * kernel and can stall (net/ipv4/tcp.c tcp_get_info, lock_sock_fast). */
bool fact_needs_info(const struct fact *fact);
/* Whether it is told by a look at /proc, which comes after the first passes: it is for the sockets
 * that those have shown a rule to need. */
bool fact_needs_holder(const struct fact *fact);
/* Whether it is of processes, not of sockets; and whether it is of both. */
bool fact_of_process(const struct fact *fact);
bool fact_of_both(const struct fact *fact);
/* The bit of idiag_ext that asks for the fact's attribute, 0 if it comes unasked. */
unsigned fact_ext(const struct fact *fact);
/* FROM_OPTION: what getsockopt() gave, in base units. */
double fact_option(const struct fact *fact, int32_t raw);
/* Whether it is made of addresses and ports, which every row has, and so takes no column. */
bool fact_is_address(const struct fact *fact);
/* Whether a report may show it although no rule uses it: settings, and what /proc/net counts. */
bool fact_is_vital(const struct fact *fact);
/* The symbol of a value, or NULL. */
const char *fact_symbol(const struct fact *fact, unsigned value);

/* TCP states as sock_diag numbers them (include/net/tcp_states.h), and as masks 1 << state.
 * sock_diag shows request sockets as SYN_RECV and bound, unconnected ones as CLOSE. */
enum tcp_state {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT1,
	STATE_FIN_WAIT2,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_NEW_SYN_RECV,
	STATE_BOUND_INACTIVE,
	STATES
};
enum {
	STATES_LISTEN = 1 << STATE_LISTEN,
	STATES_ALL = (1 << STATES) - 2,
};

#endif
