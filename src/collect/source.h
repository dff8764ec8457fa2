/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/source.h: where bytes come from. This kernel and a recording deliver the same bytes,
 * so everything above this line is one path. */
#ifndef COLLECT_SOURCE_H
#define COLLECT_SOURCE_H

#include "base/errors.h"
#include "collect/inodes.h"
#include "plan/plan.h"

#include <time.h>

/* What is true of a source as a whole; manifest.ini of a recording. Texts are printable, and
 * NULL where unknown. */
struct manifest {
	const char *kind;	 /* "kernel", "ss" for a file made by ss -D, "capture"; never NULL */
	const char *program;	 /* "tcp-advise 0.1" that made the recording */
	const char *hostname, *kernel;
	const char *netns;	 /* "net:[4026531840]" */
	const char *name;	 /* what people call that namespace, where it was asked for */
	const char *boot;	 /* a name for the time since this kernel started; not of recordings */
	const char *boot_then;	 /* the same of a captured host */
	uint64_t netns_cookie;	 /* of the namespace, unique in this boot; 0: unknown */
	const char *sockets;	 /* captures: the text they are read of, where that is not /proc/net/tcp */
	time_t time;		 /* of the last sample, UTC */
	double window;		 /* seconds between the samples, 0: only one */
	double page_size;	 /* bytes; 0 unknown */
};

/* How a dump ended. */
enum dump_end {
	DUMP_COMPLETE,
	DUMP_DEADLINE,	/* PASS_INFO ran out of time */
	DUMP_CUT,	/* ended before NLMSG_DONE: truncated, overrun; what came is good */
	DUMP_NO_DIAG,	/* the kernel has no inet_diag or tcp_diag, or asking would load a module */
	DUMP_REFUSED,	/* no netlink, no permission */
	DUMP_NOT_RECORDED,
};

/* Gets at most SOURCE_DATAGRAM bytes of netlink messages, from a place aligned to 4: whole
 * messages about sockets (SOCK_DIAG_BY_FAMILY, or TCPDIAG_GETSOCK in files of old programs),
 * no NLMSG_DONE or NLMSG_ERROR. What a message holds is not checked. Nonzero stops the dump,
 * which then ends as DUMP_CUT. */
typedef int datagram_fn(void *arg, const void *data, size_t len);
enum { SOURCE_DATAGRAM = 32 * 1024 }; /* the kernel makes none larger: netlink_recvmsg() */

/* The moments that are asked for. */
enum {
	SAMPLE_BEFORE, /* the window */
	SAMPLE_NOW,
	SAMPLE_FIRST,  /* now, as the first network namespace shows it: settings of the whole host */
};

struct source {
	const struct source_ops *ops;
	struct manifest manifest; /* complete once the last sample was read */
};

struct source_ops {
	/* A whole file, path without a leading slash ("proc/net/netstat"), of a sample. Returns 0
	 * or an errno: ENOENT the host has none, EACCES, ENODATA the recording does not say. */
	int (*read)(struct source *source, unsigned sample, const char *path, struct buf *out);
	/* The same file to be streamed, for those that grow with the number of sockets. Returns
	 * a descriptor the caller closes, or a negative errno. */
	int (*open)(struct source *source, unsigned sample, const char *path);
	/* The names in a folder, NUL-terminated one after another, in order of their bytes.
	 * Returns as 'read' does. */
	int (*list)(struct source *source, const char *path, struct buf *names);
	/* Whether dump() takes AF_UNSPEC: both families in one walk of the kernel's table, which
	 * saves the 0.2 µs a socket that the second walk costs. */
	bool together;
	/* Whether what dump() brings may be made of text (MESSAGE_UNTOLD). */
	bool printed;
	/* One family's dump of a pass. Unless DUMP_COMPLETE, says in 'reason' what happened, in
	 * one sentence for the report. */
	enum dump_end (*dump)(struct source *source, unsigned sample, enum pass pass, int family,
			      const struct query *query, datagram_fn *fn, void *arg,
			      struct buf *reason);
	/* The lines of collect/holders.h: who holds the sockets not looked for yet, with 'descriptors' also
	 * what processes have open; and the cgroups.
	 * Either is NULL where that is never recorded; else they return as 'read' does. */
	int (*owners)(struct source *source, struct inodes *wanted, bool descriptors,
		      struct buf *out);
	int (*cgroups)(struct source *source, struct buf *out);
	/* The socket options of listeners, as the lines of collect/option_table.h. Asked for once.
	 * Returns as 'read' does, ENODATA also where they are not to be read. NULL: never. */
	int (*options)(struct source *source, struct buf *out);
	/* Captures: the names of network namespaces but the first, each with its NUL, and one of them,
	 * NULL being the first, which may outlive the source. NULL: there is one only. */
	int (*namespaces)(struct source *source, struct buf *names);
	struct source *(*inside)(struct source *source, const char *name, struct errors *errors);
	/* Waits for the second sample; a recording has it already. */
	void (*wait)(struct source *source, double seconds);
	/* Ends the source and frees it; a recorder writes its manifest. Returns -1 with errors
	 * on failure. */
	int (*close)(struct source *source, struct errors *errors);
};

struct netns;
struct netns_list;
struct census;
struct source_live_options {
	double info_deadline; /* seconds for PASS_INFO, both families */
	struct netns_list *namespaces; /* borrowed; NULL: they are looked for when one is needed */
	struct census *census; /* borrowed; NULL: it makes its own */
	const struct netns *where; /* borrowed: the one this thread is in; NULL: nobody asked which */
	bool socket_options;  /* may borrow descriptors of listeners (collect/borrow.h) */
};
struct source *source_live(const struct source_live_options *options, struct errors *errors);
/* A folder made by 'tcp-advise record', a file made by 'ss -D', or a capture (collect/capture.h). */
struct source *source_recording(const char *path, struct errors *errors);
/* The network namespace of that name in what was captured, "host" being the first one. Takes over the
 * source. */
struct source *source_inside(struct source *source, const char *name, struct errors *errors);
/* Delivers what 'inner' delivers and writes it to a new folder. Takes over 'inner', also when it
 * fails; the folder must not exist or be empty. A write that fails later is told by 'close'. */
struct source *source_recorder(struct source *inner, const char *dir, const char *program,
			       struct errors *errors);

#endif
