/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/topic.h: what a person means by a word: a state, or a fact by any of the names it has
 * elsewhere: tcp_fin_timeout, /proc/sys/net/ipv4/tcp_fin_timeout, TCPAbortOnData, and
 * TcpExtTCPAbortOnData as nstat(8) prints it. */
#ifndef FACT_TOPIC_H
#define FACT_TOPIC_H

#include "base/text.h"
#include "fact/state.h"

struct topic {
	const struct state_page *state; /* or NULL, and then: */
	const struct fact *fact;	/* of a sysctl the first of its words */
};

/* Writes what the word may mean, at most 'max', and returns how many there are: 0, 1, or more where
 * a short name stands for several. A state comes alone. */
unsigned topic_find(struct topic *topics, unsigned max, const char *word);

/* The name to call it by, whole: "net.ipv4.tcp_rmem", "TcpExt.TCPAbortOnData", "CLOSE-WAIT". */
const char *topic_name(const struct topic *topic);
/* The name folklore has: that, but "close_wait". */
const char *topic_key(const struct topic *topic);

/* Offers all whole names, and of what people mostly call short the short ones. */
void topic_nearest(struct nearest *nearest);

#endif
