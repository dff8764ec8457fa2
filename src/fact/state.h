/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/state.h: the states of TCP for people: what each is called, what it means on Linux, what ends
 * it. One entry of fact/state.def each, in the order of a connection's life. */
#ifndef FACT_STATE_H
#define FACT_STATE_H

#include "fact/fact.h"

struct state_page {
	enum tcp_state state;
	const char *name;   /* "CLOSE-WAIT", as RFC 9293 has it */
	const char *symbol; /* "close_wait", as rules have it */
	const char *help;   /* one sentence, no final full stop */
	const char *shown;  /* how it shows on Linux: sentences */
	const char *ends;   /* what ends it, and when: sentences */
};

extern const struct state_page state_pages[];
extern const unsigned state_page_count;

/* The page of a state; NULL for those the kernel keeps to itself. */
const struct state_page *state_page(enum tcp_state state);
/* The same by a name, in any of the spellings there are: CLOSE-WAIT, close_wait, ESTAB, FIN_WAIT1. */
const struct state_page *state_find(const char *name);

#endif
