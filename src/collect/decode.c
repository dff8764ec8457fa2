/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message to a row. This runs for every socket. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "collect/address.h"
#include "collect/decoder.h"

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
	const struct step *const plain_end = d->steps + d->plain_steps;
	const struct step *const steps_end = d->steps + d->live_steps;
	const struct field *field;
	const struct group *group;
	const struct step *step;

	for (field = d->fields; field < fields_end; field++)
		fill_field(field, d->view.message.diag, MESSAGE_SIZE, row);
	for (group = d->groups; group < groups_end; group++)
		fill_group(d, group, row);
	for (step = d->steps; step < plain_end; step++)
		row->value[step->column] = step->rule(&d->view, &row->unknown[step->column]);
	for (; step < steps_end; step++)
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
