/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rulebook to plan: every rule is compiled, equal aggregates are shared, and what the programs
 * read is gathered on the way: leaves, columns, attributes, states. */
#include "base/text.h"
#include "plan/plan.h"
#include "plan/tallies.h"

#include <string.h>

struct builder {
	struct plan *plan;
	struct verdict_spec *verdict; /* the rule being compiled */
	bool info;		      /* ... needs tcp_info */
	bool flagged;		      /* plan_options */
	struct tally *tally;	      /* the aggregate being compiled inside it, or NULL */
	struct binder binder;
	struct errors *errors;
};

/* ---- leaves ---- */

static unsigned bind_host(void *arg, enum call call, unsigned fact)
{
	struct builder *b = arg;
	struct plan *plan = b->plan;
	unsigned i;

	for (i = 0; i < plan->leaf_count; i++)
		if (plan->leaves[i].call == call && plan->leaves[i].fact == fact)
			return i;
	if (plan->leaf_count == LEAVES_MAX) {
		errors_add(b->errors, "the rulebook uses more than %d host facts", LEAVES_MAX);
		return 0;
	}
	plan->leaves[plan->leaf_count] = (struct leaf){ call, (unsigned short)fact };
	if (call == CALL_CONFIGURED) {
		plan->configured = true;
		return plan->leaf_count++;
	}
	plan->fact_used[fact] = true;
	if (call == CALL_DELTA || call == CALL_RATE)
		plan->fact_twice[fact] = true;
	return plan->leaf_count++;
}

static unsigned bind_column(void *arg, unsigned fact, bool before)
{
	struct builder *b = arg;
	struct plan *plan = b->plan;
	unsigned i;

	if (b->tally) {
		b->tally->ext |= fact_ext(&fact_catalogue[fact]);
		b->tally->options |= fact_catalogue[fact].origin == FROM_OPTION;
		b->tally->process |= fact_of_process(&fact_catalogue[fact]);
	}
	for (i = 0; i < plan->column_count && plan->columns[i].fact != fact; i++)
		;
	if (i == COLUMNS_MAX) {
		errors_add(b->errors, "the rulebook uses more than %d socket facts", COLUMNS_MAX);
		return 0;
	}
	if (i == plan->column_count)
		plan->columns[plan->column_count++].fact = (unsigned short)fact;
	if (b->tally)
		columns_add(&b->tally->columns, i);
	plan->columns[i].before |= before;
	plan->witnesses |= fact_needs_holder(&fact_catalogue[fact]);
	plan->services |= fact_catalogue[fact].origin == FROM_SOCKET_RULE &&
			  fact_catalogue[fact].field == SOCKET_SERVICE;
	plan->listen_twice |= before;
	return i;
}

static unsigned bind_name(void *arg, const char *text)
{
	struct builder *b = arg;

	return names_intern(b->plan->names, text, strlen(text));
}

/* ---- tallies ---- */

static void use_tally(struct builder *b, unsigned number)
{
	struct verdict_spec *v = b->verdict;
	unsigned i;

	for (i = 0; i < v->tally_count; i++)
		if (v->tallies[i] == number)
			return;
	if (v->tally_count == RULE_TALLIES_MAX)
		errors_add(b->errors, "rule '%s' has more than %d aggregates", v->rule->id,
			   RULE_TALLIES_MAX);
	else
		v->tallies[v->tally_count++] = number;
}

/* What it reads of a row for its key, or that of its group. */
static void bind_key(struct builder *b, unsigned fact)
{
	if (fact == FACT_NONE)
		return;
	if (!fact_is_address(&fact_catalogue[fact]))
		bind_column(b, fact, false);
	b->tally->holder |= fact_needs_holder(&fact_catalogue[fact]);
}

static unsigned add_tally(struct builder *b, const struct expr *expr, const struct tally *wanted)
{
	struct plan *plan = b->plan;
	struct tally *tally = &plan->tallies[plan->tally_count];

	*tally = *wanted;
	tally->key = expr->fact;
	b->tally = tally;
	if (expr->right)
		tally->predicate = program_compile(plan->arena, expr->right, &b->binder);
	if (expr->left)
		tally->operand = program_compile(plan->arena, expr->left, &b->binder);
	bind_key(b, expr->fact);
	if (tally->grouping >= 0)
		bind_key(b, plan->groupings[tally->grouping].key);
	b->tally = NULL;
	tally->holder |= tally->process;
	tally->states = tally->process ? 1u << ROW_PROCESS : plan_states(plan, tally->predicate);
	return plan->tally_count++;
}

