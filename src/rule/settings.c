/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key 'set' of a rule: sysctls, one a line, and what they are to be. */
#include "rule/settings.h"

#include <ctype.h>
#include <string.h>

static bool can_be_set(const struct fact *fact)
{
	return fact->origin == FROM_SYSCTL && !fact->read_only;
}

/* A word of a sysctl by the name of its fact, or a sysctl whole by its own name: its first word. */
static unsigned setting_fact(const char *key)
{
	unsigned i = fact_find(key);

	if (i != FACT_NONE && can_be_set(&fact_catalogue[i]))
		return i;
	for (i = 0; i < fact_count; i++)
		if (can_be_set(&fact_catalogue[i]) && strcmp(fact_catalogue[i].key, key) == 0)
			return i;
	return FACT_NONE;
}

static void check_unit(const struct expr_context *context, const struct setting *setting,
			       const struct source_text *text)
{
	const struct fact *fact = &fact_catalogue[setting->fact];
	enum unit unit = setting->value->unit;
	struct place place = source_place(text, 0);

	if (unit == UNIT_TEXT)
		return;
	if (strcmp(fact->name, setting->key) != 0)
		errors_add_at(context->errors, &place, "%s has several words: give all in quotes, or name one, "
			      "such as %s", setting->key, fact->name);
	else if (unit != fact->unit && !setting->value->any_unit)
		errors_add_at(context->errors, &place, "%s is in %s, this is in %s", setting->key,
			      unit_name(fact->unit), unit_name(unit));
}

/* One line of 'set': KEY = VALUE. */
static void compile_line(struct rule *rule, const struct expr_context *context, const char *line,
			 size_t len, struct fragment fragment)
{
	struct arena *arena = context->arena;
	struct setting *setting = &rule->settings[rule->setting_count];
	const char *equals = memchr(line, '=', len);
	struct place place = { rule->place.file, fragment.line, fragment.column, fragment.source };
	struct source_text text = { .file = rule->place.file, .fragment_count = 1 };
	struct fragment *inner = arena_alloc(arena, sizeof *inner);
	size_t key, skip;

	if (!equals || rule->setting_count == countof(rule->settings)) {
		errors_add_at(context->errors, &place, equals ? "too many settings (8)" :
								"expected 'SYSCTL = VALUE'");
		return;
	}
	for (key = (size_t)(equals - line); key > 0 && isblank((unsigned char)line[key - 1]); key--)
		;
	skip = (size_t)(equals - line) + 1;
	skip += strspn(line + skip, " \t");
	setting->key = arena_strndup(arena, line, key);
	setting->fact = (unsigned short)setting_fact(setting->key);
	if (setting->fact == FACT_NONE) {
		errors_add_at(context->errors, &place,
			      "'%s' is not a sysctl that this program knows and one can set",
			      setting->key);
		return;
	}
	*inner = (struct fragment){ 0, fragment.line, fragment.column + (unsigned)skip,
				    fragment.source };
	text.fragments = inner;
	text.text = arena_strndup(arena, line + skip, skip < len ? len - skip : 0);
	setting->value = expr_setting(context, &text);
	if (!setting->value)
		return;
	check_unit(context, setting, &text);
	setting->key = fact_catalogue[setting->fact].key;
	rule->setting_count++;
}

void settings_compile(struct rule *rule, const struct expr_context *context,
		      const struct buf *text, const struct fragment *fragments, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		const char *line = text->text + fragments[i].offset;

		compile_line(rule, context, line, strcspn(line, "\n"), fragments[i]);
	}
}
