/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sock_diag dump. The only file that sees libnl; of it we use sockets and messages, and
 * receive with recvfrom() ourselves: nl_recv() allocates for each datagram and asks the kernel
 * for its length first, and libnl maps both ENOBUFS and ENOMEM to "out of memory". */
#include "collect/sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <string.h>

#define autonl_sock __attribute__((cleanup(cleanup_nl_sock)))
#define autonl_msg __attribute__((cleanup(cleanup_nl_msg)))

static void cleanup_nl_sock(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static void cleanup_nl_msg(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

/* What the kernel means when it refuses, by errno. sock_diag says ENOENT for a protocol without
 * a handler (net/ipv4/inet_diag.c inet_diag_lock_handler), and kernels without sock_diag
 * say EINVAL or EOPNOTSUPP for the message type. */
static const struct refusal {
	int error;
	enum dump_end end;
	const char *reason;
} refusals[] = {
	{ .error = ENOENT, .end = DUMP_NO_DIAG, .reason = "this kernel has no tcp_diag" },
	{ .error = EOPNOTSUPP, .end = DUMP_NO_DIAG, .reason = "this kernel has no inet_diag" },
	{ .error = EINVAL, .end = DUMP_NO_DIAG, .reason = "this kernel has no sock_diag" },
	{ .error = EPERM, .end = DUMP_REFUSED, .reason = "no permission to ask for sockets" },
	{ .error = EACCES, .end = DUMP_REFUSED, .reason = "no permission to ask for sockets" },
	{ .error = ENOBUFS, .end = DUMP_CUT,
	  .reason = "receive buffer overrun: the list of sockets ended early" },
};

static enum dump_end refused(int error, struct buf *reason)
{
	size_t i;

	for (i = 0; i < countof(refusals); i++) {
		if (refusals[i].error == error) {
			buf_puts(reason, refusals[i].reason);
			return refusals[i].end;
		}
	}
	buf_printf(reason, "the kernel ended the list of sockets: %s", strerror(error));
	return DUMP_CUT;
}

static enum dump_end unsent(int error, struct buf *reason)
{
	buf_printf(reason, "cannot ask the kernel for sockets: %s", strerror(error));
	return DUMP_REFUSED;
}

static struct nl_msg *request_family(int family, const struct query *query)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_ext = (uint8_t)query->ext,
		.idiag_states = query->states,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);

	if (msg && nlmsg_append(msg, &request, sizeof request, NLMSG_ALIGNTO) == 0)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* The older request always means both families, in one walk (net/ipv4/inet_diag.c
 * inet_diag_dump_compat). */
static struct nl_msg *request_both(const struct query *query)
{
	struct inet_diag_req request = {
		.idiag_ext = (uint8_t)query->ext,
		.idiag_states = query->states,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP);

	if (msg && nlmsg_append(msg, &request, sizeof request, NLMSG_ALIGNTO) == 0)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* Sends the request; the kernel fills the first datagram before this returns. */
static int send_request(struct nl_sock *sock, int family, const struct query *query,
			uint32_t seq)
{
	autonl_msg struct nl_msg *msg = family == AF_UNSPEC ? request_both(query) :
							      request_family(family, query);

	if (!msg)
		return -1;
	nlmsg_hdr(msg)->nlmsg_seq = seq;
	errno = 0;
	return nl_send_auto(sock, msg) < 0 ? -1 : 0;
}

struct dump {
	const struct sockdiag_sink *sink;
	uint32_t seq;
	enum dump_end end;
	struct buf *reason;
};

static bool stopped(struct dump *dump)
{
	dump->end = DUMP_CUT;
	buf_puts(dump->reason, "the list of sockets was not read to its end");
	return true;
}

/* The errno a control message carries: an int begins the payload of NLMSG_ERROR, and of
 * NLMSG_DONE when a dump failed. 0 when there is none. */
static int control_error(const struct nlmsghdr *msg)
{
	int error = 0;

	if (nlmsg_datalen(msg) >= (int)sizeof error)
		memcpy(&error, nlmsg_data(msg), sizeof error);
	return error < 0 ? -error : 0;
}

/* Hands over the messages before the first control message. True when the dump is over. */
static bool datagram(struct dump *dump, void *data, size_t len)
{
	struct nlmsghdr *msg = data;
	int rest = (int)len, error;
	size_t size;

	if (!nlmsg_ok(msg, rest) || msg->nlmsg_seq != dump->seq)
		return false;
	while (nlmsg_ok(msg, rest) && msg->nlmsg_type >= NLMSG_MIN_TYPE)
		msg = nlmsg_next(msg, &rest);
	size = (size_t)((char *)msg - (char *)data);
	if (size && dump->sink->fn(dump->sink->arg, data, size))
		return stopped(dump);
	if (!nlmsg_ok(msg, rest))
		return false;
	if (msg->nlmsg_type != NLMSG_DONE && msg->nlmsg_type != NLMSG_ERROR)
		return false;
	error = control_error(msg);
	if (!error && msg->nlmsg_type == NLMSG_ERROR)
		return false;
	dump->end = error ? refused(error, dump->reason) : DUMP_COMPLETE;
	return true;
}

/* Receives one datagram. True when the dump is over. */
static bool receive(struct dump *dump, int fd)
{
	struct sockaddr_nl from = { 0 };
	socklen_t from_len = sizeof from;
	void *data = dump->sink->buffer(dump->sink->holder);
	ssize_t n;

	if (!data)
		return stopped(dump);
	n = recvfrom(fd, data, SOURCE_DATAGRAM, MSG_TRUNC, (struct sockaddr *)&from, &from_len);
	if (n < 0 && errno != EINTR) {
		dump->end = refused(errno, dump->reason);
		return true;
	}
	if (n > SOURCE_DATAGRAM) {
		buf_printf(dump->reason, "the kernel sent %zd bytes of sockets at once, more than"
			   " the buffer of %d", n, SOURCE_DATAGRAM);
		dump->end = DUMP_CUT;
		return true;
	}
	/* Interrupted, or not from the kernel: go on. */
	return n > 0 && from.nl_pid == 0 && datagram(dump, data, (size_t)n);
}

enum dump_end sockdiag_dump(int family, const struct query *query,
			    const struct sockdiag_sink *sink, struct buf *reason)
{
	autonl_sock struct nl_sock *sock = nl_socket_alloc();
	struct dump dump = { .sink = sink, .reason = reason };

	/* libnl's own codes lose the errno, which still stands right after the call. */
	errno = 0;
	if (!sock || nl_connect(sock, NETLINK_SOCK_DIAG) < 0)
		return unsent(errno ? errno : ENOMEM, reason);
	nl_socket_disable_auto_ack(sock);
	dump.seq = nl_socket_use_seq(sock);
	if (send_request(sock, family, query, dump.seq) < 0)
		return unsent(errno ? errno : ENOMEM, reason);
	while (!receive(&dump, nl_socket_get_fd(sock)))
		;
	return dump.end;
}
