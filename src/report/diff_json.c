/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The comparison for programs: tcp-advise/diff/1, described by tcp-advise-diff.schema.json. */
#include "report/diff.h"
#include "report/json.h"

static json_t *source(const struct account *account)
{
	json_t *object = json_object();

	json_set_text(object, "host", account->host);
	json_set_text(object, "kernel", account->kernel);
	json_set_text(object, "name", account->name);
	json_set_text(object, "netns", account->netns);
	json_set_text(object, "time", account->text_time);
	return object;
}

static json_t *notes(const struct diff *diff)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < diff->note_count; i++)
		json_array_append_new(list, json_text_or_null(diff->notes[i]));
	return list;
}

static json_t *findings(const struct diff *diff)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < diff->finding_count; i++) {
		const struct diff_finding *f = &diff->findings[i];
		json_t *object = json_object();

		json_set_text(object, "change", diff_change_name(f->change));
		json_set_text(object, "rule", f->finding->rule);
		json_set_text(object, "severity", f->finding->severity);
		json_set_text(object, "subject", f->finding->subject);
		json_set_text(object, "title", f->finding->title);
		json_set_text(object, "reason", f->why);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *sysctls(const struct diff *diff)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < diff->sysctl_count; i++) {
		json_t *object = json_object();

		json_set_text(object, "key", diff->sysctls[i].key);
		json_set_text(object, "before", diff->sysctls[i].a);
		json_set_text(object, "after", diff->sysctls[i].b);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *counters(const struct diff *diff)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < diff->counter_count; i++) {
		const struct diff_counter *counter = &diff->counters[i];
		json_t *object = json_object();

		json_set_text(object, "name", counter->name);
		json_object_set_new(object, "before", json_integer((json_int_t)counter->a));
		json_object_set_new(object, "after", json_integer((json_int_t)counter->b));
		json_object_set_new(object, "growth",
				    json_integer((json_int_t)(counter->b - counter->a)));
		json_object_set_new(object, "per_second", json_number_or_null(counter->rate));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *count(const struct account_state *state)
{
	return state && state->known ? json_integer((json_int_t)state->count) : json_null();
}

static json_t *states(const struct diff *diff)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < diff->state_count; i++) {
		const struct diff_state *state = &diff->states[i];
		bool complete = state->a && state->b && !state->a->reason && !state->b->reason;
		json_t *object = json_object();

		json_set_text(object, "state", state->name);
		json_object_set_new(object, "before", count(state->a));
		json_object_set_new(object, "after", count(state->b));
		json_object_set_new(object, "complete", json_boolean(complete));
		json_array_append_new(list, object);
	}
	return list;
}

json_t *diff_json(const struct diff *diff)
{
	json_t *root = json_begin();

	json_set_text(root, "schema", "tcp-advise/diff/1");
	json_set_count(root, "status", (unsigned)diff_status(diff));
	json_object_set_new(root, "before", source(diff->a));
	json_object_set_new(root, "after", source(diff->b));
	json_object_set_new(root, "seconds", json_number_or_null(diff->seconds));
	json_object_set_new(root, "counters_compare", json_boolean(diff->counters_compare));
	json_object_set_new(root, "notes", notes(diff));
	json_object_set_new(root, "findings", findings(diff));
	json_object_set_new(root, "sysctls", sysctls(diff));
	json_object_set_new(root, "counters", counters(diff));
	json_object_set_new(root, "states", states(diff));
	return root;
}

void diff_print_json(struct buf *out, const struct diff *diff, const struct look *look)
{
	(void)look;
	json_finish(out, diff_json(diff));
}
