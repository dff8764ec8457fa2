/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Roles by name: in whatever order the files come, a rule may use a role of any of them. */
#include "rule/roles.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* ---- names ---- */

const char *role_of_section(const char *section)
{
	static const char prefix[] = "role ";

	return strncmp(section, prefix, strlen(prefix)) == 0 ? section + strlen(prefix) : NULL;
}

void role_check_name(const struct place *place, const char *name, struct errors *errors)
{
	bool taken = fact_find(name) != FACT_NONE || expr_is_keyword(name) ||
		     strcmp(name, "auto") == 0 || strcmp(name, "role") == 0;

	if (!islower((unsigned char)*name) || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		errors_add_at(errors, place, "'%s' is no name for a role: expected small letters, "
			      "digits and '_', beginning with a letter", name);
	else if (taken)
		errors_add_at(errors, place, "'%s' has another meaning; choose another name", name);
}

/* ---- uses ---- */

static void no_such_role(const struct rulebook *book, const struct place *place, const char *name,
			 struct errors *errors)
{
	struct nearest nearest = { .name = name };
	autobuf struct buf hint = BUF_INIT;
	unsigned i;

	for (i = 0; i < book->role_count; i++)
		nearest_try(&nearest, book->roles[i]->id);
	nearest_hint(&nearest, &hint);
	if (!book->role_count)
		buf_puts(&hint, ": no [role NAME] section was read");
	if (place)
		errors_add_at(errors, place, "there is no role '%s'%s", name, buf_text(&hint));
	else
		errors_add(errors, "--role %s: there is no role '%s'%s", name, name, buf_text(&hint));
}

static void note_role(struct rule *rule, const struct rule *role, const struct place *place,
		      struct errors *errors)
{
	unsigned i;

	for (i = 0; i < rule->role_count; i++)
		if (rule->roles[i] == role)
			return;
	if (rule->role_count == ROLES_MAX)
		errors_add_at(errors, place, "more than %d roles in one rule", ROLES_MAX);
	else
		rule->roles[rule->role_count++] = role;
}

/* What is said of a host's role is a constant; else the role's condition stands in for its name,
 * and from there on the rule is like any other. */
static void resolve_roles(const struct rulebook *book, struct rule *rule, struct errors *errors)
{
	const struct rule *role;
	struct role_use *use;

	for (use = rule->role_uses; use; use = use->next) {
		role = rulebook_find_role(book, use->expr->text);
		if (!role) {
			no_such_role(book, &use->place, use->expr->text, errors);
			continue;
		}
		note_role(rule, role, &use->place, errors);
		if (book->role)
			use->expr->number = strcmp(book->role, role->id) == 0;
		else
			use->expr->means = role->when;
	}
}

void roles_settle(struct rulebook *book, const struct rulebook_options *options,
			 struct errors *errors)
{
	const struct rule *rule;
	unsigned i;

	if (options->role && strcmp(options->role, "auto") != 0) {
		book->role = arena_strdup(book->arena, options->role);
		if (!rulebook_find_role(book, book->role))
			no_such_role(book, NULL, book->role, errors);
	}
	for (i = 0; i < book->count; i++)
		resolve_roles(book, book->rules[i], errors);
	/* They share 'explain' and --let. */
	for (i = 0; i < book->role_count; i++) {
		rule = rulebook_find(book, book->roles[i]->id);
		if (rule)
			errors_add_at(errors, &rule->place, "a role is called '%s', at %s:%u; choose "
				      "another id", rule->id, book->roles[i]->place.file,
				      book->roles[i]->place.line);
	}
}
