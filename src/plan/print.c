/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as text, so that what is asked of a production host can be read before it is asked. */
#include "plan/plan.h"

#include <linux/inet_diag.h>
#include <string.h>

/* ---- which rules use what ---- */

/* "accept-queue-overflow (+3)" */
static void print_rules(struct buf *out, const struct plan *plan, const bool *uses)
{
	const char *first = NULL;
	unsigned count = 0, i;

	for (i = 0; i < plan->rule_count; i++) {
		if (!uses[i])
			continue;
		first = first ? first : plan->verdicts[i].rule->id;
		count++;
	}
	buf_puts(out, first ? first : "every report");
	if (count > 1)
		buf_printf(out, " (+%u)", count - 1);
	buf_putc(out, '\n');
}

/* ---- files ---- */

static void print_file(struct buf *out, const struct plan *plan, unsigned first)
{
	const char *path = fact_catalogue[first].path;
	bool *uses = xcalloc(plan->verdict_count + 1, sizeof *uses), twice = false;
	unsigned i, j;

	for (i = first; i < fact_count; i++) {
		if (!plan->fact_used[i] || !fact_catalogue[i].path || strcmp(fact_catalogue[i].path, path) != 0)
			continue;
		twice |= plan->fact_twice[i];
		for (j = 0; j < plan->verdict_count; j++)
			uses[j] |= rule_uses_fact(plan->verdicts[j].rule, i);
	}
	buf_printf(out, "read  /%-44s %-6s ", path, twice ? "twice" : "");
	print_rules(out, plan, uses);
	free(uses);
}

static bool printed_before(const struct plan *plan, unsigned fact)
{
	unsigned i;

	for (i = 0; i < fact; i++)
		if (plan->fact_used[i] && fact_catalogue[i].path &&
		    strcmp(fact_catalogue[i].path, fact_catalogue[fact].path) == 0)
			return true;
	return false;
}

static void print_files(struct buf *out, const struct plan *plan)
{
	unsigned i;

	for (i = 0; i < fact_count; i++)
		if (plan->fact_used[i] && fact_catalogue[i].path && !printed_before(plan, i))
			print_file(out, plan, i);
	if (plan->configured)
		buf_puts(out, "read  the sysctl.d folders and /etc/sysctl.conf\n");
}

/* ---- queries ---- */

static void print_states(struct buf *out, unsigned states)
{
	const struct fact *fact = &fact_catalogue[fact_find("state")];
	unsigned s, missing = 0;

	if (states == 1u << ROW_PROCESS) {
		buf_puts(out, "processes");
		return;
	}
	for (s = STATE_ESTABLISHED; s <= STATE_CLOSING; s++)
		missing += !(states >> s & 1);
	if (missing <= 1) {
		buf_puts(out, states & STATES_LISTEN ? "all" : "all but listen");
		return;
	}
	for (s = STATE_ESTABLISHED; s <= STATE_CLOSING; s++)
		if (states >> s & 1)
			buf_printf(out, "%s%s", out->text[out->len - 1] == ' ' ? "" : ",",
				   fact_symbol(fact, s));
}

static void print_ext(struct buf *out, unsigned ext)
{
	static const char *const names[] = {
		[INET_DIAG_MEMINFO] = "meminfo",     [INET_DIAG_INFO] = "info",
		[INET_DIAG_VEGASINFO] = "vegasinfo", [INET_DIAG_CONG] = "cong",
		[INET_DIAG_TOS] = "tos",	     [INET_DIAG_TCLASS] = "tclass",
		[INET_DIAG_SKMEMINFO] = "skmeminfo", [INET_DIAG_SHUTDOWN] = "shutdown",
	};
	const char *separator = "";
	unsigned i;

	if (!ext)
		buf_puts(out, "-");
	for (i = 1; i < countof(names); i++) {
		if (!(ext >> (i - 1) & 1))
			continue;
		buf_printf(out, "%s%s", separator, names[i]);
		separator = ",";
	}
}