/* Returns what OP_TALLY indexes: the number of the tally. What a role counts is counted over the
 * namespace, whatever the rule's groups. */
static unsigned bind_tally(void *arg, const struct expr *expr)
{
	struct builder *b = arg;
	struct plan *plan = b->plan;
	bool everywhere = expr->everywhere || expr->of_role;
	struct tally wanted = { .aggregate = expr->aggregate,
				.pass = b->info ? PASS_INFO : PASS_SOCKETS,
				.grouping = everywhere ? -1 : b->verdict->grouping,
				.expr = expr };
	unsigned i = tally_find(plan, &wanted);

	if (i == TALLIES_MAX) {
		errors_add(b->errors, "the rulebook has more than %d aggregates", TALLIES_MAX);
		return 0;
	}
	if (i == plan->tally_count)
		i = add_tally(b, expr, &wanted);
	plan->tallies[i].of_role |= expr->of_role;
	use_tally(b, i);
	return i;
}

/* ---- rules ---- */

/* What the first two passes cannot tell. */
static bool needs_info(const struct expr *expr)
{
	if (!expr)
		return false;
	if (expr->fact != FACT_NONE && fact_catalogue[expr->fact].scope == FACT_SOCKET &&
	    (fact_needs_info(&fact_catalogue[expr->fact]) ||
	     fact_needs_holder(&fact_catalogue[expr->fact])))
		return true;
	return needs_info(expr->left) || needs_info(expr->right) || needs_info(expr->base) ||
	       needs_info(expr->means);
}

static bool rule_needs_info(const struct rule *rule)
{
	bool info = needs_info(rule->when) || rule->per == PER_PROCESS;
	unsigned i;

	for (i = 0; i < rule->show_count; i++)
		info |= needs_info(rule->show[i].expr);
	return info;
}

/* A grouping is called by the name of its key fact. */
static int find_grouping(struct builder *b, enum grouping_key per)
{
	struct plan *plan = b->plan;
	enum pass pass = b->info ? PASS_INFO : PASS_SOCKETS;
	unsigned fact, i;

	if (per == PER_HOST)
		return -1;
	for (i = 0; i < plan->grouping_count; i++)
		if (plan->groupings[i].per == per && plan->groupings[i].pass == pass)
			return (int)i;
	fact = fact_find(grouping_name(per));
	if (!fact_is_address(&fact_catalogue[fact]))
		bind_column(b, fact, false);
	plan->groupings[i] =
		(struct grouping){ .per = per, .pass = pass, .key = (unsigned short)fact };
	return (int)plan->grouping_count++;
}

static void compile_item(struct builder *b, const struct expr_item *item, struct evidence_spec *spec)
{
	const struct expr *expr = item->expr;
	bool top = expr->kind == EXPR_AGGREGATE && expr->aggregate == AGGREGATE_TOP;
	bool bare = expr->kind == EXPR_FACT || expr->kind == EXPR_CALL;

	spec->label = item->label;
	spec->expr = expr;
	spec->unit = expr->unit;
	spec->fact = bare ? expr->fact : FACT_NONE;
	spec->call = expr->kind == EXPR_CALL ? expr->call : CALL_VALUE;
	if (spec->fact != FACT_NONE && expr->unit == UNIT_SYMBOL)
		spec->symbols = fact_catalogue[spec->fact].symbols;
	spec->top = -1;
	if (top)
		spec->top = (int)bind_tally(b, expr);
	else
		spec->program = program_compile(b->plan->arena, expr, &b->binder);
}

/* Which pass the verdict waits for: listeners alone are known first. */
static enum pass last_pass(const struct plan *plan, const struct verdict_spec *v)
{
	enum pass pass = PASS_LISTEN;
	unsigned i;

