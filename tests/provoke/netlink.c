/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink, without a library. */
#include "netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static struct nlattr *end_of(struct netlink_message *message)
{
	return (void *)((char *)message + NLMSG_ALIGN(message->header.nlmsg_len));
}

void netlink_begin(struct netlink_message *message, uint16_t type, uint16_t flags,
		   const void *fixed, size_t len)
{
	*message = (struct netlink_message){
		.header = {
			.nlmsg_len = (uint32_t)NLMSG_LENGTH(len),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | flags,
		},
	};
	memcpy(message->body, fixed, len);
}

struct nlattr *netlink_put(struct netlink_message *message, uint16_t type, const void *data,
			   size_t len)
{
	struct nlattr *attribute = end_of(message);

	attribute->nla_type = type;
	attribute->nla_len = (uint16_t)(NLA_HDRLEN + len);
	if (len)
		memcpy((char *)attribute + NLA_HDRLEN, data, len);
	message->header.nlmsg_len =
		(uint32_t)((char *)attribute - (char *)message + NLA_ALIGN(attribute->nla_len));
	return attribute;
}

void netlink_close(struct netlink_message *message, struct nlattr *nest)
{
	nest->nla_type |= NLA_F_NESTED;
	nest->nla_len = (uint16_t)((char *)end_of(message) - (char *)nest);
}

int netlink_ask(int protocol, const struct netlink_message *message, void *answer, size_t size)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	const struct nlmsghdr *header = answer;
	const struct nlmsgerr *error = NLMSG_DATA(answer);
	ssize_t n;

	if (fd < 0 || send(fd, message, message->header.nlmsg_len, 0) < 0)
		return -1;
	n = recv(fd, answer, size, 0);
	if (n < (ssize_t)NLMSG_LENGTH(sizeof error->error))
		return -1;
	errno = header->nlmsg_type == NLMSG_ERROR ? -error->error : 0;
	return errno ? -1 : 0;
}

int netlink_do(int protocol, const struct netlink_message *message)
{
	struct netlink_message answer;

	return netlink_ask(protocol, message, &answer, sizeof answer);
}
