/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info.h: what the kernel tells of one connection by TCP_INFO. Fields that this kernel does not
 * have are 0. */
#ifndef PROVOKE_INFO_H
#define PROVOKE_INFO_H

#include "base/base.h"

struct info {
	unsigned state; /* enum state */
	uint32_t send_window, unacked, not_sent, retransmitted, rtt_us;
	uint64_t busy_us, window_limited_us, buffer_limited_us;
};

int info_read(int fd, struct info *info); /* 0, or -1 after a fault */

#endif
