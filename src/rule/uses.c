/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules speak of. */
#include "rule/rulebook.h"

/* One question about a part of an expression, whoever asks. */
struct question {
	bool (*asks)(const struct expr *expr, unsigned about);
	unsigned about;
};

static bool any(const struct expr *expr, const struct question *q)
{
	return expr && (q->asks(expr, q->about) || any(expr->left, q) || any(expr->right, q) ||
			any(expr->base, q) || any(expr->means, q));
}

static bool any_of_rule(const struct rule *rule, const struct question *q)
{
	unsigned i;

	if (any(rule->when, q))
		return true;
	for (i = 0; i < rule->show_count; i++)
		if (any(rule->show[i].expr, q))
			return true;
	for (i = 0; i < rule->setting_count; i++)
		if (any(rule->settings[i].value, q))
			return true;
	return false;
}

static bool is_fact(const struct expr *expr, unsigned fact)
{
	return expr->fact == fact;
}

bool rule_uses_fact(const struct rule *rule, unsigned fact)
{
	const struct question question = { is_fact, fact };
	unsigned i;

	for (i = 0; i < rule->setting_count; i++)
		if (rule->settings[i].fact == fact)
			return true;
	return any_of_rule(rule, &question);
}

/* state == close_wait; what 'state != close_wait' looks at are the others. */
static bool is_state(const struct expr *expr, unsigned state)
{
	const struct expr *fact = expr->left, *symbol = expr->right;

	if (expr->kind != EXPR_BINARY || expr->binary != BINARY_EQ)
		return false;
	if (fact->kind == EXPR_SYMBOL) {
		fact = expr->right;
		symbol = expr->left;
	}
	return symbol->kind == EXPR_SYMBOL && symbol->number == state && fact->kind == EXPR_FACT &&
	       fact_catalogue[fact->fact].origin == FROM_SOCKET_RULE &&
	       fact_catalogue[fact->fact].field == SOCKET_STATE;
}

bool rule_names_state(const struct rule *rule, enum tcp_state state)
{
	const struct question question = { is_state, state };

	return any_of_rule(rule, &question);
}

static bool is_growth(const struct expr *expr, unsigned about)
{
	(void)about;
	return expr->kind == EXPR_CALL && (expr->call == CALL_DELTA || expr->call == CALL_RATE);
}

bool rule_rests_on_growth(const struct rule *rule)
{
	const struct question question = { is_growth, 0 };

	return any(rule->when, &question);
}
