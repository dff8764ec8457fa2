/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keys there are. */
#include "lint/keys.h"

#include <string.h>

#include "fact/sysctl.h"

/* Of net.ipv4, net.core and net.netfilter, as Linux 6.18 has them, and what modules and other
 * kernels add. Of the rest of the tree nothing is judged. */
static const char *const others[] = {
	"net.core.bpf_jit_enable", "net.core.bpf_jit_harden", "net.core.bpf_jit_kallsyms",
	"net.core.bpf_jit_limit", "net.core.dev_weight_rx_bias", "net.core.dev_weight_tx_bias",
	"net.core.devconf_inherit_init_net", "net.core.fb_tunnels_only_for_init_net",
	"net.core.flow_limit_cpu_bitmap", "net.core.flow_limit_table_len",
	"net.core.gro_normal_batch", "net.core.high_order_alloc_disable", "net.core.max_skb_frags",
	"net.core.mem_pcpu_rsv", "net.core.message_burst", "net.core.message_cost",
	"net.core.netdev_rss_key", "net.core.netdev_tstamp_prequeue",
	"net.core.netdev_unregister_timeout_secs", "net.core.rps_default_mask",
	"net.core.rps_sock_flow_entries", "net.core.skb_defer_max", "net.core.tstamp_allow_data",
	"net.core.warnings", "net.core.xfrm_acq_expires", "net.core.xfrm_aevent_etime",
	"net.core.xfrm_aevent_rseqth", "net.core.xfrm_larval_drop",
	"net.ipv4.cipso_cache_bucket_size", "net.ipv4.cipso_cache_enable",
	"net.ipv4.cipso_rbm_optfmt", "net.ipv4.cipso_rbm_strictvalid",
	"net.ipv4.fib_multipath_hash_fields", "net.ipv4.fib_multipath_hash_policy",
	"net.ipv4.fib_multipath_hash_seed", "net.ipv4.fib_multipath_use_neigh",
	"net.ipv4.fib_notify_on_flag_change", "net.ipv4.fib_sync_mem", "net.ipv4.fwmark_reflect",
	"net.ipv4.icmp_echo_enable_probe", "net.ipv4.icmp_echo_ignore_all",
	"net.ipv4.icmp_echo_ignore_broadcasts", "net.ipv4.icmp_errors_extension_mask",
	"net.ipv4.icmp_errors_use_inbound_ifaddr", "net.ipv4.icmp_ignore_bogus_error_responses",
	"net.ipv4.icmp_msgs_burst", "net.ipv4.icmp_msgs_per_sec", "net.ipv4.icmp_ratelimit",
	"net.ipv4.icmp_ratemask", "net.ipv4.igmp_link_local_mcast_reports",
	"net.ipv4.igmp_max_memberships", "net.ipv4.igmp_max_msf", "net.ipv4.igmp_qrv",
	"net.ipv4.inet_peer_maxttl", "net.ipv4.inet_peer_minttl", "net.ipv4.inet_peer_threshold",
	"net.ipv4.ip_default_ttl", "net.ipv4.ip_dynaddr", "net.ipv4.ip_forward",
	"net.ipv4.ip_forward_update_priority", "net.ipv4.ip_forward_use_pmtu",
	"net.ipv4.ipfrag_high_thresh", "net.ipv4.ipfrag_low_thresh", "net.ipv4.ipfrag_max_dist",
	"net.ipv4.ipfrag_secret_interval", "net.ipv4.ipfrag_time", "net.ipv4.nexthop_compat_mode",
	"net.ipv4.ping_group_range", "net.ipv4.raw_l3mdev_accept", "net.ipv4.tcp_fastopen_key",
	"net.ipv4.udp_child_hash_entries", "net.ipv4.udp_early_demux", "net.ipv4.udp_hash_entries",
	"net.ipv4.udp_l3mdev_accept", "net.ipv4.udp_mem", "net.ipv4.udp_rmem_min",
	"net.ipv4.udp_wmem_min", "net.ipv4.xfrm4_gc_thresh", "net.netfilter.nf_conntrack_acct",
	"net.netfilter.nf_conntrack_checksum", "net.netfilter.nf_conntrack_dccp_loose",
	"net.netfilter.nf_conntrack_events", "net.netfilter.nf_conntrack_expect_max",
	"net.netfilter.nf_conntrack_frag6_high_thresh",
	"net.netfilter.nf_conntrack_frag6_low_thresh", "net.netfilter.nf_conntrack_frag6_timeout",
	"net.netfilter.nf_conntrack_generic_timeout", "net.netfilter.nf_conntrack_gre_timeout",
	"net.netfilter.nf_conntrack_gre_timeout_stream", "net.netfilter.nf_conntrack_helper",
	"net.netfilter.nf_conntrack_icmp_timeout", "net.netfilter.nf_conntrack_icmpv6_timeout",
	"net.netfilter.nf_conntrack_log_invalid", "net.netfilter.nf_conntrack_sctp_timeout_closed",
	"net.netfilter.nf_conntrack_sctp_timeout_cookie_echoed",
	"net.netfilter.nf_conntrack_sctp_timeout_cookie_wait",
	"net.netfilter.nf_conntrack_sctp_timeout_established",
	"net.netfilter.nf_conntrack_sctp_timeout_heartbeat_sent",
	"net.netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent",
	"net.netfilter.nf_conntrack_sctp_timeout_shutdown_recd",
	"net.netfilter.nf_conntrack_sctp_timeout_shutdown_sent",
	"net.netfilter.nf_conntrack_timestamp", "net.netfilter.nf_conntrack_udp_timeout",
	"net.netfilter.nf_conntrack_udp_timeout_stream", "net.netfilter.nf_flowtable_tcp_timeout",
	"net.netfilter.nf_flowtable_udp_timeout", "net.netfilter.nf_hooks_lwtunnel",
	"net.netfilter.nf_log_all_netns",
};

