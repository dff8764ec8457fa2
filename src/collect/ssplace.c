/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of inet_stats_print() in misc/ss.c. */
#include "collect/ssplace.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/hash.h"

enum { ANY_INTERFACE = 1 << 30 }; /* more than there are */

static const char *const state_names[STATES] = {
	[STATE_ESTABLISHED] = "ESTAB",	  [STATE_SYN_SENT] = "SYN-SENT",
	[STATE_SYN_RECV] = "SYN-RECV",	  [STATE_FIN_WAIT1] = "FIN-WAIT-1",
	[STATE_FIN_WAIT2] = "FIN-WAIT-2", [STATE_TIME_WAIT] = "TIME-WAIT",
	[STATE_CLOSE] = "UNCONN",	  [STATE_CLOSE_WAIT] = "CLOSE-WAIT",
	[STATE_LAST_ACK] = "LAST-ACK",	  [STATE_LISTEN] = "LISTEN",
	[STATE_CLOSING] = "CLOSING",
};

/* An address and its port, told apart. */
struct place {
	struct span address, interface, port;
};

static struct place split(struct span text)
{
	struct place place = { text, { text.end, text.end }, { text.end, text.end } };
	const char *colon = memrchr(text.p, ':', (size_t)(text.end - text.p));
	const char *percent;

	if (!colon)
		return place;
	place.port = (struct span){ colon + 1, text.end };
	place.address.end = colon;
	percent = memchr(text.p, '%', (size_t)(colon - text.p));
	if (percent) {
		place.interface = (struct span){ percent + 1, colon };
		place.address.end = percent;
	}
	if (place.address.end - place.address.p >= 2 && *place.address.p == '[' &&
	    place.address.end[-1] == ']') {
		place.address.p++;
		place.address.end--;
	}
	return place;
}

/* The family an address shows by itself; 0 for '*', which both have. */
static unsigned family_of(struct span address)
{
	if (span_is(address, "*"))
		return 0;
	return memchr(address.p, ':', (size_t)(address.end - address.p)) ? AF_INET6 : AF_INET;
}

static bool read_place(const struct place *place, unsigned family, uint32_t address[4],
		       uint16_t *port)
{
	struct span digits = place->port;
	char text[INET6_ADDRSTRLEN];
	size_t len = (size_t)(place->address.end - place->address.p);
	uint64_t number = 0;

	if (!span_is(place->port, "*") &&
	    (!span_number(&digits, 10, &number) || digits.p != digits.end || number > UINT16_MAX))
		return false;
	*port = htons((uint16_t)number);
	if (span_is(place->address, "*"))
		return true;
	if (len >= sizeof text)
		return false;
	memcpy(text, place->address.p, len);
	text[len] = '\0';
	return inet_pton((int)family, text, address) == 1;
}

/* The same number for the same name: only that of lo is known, 1 in every namespace. */
static uint32_t interface_number(struct span name)
{
	if (name.p == name.end)
		return 0;
	if (span_is(name, "lo"))
		return LOOPBACK_INTERFACE;
	return (uint32_t)(hash_bytes(name.p, (size_t)(name.end - name.p)) % ANY_INTERFACE) +
	       ANY_INTERFACE;
}

bool ssplace_read(struct span *rest, const struct ssform *form, struct inet_diag_msg *diag)
{
	struct span state, received, sent, local, remote;
	struct place here, there;
	uint64_t rqueue = 0, wqueue = 0;
	unsigned family;

	if (!span_word(rest, &state) || !span_word(rest, &received) || !span_word(rest, &sent) ||
	    !span_word(rest, &local) || !span_word(rest, &remote) ||
	    !span_number(&received, 10, &rqueue) || received.p != received.end ||
	    !span_number(&sent, 10, &wqueue) || sent.p != sent.end)
		return false;
	here = split(local);
	there = split(remote);
	family = family_of(here.address) ? family_of(here.address) : family_of(there.address);
	if (!family)
		family = form->bare ? AF_INET : AF_INET6;
	diag->idiag_family = (uint8_t)family;
	diag->idiag_state = (uint8_t)span_state(state, state_names);
	diag->idiag_rqueue = (uint32_t)(rqueue < UINT32_MAX ? rqueue : UINT32_MAX);
	diag->idiag_wqueue = (uint32_t)(wqueue < UINT32_MAX ? wqueue : UINT32_MAX);
	diag->id.idiag_if = interface_number(here.interface);
	return diag->idiag_state &&
	       read_place(&here, family, diag->id.idiag_src, &diag->id.idiag_sport) &&
	       read_place(&there, family, diag->id.idiag_dst, &diag->id.idiag_dport);
}

bool ssplace_is_bare(struct span first)
{
	struct span word;
	unsigned columns;

	for (columns = 0; columns < 6 && span_word(&first, &word); columns++)
		if (columns >= 3 && *word.p != '[' && word.end - word.p > 2 &&
		    memchr(word.p, ':', (size_t)(word.end - word.p)) !=
			    memrchr(word.p, ':', (size_t)(word.end - word.p)))
			return true;
	return false;
}

bool ssplace_end(struct span text, unsigned family, uint32_t address[4], uint16_t *port)
{
	const struct place place = split(text);

	return read_place(&place, family, address, port);
}
