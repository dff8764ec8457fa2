/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan's columns sorted by where they come from: fixed fields of the message, fields of one
 * attribute after the other, computed ones. */
#include "collect/row.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/address.h"
#include "collect/column.h"
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
	bool live_options;
	bool printed;	      /* made of text */
	unsigned option_count;
	struct option_column option_columns[OPTIONS_MAX];
	struct field fields[COLUMNS_MAX];
	struct group groups[ATTRIBUTES];
	struct step steps[COLUMNS_MAX];
};

/* ---- columns ---- */

/* Adds the columns that are fields there behind the first ones; how many. */
static unsigned add_fields(struct row_decoder *d, unsigned first, unsigned place)
{
	unsigned i, count = 0;

	for (i = 0; i < d->plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[d->plan->columns[i].fact];

		if (column_place(fact) == place)
			d->fields[first + count++] = column_field(fact, i);
	}
	return count;
}

static void add_groups(struct row_decoder *d)
{
	unsigned attr, count, column, first = d->field_count;

	for (attr = 1; attr < ATTRIBUTES; attr++) {
		count = add_fields(d, first, attr);
		if (count == 0)
			continue;
		column = d->fields[first].column; /* or any other of them */
		d->groups[d->group_count++] = (struct group){
			column_need(&fact_catalogue[d->plan->columns[column].fact]),
			attr, first, count,
		};
		first += count;
	}
}

static void add_steps(struct row_decoder *d)
{
	unsigned i;

	for (i = 0; i < d->plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[d->plan->columns[i].fact];

		if (fact->origin != FROM_SOCKET_RULE)
			continue;
		d->steps[d->step_count++] = (struct step){
			socket_rule(fact->field), column_need(fact), (uint8_t)i,
		};
	}
}

static void add_options(struct row_decoder *d)
{
	unsigned short facts[OPTIONS_MAX];
	unsigned count = option_facts(facts), i, option;

	for (i = 0; i < d->plan->column_count; i++)
		for (option = 0; option < count; option++)
			if (facts[option] == d->plan->columns[i].fact)
				d->option_columns[d->option_count++] = (struct option_column){
					(uint8_t)i, (uint8_t)option,
				};
}

struct row_decoder *row_decoder_new(const struct plan *plan, const struct sample *sample,
				    const struct listeners *listeners, struct owners *owners)
{
	struct row_decoder *d = xcalloc(1, sizeof *d);

	d->plan = plan;
	d->sample = sample;
	d->view.listeners = listeners;
	d->view.owners = owners;
	d->view.ports = &d->ports;
	d->view.bound = &d->bound;
	d->view.nearby = &d->nearby;
	d->view.names.names = plan->names;
	d->proc_count = add_fields(d, 0, PLACE_IN_PROC);
	d->field_count = d->proc_count + add_fields(d, d->proc_count, PLACE_NOT_IN_PROC);
	add_groups(d);
	add_steps(d);
	add_options(d);
	return d;
}

void row_decoder_free(struct row_decoder *decoder)
{
	if (decoder)
		nearby_fini(&decoder->nearby);
	free(decoder);
}

void row_decoder_options(struct row_decoder *decoder, const struct option_table *options)
{
	decoder->options = options;
}

void row_decoder_printed(struct row_decoder *decoder)
{
	decoder->printed = true;
}

/* ---- a dump ---- */

static void set_unknown(struct row *row, unsigned column, enum why why)
{
	row->value[column] = NAN;
	row->unknown[column] = (unsigned char)why;
}

/* Whether this dump brings what a column needs. */
static bool is_asked(struct row_decoder *d, const struct need *need, const struct query *query)
{
	if (need->has && (d->view.proc || (query->ext & need->ext) != need->ext))
		return false;
	d->attributes |= need->has;
	return true;
}

/* Why a column is missing for want of a pass: only tcp_info waits for a later one. */
static enum why why_not_asked(enum pass pass, bool proc)
{
	static const enum why why[PASSES] = {
		[PASS_LISTEN] = WHY_NO_VALUE,
		[PASS_SOCKETS] = WHY_INFO_DEADLINE,
		[PASS_INFO] = WHY_NO_ATTRIBUTE,
	};

	return proc ? WHY_NO_DIAG : why[pass];
}

