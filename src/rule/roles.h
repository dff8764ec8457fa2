/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/roles.h: sections of roles, and what rules mean by them. Private to rule/. */
#ifndef RULE_ROLES_H
#define RULE_ROLES_H

#include "rule/rulebook.h"

/* NAME of a section called "role NAME", or NULL for a rule's. */
const char *role_of_section(const char *section);
/* A role's name stands in expressions, where '-' is an operator. */
void role_check_name(const struct place *place, const char *name, struct errors *errors);

/* Once all files are read: gives every use of a role its meaning. */
void roles_settle(struct rulebook *book, const struct rulebook_options *options,
		  struct errors *errors);

#endif
