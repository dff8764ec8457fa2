/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan's columns sorted by where they come from: fixed fields of the message, fields of one
 * attribute after the other, computed ones; and which of these a dump brings. */
#include "collect/row.h"

#include <string.h>

#include "collect/decoder.h"

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

	d->live_steps = d->plain_steps = 0;
	for (i = 0; i < d->step_count; i++) {
		struct step step = d->steps[i];

		if (!step.rule)
			set_unknown(row, step.column, WHY_NO_VALUE);
		if (!step.rule || columns_has(&query->idle, step.column) ||
		    !is_asked(d, &step.need, query))
			continue;
		d->steps[i] = d->steps[d->live_steps];
		d->steps[d->live_steps++] = step;
		if (step.need.has)
			continue;
		d->steps[d->live_steps - 1] = d->steps[d->plain_steps];
		d->steps[d->plain_steps++] = step;
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