/* Folders of interfaces, neighbours and routes, in which names are the host's. */
static const char *const folders[] = {
	"net.ipv4.conf.", "net.ipv4.neigh.", "net.ipv4.route.", "net.ipv4.vs.",
	"net.netfilter.nf_log.",
};

/* The top of the tree: a key that begins otherwise is misspelt or its start is missing. */
static const char *const tops[] = {
	"abi.", "crypto.", "debug.", "dev.", "fs.", "fscache.", "kernel.", "net.", "sunrpc.",
	"user.", "vm.", "xen.",
};

/* Keys that guides still spread; one that ends with a dot is a whole folder. */
static const struct gone {
	const char *key, *instead;
} gone[] = {
	{ "net.ipv4.ip_conntrack_max", "it is net.netfilter.nf_conntrack_max now" },
	{ "net.ipv4.netfilter.", "the keys of connection tracking begin with"
				" net.netfilter.nf_conntrack_ now" },
	{ "net.ipv4.tcp_timewait_len", "the time of TIME_WAIT is compiled in, and only some clouds'"
				       " kernels add such a key" },
	{ "net.ipv4.tcp_tw_timeout", "the time of TIME_WAIT is compiled in, and only some clouds'"
				     " kernels add such a key" },
	{ "net.ipv4.tcp_tw_interval", "the time of TIME_WAIT is compiled in" },
	{ "net.ipv4.tcp_max_ssthresh", NULL },
	{ "net.ipv4.tcp_abc", NULL },
	{ "net.ipv4.tcp_bic", "a congestion control is chosen with"
			      " net.ipv4.tcp_congestion_control" },
	{ "net.ipv4.tcp_bic_fast_convergence", NULL },
	{ "net.ipv4.tcp_bic_low_window", NULL },
	{ "net.ipv4.tcp_westwood", "a congestion control is chosen with"
				   " net.ipv4.tcp_congestion_control" },
	{ "net.ipv4.tcp_vegas_cong_avoid", "a congestion control is chosen with"
					   " net.ipv4.tcp_congestion_control" },
	{ "net.ipv4.tcp_cookie_size", NULL },
	{ "net.ipv4.tcp_dma_copybreak", NULL },
	{ "net.ipv4.tcp_default_win_scale", NULL },
	{ "net.ipv4.ip_always_defrag", NULL },
	{ "net.ipv4.rt_cache_rebuild_count", NULL },
	{ "net.ipv4.inet_peer_gc_mintime", NULL },
	{ "net.ipv4.inet_peer_gc_maxtime", NULL },
	{ "net.core.netdev_fastroute", NULL },
	{ "net.core.hot_list_length", NULL },
	{ "net.core.mod_cong", NULL },
};

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool begins_one_of(const char *key, const char *const *starts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (begins(key, starts[i]))
			return true;
	return false;
}

static const struct gone *find_gone(const char *key)
{
	size_t i;

	for (i = 0; i < countof(gone); i++) {
		bool folder = gone[i].key[strlen(gone[i].key) - 1] == '.';

		if (folder ? begins(key, gone[i].key) : strcmp(key, gone[i].key) == 0)
			return &gone[i];
	}
	return NULL;
}

static bool is_other(const char *key)
{
	size_t i;

	for (i = 0; i < countof(others); i++)
		if (strcmp(key, others[i]) == 0)
			return true;
	return begins_one_of(key, folders, countof(folders));
}

/* A setting whose last part is that of the key: its start is missing or misspelt. */
static const char *same_end(const char *key)
{
	const char *end = strrchr(key, '.');
	unsigned i;

	end = end ? end + 1 : key;
	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (sysctl_is(fact) &&
		    strcmp(strrchr(fact->key, '.') + 1, end) == 0)
			return fact->key;
	}
	return NULL;
}

void key_find_nearest(struct key_answer *answer, const char *key)
{
	struct nearest nearest = { .name = key };
	const char *best = same_end(key);
	size_t i;

	if (!best) {
		sysctl_nearest(&nearest);
		for (i = 0; i < countof(others); i++)
			nearest_try(&nearest, others[i]);
		best = nearest.best;
	}
	if (best && strlen(best) < sizeof answer->nearest)
		memcpy(answer->nearest, best, strlen(best) + 1);
}

/* Below net.ipv4, net.core and net.netfilter all names are known; elsewhere only where the start
 * of the tree, or of a setting, is not what it should be. */
static bool is_judged(const char *key)
{
	static const char *const known[] = {
		"net.ipv4.", "net.ipv6.tcp_", "net.core.", "net.netfilter.nf_conntrack",
	};

	return begins_one_of(key, known, countof(known)) ||
	       !begins_one_of(key, tops, countof(tops)) ||
	       (begins(key, "net.") && !begins(key, "net.ipv6.") && same_end(key));
}

void key_look_up(struct key_answer *answer, const char *key)
{
	const struct gone *lost = find_gone(key);

	*answer = (struct key_answer){ .kind = KEY_OTHER, .fact = sysctl_find(key) };
	if (answer->fact != FACT_NONE) {
		answer->kind = KEY_SETTING;
	} else if (lost) {
		answer->kind = KEY_GONE;
		answer->instead = lost->instead;
	} else if (!is_other(key) && is_judged(key)) {
		answer->kind = KEY_UNKNOWN;
	}
}
