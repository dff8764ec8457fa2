/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All parts together: lines, values, rules; then the order people read them in. */
#include "lint/lint.h"

#include <string.h>

#include "lint/inside.h"

static bool is_one_of(const struct remark *remark, const char *const *checks, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (strcmp(remark->check, checks[i]) == 0)
			return true;
	return false;
}

/* Where a rule speaks of a line, or it does not last, these say nothing new. */
static bool yields(const struct remark *remark)
{
	static const char *const checks[] = { "default-value", "old-default" };

	return is_one_of(remark, checks, countof(checks));
}

/* These say what a rule on the same line does, and since when. */
static bool takes_over(const struct remark *remark)
{
	static const char *const checks[] = { "removed-key", "no-effect" };

	return is_one_of(remark, checks, countof(checks));
}

/* Lines stand in the order they were read; what is about no line comes last. */
static int in_order(const void *a, const void *b)
{
	const struct remark *x = a, *y = b;

	if (!x->line != !y->line)
		return x->line ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->severity != y->severity)
		return (int)y->severity - (int)x->severity;
	return strcmp(x->check, y->check);
}

/* The remarks on one line. */
struct group {
	struct remark *all;
	unsigned count;
};

static const struct remark *find(const struct group *group, bool (*is)(const struct remark *))
{
	unsigned i;

	for (i = 0; i < group->count; i++)
		if (is(&group->all[i]))
			return &group->all[i];
	return NULL;
}

static bool is_rule(const struct remark *remark)
{
	return remark->rule && strcmp(remark->check, remark->rule->id) == 0;
}

static bool is_twice(const struct remark *remark)
{
	return strcmp(remark->check, "duplicate-key") == 0;
}

/* One matter is spoken of once: true when 'remark' is not needed. */
static bool is_said(const struct group *group, struct remark *remark)
{
	const struct remark *rule = find(group, is_rule);

	if (takes_over(remark) && rule) {
		remark->rule = rule->rule;
		remark->advice = rule->advice;
		return false;
	}
	if (is_rule(remark))
		return find(group, takes_over) != NULL;
	return yields(remark) && (rule || find(group, is_twice));
}

static unsigned settle_line(struct remarks *remarks, struct group *group, struct remark *kept)
{
	unsigned i, count = 0;

	for (i = 0; i < group->count; i++) {
		if (is_said(group, &group->all[i]))
			remarks->by_severity[group->all[i].severity]--;
		else
			kept[count++] = group->all[i];
	}
	return count;
}

/* Remarks on one line adjoin. */
static void settle(struct remarks *remarks)
{
	autofree struct remark *kept = xcalloc(remarks->count + 1, sizeof *kept);
	unsigned i, count = 0;
	struct group group;

	for (i = 0; i < remarks->count; i += group.count) {
		group = (struct group){ &remarks->all[i], 1 };
		while (i + group.count < remarks->count &&
		       group.all[group.count].line == group.all[0].line)
			group.count++;
		count += settle_line(remarks, &group, kept + count);
	}
	memcpy(remarks->all, kept, count * sizeof *kept);
	remarks->count = count;
}

/* Which keys of the files a namespace has of its own, and which the host has once. */
static void add_scopes(struct lint *lint, const struct config *config)
{
	autobuf struct buf own = BUF_INIT, shared = BUF_INIT;
	unsigned i;

	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];
		struct buf *out = fact->host_wide ? &shared : &own;

		if (!sysctl_is(fact) || fact->field != 0 || fact->read_only ||
		    (fact->until && !fact->inert) ||
		    !config_winner(config, READER_SYSTEMD, fact->path + strlen("proc/sys/")))
			continue;
		buf_printf(out, "%s%s", out->len ? ", " : "", fact->key);
	}
	lint->of_namespace = arena_strdup(lint->remarks.arena, buf_text(&own));
	lint->of_host = arena_strdup(lint->remarks.arena, buf_text(&shared));
}

struct lint *lint_new(const struct plan *plan, const struct config *config, unsigned kernel)
{
	struct lint *lint = xcalloc(1, sizeof *lint);

	remarks_init(&lint->remarks);
	lint_syntax(lint, config, kernel);
	lint_rules(lint, plan, config, kernel);
	if (lint->remarks.count) {
		qsort(lint->remarks.all, lint->remarks.count, sizeof *lint->remarks.all, in_order);
		settle(&lint->remarks);
	}
	add_scopes(lint, config);
	return lint;
}

void lint_free(struct lint *lint)
{
	if (!lint)
		return;
	remarks_fini(&lint->remarks);
	free(lint->needs);
	free(lint);
}
