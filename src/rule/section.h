/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/section.h: one INI section on its way to a rule. Private to rule/. */
#ifndef RULE_SECTION_H
#define RULE_SECTION_H

#include "rule/reader.h"
#include "rule/rulebook.h"
#include "rule/tuning.h"

struct section;

/* The section lives in the arena; its id is checked here. */
struct section *section_new(struct arena *arena, const struct ini_line *line, struct errors *errors);
/* Adds a key, or more of the last key's value. */
void section_add(struct section *section, const struct ini_line *line, struct errors *errors);
/* The rule, in the section's arena; NULL with errors when something is wrong or missing. */
struct rule *section_compile(struct section *section, const struct rulebook_options *options,
			     const struct tunings *tunings, struct errors *errors);

#endif
