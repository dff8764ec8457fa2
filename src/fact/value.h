/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/value.h: what is known of a number, and why when it is not.
 *
 * A value is the interval of what it can be: 5 is [5, 5], "somewhere from 3 to 9" is [3, 9],
 * unknown is [-inf, inf]. Conditions are values too: false [0, 0], true [1, 1], unknown [0, 1].
 * So three-valued logic is min, max and 1 - x, and a rule is decided whenever what is known
 * decides it, however much else is missing. */
#ifndef FACT_VALUE_H
#define FACT_VALUE_H

#include "fact/fact.h"

#include <math.h>

enum why {
	WHY_KNOWN,	   /* lo == hi */
	WHY_ABSENT,	   /* this kernel has no such file, line or column */
	WHY_HOST_WIDE,	   /* exists only in the first network namespace, which cannot be reached */
	WHY_DENIED,	   /* no permission to read */
	WHY_MALFORMED,	   /* there, but not in the expected form */
	WHY_NOT_RECORDED,  /* the recording does not hold it */
	WHY_NO_WINDOW,	   /* a difference needs two samples */
	WHY_WENT_BACK,	   /* a counter got smaller: it was reset */
	WHY_NO_VALUE,	   /* the kernel has none: yet (min_rtt at first), or in this state */
	WHY_SHORT,	   /* the kernel's tcp_info or attribute ends before it */
	WHY_NO_ATTRIBUTE,  /* the kernel did not send the attribute */
	WHY_INFO_DEADLINE, /* the pass that takes socket locks ran out of time */
	WHY_NO_DIAG,	   /* /proc/net/tcp, read in place of sock_diag, does not have it */
	WHY_NO_SOCKETS,	   /* no sockets could be read at all */
	WHY_CUT,	   /* the list of sockets ended early */
	WHY_GROUPS,	   /* more groups than the bounded table holds */
	WHY_ESTIMATE,	   /* a bounded sketch: exact up to its size, then an interval */
	WHY_DIVISION,	   /* something divided by zero */
	WHY_UNSEEN,	   /* 'given': what it is judged by is not there */
	WHY_NO_OPTIONS,	   /* socket options were not asked for: --socket-options */
	WHY_LISTENERS,	   /* ... and are read of listeners only */
	WHY_NO_HOLDER,	   /* ... from a process that holds it, and none was found or answered */
	WHY_LISTENERS_ONLY, /* delta() of a socket fact follows listeners only */
	WHY_NO_CGROUPS,	   /* no cgroup tree of version 2 is mounted */
	WHY_OWNERS_LATE,   /* looking through /proc for holders took too long */
	WHY_PROCESSES_HIDDEN, /* some processes do not show their descriptors */
	WHY_SECOND_LOOK,   /* told by the last pass, which did not run or did not end */
	WHY_UNTOLD,	   /* ss, whose text was read, leaves it out */
	WHYS
};

struct value {
	double lo, hi;
	unsigned short why;  /* enum why; WHY_KNOWN if and only if lo == hi */
	unsigned short fact; /* what was missing, or FACT_NONE */
};

static inline struct value value_known(double x)
{
	return (struct value){ x, x, WHY_KNOWN, FACT_NONE };
}

static inline struct value value_unknown(enum why why, unsigned fact)
{
	return (struct value){ -INFINITY, INFINITY, (unsigned short)why, (unsigned short)fact };
}

static inline bool value_is_known(struct value v)
{
	return v.lo == v.hi;
}

/* For conditions. */
static inline bool value_true(struct value v)
{
	return v.lo > 0;
}
static inline bool value_false(struct value v)
{
	return v.hi <= 0;
}

/* One sentence: "no permission to read net.ipv4.tcp_mem.max". */
void value_reason(struct buf *out, struct value v);

/* One reading of a host fact. Counters keep all 64 bits, so that differences are exact. */
struct reading {
	enum why why;	  /* WHY_KNOWN when the rest holds */
	double number;	  /* in base units */
	uint64_t raw;	  /* counters: as the kernel printed it */
	const char *text; /* the words as the kernel printed them, printable; NULL if none */
	bool elsewhere;	  /* of the whole host, and read in the first network namespace: this one
			     does not show it */
	const char *configured; /* sysctls: "/etc/sysctl.d/x.conf:3" sets it at boot, or NULL */
};

/* All host facts at one moment, by fact number; facts nobody asked for are WHY_NOT_RECORDED. */
struct sample {
	struct arena *texts;	  /* owns every text of the readings */
	struct reading *readings; /* fact_count of them */
	enum why configured;	  /* WHY_KNOWN when the sysctl.d folders could be read */
};

#endif
