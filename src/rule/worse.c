/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table that is nearly full is so no more once it is full. Nobody may be told then that the
 * finding is gone, so the rule of the lesser one names those of the worse. */
#include "rule/worse.h"

#include <string.h>

#include "rule/tuning.h"

static const char separators[] = ", ";

/* The next id at *at, which is moved behind it; 0: there is none. */
static size_t next_id(const char **at, const char **id)
{
	*id = *at + strspn(*at, separators);
	*at = *id + strcspn(*id, separators);
	return (size_t)(*at - *id);
}

bool rule_is_worse(const struct rule *rule, const struct rule *than)
{
	const char *at = than->worse ? than->worse : "", *id;
	size_t len;

	while ((len = next_id(&at, &id)) > 0)
		if (strlen(rule->id) == len && strncmp(rule->id, id, len) == 0)
			return true;
	return false;
}

static void check_id(const struct rulebook *book, const struct rule *rule, const char *id,
		     struct errors *errors)
{
	const struct rule *worse = rulebook_find(book, id);
	autobuf struct buf missing = BUF_INIT;

	if (!worse) {
		word_missing(&missing, book, id);
		errors_add_at(errors, &rule->worse_place, "%s", missing.text);
	} else if (worse == rule) {
		errors_add_at(errors, &rule->worse_place, "a rule is not worse than itself");
	} else if (worse->per != rule->per) {
		errors_add_at(errors, &rule->worse_place,
			      "'%s' is per %s, this rule per %s: no finding of both has one subject",
			      id, grouping_name(worse->per), grouping_name(rule->per));
	}
}

void worse_check(const struct rulebook *book, struct errors *errors)
{
	const char *at, *id;
	size_t len;
	unsigned i;

	for (i = 0; i < book->count; i++) {
		const struct rule *rule = book->rules[i];

		for (at = rule->worse ? rule->worse : ""; (len = next_id(&at, &id)) > 0;)
			check_id(book, rule, arena_strndup(book->arena, id, len), errors);
	}
}
