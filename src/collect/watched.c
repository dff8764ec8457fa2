/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump in a child process, received through shared memory, that the parent can abandon. */
#include "collect/watched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "collect/child.h"
#include "collect/sockdiag.h"

/* A wake-up for each datagram would cost as much as a tenth of the dump, hence batches; the child
 * fills one while the parent reads the other. */
enum { BATCH = 4, SLOTS = 2 * BATCH };

struct ring {
	unsigned char slots[SLOTS][SOURCE_DATAGRAM];
};

/* What the child sends: a slot that was filled, or how the dump ended with the reason as the
 * text in a slot. A batch is smaller than PIPE_BUF, so that a write is whole. */
struct notice {
	uint32_t slot;
	uint32_t len;
	bool over;
	enum dump_end end;
};

/* The parent keeps both ends of the pipes open, but for the child's end of 'filled': its close
 * is how the parent sees the child die, while writing to 'freed' must never raise SIGPIPE. */
struct watch {
	struct ring *ring;
	int filled[2]; /* notices to the parent */
	int freed[2];  /* slot numbers to the child */
	struct child child;
};

/* ---- the child ---- */

struct filler {
	struct watch *watch;
	uint32_t free[SLOTS];
	unsigned free_count;
	struct notice full[BATCH];
	unsigned full_count;
	uint32_t slot; /* the one being filled; SLOTS: none */
};

static bool send_notices(struct filler *filler)
{
	const size_t size = filler->full_count * sizeof filler->full[0];

	filler->full_count = 0;
	return write(filler->watch->filled[1], filler->full, size) == (ssize_t)size;
}

/* A datagram that was not passed on leaves its slot in hand. */
static void *next_slot(void *holder)
{
	struct filler *filler = holder;
	ssize_t n;

	if (filler->slot == SLOTS && filler->free_count == 0) {
		if (filler->full_count && !send_notices(filler))
			return NULL;
		n = read(filler->watch->freed[0], filler->free, sizeof filler->free);
		filler->free_count = n > 0 ? (unsigned)((size_t)n / sizeof filler->free[0]) : 0;
		if (filler->free_count == 0)
			return NULL;
	}
	if (filler->slot == SLOTS)
		filler->slot = filler->free[--filler->free_count];
	return filler->watch->ring->slots[filler->slot];
}

static int pass_on(void *arg, const void *data, size_t len)
{
	struct filler *filler = arg;

	(void)data; /* it lies in the slot */
	filler->full[filler->full_count++] = (struct notice){
		.slot = filler->slot, .len = (uint32_t)len,
	};
	filler->slot = SLOTS;
	return filler->full_count == BATCH && !send_notices(filler);
}

/* Sends how the dump ended, with what is still to be sent. */
static bool send_end(struct filler *filler, enum dump_end end, const struct buf *reason)
{
	struct notice notice = { .over = true, .end = end };
	void *slot = next_slot(filler);

	if (!slot)
		return false;
	notice.slot = filler->slot;
	notice.len = (uint32_t)(reason->len < SOURCE_DATAGRAM ? reason->len : SOURCE_DATAGRAM);
	memcpy(slot, buf_text(reason), notice.len);
	filler->full[filler->full_count++] = notice;
	return send_notices(filler);
}

/* What the child is to do. */
struct filling {
	struct watch *watch;
	int family;
	const struct query *query;
};

static int fill(void *arg)
{
	const struct filling *filling = arg;
	struct filler filler = { .watch = filling->watch, .slot = SLOTS };
	const struct sockdiag_sink sink = {
		.buffer = next_slot, .holder = &filler, .fn = pass_on, .arg = &filler,
	};
	struct buf reason = BUF_INIT;
	enum dump_end end;

	for (; filler.free_count < SLOTS; filler.free_count++)
		filler.free[filler.free_count] = filler.free_count;
	end = sockdiag_dump(filling->family, filling->query, &sink, &reason);
	return !send_end(&filler, end, &reason);
}

/* ---- the parent ---- */

double watched_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void watch_fini(struct watch *watch)
{
	const int fds[] = { watch->filled[0], watch->filled[1], watch->freed[0], watch->freed[1] };
	size_t i;

	child_end(&watch->child);
	for (i = 0; i < countof(fds); i++)
		cleanup_close(&fds[i]);
	if (watch->ring != MAP_FAILED)
		munmap(watch->ring, sizeof *watch->ring);
}

