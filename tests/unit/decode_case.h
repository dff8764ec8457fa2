/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/decode_case.h: one message, one column, and what must come out. Include after
 * unit.h. */
#ifndef TESTS_UNIT_DECODE_CASE_H
#define TESTS_UNIT_DECODE_CASE_H

#include <math.h>
#include <string.h>

#include "collect/row.h"
#include "packet.h"

#define NOTHING .value = NAN, .why = WHY_NO_VALUE

static const struct query everything = { .states = STATES_ALL, .ext = 0xff };

/* What to send, how to read it, and what must come out. */
struct decode_case {
	const char *fact;
	struct socket_spec socket;
	enum pass pass;
	unsigned attr; /* 0: none */
	const void *data;
	size_t len;
	double value; /* NaN: unknown */
	enum why why;
	const char *name; /* of a number of a name */
};

static inline void decode(struct fixture *f, const struct decode_case *c, bool proc,
			  struct row *row)
{
	struct row_decoder *decoder = row_decoder_new(&f->plan, f->sample, f->listeners, NULL);
	struct packet p = { .len = 0 };

	put_socket(&p, &c->socket);
	if (c->attr)
		put_attribute(&p, c->attr, c->data, c->len);
	row_decoder_begin(decoder, c->pass, &everything, proc, row);
	assert_int_equal(row_decode(decoder, p.bytes + NLMSG_HDRLEN, p.len - NLMSG_HDRLEN, row),
			 ROW_READY);
	row_decoder_free(decoder);
}

static inline void check_value(const struct fixture *f, const struct decode_case *c,
			       const struct row *row)
{
	double value = row->value[0];

	if (c->name) {
		assert_false(isnan(value));
		assert_string_equal(names_text(f->plan.names, (unsigned)value), c->name);
		return;
	}
	if (isnan(value) != isnan(c->value) || (!isnan(value) && value != c->value))
		fail_msg("%s, state %u, timer %u: %.17g, not %.17g", c->fact, c->socket.state,
			 c->socket.timer, value, c->value);
	if (isnan(value) && row->unknown[0] != c->why)
		fail_msg("%s, state %u, timer %u: why %d, not %d", c->fact, c->socket.state,
			 c->socket.timer, row->unknown[0], c->why);
}

/* Two listeners, and 8080 reserved in a range from 32768. */
static inline void add_surroundings(struct fixture *f)
{
	struct listener wildcard = { .port = 80 }, exact = { .port = 443 };

	wildcard.address.family = AF_INET6;
	exact.address.family = AF_INET;
	memcpy(exact.address.bytes, "\x0a\x00\x00\x01", 4);
	listeners_add(f->listeners, &wildcard);
	listeners_add(f->listeners, &exact);
	listeners_done(f->listeners, WHY_KNOWN);
	set_reading(f, "net.ipv4.ip_local_port_range.low", 32768, NULL);
	set_reading(f, "net.ipv4.ip_local_port_range.high", 60999, NULL);
	set_reading(f, "net.ipv4.ip_local_reserved_ports", 0, "8080,40000-40010");
}

static inline void run_cases(const struct decode_case *cases, unsigned count)
{
	struct fixture f;
	struct row row;
	unsigned i;

	for (i = 0; i < count; i++) {
		const char *const facts[] = { cases[i].fact, NULL };

		fixture_init(&f, facts);
		add_surroundings(&f);
		decode(&f, &cases[i], false, &row);
		check_value(&f, &cases[i], &row);
		fixture_fini(&f);
	}
}

#endif
