/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sock_diag by hand: two message types and a loop need no library, and the teardown of a killed
 * program must not depend on the state of an allocator. */
#include "diag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "fault.h"

enum { ROUNDS = 3 }; /* a destroyed listener's children show up in the next one */

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

int diag_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct timeval bound = { .tv_sec = 2 };

	if (fd < 0)
		return fault_errno("this kernel has no sock_diag");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
	return fd;
}

static int ask(int diag, uint16_t type, uint16_t flags, const struct inet_diag_req_v2 *body)
{
	struct request request = {
		.header = {
			.nlmsg_len = sizeof request,
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | flags,
		},
		.body = *body,
	};

	return send(diag, &request, sizeof request, 0) == sizeof request ? 0 : -1;
}

/* True when the message ends the answer; errno tells how. */
static bool is_last(const struct nlmsghdr *message)
{
	int error = 0;

	if (message->nlmsg_type != NLMSG_DONE && message->nlmsg_type != NLMSG_ERROR)
		return false;
	if (message->nlmsg_len >= NLMSG_LENGTH(sizeof error))
		memcpy(&error, NLMSG_DATA(message), sizeof error);
	errno = -error;
	return true;
}

static int read_answer(int diag, diag_row_fn *fn, void *arg)
{
	_Alignas(struct nlmsghdr) char data[32768];
	const struct nlmsghdr *message;
	ssize_t n;
	size_t rest;

	while ((n = recv(diag, data, sizeof data, 0)) > 0) {
		rest = (size_t)n;
		message = (const void *)data;
		for (; NLMSG_OK(message, rest); message = NLMSG_NEXT(message, rest)) {
			if (is_last(message))
				return errno ? -1 : 0;
			if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg)) && fn)
				fn(NLMSG_DATA(message), arg);
		}
	}
	return -1;
}

int diag_each(int diag, uint32_t states, diag_row_fn *fn, void *arg)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	size_t i;

	for (i = 0; i < countof(families); i++) {
		struct inet_diag_req_v2 body = {
			.sdiag_family = families[i],
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = states,
		};

		if (ask(diag, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &body) < 0 ||
		    read_answer(diag, fn, arg) < 0)
			return -1;
	}
	return 0;
}

struct killing {
	int diag;
	unsigned killed;
};

static void destroy_row(const struct inet_diag_msg *row, void *arg)
{
	struct killing *killing = arg;
	struct inet_diag_req_v2 body = {
		.sdiag_family = row->idiag_family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = ~0u,
		.id = row->id,
	};

	if (ask(killing->diag, SOCK_DESTROY, NLM_F_ACK, &body) == 0 &&
	    read_answer(killing->diag, NULL, NULL) == 0)
		killing->killed++;
}

void diag_destroy_all(int diag)
{
	/* A second socket kills, while the first is still listing. */
	struct killing killing = { .diag = diag_open() };
	unsigned before, round;

	for (round = 0; round < ROUNDS && killing.diag >= 0; round++) {
		before = killing.killed;
		diag_each(diag, ~0u, destroy_row, &killing);
		if (killing.killed == before)
			break;
	}
	if (killing.diag >= 0)
		close(killing.diag);
}

const char *diag_state_name(enum state state)
{
	static const char *const names[STATES] = {
		[ESTABLISHED] = "ESTABLISHED",
		[SYN_SENT] = "SYN_SENT",
		[SYN_RECV] = "SYN_RECV",
		[FIN_WAIT1] = "FIN_WAIT_1",
		[FIN_WAIT2] = "FIN_WAIT_2",
		[TIME_WAIT] = "TIME_WAIT",
		[CLOSE] = "CLOSE",
		[CLOSE_WAIT] = "CLOSE_WAIT",
		[LAST_ACK] = "LAST_ACK",
		[LISTEN] = "LISTEN",
		[CLOSING] = "CLOSING",
		[NEW_SYN_RECV] = "SYN_RECV",
	};

	return state < STATES && names[state] ? names[state] : "?";
}