	for (i = 0; i < v->tally_count; i++) {
		const struct tally *tally = &plan->tallies[v->tallies[i]];

		if ((tally->states & ~STATES_LISTEN || tally->holder) && tally->pass > pass)
			pass = tally->pass;
	}
	return pass;
}

static bool speaks_of_sockets(const struct expr *e)
{
	return e && (e->kind == EXPR_AGGREGATE || e->kind == EXPR_ROLE || speaks_of_sockets(e->left) ||
		     speaks_of_sockets(e->right));
}

static unsigned count_parts(const struct expr *e)
{
	if (e->kind == EXPR_BINARY && e->binary == BINARY_AND)
		return count_parts(e->left) + count_parts(e->right);
	return 1;
}

static void compile_host_parts(struct builder *b, struct verdict_spec *v, const struct expr *e)
{
	if (e->kind == EXPR_BINARY && e->binary == BINARY_AND) {
		compile_host_parts(b, v, e->left);
		compile_host_parts(b, v, e->right);
	} else if (!speaks_of_sockets(e)) {
		v->host_parts[v->host_part_count++] = program_compile(b->plan->arena, e, &b->binder);
	}
}

static void compile_rule(struct builder *b, const struct rule *rule)
{
	struct plan *plan = b->plan;
	struct verdict_spec *v = &plan->verdicts[plan->verdict_count++];
	unsigned i;

	b->verdict = v;
	b->info = rule_needs_info(rule);
	v->rule = rule;
	v->grouping = find_grouping(b, rule->per);
	v->tallies = arena_alloc(plan->arena, RULE_TALLIES_MAX * sizeof *v->tallies);
	v->show = arena_alloc(plan->arena, (rule->show_count + 1) * sizeof *v->show);
	v->settings = arena_alloc(plan->arena, (rule->setting_count + 1) * sizeof *v->settings);
	v->when = program_compile(plan->arena, rule->when, &b->binder);
	for (i = 0; i < v->tally_count; i++)
		plan->tallies[v->tallies[i]].judged = true;
	v->culprit = culprit_find(plan, v);
	v->host_parts = arena_alloc(plan->arena, count_parts(rule->when) * sizeof *v->host_parts);
	compile_host_parts(b, v, rule->when);
	for (i = 0; i < rule->show_count; i++)
		compile_item(b, &rule->show[i], &v->show[v->show_count++]);
	for (i = 0; i < rule->setting_count; i++) {
		/* The value now is shown beside the one proposed. */
		plan->fact_used[rule->settings[i].fact] = true;
		if (rule->settings[i].value->kind != EXPR_TEXT)
			v->settings[i] = program_compile(plan->arena, rule->settings[i].value, &b->binder);
	}
	v->flagged = b->flagged ? culprit_flag(plan, v) : -1;
	v->sockets = v->tally_count > 0;
	v->pass = last_pass(plan, v);
}

/* ---- the whole ---- */

static bool wanted(const struct plan_options *options, const char *id)
{
	unsigned i;

	for (i = 0; i < options->only_count; i++)
		if (strcmp(options->only[i], id) == 0)
			return true;
	return options->only_count == 0;
}

/* Whether a condition says the same in every network namespace of the host. */
static bool of_whole_host(const struct expr *expr)
{
	if (!expr)
		return true;
	if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_ROLE)
		return false;
	if (expr->kind == EXPR_FACT)
		return fact_catalogue[expr->fact].host_wide;
	/* Of the kernel, and of files. */
	if (expr->kind == EXPR_CALL)
		return expr->call == CALL_PRESENT || expr->call == CALL_CONFIGURED ||
		       fact_catalogue[expr->fact].host_wide;
	return of_whole_host(expr->left) && of_whole_host(expr->right);
}

static void check_only(const struct rulebook *book, const struct plan_options *options,
		       struct errors *errors)
{
	unsigned i, j;

	for (i = 0; i < options->only_count; i++) {
		struct nearest nearest = { .name = options->only[i] };
		autobuf struct buf hint = BUF_INIT;

		if (rulebook_find(book, options->only[i]))
			continue;
		for (j = 0; j < book->count; j++)
			nearest_try(&nearest, book->rules[j]->id);
		errors_add(errors, "there is no rule '%s'%s", options->only[i], nearest_hint(&nearest, &hint));
	}
}

