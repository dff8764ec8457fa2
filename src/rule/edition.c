/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of [rulebook]: each one short word or name, on one line. */
#include "rule/edition.h"

#include <string.h>

#include "base/text.h"

enum { TEXT_MAX = 49 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static const struct {
	const char *name;
	size_t offset;	      /* of its struct edition_text */
	const char *first;    /* what it may begin with */
	const char *allowed;  /* what it is made of */
	const char *expected;
} keys[] = {
	{ "version", offsetof(struct edition, version), DIGITS, LETTERS DIGITS ".+~-",
	  "digits, letters and . + ~ -, beginning with a digit, such as 1.4.0" },
	{ "licence", offsetof(struct edition, licence), LETTERS "(", LETTERS DIGITS ".+-() ",
	  "an SPDX name such as CC0-1.0" },
};

static struct edition_text *text_of(struct edition *edition, size_t key)
{
	return (struct edition_text *)((char *)edition + keys[key].offset);
}

static size_t find_key(const struct ini_line *line, struct errors *errors)
{
	struct nearest nearest = { .name = line->name };
	autobuf struct buf hint = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(keys); i++) {
		if (strcmp(keys[i].name, line->name) == 0)
			return i;
		nearest_try(&nearest, keys[i].name);
	}
	errors_add_at(errors, &line->place, "'%s' is not a key of [" EDITION_SECTION "]%s", line->name,
		      nearest_hint(&nearest, &hint));
	return i;
}

void edition_add(struct edition *edition, const struct ini_line *line, struct errors *errors)
{
	struct edition_text *text;
	size_t i, len = strlen(line->value);

	if (line->continuation) {
		errors_add_at(errors, &line->place, "a value of [" EDITION_SECTION "] has one line");
		return;
	}
	i = find_key(line, errors);
	if (i == countof(keys))
		return;
	text = text_of(edition, i);
	if (text->text) {
		errors_add_at(errors, &line->place, "'%s' stands already in line %u", line->name,
			      text->line);
		return;
	}
	*text = (struct edition_text){ line->value, line->place.line };
	if (len == 0 || len > TEXT_MAX || !strchr(keys[i].first, line->value[0]) ||
	    strspn(line->value, keys[i].allowed) != len)
		errors_add_at(errors, &line->value_place, "'%s' is no %s: expected %s", line->value,
			      keys[i].name, keys[i].expected);
}

void edition_check(const struct edition *edition, struct errors *errors)
{
	struct edition copy = *edition;
	size_t i;

	for (i = 0; i < countof(keys); i++)
		if (!text_of(&copy, i)->text)
			errors_add_at(errors, &edition->place, "[" EDITION_SECTION "] has no '%s'",
				      keys[i].name);
}