static void print_query(struct buf *out, const struct plan *plan, enum pass pass)
{
	static const char *const notes[] = { "", "", "  (locks sockets; watched; only if still undecided)" };
	const struct query *query = &plan->query[pass];
	bool *uses = xcalloc(plan->verdict_count + 1, sizeof *uses);
	unsigned i, j;

	for (i = 0; i < plan->verdict_count; i++) {
		const struct verdict_spec *v = &plan->verdicts[i];

		for (j = 0; j < v->tally_count; j++) {
			const struct tally *tally = &plan->tallies[v->tallies[j]];

			uses[i] |= (tally->states & query->states) && (pass != PASS_INFO || tally->pass == pass);
		}
	}
	buf_puts(out, "ask   inet, inet6  states ");
	print_states(out, query->states);
	buf_puts(out, "  ext ");
	print_ext(out, query->ext);
	buf_printf(out, "%s%s\n        for ", pass == PASS_LISTEN && plan->listen_twice ? "  twice" : "",
		   notes[pass]);
	print_rules(out, plan, uses);
	free(uses);
}

static void print_processes(struct buf *out, const struct plan *plan)
{
	bool *uses = xcalloc(plan->verdict_count + 1, sizeof *uses);
	bool any = false;
	unsigned i, j;

	for (i = 0; i < plan->verdict_count; i++) {
		const struct verdict_spec *v = &plan->verdicts[i];

		for (j = 0; j < v->tally_count; j++)
			uses[i] |= plan->tallies[v->tallies[j]].process;
		any |= uses[i];
	}
	if (any) {
		buf_puts(out, "look  /proc/PID/fd of all processes  (only if still undecided)\n        for ");
		print_rules(out, plan, uses);
	}
	free(uses);
}

/* ---- rows ---- */

static void print_columns(struct buf *out, const struct plan *plan)
{
	unsigned sockets = 0, i;

	for (i = 0; i < fact_count; i++)
		sockets += fact_catalogue[i].scope == FACT_SOCKET;
	buf_printf(out, "keep  %u of %u socket facts:", plan->column_count, sockets);
	for (i = 0; i < plan->column_count; i++)
		buf_printf(out, " %s", fact_catalogue[plan->columns[i].fact].name);
	buf_putc(out, '\n');
}

static void print_tallies(struct buf *out, const struct plan *plan)
{
	unsigned i;

	for (i = 0; i < plan->tally_count; i++) {
		const struct tally *tally = &plan->tallies[i];
		struct expr plain = *tally->expr;

		plain.everywhere = false; /* where it is counted, is told by the grouping */
		buf_puts(out, "tally ");
		if (tally->grouping >= 0)
			buf_printf(out, "per %s: ", grouping_name(plan->groupings[tally->grouping].per));
		if (tally->aggregate == AGGREGATE_SOCKETS)
			buf_puts(out, "sockets of ");
		expr_print(out, &plain);
		buf_puts(out, "  in ");
		print_states(out, tally->states);
		buf_putc(out, '\n');
	}
}

/* "role  proxy (from sockets)  for port-range-narrow-for-proxy". What only its numbers need is
 * asked for them too. */
static void print_roles(struct buf *out, const struct plan *plan)
{
	const struct rulebook *book = plan->book;
	bool *uses = xcalloc(plan->verdict_count + 1, sizeof *uses);
	unsigned i, j, k;

	for (i = 0; i < book->role_count; i++) {
		if (!plan_uses_role(plan, book->roles[i]))
			continue;
		for (j = 0; j < plan->rule_count; j++) {
			uses[j] = false;
			for (k = 0; k < plan->verdicts[j].rule->role_count; k++)
				uses[j] |= plan->verdicts[j].rule->roles[k] == book->roles[i];
		}
		buf_printf(out, "role  %s: %s\n        for ", book->roles[i]->id,
			   !book->role ? "its sockets tell" :
			   strcmp(book->role, book->roles[i]->id) == 0 ? "yes, --role says" :
									 "no, --role says");
		print_rules(out, plan, uses);
	}
	free(uses);
}

void plan_print(struct buf *out, const struct plan *plan)
{
	unsigned pass;

	print_files(out, plan);
	for (pass = 0; pass < PASSES; pass++)
		if (plan->query[pass].states)
			print_query(out, plan, (enum pass)pass);
	print_processes(out, plan);
	print_columns(out, plan);
	print_tallies(out, plan);
	print_roles(out, plan);
	buf_printf(out, "judge %u rule%s\n", plan->rule_count,
		   plan->rule_count == 1 ? "" : "s");
}
