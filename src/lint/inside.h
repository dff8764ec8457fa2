/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/inside.h: what the parts of lint share. */
#ifndef LINT_INSIDE_H
#define LINT_INSIDE_H

#include "lint/lint.h"

/* How a line is written: lint_line.c. */
void lint_syntax(struct lint *lint, const struct config *config, unsigned kernel);
/* What a line sets: lint_value.c. */
void lint_value(struct lint *lint, const struct config_line *line, unsigned fact, unsigned kernel);
/* Which rules the settings decide: lint_rules.c. */
void lint_rules(struct lint *lint, const struct plan *plan, const struct config *config,
		unsigned kernel);

#endif
