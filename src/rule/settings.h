/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/settings.h: the sysctls a rule would set. Private to rule/. */
#ifndef RULE_SETTINGS_H
#define RULE_SETTINGS_H

#include "rule/rulebook.h"

/* Adds the lines of 'set', which the fragments give the places of, to the rule. */
void settings_compile(struct rule *rule, const struct expr_context *context,
		      const struct buf *text, const struct fragment *fragments, unsigned count);

#endif
