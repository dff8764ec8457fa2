/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_INFO. The only file with linux/tcp.h: libc's struct tcp_info ends too early, and the two
 * headers do not go together. */
#include "info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "fault.h"

int info_read(int fd, struct info *info)
{
	struct tcp_info tcp = { 0 };
	socklen_t len = sizeof tcp;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &tcp, &len) < 0)
		return fault_errno("cannot read the state of a connection");
	*info = (struct info){
		.state = tcp.tcpi_state,
		.send_window = tcp.tcpi_snd_wnd,
		.unacked = tcp.tcpi_unacked,
		.not_sent = tcp.tcpi_notsent_bytes,
		.retransmitted = tcp.tcpi_total_retrans,
		.rtt_us = tcp.tcpi_rtt,
		.busy_us = tcp.tcpi_busy_time,
		.window_limited_us = tcp.tcpi_rwnd_limited,
		.buffer_limited_us = tcp.tcpi_sndbuf_limited,
	};
	return 0;
}