static bool all_idle(const struct row_decoder *d, const struct group *group,
		     const struct query *query)
{
	unsigned i = 0;

	while (i < group->count && columns_has(&query->idle, d->fields[group->first + i].column))
		i++;
	return i == group->count;
}

/* Moves what this dump brings something for, and somebody reads, to the front. */
static void begin_groups(struct row_decoder *d, const struct query *query)
{
	unsigned i;

	d->live_groups = 0;
	for (i = 0; i < d->group_count; i++) {
		struct group group = d->groups[i];

		if (all_idle(d, &group, query) || !is_asked(d, &group.need, query))
			continue;
		d->groups[i] = d->groups[d->live_groups];
		d->groups[d->live_groups++] = group;
	}
}

static void begin_steps(struct row_decoder *d, const struct query *query, struct row *row)
{
	unsigned i;

	d->live_steps = 0;
	for (i = 0; i < d->step_count; i++) {
		struct step step = d->steps[i];

		if (!step.rule)
			set_unknown(row, step.column, WHY_NO_VALUE);
		if (!step.rule || columns_has(&query->idle, step.column) ||
		    !is_asked(d, &step.need, query))
			continue;
		d->steps[i] = d->steps[d->live_steps];
		d->steps[d->live_steps++] = step;
	}
}

/* Listeners come alone, and again among the others where a rule asks who holds them. */
static void begin_options(struct row_decoder *d, struct row *row)
{
	unsigned i;

	for (i = 0; i < d->option_count; i++)
		set_unknown(row, d->option_columns[i].column, WHY_LISTENERS);
	d->live_options = d->option_count && d->states & STATES_LISTEN;
}

void row_decoder_begin(struct row_decoder *d, enum pass pass, const struct query *query, bool proc,
		       struct row *row)
{
	unsigned i;

	d->view.proc = proc;
	d->view.row = row;
	d->states = query->states;
	/* Shown as these: see state_of(). */
	if (d->states >> STATE_NEW_SYN_RECV & 1)
		d->states |= 1 << STATE_SYN_RECV;
	if (d->states >> STATE_BOUND_INACTIVE & 1)
		d->states |= 1 << STATE_CLOSE;
	d->attributes = pass == PASS_LISTEN && !proc ? HAS_V6ONLY : 0;
	if (d->plan->witnesses && !proc)
		d->attributes |= HAS_CGROUP;
	memset(d->served, 0, sizeof d->served);
	local_ports_read(&d->ports, d->sample);
	nearby_read(&d->nearby, d->sample);
	message_forget(&d->view.message);

	/* Columns this dump does not bring stay as they are set here. */
	*row = (struct row){ .why = (unsigned char)why_not_asked(pass, proc) };
	for (i = 0; i < d->plan->column_count; i++)
		set_unknown(row, i, row->why);
	begin_groups(d, query);
	begin_steps(d, query, row);
	begin_options(d, row);
	if (d->attributes & HAS_ULP)
		d->attributes |= HAS_MARK; /* rule_ulp() */
	if (d->printed && !proc)
		d->attributes |= HAS_UNTOLD;
}

/* ---- a row ---- */

/* Who holds the listener of the row. */
static struct who who_serves(struct row_decoder *d, const struct row *row)
{
	struct served *served = &d->served[row->local_port % SERVED];

	if (served->port != row->local_port || served->interface != row->interface ||
	    !address_equal(&served->address, &row->listener_address))
		*served = (struct served){
			row->listener_address, row->local_port, row->interface,
			listeners_who(d->view.listeners, &row->listener_address, row->local_port,
				      row->interface),
		};
	return served->who;
}

/* Whom it belongs to. Its attributes have been looked for. */
static void fill_who(struct row_decoder *d, struct row *row)
{
	const struct message *m = &d->view.message;

	row->who = (struct who){ DIAG_U32(m, idiag_inode), DIAG_U32(m, idiag_uid), 0 };
	if (m->present & HAS_CGROUP && message_len(m, INET_DIAG_CGROUP_ID) >= 8)
		row->who.cgroup = load_u64(message_data(m, INET_DIAG_CGROUP_ID));
	if (row->state == STATE_LISTEN)
		row->listener = row->who;
	else if (d->view.belongs)
		row->listener = who_serves(d, row);
	else
		row->listener.inode = 0;
}

