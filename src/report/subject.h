/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/subject.h: who a finding or a count is about, as people write it. */
#ifndef REPORT_SUBJECT_H
#define REPORT_SUBJECT_H

#include "report/wording.h"

/* Appends "10.0.0.1:8080", "[2001:db8::1]:443", "192.0.2.0/24",
 * "10.0.0.5 -> 192.0.2.7:5432", "8080", "close_wait", "bbr". As in ss, "*:8080" is the IPv6
 * wildcard, which mostly takes IPv4 too, and "0.0.0.0:8080" the one of IPv4: a host may have
 * both, and two findings must not bear one subject. */
void subject_print(struct buf *out, const struct key *key, const struct wording *wording);

#endif
