/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/summary.h: what every format for people says of a whole report, without markup. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/report.h"

/* Appends "2 warnings, 1 notice"; false where all are 0. */
bool summary_severities(struct buf *out, const unsigned by_severity[SEVERITIES]);
/* The same of a report, or "nothing to advise"; then what is waived and whether it is complete. */
void summary_verdict(struct buf *out, const struct report *report);
/* Appends "web1, Linux 6.18.44, net:[4026531840]". */
void summary_host(struct buf *out, const struct report *report);
/* Appends "128 of 128 rules evaluated; window 2 s; 2026-11-21T10:53:38Z", or "...; since
 * 2026-11-21T10:48:38Z, 5 min ago; ...". */
void summary_circumstances(struct buf *out, const struct report *report);
/* Appends "net.core.somaxconn = 4096 (now 128)". */
void summary_setting(struct buf *out, const struct report_setting *setting);
/* Appends "proxy: yes; connections of clients: 200". */
void summary_role(struct buf *out, const struct report_role *role);

/* Appends "1 new, 1 worse, 1 gone; 3 as before, not listed", of a report of news. */
void summary_news(struct buf *out, const struct report *report);
/* Appends "since 2026-11-21T15:40:00Z, for 25 min, in 6 runs; the same 812 sockets as ...": what a
 * history knows; nothing if there is none. */
void summary_past(struct buf *out, const struct report_past *past);
/* "new", "worse", "better", or NULL. */
const char *summary_change(const struct report_past *past);
/* "gone", "waived", "rule removed", "rule changed". */
const char *summary_closing(enum closing why);
/* Appends "gone after 25 min, 2026-11-21T15:40:00Z to 2026-11-21T16:05:00Z", or why else it is told
 * no more. */
void summary_closed(struct buf *out, const struct report_closed *closed);
/* Appends "the vendor knows (owner net-team, until 2027-01-31)". */
void summary_reason(struct buf *out, const struct waiver *waiver);
/* Appends "tcp-advise.ini:12: close-wait-leak, for 10.*: it has expired on 2027-01-31". */
void summary_waiver(struct buf *out, const struct report_waiver *waiver);
/* The fault of a waiver as one word: "expired". */
const char *summary_fault(enum waiver_fault fault);

/* What the reports of all network namespaces say together: host and counts, and nothing else. */
struct report summary_sum(const struct survey *survey);
/* Appends "12 warnings in 12 of 16 network namespaces". */
void summary_survey(struct buf *out, const struct survey *survey);

/* How many findings from this one on are of its rule: at least 1. */
unsigned summary_same_rule(const struct report *report, unsigned finding);
/* One reason mostly stands for many rules. Appends "a, b": the ids of all that share that of
 * report->unknown[index]. False, and nothing, where an earlier one had it already. */
bool summary_unknown(struct buf *ids, const struct report *report, unsigned index);

#endif
