/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source that is this kernel, as the calling thread's network namespace shows it. */
#include "collect/source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <math.h>
#include <string.h>
#include <sys/socket.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/beneath.h"
#include "collect/census.h"
#include "collect/descriptors.h"
#include "collect/holders.h"
#include "collect/lenders.h"
#include "collect/manifest.h"
#include "collect/message.h"
#include "collect/module.h"
#include "collect/netns.h"
#include "collect/sockdiag.h"
#include "collect/watched.h"

struct live {
	struct source source; /* first: a source is the live source it begins */
	char *hostname, *kernel, *netns, *boot;
	struct netns_list *namespaces, *found; /* found: and ours to free */
	struct census *census, *own_census; /* likewise */
	const struct netns *where; /* NULL: nobody asked which */
	bool may_ask; /* sock_diag requests load no module */
	bool may_borrow;
	double began, ended; /* CLOCK_MONOTONIC, when sample 0 was first and last read; 0: never */
	struct deadline deadline;
	unsigned info_families; /* already read in this run of the pass */
};

/* ---- files ---- */

static void note_time(struct live *live, unsigned sample)
{
	if (sample != SAMPLE_BEFORE)
		return;
	live->ended = watched_now();
	if (live->began == 0)
		live->began = live->ended;
}

/* /proc/net is a link to that of the process; a thread that entered another namespace has its
 * own (fs/proc/proc_net.c get_proc_task_net). */
static const char *live_path(struct live *live, unsigned sample, const char *path, struct buf *out)
{
	static const char net[] = "proc/net/";
	const bool in_net = strncmp(path, net, strlen(net)) == 0;

	note_time(live, sample);
	buf_printf(out, "/%s%s", in_net ? "proc/thread-self/net/" : "",
		   in_net ? path + strlen(net) : path);
	return buf_text(out);
}

static int read_first(struct live *live, const char *path, struct buf *out)
{
	if (!live->namespaces)
		live->namespaces = live->found = netns_find();
	return netns_read_first(live->namespaces, path, RECORDING_FILE_MAX, out);
}

static int live_read(struct source *source, unsigned sample, const char *path, struct buf *out)
{
	struct live *live = (struct live *)source;
	autobuf struct buf real = BUF_INIT;
	int error;

	if (census_read(live->census, path, out, &error))
		return error;
	if (sample == SAMPLE_FIRST)
		return read_first(live, live_path(live, sample, path, &real), out);
	return file_read(AT_FDCWD, live_path(live, sample, path, &real), RECORDING_FILE_MAX, out);
}