/* Every report names the host and the age of its counters. */
static void use_always(struct plan *plan)
{
	static const char *const names[] = { "host.uptime", "host.first_namespace" };
	unsigned i, fact;

	for (i = 0; i < countof(names); i++) {
		fact = fact_find(names[i]);
		if (fact != FACT_NONE)
			plan->fact_used[fact] = true;
	}
}

static void use_everything(struct plan *plan)
{
	unsigned i;

	for (i = 0; i < fact_count; i++) {
		plan->fact_used[i] = fact_catalogue[i].scope == FACT_HOST;
		plan->fact_twice[i] = plan->fact_used[i] && fact_catalogue[i].kind == FACT_COUNTER;
	}
	plan->configured = plan->listen_twice = plan->witnesses = plan->everything = true;
}

/* Settings and what /proc/net counts. */
static void use_vitals(struct plan *plan)
{
	unsigned i;

	for (i = 0; i < fact_count; i++) {
		if (!fact_is_vital(&fact_catalogue[i]))
			continue;
		plan->fact_used[i] = true;
		plan->fact_twice[i] |= fact_catalogue[i].kind == FACT_COUNTER;
	}
	plan->vitals = true;
}

static struct plan *plan_new(const struct rulebook *book)
{
	struct plan *plan = xcalloc(1, sizeof *plan);

	plan->arena = arena_new();
	plan->names = names_new();
	plan->book = book;
	plan->fact_used = arena_alloc(plan->arena, fact_count * sizeof *plan->fact_used);
	plan->fact_twice = arena_alloc(plan->arena, fact_count * sizeof *plan->fact_twice);
	plan->columns = arena_alloc(plan->arena, COLUMNS_MAX * sizeof *plan->columns);
	plan->leaves = arena_alloc(plan->arena, LEAVES_MAX * sizeof *plan->leaves);
	plan->tallies = arena_alloc(plan->arena, TALLIES_MAX * sizeof *plan->tallies);
	plan->groupings = arena_alloc(plan->arena, GROUPINGS_MAX * sizeof *plan->groupings);
	plan->verdicts = arena_alloc(plan->arena, (book->count + book->role_count + 1) *
							  sizeof *plan->verdicts);
	return plan;
}

bool plan_uses_role(const struct plan *plan, const struct rule *role)
{
	unsigned i, j;

	for (i = 0; i < plan->rule_count; i++)
		for (j = 0; j < plan->verdicts[i].rule->role_count; j++)
			if (plan->verdicts[i].rule->roles[j] == role)
				return true;
	return false;
}

/* A role gets a verdict of its own, so that the report can say it with its numbers. */
static void compile_roles(struct builder *b)
{
	const struct rulebook *book = b->plan->book;
	unsigned i;

	b->plan->rule_count = b->plan->verdict_count;
	for (i = 0; i < book->role_count && !book->role; i++)
		if (plan_uses_role(b->plan, book->roles[i]))
			compile_rule(b, book->roles[i]);
}

struct plan *plan_build(const struct rulebook *book, const struct plan_options *options,
			struct errors *errors)
{
	struct plan *plan = plan_new(book);
	struct builder b = { .plan = plan, .errors = errors, .flagged = options->flagged };
	unsigned before = errors->count, i;

	b.binder = (struct binder){ &b, bind_column, bind_host, bind_tally, bind_name };
	check_only(book, options, errors);
	for (i = 0; i < book->count; i++)
		if (wanted(options, book->rules[i]->id) &&
		    !(options->namespace_only && of_whole_host(book->rules[i]->when)))
			compile_rule(&b, book->rules[i]);
	compile_roles(&b);
	use_always(plan);
	if (options->vitals)
		use_vitals(plan);
	if (options->everything)
		use_everything(plan);
	for (i = 0; i < PASSES; i++)
		plan->query[i] = plan_query(plan, (enum pass)i, NULL);
	if (errors->count == before)
		return plan;
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	names_free(plan->names);
	arena_free(plan->arena);
	free(plan);
}