/* Waits for notices of the child. Returns how many came, 0 at the deadline, -1 when it died. */
static int next_notices(const struct watch *watch, double until, struct notice notices[SLOTS])
{
	struct pollfd filled = { .fd = watch->filled[0], .events = POLLIN };
	double left;
	ssize_t n;
	int ready;

	do {
		left = until - watched_now();
		if (left <= 0)
			return 0;
		ready = poll(&filled, 1, left < 1e6 ? (int)(left * 1000) + 1 : 1000000000);
	} while (ready == 0 || (ready < 0 && errno == EINTR));
	n = ready < 0 ? -1 : read(watch->filled[0], notices, SLOTS * sizeof notices[0]);
	return n >= (ssize_t)sizeof notices[0] ? (int)((size_t)n / sizeof notices[0]) : -1;
}

static enum dump_end missed(const struct deadline *deadline, double silent, struct buf *reason)
{
	/* A lock that is held silences the dump. A table without a match does too, but
	 * for 0.2 µs per socket in it only. */
	if (silent >= deadline->total / 4)
		buf_printf(reason, "reading tcp_info stalled: a process holds a socket's lock"
			   " (%.1f s deadline)", deadline->total);
	else
		buf_printf(reason, "reading tcp_info took longer than its deadline of %.1f s",
			   deadline->total);
	return DUMP_DEADLINE;
}

struct receiver {
	const struct watch *watch;
	datagram_fn *fn;
	void *arg;
	struct buf *reason;
};

/* Takes what one notice tells. True when the dump is over. */
static bool take(const struct receiver *receiver, const struct notice *notice, enum dump_end *end)
{
	const void *slot = receiver->watch->ring->slots[notice->slot];

	if (notice->over) {
		buf_write(receiver->reason, slot, notice->len);
		*end = notice->end;
		return true;
	}
	if (receiver->fn(receiver->arg, slot, notice->len) == 0)
		return false;
	buf_puts(receiver->reason, "the list of sockets was not read to its end");
	*end = DUMP_CUT;
	return true;
}

static enum dump_end died(const struct receiver *receiver)
{
	buf_puts(receiver->reason, "the process that read tcp_info died");
	return DUMP_CUT;
}

static enum dump_end receive(const struct receiver *receiver, const struct deadline *deadline,
			     double until)
{
	struct notice notices[SLOTS];
	uint32_t slots[SLOTS];
	enum dump_end end;
	double heard;
	int count, i;

	for (;;) {
		heard = watched_now();
		count = next_notices(receiver->watch, until, notices);
		if (count == 0)
			return missed(deadline, watched_now() - heard, receiver->reason);
		if (count < 0)
			return died(receiver);
		for (i = 0; i < count; i++) {
			slots[i] = notices[i].slot;
			if (take(receiver, &notices[i], &end))
				return end;
		}
		/* The pipe holds more than there are slots: this does not block. */
		if (write(receiver->watch->freed[1], slots, (size_t)count * sizeof slots[0]) < 0)
			return died(receiver);
	}
}

static int watch_start(struct watch *watch, int family, const struct query *query)
{
	struct filling filling = { watch, family, query };

	watch->ring = mmap(NULL, sizeof *watch->ring, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watch->ring == MAP_FAILED || pipe2(watch->filled, O_CLOEXEC) < 0 ||
	    pipe2(watch->freed, O_CLOEXEC) < 0 ||
	    child_start(&watch->child, watch->freed[0], watch->filled[1], fill, &filling) < 0)
		return -1;
	close(watch->filled[1]);
	watch->filled[1] = -1;
	return 0;
}

enum dump_end watched_dump(int family, const struct query *query, struct deadline *deadline,
			   datagram_fn *fn, void *arg, struct buf *reason)
{
	struct watch watch = { .ring = MAP_FAILED, .filled = { -1, -1 }, .freed = { -1, -1 } };
	const struct receiver receiver = { &watch, fn, arg, reason };
	double began = watched_now();
	enum dump_end end = DUMP_CUT;

	if (deadline->left <= 0) {
		buf_printf(reason, "of %.1f s for reading tcp_info nothing was left",
			   deadline->total);
		return DUMP_DEADLINE;
	}
	if (watch_start(&watch, family, query) < 0)
		buf_printf(reason, "cannot watch the reading of tcp_info: %s", strerror(errno));
	else
		end = receive(&receiver, deadline, began + deadline->left);
	watch_fini(&watch);
	deadline->left -= watched_now() - began;
	return end;
}
