/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of TCP for people. */
#include "fact/state.h"

#include <ctype.h>
#include <strings.h>

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

/* Alike but for case, hyphens and underscores. */
static bool is_spelling(const char *a, const char *b)
{
	do {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
	} while (*a++ && *b++);
	return true;
}

const struct state_page *state_find(const char *name)
{
	/* What ss and netstat have where they abbreviate. */
	static const struct {
		const char *name;
		enum tcp_state state;
	} others[] = { { "ESTAB", STATE_ESTABLISHED }, { "UNCONN", STATE_CLOSE } };
	unsigned i;

	for (i = 0; i < countof(others); i++)
		if (is_spelling(name, others[i].name))
			return state_page(others[i].state);
	for (i = 0; i < state_page_count; i++)
		if (is_spelling(name, state_pages[i].name) || is_spelling(name, state_pages[i].symbol))
			return &state_pages[i];
	return NULL;
}
