/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_REPAIR, as checkpoint and restore uses it (net/ipv4/tcp.c do_tcp_setsockopt). */
#include "repair.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "fault.h"
#include "peer.h"

enum { SEND_SEQ = 1000000, RECEIVE_SEQ = 2000000, WINDOW = 65535 };

static int begin(int fd)
{
	return peer_option(fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
}

/* Without a window probe: nobody is to hear of it. */
static int end(int fd)
{
	return peer_option(fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
}

static int set_sequence(int fd, int queue, int sequence)
{
	return peer_option(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue) < 0 ?
		       -1 :
		       peer_option(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, sequence);
}

/* Without this the send window is 0, and even a FIN waits for it to open. */
static int open_window(int fd)
{
	const struct tcp_repair_window window = {
		.snd_wl1 = RECEIVE_SEQ,
		.snd_wnd = WINDOW,
		.max_window = WINDOW,
		.rcv_wnd = WINDOW,
		.rcv_wup = RECEIVE_SEQ,
	};

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof window) < 0)
		return fault_errno("cannot set the window of a socket under repair");
	return 0;
}

/* SO_REUSEADDR must not be set after TCP_REPAIR, which forces reuse by itself. */
int repair_establish(const struct sockaddr *from, const struct sockaddr *to, socklen_t len)
{
	int fd = socket(from->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fault_errno("cannot make a socket");
	if (begin(fd) < 0)
		return -1;
	if (bind(fd, from, len) < 0)
		return fault_errno("cannot bind a socket under repair");
	if (set_sequence(fd, TCP_SEND_QUEUE, SEND_SEQ) < 0 ||
	    set_sequence(fd, TCP_RECV_QUEUE, RECEIVE_SEQ) < 0)
		return -1;
	if (connect(fd, to, len) < 0)
		return fault_errno("cannot connect a socket under repair");
	return open_window(fd) < 0 || end(fd) < 0 ? -1 : fd;
}

/* Numbers of the options (linux/tcp.h TCPOPT_*, which clashes with libc's header). */
int repair_modern(int fd)
{
	const struct {
		uint32_t code, value;
	} options[] = { { 3, 7 | 7 << 16 }, { 4, 0 }, { 8, 0 } };

	if (begin(fd) < 0)
		return -1;
	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_OPTIONS, options, sizeof options) < 0)
		return fault_errno("cannot set the options of a socket under repair");
	return end(fd);
}

int repair_vanish(int fd)
{
	if (begin(fd) < 0)
		return -1;
	close(fd);
	return 0;
}

int repair_shift_clock(int fd, int32_t ms)
{
	uint32_t stamp;
	socklen_t len = sizeof stamp;

	if (begin(fd) < 0)
		return -1;
	if (getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &stamp, &len) < 0)
		return fault_errno("cannot read the clock of a socket");
	if (peer_option(fd, IPPROTO_TCP, TCP_TIMESTAMP, (int)(stamp + (uint32_t)ms)) < 0)
		return -1;
	return end(fd);
}

int repair_next_sequence(int fd, uint32_t *sequence)
{
	socklen_t len = sizeof *sequence;

	if (begin(fd) < 0 || peer_option(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE) < 0)
		return -1;
	if (getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, sequence, &len) < 0)
		return fault_errno("cannot read a sequence number");
	return end(fd);
}
