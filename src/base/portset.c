/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Port lists as lib/bitmap and kernel/sysctl.c proc_do_large_bitmap print them. */
#include "base/portset.h"

#include <string.h>

/* One decimal port at *text, which moves past it. */
static bool parse_port(const char **text, unsigned *port)
{
	const char *p = *text;
	unsigned n = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned)(*p - '0');
		if (n > UINT16_MAX)
			return false;
	}
	*text = p;
	*port = n;
	return true;
}

static bool parse_ranges(struct port_set *set, const char *text)
{
	unsigned low, high;

	for (;;) {
		if (!parse_port(&text, &low))
			return false;
		high = low;
		if (*text == '-') {
			text++;
			if (!parse_port(&text, &high) || high < low)
				return false;
		}
		for (; low <= high; low++)
			port_set_add(set, (uint16_t)low);
		if (*text != ',')
			return text[strspn(text, " \t\n")] == '\0';
		text++;
	}
}

int port_set_parse(struct port_set *set, const char *text)
{
	memset(set, 0, sizeof *set);
	text += strspn(text, " \t\n");
	if (*text == '\0')
		return 0;
	if (parse_ranges(set, text))
		return 0;
	memset(set, 0, sizeof *set);
	return -1;
}

unsigned port_set_count(const struct port_set *set, unsigned low, unsigned high)
{
	unsigned count = 0;

	for (; low <= high && low <= UINT16_MAX; low++)
		count += port_set_has(set, (uint16_t)low);
	return count;
}
