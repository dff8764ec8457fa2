/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that holds a socket is known of both; all other facts are of one kind of row. */
#include "expr/kind.h"

/* The first fact in an expression that only rows of one kind have. */
static const struct fact *fact_of_kind(const struct expr *expr, bool process)
{
	const struct fact *fact, *found;

	if (!expr)
		return NULL;
	fact = expr->fact == FACT_NONE ? NULL : &fact_catalogue[expr->fact];
	if (fact && fact->scope == FACT_SOCKET && !fact_of_both(fact) && fact_of_process(fact) == process)
		return fact;
	found = fact_of_kind(expr->left, process);
	found = found ? found : fact_of_kind(expr->right, process);
	return found ? found : fact_of_kind(expr->base, process);
}

const char *kind_fault(const struct expr *aggregate, bool grouped, const char *names[2])
{
	const struct fact *process = fact_of_kind(aggregate, true);
	const struct fact *socket = fact_of_kind(aggregate, false);

	names[0] = process ? process->name : "";
	names[1] = socket ? socket->name : "";
	if (process && socket)
		return "$1 is of a process and $2 of a socket: an aggregate counts the ones or the others";
	if (process && grouped && !aggregate->everywhere)
		return "$1 is of a process: it can be counted per process, or over the namespace";
	return NULL;
}
