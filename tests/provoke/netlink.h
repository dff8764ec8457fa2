/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.h: netlink messages of a few attributes, put together by hand. */
#ifndef PROVOKE_NETLINK_H
#define PROVOKE_NETLINK_H

#include <linux/netlink.h>

#include "base/base.h"

struct netlink_message {
	struct nlmsghdr header;
	char body[496];
};

/* Begins a message with the fixed header of its family. */
void netlink_begin(struct netlink_message *message, uint16_t type, uint16_t flags,
		   const void *fixed, size_t len);
/* Adds an attribute. One that holds others begins with no data, and ends with netlink_close(). */
struct nlattr *netlink_put(struct netlink_message *message, uint16_t type, const void *data,
			   size_t len);
void netlink_close(struct netlink_message *message, struct nlattr *nest);

/* Sends it and waits for the first answer, of at most 'size' bytes, which may be the
 * acknowledgement. Returns 0, or -1 with errno: what the kernel objected to. */
int netlink_ask(int protocol, const struct netlink_message *message, void *answer, size_t size);
/* The same, when it is asked for an acknowledgement (NLM_F_ACK) only. */
int netlink_do(int protocol, const struct netlink_message *message);

#endif
