/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readings and counts of sockets, as they are. */
#include "report/vitals.h"

#include <string.h>

#include "fact/state.h"
#include "fact/sysctl.h"
#include "report/wording.h"

static void take_state(struct report_state *state, struct value value, struct arena *arena)
{
	autobuf struct buf reason = BUF_INIT;

	/* "At least none" says nothing. */
	state->known = value_is_known(value) || (isfinite(value.lo) && value.lo > 0);
	state->count = state->known ? (uint64_t)value.lo : 0;
	if (value_is_known(value))
		return;
	word_reason(&reason, value);
	state->reason = arena_strdup(arena, buf_text(&reason));
}

static void take_counter(struct report_vitals *vitals, const struct eval *eval, unsigned fact)
{
	struct value growth = eval_fact(eval, CALL_DELTA, fact);

	vitals->counters[vitals->counter_count++] = (struct report_counter){
		.fact = &fact_catalogue[fact],
		.total = eval_now(eval)->readings[fact].raw,
		.growth_known = value_is_known(growth),
		.growth = value_is_known(growth) ? growth.lo : 0,
	};
}

/* NULL also where it depends on the memory of the host, and where the kernel's version is unknown. */
static const char *initial_text(unsigned fact, unsigned kernel, struct arena *arena)
{
	struct sysctl_initial initial;

	if (!kernel || !sysctl_initial(&initial, fact, kernel) || initial.sized)
		return NULL;
	return arena_strdup(arena, initial.text);
}

/* The words of one setting adjoin in the catalogue. */
static void take_sysctl(struct report_vitals *vitals, const struct eval *eval, unsigned fact,
			unsigned kernel, struct arena *arena)
{
	const struct reading *reading = &eval_now(eval)->readings[fact];
	const struct report_sysctl *last = vitals->sysctl_count ?
						   &vitals->sysctls[vitals->sysctl_count - 1] :
						   NULL;

	if (!reading->text ||
	    (last && strcmp(last->fact->key, fact_catalogue[fact].key) == 0))
		return;
	vitals->sysctls[vitals->sysctl_count++] = (struct report_sysctl){
		.fact = &fact_catalogue[fact],
		.text = arena_strdup(arena, reading->text),
		.initial = initial_text(fact, kernel, arena),
	};
}

void vitals_take(struct report_vitals *vitals, const struct eval *eval, const char *kernel,
		 struct arena *arena)
{
	struct value uptime = eval_fact(eval, CALL_VALUE, fact_find("host.uptime"));
	unsigned version = kernel ? kernel_version(kernel) : 0, i;

	vitals->taken = true;
	vitals->uptime = value_is_known(uptime) ? uptime.lo : NAN;
	for (i = 0; i < state_page_count; i++)
		take_state(&vitals->states[state_pages[i].state],
			   eval_state(eval, state_pages[i].state), arena);
	vitals->counters = arena_alloc(arena, fact_count * sizeof *vitals->counters);
	vitals->sysctls = arena_alloc(arena, fact_count * sizeof *vitals->sysctls);
	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (!fact_is_vital(fact) || eval_now(eval)->readings[i].why != WHY_KNOWN)
			continue;
		if (fact->kind == FACT_COUNTER)
			take_counter(vitals, eval, i);
		else if (fact->origin == FROM_SYSCTL && !fact->read_only)
			take_sysctl(vitals, eval, i, version, arena);
	}
}
