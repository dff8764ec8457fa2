/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/sample_report.h: a report made by hand, for the tests of its formats. */
#ifndef SAMPLE_REPORT_H
#define SAMPLE_REPORT_H

#include "report/report.h"

static const struct expr many = { .kind = EXPR_NUMBER, .unit = UNIT_COUNT, .number = 50,
				  .fact = FACT_NONE };
static const struct expr total = { .kind = EXPR_AGGREGATE, .unit = UNIT_COUNT, .text = "count",
				   .aggregate = AGGREGATE_COUNT, .fact = FACT_NONE };
static const struct expr enough = { .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_GE,
				    .fact = FACT_NONE, .left = (struct expr *)(uintptr_t)&total,
				    .right = (struct expr *)(uintptr_t)&many };

static const struct rule overflow = {
	.id = "accept-queue-overflow",
	.title = "Clients are turned away because the application does not accept connections as "
		 "fast as they come, and its queue is full",
	.severity = SEVERITY_CRITICAL,
	.per = PER_LISTENER,
	.when = &enough,
	.why = "The queue holds what listen() allowed.\nA full queue drops.",
	.advice = "Give listen() a larger backlog, e.g. 4096. Then restart the application.",
	.risk = "More connections wait. They may wait long.",
	.verify = "The drops stop.",
	.wrong_when = "The application is overloaded: a longer queue only makes clients wait.",
	.cite = "RFC 9293 section 3.9; kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock ;",
	.kernel = "all",
	.show = { { &total, "connections" } },
	.show_count = 1,
	.lets = { { "many", 50, UNIT_COUNT } },
	.let_count = 1,
};
static const struct rule keepalive = {
	.id = "keepalive-late",
	.title = "Keepalive comes late",
	.severity = SEVERITY_NOTICE,
	.when = &enough,
	.advice = "Nothing.",
	.cite = "RFC 9293 section 3.8.4",
};
static const struct rule drops = { .id = "listen-drops", .title = "Drops", .when = &enough };
static const struct rule resets = { .id = "resets", .title = "Resets", .when = &enough };

static struct report_finding findings[] = {
	{
		.rule = &overflow,
		.subject = "[2001:db8:1111:2222::7]:44300",
		.evidence = {
			{ "waiting", "max(accept_queue)", "1,025", true, 1025, 1025, "count" },
			{ "the longest time that any one of the connections has waited so far",
			  "max(idle)", "at least 25 min (some sockets ended before they were read)",
			  true, 1500, INFINITY, "seconds" },
			{ "peers", "top(remote)", "192.0.2.7 (812), 192.0.2.9 (44), 31 more", true,
			  NAN, NAN, NULL },
			{ "memory", "sockstat.tcp.mem", "unknown: not recorded", false, -INFINITY,
			  INFINITY, "pages" },
		},
		.evidence_count = 4,
		.settings = {
			{ "net.core.somaxconn", "4096", NULL, "128", false },
			{ "net.ipv4.tcp_rmem", "4096 131072 33554432", NULL,
			  "4096 131072 6291456", false },
			{ "net.ipv4.tcp_mem", NULL, "it was not recorded", NULL, false },
			{ "net.ipv4.tcp_sack", "1", NULL, "1", false },
		},
		.setting_count = 4,
	},
	{
		.rule = &overflow,
		.subject = "10.0.0.1:80",
		.evidence = { { "waiting", "max(accept_queue)", "129 to 131", true, 129, 131,
				"count" } },
		.evidence_count = 1,
	},
	{
		.rule = &keepalive,
		.subject = "host",
		.evidence = { { "share", "share(keepalive)", "81.3%", true, 0.8125, 0.8125,
				"ratio" } },
		.evidence_count = 1,
	},
};
static struct report_unknown unknown[] = {
	{ &drops, "TcpExt.ListenDrops: a difference needs two samples" },
	{ &resets, "TcpExt.ListenDrops: a difference needs two samples" },
};

static const struct rule quiet_one = { .id = "quiet-one", .title = "Quiet", .severity = SEVERITY_WARNING };

static struct checksum of_nothing;

static inline struct report make_report(void)
{
	static const struct rule *quiet[57];
	unsigned i;

	for (i = 0; i < countof(quiet); i++)
		quiet[i] = &quiet_one;
	return (struct report){
		.kind = "kernel",
		.hostname = "web1.example.org",
		.kernel = "6.18.44",
		.netns = "net:[4026531840]",
		.timestamp = 1795254240,
		.time = "2026-11-21T09:44:00Z",
		.window = 2.5,
		.notes = { "the list of connections ended early after 1,204 sockets" },
		.note_count = 1,
		.rulebook_version = "0.1.0",
		.rulebook_checksum = &of_nothing,
		.rule_count = 61,
		.quiet = quiet,
		.quiet_count = countof(quiet),
		.findings = findings,
		.finding_count = countof(findings),
		.more = 5,
		.unknown = unknown,
		.unknown_count = countof(unknown),
		.by_severity = { [SEVERITY_CRITICAL] = 1, [SEVERITY_NOTICE] = 1 },
	};
}

/* They are made printable where they are read; no format relies on it. */
static inline void make_hostile(struct report *report, struct report_finding *finding)
{
	static const char hostile[] = "a\033]0;title\007\x9b\xc2\x9b\r\xff\x7f\xe2\x80\xae";

	*report = make_report();
	*finding = findings[0];
	finding->subject = finding->evidence[0].text = finding->by = hostile;
	finding->owners[0].owner = (struct owner){
		.kind = OWNER_SEEN, .command = hostile, .user = hostile, .service = hostile,
	};
	finding->owner_count = 1;
	report->hostname = report->notes[0] = hostile;
	report->findings = finding;
	report->finding_count = 1;
}

static inline void print(struct buf *out, const char *format, const struct report *report,
			 unsigned width, bool colour)
{
	format_find(format)->print(out, report, &(struct look){ width, colour, false });
}

#endif
