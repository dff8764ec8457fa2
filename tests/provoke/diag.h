/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag.h: the sockets of a network namespace, as sock_diag lists them, and their destruction. */
#ifndef PROVOKE_DIAG_H
#define PROVOKE_DIAG_H

#include <linux/inet_diag.h>

#include "base/base.h"

/* TCP states as the kernel numbers them (include/net/tcp_states.h), and as bits of a mask. */
enum state {
	ESTABLISHED = 1, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT,
	LAST_ACK, LISTEN, CLOSING, NEW_SYN_RECV, STATES
};
#define IN(state) (1u << (state))
enum { ANY_STATE = (1 << STATES) - 2 };

/* What a row's idiag_timer says. */
enum timer { TIMER_NONE, TIMER_RETRANSMIT, TIMER_KEEPALIVE, TIMER_TIME_WAIT, TIMER_PROBE };

typedef void diag_row_fn(const struct inet_diag_msg *row, void *arg);

/* A sock_diag socket of the namespace the caller is in; it stays there. -1 after a fault. */
int diag_open(void);

/* Calls fn for each TCP socket, IPv4 and IPv6, in one of the states. Returns 0, or -1 with
 * errno. */
int diag_each(int diag, uint32_t states, diag_row_fn *fn, void *arg);

/* Destroys all TCP sockets of the namespace: orphans would outlive its last process, and count
 * against the host's limit of orphans. Needs nothing but the descriptor, allocates nothing. */
void diag_destroy_all(int diag);

const char *diag_state_name(enum state state);

#endif
