/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops of send() and recv(). */
#include "flow.h"

#include <poll.h>
#include <sys/uio.h>

enum { CHUNK = 16384, PARTS = 16, STEP_MS = 2 };

/* One call, of far more than a small send buffer holds: only then does the kernel count the time
 * that the buffer costs (net/ipv4/tcp_output.c tcp_cwnd_validate). */
static ssize_t write_once(int fd, size_t most)
{
	static const char data[CHUNK];
	struct iovec parts[PARTS];
	struct msghdr message = { .msg_iov = parts };
	size_t left = most, len;

	for (; left && message.msg_iovlen < PARTS; left -= len) {
		len = left < CHUNK ? left : CHUNK;
		parts[message.msg_iovlen++] = (struct iovec){ (void *)(uintptr_t)data, len };
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Asks first, as an event loop does: the last segment of the queue takes more data even when the
 * buffer is full. */
size_t flow_write(int fd, size_t most)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < most && poll(&writable, 1, 0) == 1 && (n = write_once(fd, most - done)) > 0)
		done += (size_t)n;
	return done;
}

size_t flow_read(int fd, size_t most)
{
	char sink[CHUNK];
	size_t done = 0, piece;
	ssize_t n;

	while (done < most) {
		piece = most - done < CHUNK ? most - done : CHUNK;
		n = recv(fd, sink, piece, MSG_DONTWAIT);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

void flow_run(const struct pair *pair, long ms, size_t piece, long every_ms)
{
	long now = watch_now_ms(), end = now + ms, next = now;
	struct pollfd readable = { .fd = pair->server, .events = POLLIN };

	for (; now < end; now = watch_now_ms()) {
		flow_write(pair->client, SIZE_MAX);
		if (!every_ms)
			flow_read(pair->server, SIZE_MAX);
		else if (now >= next)
			flow_read(pair->server, piece), next += every_ms;
		if (every_ms)
			poll(NULL, 0, STEP_MS);
		else
			poll(&readable, 1, STEP_MS);
	}
}

bool flow_transfer(const struct pair *pair, size_t bytes, long bound_ms)
{
	long end = watch_now_ms() + bound_ms;
	struct pollfd readable = { .fd = pair->server, .events = POLLIN };
	size_t sent = 0, got = 0;

	while (got < bytes && watch_now_ms() < end) {
		sent += flow_write(pair->client, bytes - sent);
		got += flow_read(pair->server, bytes - got);
		if (got < bytes)
			poll(&readable, 1, STEP_MS);
	}
	return got == bytes;
}
