/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States, counters and settings for programs: objects by name, so that two reports compare easily. */
#include "report/json.h"

#include "fact/state.h"
#include "report/report.h"

static json_t *states(const struct report_vitals *vitals)
{
	json_t *object = json_object();
	unsigned i;

	for (i = 0; i < state_page_count; i++) {
		const struct report_state *state = &vitals->states[state_pages[i].state];

		json_object_set_new(object, state_pages[i].symbol,
				    state->known ? json_integer((json_int_t)state->count) : json_null());
	}
	return object;
}

static json_t *incomplete(const struct report_vitals *vitals)
{
	json_t *object = json_object();
	unsigned i;

	for (i = 0; i < state_page_count; i++)
		if (vitals->states[state_pages[i].state].reason)
			json_set_text(object, state_pages[i].symbol,
				      vitals->states[state_pages[i].state].reason);
	return object;
}

/* json_int_t has 63 bits; a counter that is larger has gone wrong in any case. */
static json_t *counters(const struct report_vitals *vitals)
{
	json_t *object = json_object();
	unsigned i;

	for (i = 0; i < vitals->counter_count; i++)
		if (vitals->counters[i].total <= INT64_MAX)
			json_object_set_new(object, vitals->counters[i].fact->name,
					    json_integer((json_int_t)vitals->counters[i].total));
	return object;
}

static json_t *sysctls(const struct report_vitals *vitals)
{
	json_t *object = json_object();
	unsigned i;

	for (i = 0; i < vitals->sysctl_count; i++)
		json_set_text(object, vitals->sysctls[i].fact->key, vitals->sysctls[i].text);
	return object;
}

json_t *json_vitals(const struct report_vitals *vitals)
{
	json_t *object;

	if (!vitals->taken)
		return json_null();
	object = json_object();
	json_object_set_new(object, "states", states(vitals));
	json_object_set_new(object, "incomplete", incomplete(vitals));
	json_object_set_new(object, "counters", counters(vitals));
	json_object_set_new(object, "sysctls", sysctls(vitals));
	return object;
}