/* Who it is. */
static void fill_identity(struct row_decoder *d, struct row *row, unsigned family)
{
	const struct message *m = &d->view.message;
	const struct address *listener = NULL;
	const unsigned alone = 1 << STATE_LISTEN | 1 << STATE_SYN_SENT | 1 << STATE_CLOSE;

	address_set(&row->local, family, DIAG_AT(m, id.idiag_src));
	address_set(&row->remote, family, DIAG_AT(m, id.idiag_dst));
	row->local_port = ntohs(load_u16(DIAG_AT(m, id.idiag_sport)));
	row->remote_port = ntohs(load_u16(DIAG_AT(m, id.idiag_dport)));
	row->interface = DIAG_U32(m, id.idiag_if);
	row->cookie = (uint64_t)DIAG_U32(m, id.idiag_cookie[1]) << 32 |
		      DIAG_U32(m, id.idiag_cookie[0]);
	if (!(alone >> row->state & 1))
		listener = listeners_find(d->view.listeners, &row->local, row->local_port,
					  row->interface);
	d->view.belongs = listener != NULL;
	/* They come before the connections (net/ipv4/inet_diag.c inet_diag_dump_icsk). */
	if (row->state == STATE_CLOSE)
		port_set_add(&d->bound, row->local_port);
	if (listener)
		row->listener_address = *listener;
	else if (row->state == STATE_LISTEN)
		row->listener_address = row->local;
	else
		row->listener_address.family = 0;
}

static void fill_special(const struct field *field, uint64_t value, struct row *row)
{
	if (field->has_none && value == field->none)
		set_unknown(row, field->column, WHY_NO_VALUE);
	else
		row->value[field->column] = scaling_apply(field->scaling, (double)value);
}

static inline void fill_field(const struct field *field, const unsigned char *data, size_t len,
			      struct row *row)
{
	uint64_t value;

	if (field->end > len) {
		set_unknown(row, field->column, WHY_SHORT);
		return;
	}
	value = load_u64(data + field->start) >> field->shift & field->mask;
	if (field->plain)
		row->value[field->column] = (double)(int64_t)value;
	else
		fill_special(field, value, row);
}

static enum why why_missing(const struct row_decoder *d, const struct need *need)
{
	const struct message *m = &d->view.message;
	unsigned state = d->view.row->state;

	if (state == STATE_FIN_WAIT2 && DIAG_U8(m, idiag_timer) == TIMER_TIME_WAIT)
		state = STATE_TIME_WAIT;
	if (need->never >> state & 1 || (need->ipv6_only && DIAG_U8(m, idiag_family) == AF_INET))
		return WHY_NO_VALUE;
	return WHY_NO_ATTRIBUTE;
}

static inline void fill_group(struct row_decoder *d, const struct group *group, struct row *row)
{
	const struct field *field = &d->fields[group->first], *end = field + group->count;
	const struct message *m = &d->view.message;
	const unsigned char *data;
	enum why why;
	size_t len;

	if (m->present & group->need.has) {
		data = message_data(m, group->attr);
		len = message_len(m, group->attr);
		for (; field < end; field++)
			fill_field(field, data, len, row);
		return;
	}
	why = why_missing(d, &group->need);
	for (; field < end; field++)
		set_unknown(row, field->column, why);
}

static inline void fill_step(struct row_decoder *d, const struct step *step, struct row *row)
{
	unsigned char *why = &row->unknown[step->column];

	/* SOCKET_ULP knows what it means when its attribute is missing. */
	if (!(step->need.has & ~(d->view.message.present | HAS_ULP)))
		row->value[step->column] = step->rule(&d->view, why);
	else
		set_unknown(row, step->column, why_missing(d, &step->need));
}

static void fill_options(struct row_decoder *d, struct row *row)
{
	const bool listens = row->state == STATE_LISTEN;
	const struct option_entry *entry =
		listens && d->options ? option_table_find(d->options, row->cookie) : NULL;
	const enum why why = !listens	 ? WHY_LISTENERS :
			     !d->options ? WHY_NO_OPTIONS :
			     entry	 ? entry->why :
					   d->options->why;
	unsigned i;

	for (i = 0; i < d->option_count; i++) {
		const struct option_column *option = &d->option_columns[i];
		double value = why == WHY_KNOWN ? entry->value[option->option] : NAN;

		row->value[option->column] = value;
		if (isnan(value))
			row->unknown[option->column] =
				(unsigned char)(why == WHY_KNOWN ? WHY_ABSENT : why);
	}
}

