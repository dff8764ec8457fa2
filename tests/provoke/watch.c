/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets and counters, looked at and waited for. */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "fault.h"

enum { STEP_NS = 2000000, PROC_MAX = 1 << 16 };

/* ---- rows ---- */

/* sk_acceptq_is_full() (include/net/sock.h) says full above the backlog, not at it. */
bool row_overfull(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue > row->idiag_wqueue;
}

bool row_unread(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue > 0;
}

bool row_all_read(const struct inet_diag_msg *row)
{
	return row->idiag_rqueue == 0;
}

struct counting {
	const struct rows *rows;
	long count;
};

static void count_row(const struct inet_diag_msg *row, void *arg)
{
	struct counting *counting = arg;
	const struct rows *rows = counting->rows;

	if ((rows->local_port && ntohs(row->id.idiag_sport) != rows->local_port) ||
	    (rows->remote_port && ntohs(row->id.idiag_dport) != rows->remote_port) ||
	    (rows->owner == OWNED && !row->idiag_inode) ||
	    (rows->owner == ORPHANED && row->idiag_inode) ||
	    (rows->timer && row->idiag_timer != rows->timer) ||
	    row->idiag_retrans < rows->retries || (rows->also && !rows->also(row)))
		return;
	counting->count++;
}

long watch_rows(const struct rows *rows)
{
	autoclose int diag = diag_open();
	struct counting counting = { .rows = rows };

	if (diag < 0)
		return -1;
	if (diag_each(diag, rows->states, count_row, &counting) < 0)
		return fault_errno("cannot list sockets");
	return counting.count;
}

/* ---- counters ---- */

static void add(struct counters *counters, const char *group, const char *name, size_t len,
		uint64_t value)
{
	struct counter *counter;

	counters->list = xrealloc(counters->list, counters->count + 1, sizeof *counters->list);
	counter = &counters->list[counters->count++];
	snprintf(counter->name, sizeof counter->name, "%s.%.*s", group, (int)len, name);
	counter->value = value;
}

/* Two lines, 'TcpExt: name name ...' and 'TcpExt: value value ...'. */
static void add_group(struct counters *counters, char *names, char *values)
{
	const char *group = names;
	size_t len;

	names += strcspn(names, ":");
	*names++ = '\0';
	values += strcspn(values, ":") + 1;
	for (;;) {
		names += strspn(names, " ");
		len = strcspn(names, " ");
		if (!len)
			return;
		add(counters, group, names, len, strtoull(values, &values, 10));
		names += len;
	}
}

static int add_file(struct counters *counters, const char *path)
{
	autobuf struct buf text = BUF_INIT;
	int error = file_read(AT_FDCWD, path, PROC_MAX, &text);
	char *rest = text.text, *names, *values;

	if (error || !rest) {
		errno = error;
		return fault_errno("cannot read %s", path);
	}
	while ((names = strsep(&rest, "\n")) && (values = strsep(&rest, "\n")))
		add_group(counters, names, values);
	return 0;
}

int counters_read(struct counters *counters)
{
	*counters = (struct counters){ 0 };
	return add_file(counters, "/proc/thread-self/net/netstat") < 0 ||
			       add_file(counters, "/proc/thread-self/net/snmp") < 0 ?
		       -1 :
		       0;
}

void counters_fini(struct counters *counters)
{
	free(counters->list);
	*counters = (struct counters){ 0 };
}

static uint64_t value_of(const struct counters *counters, const char *name)
{
	size_t i;

	for (i = 0; i < counters->count; i++)
		if (strcmp(counters->list[i].name, name) == 0)
			return counters->list[i].value;
	return 0;
}

long counters_moved(const struct counters *since, const char *name)
{
	struct counters now;
	long moved;

	if (counters_read(&now) < 0)
		return -1;
	moved = (long)(value_of(&now, name) - value_of(since, name));
	counters_fini(&now);
	return moved;
}

/* ---- polling ---- */

long watch_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool watch_until(bool (*is)(void *arg), void *arg, long bound_ms)
{
	const struct timespec step = { .tv_nsec = STEP_NS };
	long end = watch_now_ms() + bound_ms;
	bool now;

	while (!(now = is(arg)) && watch_now_ms() < end)
		nanosleep(&step, NULL);
	return now;
}

struct wanted {
	const struct rows *rows;
	long least;
	long seen;
};

static bool enough(void *arg)
{
	struct wanted *wanted = arg;

	wanted->seen = watch_rows(wanted->rows);
	return wanted->seen >= wanted->least;
}

int watch_for(const struct rows *rows, long least)
{
	struct wanted wanted = { .rows = rows, .least = least };

	if (watch_until(enough, &wanted, WATCH_BOUND_MS))
		return 0;
	return fault("of %ld sockets waited for, only %ld got as far as they should", least,
		     wanted.seen);
}
