/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two rtnetlink messages, put together by hand. */
#include "veth.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "fault.h"

struct message {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[256];
};

static struct nlattr *end_of(struct message *message)
{
	return (void *)((char *)message + NLMSG_ALIGN(message->header.nlmsg_len));
}

/* Adds an attribute; one that holds others is ended later by close_nest(). */
static struct nlattr *put(struct message *message, uint16_t type, const void *data, size_t len)
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

static void close_nest(struct message *message, struct nlattr *nest)
{
	nest->nla_len = (uint16_t)((char *)end_of(message) - (char *)nest);
}

static int send_and_hear(const struct message *message)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} answer;

	if (fd < 0 || send(fd, message, message->header.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof answer, 0) < (ssize_t)offsetof(__typeof__(answer), rest))
		return -1;
	errno = -answer.error.error;
	return errno ? -1 : 0;
}

int veth_make(const char *name, const char *far_end)
{
	struct message message = {
		.header = {
			.nlmsg_len = NLMSG_LENGTH(sizeof message.link),
			.nlmsg_type = RTM_NEWLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
		},
	};
	const struct ifinfomsg far_link = { 0 };
	struct nlattr *info, *data, *peer;

	put(&message, IFLA_IFNAME, name, strlen(name) + 1);
	info = put(&message, IFLA_LINKINFO | NLA_F_NESTED, NULL, 0);
	put(&message, IFLA_INFO_KIND, "veth", 5);
	data = put(&message, IFLA_INFO_DATA | NLA_F_NESTED, NULL, 0);
	peer = put(&message, VETH_INFO_PEER, &far_link, sizeof far_link);
	put(&message, IFLA_IFNAME, far_end, strlen(far_end) + 1);
	close_nest(&message, peer);
	close_nest(&message, data);
	close_nest(&message, info);
	return send_and_hear(&message) < 0 ? fault_errno("cannot make a veth pair") : 0;
}

int veth_remove(const char *name)
{
	struct message message = {
		.header = {
			.nlmsg_len = NLMSG_LENGTH(sizeof message.link),
			.nlmsg_type = RTM_DELLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.link = { .ifi_index = (int)if_nametoindex(name) },
	};

	return send_and_hear(&message) < 0 ? fault_errno("cannot remove %s", name) : 0;
}

int veth_raise(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING | IFF_NOARP };

	strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? fault_errno("cannot raise %s", name) : 0;
}
