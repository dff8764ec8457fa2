/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of TCP for people. */
#include "fact/state.h"

#define STATE(of, text, ...) { STATE_##of, text, __VA_ARGS__ },

const struct state_page state_pages[] = {
#include "fact/state.def"
};

const unsigned state_page_count = countof(state_pages);

const struct state_page *state_page(enum tcp_state state)
{
	for (unsigned i = 0; i < state_page_count; i++)
		if (state_pages[i].state == state)
			return &state_pages[i];
	return NULL;
}
