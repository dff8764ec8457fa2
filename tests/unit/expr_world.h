/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/expr_world.h: a small world for expressions: columns, leaves and tallies by the order
 * they are asked for. */
#ifndef EXPR_WORLD_H
#define EXPR_WORLD_H

#include "expr/expr.h"
#include "unit.h"

#include <string.h>

enum { ROOM = 64 };

struct world {
	struct arena *arena;
	struct errors errors;
	unsigned columns[ROOM], column_count;
	unsigned leaves[ROOM], leaf_count;
	enum call calls[ROOM];
	unsigned tally_count;
	struct role_use *roles;
};

static inline unsigned world_column(void *plan, unsigned fact, bool before)
{
	struct world *w = plan;
	unsigned i;

	(void)before;
	for (i = 0; i < w->column_count; i++)
		if (w->columns[i] == fact)
			return i;
	w->columns[w->column_count] = fact;
	return w->column_count++;
}

static inline unsigned world_host(void *plan, enum call call, unsigned fact)
{
	struct world *w = plan;
	unsigned i;

	for (i = 0; i < w->leaf_count; i++)
		if (w->leaves[i] == fact && w->calls[i] == call)
			return i;
	w->leaves[w->leaf_count] = fact;
	w->calls[w->leaf_count] = call;
	return w->leaf_count++;
}

static inline unsigned world_tally(void *plan, const struct expr *aggregate)
{
	struct world *w = plan;

	(void)aggregate;
	return w->tally_count++;
}

static inline unsigned world_name(void *plan, const char *text)
{
	(void)plan;
	return (unsigned)strlen(text);
}

static inline struct binder world_binder(struct world *w)
{
	return (struct binder){ w, world_column, world_host, world_tally, world_name };
}

static inline void world_init(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->arena = arena_new();
}

static inline void world_fini(struct world *w)
{
	arena_free(w->arena);
	errors_fini(&w->errors);
}

static const struct let lets[] = { { "age", 60, UNIT_SECONDS }, { "many", 50, UNIT_COUNT } };

static inline const struct expr *condition(struct world *w, const char *text)
{
	struct expr_context context = { .arena = w->arena, .lets = lets, .let_count = countof(lets),
					.roles = &w->roles, .errors = &w->errors };
	struct fragment *fragment = arena_alloc(w->arena, sizeof *fragment);
	struct source_text *source = arena_alloc(w->arena, sizeof *source);

	*fragment = (struct fragment){ 0, 1, 1, text };
	*source = (struct source_text){ "f", text, fragment, 1 };
	return expr_condition(&context, source);
}

#endif
