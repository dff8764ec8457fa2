/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections are tracked in a namespace where a rule of its packet filter asks for it. The rule
 * here reads the state of each outgoing packet and does nothing with it (net/netfilter/nft_ct.c
 * nft_ct_get_init). All goes in one batch, so that there is a whole rule or none. */
#include "tracking.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/base.h"
#include "fault.h"
#include "netlink.h"

#define NAME "tcp-provoke"

static void begin(struct netlink_message *message, uint16_t type, uint16_t flags)
{
	const struct nfgenmsg fixed = { .nfgen_family = NFPROTO_IPV4 };

	netlink_begin(message, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
		      (uint16_t)(NLM_F_CREATE | flags), &fixed, sizeof fixed);
}

static void put_number(struct netlink_message *message, uint16_t type, uint32_t number)
{
	const uint32_t big_endian = htonl(number);

	netlink_put(message, type, &big_endian, sizeof big_endian);
}

static void bound(struct netlink_message *message, uint16_t type)
{
	const struct nfgenmsg fixed = { .res_id = htons(NFNL_SUBSYS_NFTABLES) };

	netlink_begin(message, type, 0, &fixed, sizeof fixed);
}

static void open_batch(struct netlink_message *message)
{
	bound(message, NFNL_MSG_BATCH_BEGIN);
}

static void close_batch(struct netlink_message *message)
{
	bound(message, NFNL_MSG_BATCH_END);
}

static void add_table(struct netlink_message *message)
{
	begin(message, NFT_MSG_NEWTABLE, 0);
	netlink_put(message, NFTA_TABLE_NAME, NAME, sizeof NAME);
}

static void add_chain(struct netlink_message *message)
{
	struct nlattr *hook;

	begin(message, NFT_MSG_NEWCHAIN, 0);
	netlink_put(message, NFTA_CHAIN_TABLE, NAME, sizeof NAME);
	netlink_put(message, NFTA_CHAIN_NAME, NAME, sizeof NAME);
	hook = netlink_put(message, NFTA_CHAIN_HOOK, NULL, 0);
	put_number(message, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
	put_number(message, NFTA_HOOK_PRIORITY, 0);
	netlink_close(message, hook);
	netlink_put(message, NFTA_CHAIN_TYPE, "filter", sizeof "filter");
}

static void add_rule(struct netlink_message *message)
{
	struct nlattr *list, *element, *data;

	begin(message, NFT_MSG_NEWRULE, NLM_F_APPEND | NLM_F_ACK);
	netlink_put(message, NFTA_RULE_TABLE, NAME, sizeof NAME);
	netlink_put(message, NFTA_RULE_CHAIN, NAME, sizeof NAME);
	list = netlink_put(message, NFTA_RULE_EXPRESSIONS, NULL, 0);
	element = netlink_put(message, NFTA_LIST_ELEM, NULL, 0);
	netlink_put(message, NFTA_EXPR_NAME, "ct", sizeof "ct");
	data = netlink_put(message, NFTA_EXPR_DATA, NULL, 0);
	put_number(message, NFTA_CT_DREG, NFT_REG_1);
	put_number(message, NFTA_CT_KEY, NFT_CT_STATE);
	netlink_close(message, data);
	netlink_close(message, element);
	netlink_close(message, list);
}

static int ask(const char *batch, size_t len)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	struct netlink_message answer;
	const struct nlmsgerr *error = (const void *)answer.body;

	if (fd < 0 || send(fd, batch, len, 0) < 0 ||
	    recv(fd, &answer, sizeof answer, 0) < (ssize_t)NLMSG_LENGTH(sizeof error->error))
		return -1;
	errno = answer.header.nlmsg_type == NLMSG_ERROR ? -error->error : 0;
	return errno ? -1 : 0;
}

int tracking_start(void)
{
	static void (*const parts[])(struct netlink_message *message) = {
		open_batch, add_table, add_chain, add_rule, close_batch,
	};
	char batch[countof(parts) * sizeof(struct netlink_message)];
	struct netlink_message message;
	size_t len = 0, i;

	for (i = 0; i < countof(parts); i++) {
		parts[i](&message);
		memcpy(batch + len, &message, message.header.nlmsg_len);
		len += NLMSG_ALIGN(message.header.nlmsg_len);
	}
	return ask(batch, len) < 0 ? fault_errno("cannot have connections tracked") : 0;
}