static int live_open(struct source *source, unsigned sample, const char *path)
{
	struct live *live = (struct live *)source;
	autobuf struct buf real = BUF_INIT;
	int fd = open(live_path(live, sample, path, &real),
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static int live_list(struct source *source, const char *path, struct buf *names)
{
	autobuf struct buf real = BUF_INIT;
	int fd;

	(void)source;
	buf_printf(&real, "/%s", path);
	fd = open(buf_text(&real), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? errno : folder_names(fd, names);
}

/* ---- sockets ---- */

static void *same_buffer(void *holder)
{
	return holder;
}

/* tcp_info of a LISTEN socket is read without its lock (net/ipv4/tcp.c tcp_get_info). */
static bool takes_locks(const struct query *query)
{
	return query->ext & 1u << (INET_DIAG_INFO - 1) && query->states & ~STATES_LISTEN;
}

/* The deadline is for one run of the pass: a family asked again begins the next run. */
static void begin_info(struct live *live, int family)
{
	const unsigned bits = family == AF_UNSPEC ? 3 : family == AF_INET6 ? 2 : 1;

	if (live->info_families == 0 || (live->info_families & bits)) {
		live->info_families = 0;
		live->deadline.left = live->deadline.total;
	}
	live->info_families |= bits;
}

static enum dump_end live_dump(struct source *source, unsigned sample, enum pass pass, int family,
			       const struct query *query, datagram_fn *fn, void *arg,
			       struct buf *reason)
{
	struct live *live = (struct live *)source;
	uncleared _Alignas(8) unsigned char datagram[SOURCE_DATAGRAM];
	const struct sockdiag_sink sink = {
		.buffer = same_buffer, .holder = datagram, .fn = fn, .arg = arg,
	};

	(void)pass; /* what a dump can do to the host is in the query */
	note_time(live, sample);
	if (live->where && live->where->empty)
		return DUMP_COMPLETE;
	if (!live->may_ask) {
		buf_puts(reason, "tcp_diag is not loaded, and tcp-advise does not load modules: run"
			 " 'modprobe tcp_diag' first");
		return DUMP_NO_DIAG;
	}
	if (!takes_locks(query))
		return sockdiag_dump(family, query, &sink, reason);
	begin_info(live, family);
	return watched_dump(family, query, &live->deadline, fn, arg, reason);
}

/* ---- owners ---- */

/* Seconds to look for owners: 200,000 descriptors take 0.7 s, nearly all of it in readlink() (Linux
 * 6.18, November 2026). */
static const double OWNERS_SECONDS = 10;

static int take_listed(void *arg, const void *data, size_t len)
{
	struct messages messages = { data, len };
	const unsigned char *payload;
	unsigned type;
	size_t size;

	while (messages_next(&messages, &type, &payload, &size))
		if (type >= NLMSG_MIN_TYPE && size >= sizeof(struct inet_diag_msg))
			descriptors_listed(arg, load_u32(payload + offsetof(struct inet_diag_msg,
									    idiag_inode)));
	return 0;
}

/* All that can have a descriptor, those that are bound only too. No lock is taken. */
static bool list_sockets(struct live *live, struct descriptors *descriptors)
{
	const struct query query = {
		.states = STATES_ALL & ~(1 << STATE_TIME_WAIT | 1 << STATE_SYN_RECV |
					 1 << STATE_NEW_SYN_RECV),
	};
	autobuf struct buf reason = BUF_INIT;

	return live_dump(&live->source, SAMPLE_NOW, PASS_SOCKETS, AF_UNSPEC, &query, take_listed,
			 descriptors, &reason) == DUMP_COMPLETE;
}

static int live_owners(struct source *source, struct inodes *wanted, bool descriptors,
		       struct buf *out)
{
	struct live *live = (struct live *)source;
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int proc = -1;
	struct descriptors *seen = descriptors ? census_descriptors(live->census) : NULL;

	holders_find(root, wanted, seen, OWNERS_SECONDS, out);
	if (!seen)
		return 0;
	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	descriptors_write(seen, proc, !descriptors_begin(seen, proc) || list_sockets(live, seen), out);
	return 0;
}

static int live_cgroups(struct source *source, struct buf *out)
{
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)source;
	holders_cgroups(root, out);
	return 0;
}

/* ---- socket options ---- */

static int live_options(struct source *source, struct buf *out)
{
	const struct live *live = (struct live *)source;
	autoclose int proc = -1;

	if (!live->may_borrow || !live->may_ask)
		return ENODATA;
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lenders_ask(proc, out);
	return 0;
}

/* ---- the rest ---- */

/* Sleeps until so long after the first sample was read: of several sources only the first one
 * waits. Says how far the samples are apart: from the first file of the first one to now.
 * In whole microseconds, so that a recording says the same. */
static void live_wait(struct source *source, double seconds)
{
	struct live *live = (struct live *)source;
	double until = (live->ended > 0 ? live->ended : watched_now()) + seconds;
	struct timespec t = {
		.tv_sec = (time_t)until,
		.tv_nsec = (long)((until - floor(until)) * 1e9),
	};

	if (live->began == 0)
		live->began = watched_now();
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
	source->manifest.window = round((watched_now() - live->began) * 1e6) / 1e6;
	source->manifest.time = time(NULL);
}

static int live_close(struct source *source, struct errors *errors)
{
	struct live *live = (struct live *)source;

	(void)errors;
	netns_free(live->found);
	census_free(live->own_census);
	free(live->hostname);
	free(live->boot);
	free(live->kernel);
	free(live->netns);
	free(live);
	return 0;
}

static const struct source_ops live_ops = {
	.read = live_read,
	.open = live_open,
	.list = live_list,
	.together = true,
	.dump = live_dump,
	.owners = live_owners,
	.cgroups = live_cgroups,
	.options = live_options,
	.wait = live_wait,
	.close = live_close,
};

/* The first line of a file of the kernel, printable; NULL when it cannot be read. */
static char *kernel_line(const char *path)
{
	autobuf struct buf text = BUF_INIT;
	autobuf struct buf line = BUF_INIT;

	if (file_read(AT_FDCWD, path, 4096, &text) != 0)
		return NULL;
	text_printable(&line, buf_text(&text), strcspn(buf_text(&text), "\n"));
	return buf_steal(&line);
}

/* "net:[4026531840]", the name /proc gives a namespace. */
static char *netns_name(void)
{
	char name[64] = "";
	ssize_t len = readlink("/proc/thread-self/ns/net", name, sizeof name - 1);

	return len > 0 ? xstrdup(name) : NULL;
}

struct source *source_live(const struct source_live_options *options, struct errors *errors)
{
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct live *live;

	if (root < 0) {
		errors_add(errors, "/: %s", strerror(errno));
		return NULL;
	}
	live = xcalloc(1, sizeof *live);
	live->source.ops = &live_ops;
	live->hostname = kernel_line("/proc/sys/kernel/hostname");
	live->boot = kernel_line("/proc/sys/kernel/random/boot_id");
	live->kernel = kernel_line("/proc/sys/kernel/osrelease");
	live->netns = netns_name();
	live->may_ask = !asking_loads_a_module(root);
	live->may_borrow = options->socket_options;
	live->deadline.total = options->info_deadline;
	live->namespaces = options->namespaces;
	live->where = options->where;
	live->census = options->census;
	if (!live->census)
		live->census = live->own_census = census_new();
	live->source.manifest = (struct manifest){
		.kind = "kernel",
		.hostname = live->hostname,
		.kernel = live->kernel,
		.netns = live->netns,
		.name = options->where ? options->where->name : NULL,
		.boot = live->boot,
		.netns_cookie = netns_cookie(),
		.time = time(NULL),
		.page_size = (double)sysconf(_SC_PAGESIZE),
	};
	return &live->source;
}
