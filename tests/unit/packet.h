/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/packet.h: sock_diag messages made by hand, and a plan of a few columns to read them
 * by. Include after unit.h. */
#ifndef TESTS_UNIT_PACKET_H
#define TESTS_UNIT_PACKET_H

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/listeners.h"

struct packet {
	_Alignas(8) unsigned char bytes[8192];
	size_t len, start; /* of all, of the last message */
};

#define ESTAB .state = STATE_ESTABLISHED
struct socket_spec {
	unsigned state, timer, retransmits, expires, inode, uid, recv_q, send_q, interface;
	const char *local, *remote; /* NULL: unspecified; with ':' the message is AF_INET6 */
	unsigned local_port, remote_port;
	uint64_t cookie;
	bool ipv6;
};

static inline void put_address(uint32_t *out, const char *text)
{
	if (text && strchr(text, ':'))
		assert_int_equal(inet_pton(AF_INET6, text, out), 1);
	else if (text)
		assert_int_equal(inet_pton(AF_INET, text, out), 1);
}

static inline void set_length(struct packet *p)
{
	uint32_t len = (uint32_t)(p->len - p->start);

	memcpy(p->bytes + p->start, &len, sizeof len);
}

static inline void put_socket(struct packet *p, const struct socket_spec *s)
{
	const char *any = s->local ? s->local : s->remote;
	struct nlmsghdr header = { .nlmsg_type = SOCK_DIAG_BY_FAMILY };
	struct inet_diag_msg diag = {
		.idiag_family = s->ipv6 || (any && strchr(any, ':')) ? AF_INET6 : AF_INET,
		.idiag_state = (uint8_t)s->state,
		.idiag_timer = (uint8_t)s->timer,
		.idiag_retrans = (uint8_t)s->retransmits,
		.id = { .idiag_sport = htons((uint16_t)s->local_port),
			.idiag_dport = htons((uint16_t)s->remote_port),
			.idiag_if = s->interface,
			.idiag_cookie = { (uint32_t)s->cookie, (uint32_t)(s->cookie >> 32) } },
		.idiag_expires = s->expires,
		.idiag_rqueue = s->recv_q,
		.idiag_wqueue = s->send_q,
		.idiag_uid = s->uid,
		.idiag_inode = s->inode,
	};

	put_address(diag.id.idiag_src, s->local);
	put_address(diag.id.idiag_dst, s->remote);
	p->len = p->start = NLMSG_ALIGN(p->len);
	memcpy(p->bytes + p->len, &header, sizeof header);
	p->len += sizeof header;
	memcpy(p->bytes + p->len, &diag, sizeof diag);
	p->len += sizeof diag;
	set_length(p);
}

static inline void put_attribute(struct packet *p, unsigned type, const void *data, size_t len)
{
	struct nlattr attr = { (uint16_t)(NLA_HDRLEN + len), (uint16_t)type };

	memcpy(p->bytes + p->len, &attr, sizeof attr);
	if (len)
		memcpy(p->bytes + p->len + NLA_HDRLEN, data, len);
	p->len += NLA_ALIGN(NLA_HDRLEN + len);
	set_length(p);
}

/* A plan of a few columns, and what they are read with. */
struct fixture {
	struct plan plan;
	struct column columns[8];
	struct sample *sample;
	struct listeners *listeners;
};

static inline void fixture_init(struct fixture *f, const char *const *facts)
{
	*f = (struct fixture){ .sample = sample_new(), .listeners = listeners_new() };
	f->plan.names = names_new();
	f->plan.columns = f->columns;
	for (; *facts; facts++) {
		if (fact_find(*facts) == FACT_NONE)
			fail_msg("no fact %s", *facts);
		f->columns[f->plan.column_count++].fact = (unsigned short)fact_find(*facts);
	}
}

static inline void fixture_fini(struct fixture *f)
{
	names_free(f->plan.names);
	sample_free(f->sample);
	listeners_free(f->listeners);
}

static inline void set_reading(struct fixture *f, const char *fact, double number, const char *text)
{
	f->sample->readings[fact_find(fact)] = (struct reading){ .number = number, .text = text };
}

#endif
