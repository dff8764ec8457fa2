/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue's offsets, widths and attributes in the form a row wants them. */
#include "collect/column.h"

/* Request sockets and minisocks have no attributes but the mark (net/ipv4/inet_diag.c
 * inet_req_diag_fill, inet_twsk_diag_fill); an orphan in FIN_WAIT2 can be a minisock too and
 * counts as TIME_WAIT here. Bound, unconnected sockets are sent without what is TCP's
 * (inet_diag_dump_icsk). Of a listener's tcp_info only aliases of its queue are filled. */
static unsigned never_sent(unsigned attr)
{
	const unsigned mini = 1 << STATE_SYN_RECV | 1 << STATE_TIME_WAIT;

	switch (attr) {
	case INET_DIAG_MARK:
		return 0;
	case INET_DIAG_CONG:
		return mini | 1 << STATE_CLOSE;
	case INET_DIAG_INFO:
		return mini | 1 << STATE_LISTEN | 1 << STATE_CLOSE;
	case INET_DIAG_SKV6ONLY:
		return ~(1u << STATE_LISTEN | 1u << STATE_CLOSE);
	default:
		return mini;
	}
}

struct need column_need(const struct fact *fact)
{
	return (struct need){
		.has = fact->attr && fact->attr < ATTRIBUTES ? UINT32_C(1) << fact->attr : 0,
		.ext = fact_ext(fact),
		.never = never_sent(fact->attr),
		.ipv6_only = fact->attr == INET_DIAG_TCLASS || fact->attr == INET_DIAG_SKV6ONLY,
	};
}

static uint64_t ones(unsigned bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* Eight bytes that end with the number are always there in an attribute, which has the whole
 * message before it, and eight within it in the message, which has nothing before it. */
struct field column_field(const struct fact *fact, unsigned column)
{
	const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	int offset = (int)fact->offset, width = (int)fact->width, start = offset + width - 8;
	unsigned after;
	struct field field = {
		.end = (uint16_t)(offset + width),
		.column = (uint8_t)column,
		.mask = ones(fact->bits ? fact->bits : 8 * fact->width - fact->shift),
		.has_none = fact->none != 0,
		.none = fact->none,
		.scaling = scaling_of(fact),
	};

	if (fact->origin == FROM_MESSAGE && start < 0)
		start = 0;
	/* How many of the eight bytes are less significant than the number. */
	after = (unsigned)(little ? offset - start : start + 8 - offset - width);
	field.start = (int16_t)start;
	field.shift = (uint8_t)(8 * after + fact->shift);
	field.plain = !field.has_none && width < 8 && field.scaling.multiply == 1 &&
		      field.scaling.divide == 0;
	return field;
}

unsigned column_place(const struct fact *fact)
{
	if (fact->origin == FROM_ATTRIBUTE && fact->attr < ATTRIBUTES)
		return fact->attr;
	if (fact->origin != FROM_MESSAGE || fact->offset + fact->width > MESSAGE_SIZE)
		return PLACE_NONE;
	if (fact->offset == offsetof(struct inet_diag_msg, id.idiag_if))
		return PLACE_NOT_IN_PROC;
	return PLACE_IN_PROC;
}
