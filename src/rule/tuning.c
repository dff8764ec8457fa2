/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --let ID.NAME=VALUE and the lines of [tune ID] are one thing from here on. */
#include "rule/tuning.h"

#include "base/text.h"

#include <string.h>

/* ---- gathering ---- */

static bool parse_let(struct arena *arena, const char *let, struct tuning *tuning, struct errors *errors)
{
	const char *dot = strchr(let, '.'), *equals = dot ? strchr(dot, '=') : NULL;

	if (!equals)
		return errors_add(errors, "--let %s: expected ID.NAME=VALUE", let) == 0;
	*tuning = (struct tuning){
		.id = arena_strndup(arena, let, (size_t)(dot - let)),
		.name = arena_strndup(arena, dot + 1, (size_t)(equals - dot - 1)),
		.value = equals + 1,
	};
	return true;
}

struct tunings tunings_gather(const struct rulebook *book, const struct rulebook_options *options,
			      struct errors *errors)
{
	unsigned count = book->site.tuning_count, i;
	struct tuning *items = arena_alloc(book->arena, (count + options->let_count + 1) * sizeof *items);

	if (count)
		memcpy(items, book->site.tunings, count * sizeof *items);
	for (i = 0; i < options->let_count; i++)
		count += parse_let(book->arena, options->lets[i], &items[count], errors);
	return (struct tunings){ items, count };
}

const struct tuning *tunings_find(const struct tunings *tunings, const char *id, const char *name)
{
	unsigned i;

	for (i = tunings->count; i-- > 0;) {
		const struct tuning *tuning = &tunings->items[i];

		if (tuning->name && strcmp(tuning->id, id) == 0 && strcmp(tuning->name, name) == 0)
			return tuning;
	}
	return NULL;
}

/* ---- checking ---- */

static void refuse_at(const struct tuning *tuning, const struct place *place, const char *why,
		      struct errors *errors)
{
	if (place->file)
		errors_add_at(errors, place, "%s", why);
	else
		errors_add(errors, "--let %s.%s=%s: %s", tuning->id, tuning->name, tuning->value, why);
}

void tuning_refuse(const struct tuning *tuning, const char *why, struct errors *errors)
{
	refuse_at(tuning, &tuning->value_place, why, errors);
}

static void check_name(const struct tuning *tuning, const struct rule *rule, struct errors *errors)
{
	struct nearest nearest = { .name = tuning->name };
	autobuf struct buf why = BUF_INIT, hint = BUF_INIT;
	unsigned i;

	if (!rule->role && strcmp(tuning->name, TUNING_SEVERITY) == 0)
		return;
	for (i = 0; i < rule->let_count; i++) {
		if (strcmp(rule->lets[i].name, tuning->name) == 0)
			return;
		nearest_try(&nearest, rule->lets[i].name);
	}
	buf_printf(&why, "rule '%s' has no threshold of that name%s", rule->id,
		   nearest_hint(&nearest, &hint));
	refuse_at(tuning, &tuning->place, why.text, errors);
}

void tunings_check_names(const struct tunings *tunings, const struct rule *rule, struct errors *errors)
{
	unsigned i;

	for (i = 0; i < tunings->count; i++)
		if (tunings->items[i].name && strcmp(tunings->items[i].id, rule->id) == 0)
			check_name(&tunings->items[i], rule, errors);
}

void word_missing(struct buf *out, const struct rulebook *book, const char *id)
{
	struct nearest nearest = { .name = id };
	autobuf struct buf hint = BUF_INIT;
	unsigned i;

	for (i = 0; i < book->count; i++)
		nearest_try(&nearest, book->rules[i]->id);
	buf_printf(out, "there is no rule '%s'%s", id, nearest_hint(&nearest, &hint));
}

void tunings_check_rules(const struct tunings *tunings, const struct rulebook *book,
			 struct errors *errors)
{
	const struct site *site = &book->site;
	unsigned i;

	for (i = 0; i < tunings->count; i++) {
		const struct tuning *tuning = &tunings->items[i];
		autobuf struct buf why = BUF_INIT;

		/* Of a section its own line is enough. */
		if (rulebook_find(book, tuning->id) || rulebook_find_role(book, tuning->id) ||
		    (tuning->place.file && tuning->name))
			continue;
		word_missing(&why, book, tuning->id);
		refuse_at(tuning, &tuning->place, why.text, errors);
	}
	for (i = 0; i < site->waiver_count; i++) {
		autobuf struct buf why = BUF_INIT;

		if (rulebook_find(book, site->waivers[i].id))
			continue;
		word_missing(&why, book, site->waivers[i].id);
		errors_add_at(errors, &site->waivers[i].place, "%s", why.text);
	}
}
