/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that are a fault by themselves, most of them folklore. Data only: the traffic is
 * healthy, and what is checked is that the setting is in force. */
#include "families.h"

/* In a sysctl.d file, whatever is in force. */
#define CONFIGURED(title, id, setting, sentence) \
	{ \
		.name = title, .help = sentence, .rules = id, .advise = "--window 0", \
		.seconds = 0.1, .configured = setting, \
	}

/* Nobody listens, and nobody connects. */
static int be_idle(struct drill *drill)
{
	(void)drill;
	return 0;
}

#define SETTING(title, id, setting, default, sentence) \
	{ \
		.name = title, .help = sentence, .rules = id, .advise = "--window 0", \
		.seconds = 0.1, .fault = setting, .remedy = default, \
	}

const struct condition family_sysctl[] = {
	SETTING("abort-on-overflow", "abort-on-overflow-resets-clients",
		"net.ipv4.tcp_abort_on_overflow=1", "net.ipv4.tcp_abort_on_overflow=0",
		"a full accept queue resets clients instead of letting them try again"),
	SETTING("autobind-reuse", "autobind-reuse-on",
		"net.ipv4.ip_autobind_reuse=1", "net.ipv4.ip_autobind_reuse=0",
		"automatic binding takes ports that are in use"),
	SETTING("autotuning-off", "receive-autotuning-off",
		"net.ipv4.tcp_moderate_rcvbuf=0", "net.ipv4.tcp_moderate_rcvbuf=1",
		"receive buffers do not grow with the connection"),
	SETTING("buffers-unordered", "tcp-buffers-unordered",
		"net.ipv4.tcp_rmem=4096 6291456 131072", "net.ipv4.tcp_rmem=4096 131072 6291456",
		"the default receive buffer is above its maximum"),
	SETTING("dsack-off", "dsack-off", "net.ipv4.tcp_dsack=0", "net.ipv4.tcp_dsack=1",
		"needless retransmissions are not reported to the sender"),
	SETTING("fin-timeout-5", "fin-timeout-too-short",
		"net.ipv4.tcp_fin_timeout=5", "net.ipv4.tcp_fin_timeout=60",
		"half-closed connections are given up after 5 s"),
	SETTING("fin-timeout-90", "fin-timeout-shorter-than-set",
		"net.ipv4.tcp_fin_timeout=90", "net.ipv4.tcp_fin_timeout=60",
		"a timeout above 60 s that does not last as long as it says"),
	SETTING("fin-timeout-180", "fin-timeout-longer-than-set",
		"net.ipv4.tcp_fin_timeout=180", "net.ipv4.tcp_fin_timeout=60",
		"a timeout above 120 s that lasts longer than it says"),
	SETTING("metrics-save-off", "metrics-save-off",
		"net.ipv4.tcp_no_metrics_save=1", "net.ipv4.tcp_no_metrics_save=0",
		"what a connection learned of its destination is not kept"),
	SETTING("frto-off", "frto-off", "net.ipv4.tcp_frto=0", "net.ipv4.tcp_frto=2",
		"timeouts that were too early are not found out"),
	SETTING("loss-probe-off", "loss-probe-off",
		"net.ipv4.tcp_early_retrans=0", "net.ipv4.tcp_early_retrans=3",
		"a lost end of a message waits for the timeout"),
	SETTING("orphan-retries-1", "orphan-retries-truncate-responses",
		"net.ipv4.tcp_orphan_retries=1", "net.ipv4.tcp_orphan_retries=0",
		"closed connections give up after one retransmission of their last data"),
	SETTING("output-limit-16k", "output-limit-too-small",
		"net.ipv4.tcp_limit_output_bytes=16384", "net.ipv4.tcp_limit_output_bytes=1048576",
		"a connection may have hardly anything in the queue of a device"),
	SETTING("pmtu-discovery-off", "pmtu-discovery-off",
		"net.ipv4.ip_no_pmtu_disc=1", "net.ipv4.ip_no_pmtu_disc=0",
		"routers have to fragment packets"),
	{
		.name = "port-range-unreserved",
		.help = "local ports are taken from below 10000, where no port of a service is "
			"reserved",
		.rules = "port-range-reaches-services",
		.advise = "--window 0",
		.seconds = 0.1,
		.fault = "net.ipv4.ip_local_port_range=1024 65535",
		.remedy = "net.ipv4.ip_local_port_range=10240 65535",
		.make = be_idle,
	},
	SETTING("retries1-1", "retries1-too-low",
		"net.ipv4.tcp_retries1=1", "net.ipv4.tcp_retries1=3",
		"the path is suspected after one retransmission"),
	SETTING("retries2-5", "retries2-too-low",
		"net.ipv4.tcp_retries2=5", "net.ipv4.tcp_retries2=15",
		"connections are given up after a few seconds without an answer"),
	SETTING("rto-max-low", "rto-max-gives-up-early",
		"net.ipv4.tcp_rto_max_ms=2000", "net.ipv4.tcp_rto_max_ms=120000",
		"a low upper bound of the timeout makes connections give up early"),
	SETTING("rfc1337-on", "rfc1337-on", "net.ipv4.tcp_rfc1337=1", "net.ipv4.tcp_rfc1337=0",
		"resets do not end TIME_WAIT"),
	SETTING("sack-off", "sack-off", "net.ipv4.tcp_sack=0", "net.ipv4.tcp_sack=1",
		"selective acknowledgements are off"),
	SETTING("syn-retries-1", "syn-retries-too-low",
		"net.ipv4.tcp_syn_retries=1", "net.ipv4.tcp_syn_retries=6",
		"one lost SYN or two and connect() fails"),
	SETTING("synack-retries-1", "synack-retries-too-low",
		"net.ipv4.tcp_synack_retries=1", "net.ipv4.tcp_synack_retries=5",
		"a handshake is forgotten after one SYN-ACK sent again"),
	SETTING("syncookies-always", "syncookies-always",
		"net.ipv4.tcp_syncookies=2", "net.ipv4.tcp_syncookies=1",
		"every connection gets a SYN cookie, also when no queue is full"),
	SETTING("timestamps-off", "timestamps-off",
		"net.ipv4.tcp_timestamps=0; net.ipv4.tcp_tw_reuse=2", "net.ipv4.tcp_timestamps=1",
		"timestamps are off"),
	SETTING("tw-buckets-lowered", "tw-buckets-lowered",
		"net.ipv4.tcp_max_tw_buckets=1000", "net.ipv4.tcp_max_tw_buckets=131072",
		"the TIME_WAIT table was made small"),
	SETTING("tw-reuse-delay-short", "tw-reuse-delay-too-short",
		"net.ipv4.tcp_tw_reuse_delay=100; net.ipv4.tcp_tw_reuse=1",
		"net.ipv4.tcp_tw_reuse_delay=1000",
		"TIME_WAIT is reused before a second has passed"),
	{
		.name = "tw-reuse-without-need",
		.help = "TIME_WAIT is reused for all destinations, and no port is short",
		.rules = "tw-reuse-without-need",
		.advise = "--window 0.2s",
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_tw_reuse=1",
		.remedy = "net.ipv4.tcp_tw_reuse=2",
	},
	SETTING("tw-reuse-without-timestamps", "tw-reuse-without-timestamps",
		"net.ipv4.tcp_timestamps=0; net.ipv4.tcp_tw_reuse=1", "net.ipv4.tcp_timestamps=1",
		"TIME_WAIT is to be reused, which does nothing without timestamps"),
	SETTING("window-scaling-off", "window-scaling-off",
		"net.ipv4.tcp_window_scaling=0", "net.ipv4.tcp_window_scaling=1",
		"windows end at 64 KiB"),
	CONFIGURED("tw-recycle-configured", "tw-recycle-dead-key", "net.ipv4.tcp_tw_recycle=1",
		   "a sysctl.d file sets tcp_tw_recycle, which this kernel no longer has"),
	CONFIGURED("dead-keys-configured", "dead-keys-set",
		   "net.ipv4.tcp_fack=1; net.ipv4.tcp_low_latency=1; "
		   "net.ipv4.tcp_adv_win_scale=1",
		   "a sysctl.d file sets keys that do nothing any more"),
	CONFIGURED("max-syn-backlog-configured", "max-syn-backlog-inert",
		   "net.ipv4.tcp_max_syn_backlog=1024",
		   "a sysctl.d file sets tcp_max_syn_backlog, which does nothing with cookies on"),
	{
		.name = "somaxconn-of-another-namespace",
		.help = "a sysctl.d file raises net.core.somaxconn, and this namespace was never "
			"told",
		.rules = "namespace-without-configured-settings",
		.advise = "--window 0",
		.seconds = 0.1,
		.configured = "net.core.somaxconn=8192",
		.fault = "net.core.somaxconn=4096",
		.remedy = "net.core.somaxconn=8192",
	},
	{
		.name = "somaxconn-unused",
		.help = "a sysctl.d file raises somaxconn, and no listener asks for so much",
		.rules = "somaxconn-raised-unused",
		.advise = "--window 0",
		.expected = { { .number = "largest backlog in force", .least = 128, .most = 128 } },
		.seconds = 0.1,
		.configured = "net.core.somaxconn=65535",
		.fault = "net.core.somaxconn=65535",
		.remedy = "net.core.somaxconn=4096",
	},
	{
		.name = "rmem-max-configured",
		.help = "a sysctl.d file raises rmem_max above the receive buffers of TCP",
		.rules = "core-buffer-limits-for-tcp",
		.advise = "--window 0",
		.needs = NEEDS_BUFFER_LIMITS,
		.seconds = 0.1,
		.world = "net.ipv4.tcp_rmem=4096 65536 65536", /* below any rmem_max */
		.configured = "net.core.rmem_max=16777216",
	},
	{
		.name = "buffer-defaults-huge",
		.help = "each connection starts with a receive and a send buffer of 1 GiB",
		.rules = "tcp-buffer-default-huge",
		.advise = "--window 0 --let tcp-buffer-default-huge.part=1%",
		.seconds = 0.1,
		.fault = "net.ipv4.tcp_rmem=4096 1073741824 1073741824;"
			 " net.ipv4.tcp_wmem=4096 1073741824 1073741824",
		.remedy = "net.ipv4.tcp_rmem=4096 131072 1073741824;"
			  " net.ipv4.tcp_wmem=4096 16384 1073741824",
	},
	{
		.name = "challenge-ack-limited",
		.help = "a sysctl.d file limits challenge ACKs for all connections together",
		.rules = "challenge-ack-limited",
		.advise = "--window 0",
		.seconds = 0.1,
		.configured = "net.ipv4.tcp_challenge_ack_limit=100",
		.fault = "net.ipv4.tcp_challenge_ack_limit=100",
		.remedy = "net.ipv4.tcp_challenge_ack_limit=2147483647",
	},
	{ 0 },
};
