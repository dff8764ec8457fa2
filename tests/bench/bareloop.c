/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bareloop: sends the sock_diag dump requests given as FAMILY:STATES:EXT and receives the
 * answers into one buffer, without looking at them. What the kernel and the copying cost, and
 * so the least that any program can cost that asks the same. */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/base.h"

/* The kernel packs at most 32 KiB of a dump into one datagram (af_netlink.c netlink_dump). */
enum { BUFFER = 32 * 1024 };

_Noreturn static void die(const char *what)
{
	fprintf(stderr, "bareloop: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void request(int fd, unsigned char family, unsigned states, unsigned char ext)
{
	struct {
		struct nlmsghdr header;
		union {
			struct inet_diag_req_v2 family;
			struct inet_diag_req both;
		} request;
	} message = {
		.header = {
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
	};
	size_t len = sizeof(message.request.family);

	if (family == AF_UNSPEC) {
		len = sizeof(message.request.both);
		message.header.nlmsg_type = TCPDIAG_GETSOCK;
		message.request.both.idiag_ext = ext;
		message.request.both.idiag_states = states;
	} else {
		message.request.family.sdiag_family = family;
		message.request.family.sdiag_protocol = IPPROTO_TCP;
		message.request.family.idiag_ext = ext;
		message.request.family.idiag_states = states;
	}
	len += sizeof(message.header);
	message.header.nlmsg_len = (uint32_t)len;
	if (send(fd, &message, len, 0) < 0)
		die("send");
}

static unsigned char family_of(const char *name)
{
	if (strcmp(name, "both") == 0)
		return AF_UNSPEC;
	return strcmp(name, "inet6") == 0 ? AF_INET6 : AF_INET;
}

/* Whether a datagram ends a dump: NLMSG_DONE with its 4 bytes is the last message. Reading the
 * tail spares walking the messages, which would touch every row. */
static bool done(const char *datagram, size_t len)
{
	struct nlmsghdr first, last;

	if (len < sizeof(first) + sizeof(int))
		return true;
	memcpy(&first, datagram, sizeof(first));
	memcpy(&last, datagram + len - sizeof(last) - sizeof(int), sizeof(last));
	return first.nlmsg_type == NLMSG_ERROR || first.nlmsg_type == NLMSG_DONE ||
	       (last.nlmsg_type == NLMSG_DONE && last.nlmsg_len == sizeof(last) + sizeof(int));
}

static unsigned long receive(int fd)
{
	static char buffer[BUFFER];
	unsigned long bytes = 0;
	ssize_t len;

	do {
		len = recv(fd, buffer, sizeof(buffer), 0);
		if (len < 0)
			die("recv");
		bytes += (unsigned long)len;
	} while (!done(buffer, (size_t)len));
	return bytes;
}

int main(int argc, char **argv)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd < 0)
		die("socket");
	for (int i = 1; i < argc; i++) {
		char family[8];
		int states, ext;

		if (sscanf(argv[i], "%7[a-z0-9]:%i:%i", family, &states, &ext) != 3) {
			fprintf(stderr, "usage: bareloop inet|inet6|both:STATES:EXT...\n");
			return 1;
		}
		request(fd, family_of(family), (unsigned)states, (unsigned char)ext);
		printf("%s %lu bytes\n", argv[i], receive(fd));
	}
	close(fd);
	return 0;
}