/* Bounds are read once: stores to row->unknown may alias anything. */
static void fill_columns(struct row_decoder *d, struct row *row)
{
	const unsigned fields = d->view.proc ? d->proc_count : d->field_count;
	const struct field *const fields_end = d->fields + fields;
	const struct group *const groups_end = d->groups + d->live_groups;
	const struct step *const steps_end = d->steps + d->live_steps;
	const struct field *field;
	const struct group *group;
	const struct step *step;

	for (field = d->fields; field < fields_end; field++)
		fill_field(field, d->view.message.diag, MESSAGE_SIZE, row);
	for (group = d->groups; group < groups_end; group++)
		fill_group(d, group, row);
	for (step = d->steps; step < steps_end; step++)
		fill_step(d, step, row);
	if (d->live_options)
		fill_options(d, row);
}

/* Columns that the text of the message does not tell. */
static void forget_untold(struct row_decoder *d, struct row *row)
{
	const struct message *m = &d->view.message;
	const unsigned char *untold;
	unsigned i, fact;

	if (!(m->present & HAS_UNTOLD))
		return;
	untold = message_data(m, MESSAGE_UNTOLD);
	for (i = 0; i < d->plan->column_count; i++) {
		fact = d->plan->columns[i].fact;
		if (fact / 8 < message_len(m, MESSAGE_UNTOLD) && untold[fact / 8] >> fact % 8 & 1)
			set_unknown(row, i, WHY_UNTOLD);
	}
}

/* The state shown: see enum tcp_state. 0: none there is. */
static unsigned state_of(unsigned state)
{
	static const unsigned char shown[STATES] = {
		[STATE_ESTABLISHED] = STATE_ESTABLISHED, [STATE_SYN_SENT] = STATE_SYN_SENT,
		[STATE_SYN_RECV] = STATE_SYN_RECV,	 [STATE_FIN_WAIT1] = STATE_FIN_WAIT1,
		[STATE_FIN_WAIT2] = STATE_FIN_WAIT2,	 [STATE_TIME_WAIT] = STATE_TIME_WAIT,
		[STATE_CLOSE] = STATE_CLOSE,		 [STATE_CLOSE_WAIT] = STATE_CLOSE_WAIT,
		[STATE_LAST_ACK] = STATE_LAST_ACK,	 [STATE_LISTEN] = STATE_LISTEN,
		[STATE_CLOSING] = STATE_CLOSING,	 [STATE_NEW_SYN_RECV] = STATE_SYN_RECV,
		[STATE_BOUND_INACTIVE] = STATE_CLOSE,
	};

	return state < STATES ? shown[state] : 0;
}

enum row_result row_decode(struct row_decoder *d, const void *payload, size_t len, struct row *row)
{
	struct message *m = &d->view.message;
	unsigned family, state;

	m->diag = payload;
	if (len < MESSAGE_SIZE || len > UINT16_MAX) /* offsets must fit struct message */
		return ROW_MALFORMED;
	family = DIAG_U8(m, idiag_family);
	state = state_of(DIAG_U8(m, idiag_state));
	if ((family != AF_INET && family != AF_INET6) || !state)
		return ROW_MALFORMED;
	if (!(d->states >> state & 1))
		return ROW_UNWANTED;
	row->state = state;
	fill_identity(d, row, family);
	m->present = 0;
	if (d->attributes)
		message_attributes(m, len, d->attributes);
	if (d->plan->witnesses)
		fill_who(d, row);
	if (state == STATE_LISTEN)
		m->present &= ~(uint32_t)HAS_INFO;
	fill_columns(d, row);
	if (d->printed)
		forget_untold(d, row);
	return ROW_READY;
}

struct listener row_listener(const struct row_decoder *d, const struct row *row)
{
	const struct message *m = &d->view.message;

	return (struct listener){
		.address = row->local,
		.port = row->local_port,
		.interface = row->interface,
		.who = row->who,
		.v6only = (m->present & HAS_V6ONLY) && message_len(m, INET_DIAG_SKV6ONLY) > 0 &&
			  *message_data(m, INET_DIAG_SKV6ONLY) != 0,
	};
}
