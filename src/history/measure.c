/* SPDX-License-Identifier: GPL-2.0-or-later */
/* count(...) >= many: more is worse; net.core.somaxconn < backlog: less is. No rule has to say so,
 * its condition does. */
#include "history/measure.h"

#include <string.h>

struct search {
	const char *text; /* canonical, of an item */
	bool found, downward;
};

static void look_at(struct search *search, const struct expr *side, bool downward)
{
	autobuf struct buf text = BUF_INIT;

	if (search->found)
		return;
	expr_print(&text, side);
	search->found = strcmp(buf_text(&text), search->text) == 0;
	search->downward = downward;
}

static void search_in(struct search *search, const struct expr *expr, bool negated)
{
	bool less;

	if (expr->kind == EXPR_NOT)
		search_in(search, expr->left, !negated);
	if (expr->kind != EXPR_BINARY)
		return;
	switch (expr->binary) {
	case BINARY_OR:
	case BINARY_AND:
	case BINARY_GIVEN:
		search_in(search, expr->left, negated);
		search_in(search, expr->right, negated);
		break;
	case BINARY_LT:
	case BINARY_LE:
	case BINARY_GT:
	case BINARY_GE:
		less = (expr->binary == BINARY_LT || expr->binary == BINARY_LE) != negated;
		look_at(search, expr->left, less);
		look_at(search, expr->right, !less);
		break;
	default:
		break;
	}
}

/* A number of the namespace says nothing of one group. */
static bool is_of_group(const struct expr *expr)
{
	if (!expr)
		return false;
	if (expr->kind == EXPR_AGGREGATE)
		return !expr->everywhere;
	return is_of_group(expr->left) || is_of_group(expr->right);
}

struct measure measure_of(const struct rule *rule)
{
	unsigned i;

	for (i = 0; rule->when && i < rule->show_count; i++) {
		autobuf struct buf text = BUF_INIT;
		struct search search = { .found = false };

		if (rule->per != PER_HOST && !is_of_group(rule->show[i].expr))
			continue;
		expr_print(&text, rule->show[i].expr);
		search.text = buf_text(&text);
		search_in(&search, rule->when, false);
		if (search.found)
			return (struct measure){ (int)i, search.downward };
	}
	return (struct measure){ -1, false };
}

double measure_value(const struct measure *measure, const struct report_finding *finding)
{
	const struct report_evidence *evidence;
	double value;

	if (measure->item < 0 || (unsigned)measure->item >= finding->evidence_count)
		return NAN;
	evidence = &finding->evidence[measure->item];
	value = measure->downward ? evidence->number_hi : evidence->number;
	return evidence->known && evidence->unit && isfinite(value) ? value : NAN;
}
