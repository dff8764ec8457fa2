/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drill.h: what a condition is, and one run of it. A condition is one line of its family's table:
 * settings, a function that makes the traffic, and the signs by which it is known to hold. */
#ifndef PROVOKE_DRILL_H
#define PROVOKE_DRILL_H

#include "host.h"
#include "watch.h"

enum form { FORM_PLAIN, FORM_HEALTHY, FORM_FIXED };

enum { /* what a condition asks of the machine */
	NEEDS_TUN = 1 << 0,	/* /dev/net/tun, or else AF_PACKET on a veth pair (see tun.h) */
	NEEDS_CGROUP = 1 << 1,	/* a cgroup of its own */
	NEEDS_HOST = 1 << 2,	/* changes what all namespaces share: only with --host-wide */
	NEEDS_IPV6 = 1 << 3,
	NEEDS_USERFAULT = 1 << 4, /* userfaultfd for faults of the kernel: root */
	NEEDS_CONNTRACK = 1 << 5,
	NEEDS_MPTCP = 1 << 6,
	NEEDS_BUFFER_LIMITS = 1 << 8, /* net.core.rmem_max: older kernels show it to the host only */
	SEEN_FROM_HOST = 1 << 7, /* COMMAND runs in the namespace that the user started it in */
};

enum ip { IPV4, IPV6, IPV4_MAPPED }; /* mapped: an IPv4 client of an IPv6 listener */

/* One thing that must be seen: so many sockets, or a counter that moved by so much. */
struct sign {
	struct rows rows;
	const char *counter;
	long least;   /* plain form */
	long most;    /* plain form; 0: no bound */
	long control; /* the other two */
};

/* What tcp-advise must find by a rule: about whom, and one of the numbers it rests on. */
struct expected {
	const char *rule;    /* NULL: any of the condition's */
	const char *subject; /* NULL: host; one that ends in '[': what it begins with */
	const char *number;  /* its label in the report; NULL: none in particular */
	double least;
	double most; /* 0: no bound */
};

/* A process of the condition, whatever its number. */
#define ITSELF "tcp-provoke["

/* MANY: above what most rules call many. */
enum { SIGNS = 4, EXPECTED = 3, RECENT = 256, MANY = 120 };

struct drill;

struct condition {
	const char *name;	/* says the fault */
	const char *help;	/* one sentence */
	const char *rules;	/* ids it fires, with spaces between; NULL: none has been written */
	const char *advise;	/* what tcp-advise must be told to see it: --window, --let */
	struct expected expected[EXPECTED]; /* the first that fits the rule counts */
	double seconds;		/* it usually takes */
	const char *longer;	/* why it may take more than 3 s; NULL: it does not */
	unsigned needs;
	enum ip ip;
	const char *address;	/* IPv4, in place of WORLD_IPV4 */
	const char *world;	/* settings for all forms */
	const char *lost;	/* net.ipv4 key to put back, which kernels no longer have */
	const char *configured; /* settings a sysctl.d file has in the plain form, and no other */
	const char *fault;	/* settings for the plain form, and before the remedy */
	const char *remedy;	/* settings of the fixed form; NULL: the application is fixed */
	int (*make)(struct drill *drill);   /* 0, or -1 after a fault; NULL: healthy traffic */
	int (*verify)(struct drill *drill); /* after the signs, for what they cannot say */
	void (*keep)(struct drill *drill);  /* called every 100 ms while COMMAND runs */
	struct sign signs[SIGNS];
};

/* One run of a condition. It lives as long as the maker: sockets in it are never closed, the end of
 * the process does that. */
struct drill {
	const struct condition *condition;
	enum form form;
	const char *remedy; /* settings to apply in the fixed form: --set, or the condition's own */
	bool careless;	    /* the application misbehaves: plain form, or fixed by sysctl only */
	struct counters before;

	const char *cgroup; /* its path, with NEEDS_CGROUP */
	struct host *host;  /* with NEEDS_HOST */

	int listener;	    /* for make() and keep() to share */
	int recent[RECENT]; /* see drill_hold() */
	unsigned recent_next;
	void *own;	    /* whatever else a family needs */
};

/* Whether this machine has what the condition needs. 0, or -1 after a fault that names it. */
int drill_permitted(const struct condition *condition);
/* Settings, traffic and the check that it holds. 0, or -1 after a fault. */
int drill_run(struct drill *drill);
/* For condition->keep: holds the socket for a while and closes the one held longest. */
void drill_hold(struct drill *drill, int fd);

#endif
