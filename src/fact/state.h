/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/state.h: the states of TCP for people: what each is called, what it means on Linux. One line
 * of fact/state.def each, in the order of a connection's life. */
#ifndef FACT_STATE_H
#define FACT_STATE_H

#include "fact/fact.h"

struct state_page {
	enum tcp_state state;
	const char *name; /* "CLOSE-WAIT", as RFC 9293 and ss have it */
	const char *help; /* one sentence, no final full stop */
};

extern const struct state_page state_pages[];
extern const unsigned state_page_count;

/* The page of a state; NULL for those the kernel keeps to itself. */
const struct state_page *state_page(enum tcp_state state);

#endif
