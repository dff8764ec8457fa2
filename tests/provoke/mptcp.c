/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MPTCP: one socket of an application, several TCP connections below it with the same inode. */
#include "families.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/mptcp.h>
#include <string.h>

#include "fault.h"
#include "netlink.h"
#include "peer.h"
#include "world.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define SECOND_ADDRESS "10.7.7.8"

enum { CONNECTIONS = 10, SUBFLOWS = 2 /* of a connection: the first, and one more */ };

/* ---- the path manager ---- */

static void begin(struct netlink_message *message, uint16_t family, uint8_t command, uint16_t flags)
{
	const struct genlmsghdr fixed = { .cmd = command, .version = 1 };

	netlink_begin(message, family, flags, &fixed, sizeof fixed);
}

/* Its number among the families of generic netlink, or -1 after a fault. */
static int find_manager(void)
{
	struct netlink_message message, answer;
	const char *at = answer.body + NLMSG_ALIGN(sizeof(struct genlmsghdr)), *end;
	struct nlattr attribute;
	uint16_t family;

	begin(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	netlink_put(&message, CTRL_ATTR_FAMILY_NAME, MPTCP_PM_NAME, sizeof MPTCP_PM_NAME);
	if (netlink_ask(NETLINK_GENERIC, &message, &answer, sizeof answer) < 0)
		return fault_errno("this kernel has no MPTCP");
	/* A longer answer was cut off, and what counts comes first. */
	end = (char *)&answer + (answer.header.nlmsg_len < sizeof answer ?
					 answer.header.nlmsg_len :
					 sizeof answer);
	while (at + NLA_HDRLEN + sizeof family <= end) {
		memcpy(&attribute, at, sizeof attribute);
		if (attribute.nla_type == CTRL_ATTR_FAMILY_ID) {
			memcpy(&family, at + NLA_HDRLEN, sizeof family);
			return family;
		}
		at += NLA_ALIGN(attribute.nla_len) ? NLA_ALIGN(attribute.nla_len) : NLA_HDRLEN;
	}
	return fault("the kernel does not tell how to manage MPTCP");
}

static int permit_subflows(uint16_t family)
{
	const uint32_t one = SUBFLOWS - 1, none = 0;
	struct netlink_message message;

	begin(&message, family, MPTCP_PM_CMD_SET_LIMITS, NLM_F_ACK);
	netlink_put(&message, MPTCP_PM_ATTR_RCV_ADD_ADDRS, &none, sizeof none);
	netlink_put(&message, MPTCP_PM_ATTR_SUBFLOWS, &one, sizeof one);
	if (netlink_do(NETLINK_GENERIC, &message) < 0)
		return fault_errno("cannot permit subflows");
	return 0;
}

static int add_endpoint(uint16_t family, const char *address)
{
	const uint16_t ipv4 = AF_INET;
	const uint32_t flags = MPTCP_PM_ADDR_FLAG_SUBFLOW;
	struct netlink_message message;
	struct nlattr *nest;
	struct in_addr in;

	inet_pton(AF_INET, address, &in);
	begin(&message, family, MPTCP_PM_CMD_ADD_ADDR, NLM_F_ACK);
	nest = netlink_put(&message, MPTCP_PM_ATTR_ADDR, NULL, 0);
	netlink_put(&message, MPTCP_PM_ADDR_ATTR_FAMILY, &ipv4, sizeof ipv4);
	netlink_put(&message, MPTCP_PM_ADDR_ATTR_ADDR4, &in, sizeof in);
	netlink_put(&message, MPTCP_PM_ADDR_ATTR_FLAGS, &flags, sizeof flags);
	netlink_close(&message, nest);
	if (netlink_do(NETLINK_GENERIC, &message) < 0)
		return fault_errno("cannot add an address for subflows");
	return 0;
}

static int manage(void)
{
	int family = find_manager();

	if (family < 0 || world_address(SECOND_ADDRESS, 8) < 0 ||
	    permit_subflows((uint16_t)family) < 0)
		return -1;
	return add_endpoint((uint16_t)family, SECOND_ADDRESS);
}

/* ---- connections ---- */

static int open_socket(const struct drill *drill)
{
	int protocol = drill->form == FORM_HEALTHY ? IPPROTO_TCP : IPPROTO_MPTCP;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol);

	return fd < 0 ? fault_errno("cannot make an MPTCP socket") : fd;
}

/* Data has to pass before a second subflow may join (RFC 8684 3.2). */
static int connect_one(struct drill *drill)
{
	struct pair pair = { .client = open_socket(drill) };

	if (pair.client < 0)
		return -1;
	if (peer_connect(drill, pair.client, PEER_PORT) < 0)
		return fault_errno("cannot connect by MPTCP");
	pair.server = peer_accept(drill->listener);
	return pair.server < 0 ? -1 : peer_exchange(&pair, 100);
}

static int connect_subflows(struct drill *drill)
{
	unsigned i;

	if (drill->form == FORM_PLAIN && manage() < 0)
		return -1;
	drill->listener = open_socket(drill);
	if (drill->listener < 0 ||
	    peer_start_listening(drill, drill->listener, PEER_PORT, 128) < 0)
		return -1;
	for (i = 0; i < CONNECTIONS; i++)
		if (connect_one(drill) < 0)
			return -1;
	return 0;
}

const struct condition family_mptcp[] = {
	{
		.name = "mptcp-subflows",
		.help = "MPTCP connections of two TCP connections each, which share an inode",
		.seconds = 0.1,
		.world = "net.mptcp.enabled=1",
		.needs = NEEDS_MPTCP,
		.make = connect_subflows,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .remote_port = PEER_PORT,
				       .owner = OWNED },
			     .least = SUBFLOWS * CONNECTIONS, .most = SUBFLOWS * CONNECTIONS,
			     .control = CONNECTIONS } },
	},
	{ 0 },
};
