/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.h: the sysctls every condition starts from: the defaults of the kernel, whatever this
 * host has made of them. Congestion control is reno: always built in, and the same everywhere. */
#ifndef PROVOKE_KNOWN_H
#define PROVOKE_KNOWN_H

/* In the order they are set. '?' before a key: not every supported kernel has it. */
static const char *const world_known[] = {
	"net.core.somaxconn=4096",
	"net.ipv4.tcp_congestion_control=reno",
	"net.ipv4.ip_local_port_range=32768 60999",
	"net.ipv4.ip_local_reserved_ports=",
	"net.ipv4.ip_no_pmtu_disc=0",
	"?net.ipv4.ip_autobind_reuse=0",
	"net.ipv4.tcp_abort_on_overflow=0",
	"net.ipv4.tcp_adv_win_scale=1",
	"?net.ipv4.tcp_autocorking=1",
	"?net.ipv4.tcp_challenge_ack_limit=2147483647",
	"net.ipv4.tcp_dsack=1",
	"net.ipv4.tcp_early_retrans=3",
	"net.ipv4.tcp_ecn=2",
	"net.ipv4.tcp_fastopen=1",
	"net.ipv4.tcp_fin_timeout=60",
	"net.ipv4.tcp_frto=2",
	"net.ipv4.tcp_keepalive_intvl=75",
	"net.ipv4.tcp_keepalive_probes=9",
	"net.ipv4.tcp_keepalive_time=7200",
	"net.ipv4.tcp_max_syn_backlog=1024",
	"net.ipv4.tcp_max_tw_buckets=131072",
	"net.ipv4.tcp_moderate_rcvbuf=1",
	"net.ipv4.tcp_mtu_probing=0",
	"net.ipv4.tcp_no_metrics_save=0",
	"net.ipv4.tcp_notsent_lowat=4294967295",
	"net.ipv4.tcp_orphan_retries=0",
	"net.ipv4.tcp_recovery=1",
	"net.ipv4.tcp_reordering=3",
	"net.ipv4.tcp_retries1=3",
	"net.ipv4.tcp_retries2=15",
	"net.ipv4.tcp_rfc1337=0",
	"net.ipv4.tcp_rmem=4096 131072 6291456",
	"?net.ipv4.tcp_rto_max_ms=120000",
	"?net.ipv4.tcp_rto_min_us=200000",
	"net.ipv4.tcp_sack=1",
	"?net.ipv4.tcp_shrink_window=0",
	"net.ipv4.tcp_slow_start_after_idle=1",
	"net.ipv4.tcp_syn_retries=6",
	"?net.ipv4.tcp_syn_linear_timeouts=4",
	"net.ipv4.tcp_synack_retries=5",
	"net.ipv4.tcp_syncookies=1",
	"net.ipv4.tcp_timestamps=1",
	"net.ipv4.tcp_tw_reuse=2",
	"?net.ipv4.tcp_tw_reuse_delay=1000",
	"net.ipv4.tcp_window_scaling=1",
	"net.ipv4.tcp_wmem=4096 16384 4194304",
};

#endif
