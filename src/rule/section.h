/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/section.h: one INI section on its way to a rule. Private to rule/. */
#ifndef RULE_SECTION_H
#define RULE_SECTION_H

#include "rule/reader.h"
#include "rule/rulebook.h"
#include "rule/tuning.h"

struct section;

/* Rules will live in the arena. One section after the other is read with it. */
struct section *section_new(struct arena *arena);
void section_free(struct section *section);
/* What was gathered before is forgotten; the id is checked here. */
void section_begin(struct section *section, const struct ini_line *line, struct errors *errors);
/* Adds a key, or more of the last key's value. */
void section_add(struct section *section, const struct ini_line *line, struct errors *errors);
/* The rule, in the section's arena; NULL with errors when something is wrong or missing. */
struct rule *section_compile(struct section *section, const struct rulebook_options *options,
			     const struct tunings *tunings, struct errors *errors);

#endif
