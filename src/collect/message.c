/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks netlink attributes: struct nlattr, its payload, and zeroes up to a multiple of four. */
#include "collect/message.h"

/* The attribute at the start of the 'left' bytes at p. Returns how far the next one is, or 0 at
 * the end and at a length that cannot be. */
static inline size_t next_attribute(const unsigned char *p, size_t left, unsigned *type)
{
	size_t size;

	if (left < NLA_HDRLEN)
		return 0;
	size = load_u16(p + offsetof(struct nlattr, nla_len));
	if (size < NLA_HDRLEN || size > left)
		return 0;
	*type = load_u16(p + offsetof(struct nlattr, nla_type)) & NLA_TYPE_MASK;
	size = NLA_ALIGN(size);
	return size < left ? size : left;
}

static bool same_layout(const struct message *m, size_t len)
{
	uint32_t difference = 0;
	unsigned i;

	if (len != m->layout.len)
		return false;
	for (i = 0; i < m->layout.count; i++)
		difference |= load_u32(m->diag + m->layout.at[i]) ^ m->layout.header[i];
	return difference == 0;
}

void message_attributes(struct message *m, size_t len, uint32_t wanted)
{
	const unsigned char *end = m->diag + len, *p = m->diag + MESSAGE_SIZE;
	unsigned type, count = 0;
	uint32_t present = 0;
	size_t step;

	if (same_layout(m, len)) {
		m->present = m->layout.present;
		return;
	}
	for (; p < end && (present & wanted) != wanted; p += step, count++) {
		step = next_attribute(p, (size_t)(end - p), &type);
		if (step == 0) {
			count = LAYOUT_MAX + 1; /* what ends it here is in no header */
			break;
		}
		if (type < ATTRIBUTES) {
			present |= UINT32_C(1) << type;
			m->at[type] = (uint16_t)(p - m->diag);
		}
		if (count < LAYOUT_MAX) {
			m->layout.header[count] = load_u32(p);
			m->layout.at[count] = (uint16_t)(p - m->diag);
		}
	}
	m->present = m->layout.present = present;
	m->layout.count = count;
	m->layout.len = count <= LAYOUT_MAX ? len : 0;
}

const unsigned char *message_nested(const struct message *message, unsigned type, unsigned inner,
				    size_t *len)
{
	const unsigned char *p = message_data(message, type);
	size_t left = message_len(message, type), step;
	unsigned found;

	for (; (step = next_attribute(p, left, &found)) != 0; p += step, left -= step) {
		if (found != inner)
			continue;
		*len = load_u16(p + offsetof(struct nlattr, nla_len)) - NLA_HDRLEN;
		return p + NLA_HDRLEN;
	}
	return NULL;
}
