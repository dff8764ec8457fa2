/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pass has to ask of the kernel, for the verdicts that are still open. */
#include "plan/plan.h"

#include <linux/inet_diag.h>
#include <string.h>

enum {
	EXT_INFO = 1 << (INET_DIAG_INFO - 1),
	EXT_ALL = 0xff,
};

/* The listeners are seen again once their holders are known. */
static unsigned states_asked(const struct tally *tally, enum pass pass)
{
	unsigned others = tally->states & STATES_ALL & ~STATES_LISTEN;

	if (pass == PASS_LISTEN)
		return tally->states & STATES_LISTEN;
	return pass == PASS_INFO && tally->holder ? tally->states & STATES_ALL : others;
}

static void query_add(struct query *query, const struct tally *tally, enum pass pass)
{
	unsigned states = states_asked(tally, pass), i;

	/* PASS_SOCKETS also bounds what PASS_INFO would count, so that it may not be needed. */
	if (!states || (pass == PASS_INFO && tally->pass != PASS_INFO))
		return;
	query->states |= states;
	query->ext |= tally->ext;
	query->options |= tally->options && pass == PASS_LISTEN;
	for (i = 0; i < countof(query->idle.word); i++)
		query->idle.word[i] &= ~tally->columns.word[i];
}

static bool has_column(const struct plan *plan, enum socket_rule rule)
{
	unsigned i;

	for (i = 0; i < plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[plan->columns[i].fact];

		if (fact->origin == FROM_SOCKET_RULE && fact->field == rule)
			return true;
	}
	return false;
}

struct query plan_query(const struct plan *plan, enum pass pass, const bool *open)
{
	struct query query = { .states = 0 };
	bool any = false;
	unsigned i, j;

	memset(&query.idle, plan->everything ? 0 : 0xff, sizeof query.idle);
	for (i = 0; i < plan->verdict_count; i++) {
		const struct verdict_spec *v = &plan->verdicts[i];

		for (j = 0; (!open || open[i]) && j < v->tally_count; j++) {
			any = true;
			query_add(&query, &plan->tallies[v->tallies[j]], pass);
		}
	}
	/* Of what takes no lock only: 0.2 µs for each socket that no rule wants. */
	if (plan->everything || (plan->vitals && pass != PASS_INFO))
		query.states |= pass == PASS_LISTEN ? STATES_LISTEN : STATES_ALL & ~STATES_LISTEN;
	if (plan->everything) {
		query.ext = EXT_ALL;
		query.options = pass == PASS_LISTEN;
	}
	/* Listeners tell servers from clients, so any rule on sockets needs them. */
	if (pass == PASS_LISTEN && any)
		query.states = STATES_LISTEN;
	/* 'port_held' knows of bound sockets from their rows. */
	if (pass == PASS_SOCKETS && query.states && has_column(plan, SOCKET_HELD))
		query.states |= 1 << STATE_CLOSE;
	/* A bound, unconnected socket answers to its own bit and is shown as CLOSE. */
	if (query.states & 1 << STATE_CLOSE)
		query.states |= 1 << STATE_BOUND_INACTIVE;
	/* The lock is taken for connections, never for listeners (inet_diag_dump_icsk). */
	if (pass == PASS_SOCKETS)
		query.ext &= ~(unsigned)EXT_INFO;
	return query;
}

bool plan_asks_holders(const struct plan *plan, const bool *open)
{
	unsigned i, j;

	for (i = 0; i < plan->verdict_count; i++)
		for (j = 0; open[i] && j < plan->verdicts[i].tally_count; j++)
			if (plan->tallies[plan->verdicts[i].tallies[j]].holder)
				return true;
	return false;
}

bool plan_asks_descriptors(const struct plan *plan, const bool *open)
{
	unsigned i, j;

	for (i = 0; i < plan->verdict_count; i++)
		for (j = 0; open[i] && j < plan->verdicts[i].tally_count; j++)
			if (plan->tallies[plan->verdicts[i].tallies[j]].process)
				return true;
	return false;
}
