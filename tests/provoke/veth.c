/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two rtnetlink messages. */
#include "veth.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "fault.h"
#include "netlink.h"

int veth_make(const char *name, const char *far_end)
{
	const struct ifinfomsg link = { 0 };
	struct nlattr *info, *data, *peer;
	struct netlink_message message;

	netlink_begin(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &link,
		      sizeof link);
	netlink_put(&message, IFLA_IFNAME, name, strlen(name) + 1);
	info = netlink_put(&message, IFLA_LINKINFO, NULL, 0);
	netlink_put(&message, IFLA_INFO_KIND, "veth", 5);
	data = netlink_put(&message, IFLA_INFO_DATA, NULL, 0);
	peer = netlink_put(&message, VETH_INFO_PEER, &link, sizeof link);
	netlink_put(&message, IFLA_IFNAME, far_end, strlen(far_end) + 1);
	netlink_close(&message, peer);
	netlink_close(&message, data);
	netlink_close(&message, info);
	return netlink_do(NETLINK_ROUTE, &message) < 0 ? fault_errno("cannot make a veth pair") : 0;
}

int veth_remove(const char *name)
{
	const struct ifinfomsg link = { .ifi_index = (int)if_nametoindex(name) };
	struct netlink_message message;

	netlink_begin(&message, RTM_DELLINK, NLM_F_ACK, &link, sizeof link);
	return netlink_do(NETLINK_ROUTE, &message) < 0 ? fault_errno("cannot remove %s", name) : 0;
}

int veth_raise(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING | IFF_NOARP };

	strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? fault_errno("cannot raise %s", name) : 0;
}
