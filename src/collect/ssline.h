/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/ssline.h: one socket as 'ss -peaonmi' prints it, made the message it was printed of:
 *
 *     tcp ESTAB 0 7 10.0.0.1:80 10.0.0.2:50000 users:(("nginx",pid=8,fd=9)) ino:5 sk:1 <->
 *             skmem:(r0,rb131072,...,d0) ts sack cubic wscale:7,7 rto:204 rtt:0.3/0.1 ... */
#ifndef COLLECT_SSLINE_H
#define COLLECT_SSLINE_H

#include "collect/ssplace.h"

struct sslines {
	struct span first; /* the line of addresses */
	struct span more;  /* those that follow, which begin with a tab */
};

enum { SSLINE_MESSAGE = 1024 };

/* What the words of the first line say. */
struct sssaid {
	struct inet_diag_msg diag;
	uint64_t mark;
	bool has_timer, has_inode, has_cookie, has_mark;
	int v6only, shutdown; /* -1: not there */
};

struct ssline {
	struct sssaid said;
	struct span users;  /* "(("nginx",pid=8,fd=9))"; p NULL: none */
	struct span cgroup; /* its path, or "unreachable:1"; p NULL: none */
	size_t len;	    /* of the message */
	_Alignas(8) unsigned char message[SSLINE_MESSAGE];
};

enum ssline_kind {
	SSLINE_OTHER, /* no TCP socket */
	SSLINE_TCP,
	SSLINE_BROKEN, /* one that is not understood: its message has no payload */
};

/* Reads the first line of a socket. The message is not there yet ... */
enum ssline_kind ssline_read(struct ssline *line, const struct ssform *form, struct span first);
/* ... but made of that and of the lines that follow: most are not asked for. */
void ssline_message(struct ssline *line, enum ssline_kind kind, const struct sstongue *tongue,
		    struct span more);
/* Learns from a socket's lines. */
void ssline_hear(struct sstongue *tongue, struct span more);
/* The number a cgroup gets in the messages. */
uint64_t ssline_cgroup(struct span cgroup);

/* One "("nginx",pid=8,fd=9)" of users, taken off the front. False: there is no more, or it is not
 * understood. */
struct ssuser {
	struct span name;
	uint64_t pid;
};
bool ssline_user(struct span *users, struct ssuser *user);

#endif
