/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/decoder.h: what a row decoder knows: the plan's columns sorted by where they come from. For
 * row.c, which finds it out for all rows and for a dump, and decode.c, which uses it for each row. */
#ifndef COLLECT_DECODER_H
#define COLLECT_DECODER_H

#include <math.h>

#include "collect/column.h"
#include "collect/row.h"
#include "collect/socket_rule.h"

/* The fields of one attribute. */
struct group {
	struct need need;
	unsigned attr;
	unsigned first, count;
};

/* A computed column. */
struct step {
	socket_rule_fn *rule; /* NULL: a key, which is no number */
	struct need need;
	uint8_t column;
};

/* A column that is a socket option: its number among option_facts(). */
struct option_column {
	uint8_t column, option;
};

enum { SERVED = 16 };

struct row_decoder {
	const struct plan *plan;
	const struct option_table *options; /* NULL: not read */
	const struct sample *sample;
	struct rule_view view;
	struct local_ports ports;
	struct port_set bound;
	struct nearby nearby;
	struct served {
		struct address address; /* of a listener */
		uint16_t port;
		uint32_t interface;
		struct who who;
	} served[SERVED]; /* by port: asked for last */
	uint32_t states;      /* to be delivered */
	uint32_t attributes;  /* to be looked for; 0: none */
	unsigned proc_count;  /* fields of the message that /proc/net/tcp has too */
	unsigned field_count; /* all fields of the message; those of groups follow */
	unsigned group_count, step_count;
	/* Those this dump brings something for; they stand first. */
	unsigned live_groups, live_steps;
	unsigned plain_steps; /* the first of these: they need no attribute */
	bool live_options;
	bool printed;	      /* made of text */
	unsigned option_count;
	struct option_column option_columns[OPTIONS_MAX];
	struct field fields[COLUMNS_MAX];
	struct group groups[ATTRIBUTES];
	struct step steps[COLUMNS_MAX];
};

static inline void set_unknown(struct row *row, unsigned column, enum why why)
{
	row->value[column] = NAN;
	row->unknown[column] = (unsigned char)why;
}

#endif
