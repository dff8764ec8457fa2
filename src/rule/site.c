/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp-advise.ini, section by section. Every line is checked as it comes; what a section lacks, at
 * its end. */
#include "rule/site.h"

#include "base/file.h"
#include "base/text.h"
#include "expr/expr.h"
#include "rule/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { WAIVERS_MAX = 250, LINES_MAX = 1000, KEEP_MOST_DAYS = 3660 };

struct site_reader {
	struct site *site;
	struct arena *arena;
	const struct section_kind *kind; /* of the section being read; NULL: a wrong one */
	const char **value;		 /* of the key above, which an indented line continues */
	struct errors *errors;
};

/* ---- values ---- */

/* Texts of a person: shown in reports, so printable. */
static const char *printable(const struct site_reader *r, const char *text)
{
	autobuf struct buf out = BUF_INIT;

	text_printable(&out, text, strlen(text));
	return arena_strdup(r->arena, buf_text(&out));
}

/* "2027-01-31": the first second of the next day; false if it is no date. */
static bool parse_date(const char *text, time_t *ends)
{
	struct tm tm = { 0 };
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &tm) : NULL;
	int day = tm.tm_mday;

	if (!end || *end)
		return false;
	*ends = timegm(&tm) + 86400;
	return *ends > 86400 && tm.tm_mday == day; /* the 31st of February became one of March */
}

static void set_until(struct site_reader *r, const struct ini_line *line)
{
	struct waiver *waiver = &r->site->waivers[r->site->waiver_count - 1];

	if (strcmp(line->value, "never") != 0 && !parse_date(line->value, &waiver->ends))
		errors_add_at(r->errors, &line->value_place, "'%s' is no day: expected one such as "
			      "2027-01-31, or never", line->value);
}

static void set_keep(struct site_reader *r, const struct ini_line *line)
{
	struct fragment fragment = { 0, line->value_place.line, line->value_place.column,
				     line->value_place.source };
	struct source_text text = { line->value_place.file, line->value, &fragment, 1 };
	struct expr_context context = { .arena = r->arena, .errors = r->errors };
	struct let let = { 0 };

	if (expr_literal(&context, &text, &let) < 0)
		return;
	if (let.unit != UNIT_SECONDS || !(let.number > 0) || let.number > KEEP_MOST_DAYS * 86400.0)
		errors_add_at(r->errors, &line->value_place, "'%s' is not how long history can be kept: "
			      "expected a duration such as 30d", line->value);
	else
		r->site->keep = let.number;
}

/* ---- sections ---- */

struct site_key {
	const char *name;
	size_t offset; /* of its text in struct waiver */
	void (*set)(struct site_reader *r, const struct ini_line *line); /* more than its text, or NULL */
};

static const struct site_key waiver_keys[] = {
	{ "reason", offsetof(struct waiver, reason), NULL },
	{ "owner", offsetof(struct waiver, owner), NULL },
	{ "until", offsetof(struct waiver, until), set_until },
	{ "subject", offsetof(struct waiver, subject), NULL },
};

static const struct site_key *find_key(const struct site_reader *r, const struct ini_line *line,
				       const struct site_key *keys, unsigned count)
{
	struct nearest nearest = { .name = line->name };
	autobuf struct buf hint = BUF_INIT;
	unsigned i;

	for (i = 0; i < count; i++) {
		if (strcmp(keys[i].name, line->name) == 0)
			return &keys[i];
		nearest_try(&nearest, keys[i].name);
	}
	errors_add_at(r->errors, &line->place, "'%s' is not a key of [%s]%s", line->name, line->section,
		      nearest_hint(&nearest, &hint));
	return NULL;
}

/* A section for which there is no room: its lines have no place to go. */
static void refuse(struct site_reader *r, const struct ini_line *line, unsigned most, const char *what)
{
	errors_add_at(r->errors, &line->place, "more than %u %s", most, what);
	r->kind = NULL;
}

static void waive(struct site_reader *r, const char *id, const struct ini_line *line)
{
	if (r->site->waiver_count == WAIVERS_MAX)
		refuse(r, line, WAIVERS_MAX, "waivers");
	else
		r->site->waivers[r->site->waiver_count++] =
			(struct waiver){ .id = id, .place = line->place };
}

static void waive_line(struct site_reader *r, const struct ini_line *line)
{
	const struct site_key *key = find_key(r, line, waiver_keys, countof(waiver_keys));
	struct waiver *waiver = &r->site->waivers[r->site->waiver_count - 1];
	const char **text;

	if (!key)
		return;
	text = (const char **)(void *)((char *)waiver + key->offset);
	if (*text)
		errors_add_at(r->errors, &line->place, "'%s' stands already in this section", line->name);
	*text = *line->value ? printable(r, line->value) : NULL;
	r->value = key->set ? NULL : text;
	if (key->set)
		key->set(r, line);
}

static void tune(struct site_reader *r, const char *id, const struct ini_line *line)
{
	if (r->site->tuning_count == LINES_MAX)
		refuse(r, line, LINES_MAX, "lines of tuning");
	else
		r->site->tunings[r->site->tuning_count++] =
			(struct tuning){ .id = id, .place = line->place };
}

static void tune_line(struct site_reader *r, const struct ini_line *line)
{
	struct site *site = r->site;

	if (site->tuning_count == LINES_MAX) {
		errors_add_at(r->errors, &line->place, "more than %d lines of tuning", LINES_MAX);
		return;
	}
	site->tunings[site->tuning_count] = (struct tuning){
		.id = site->tunings[site->tuning_count - 1].id,
		.name = line->name,
		.value = line->value,
		.place = line->place,
		.value_place = line->value_place,
	};
	site->tuning_count++;
}

static void history(struct site_reader *r, const char *id, const struct ini_line *line)
{
	(void)r;
	(void)id;
	(void)line;
}

static void history_line(struct site_reader *r, const struct ini_line *line)
{
	static const struct site_key keys[] = { { "keep", 0, set_keep } };
	const struct site_key *key = find_key(r, line, keys, countof(keys));

	if (key)
		key->set(r, line);
}

static const struct section_kind {
	const char *name; /* with a blank at its end if the id of a rule follows */
	void (*begin)(struct site_reader *r, const char *id, const struct ini_line *line);
	void (*line)(struct site_reader *r, const struct ini_line *line);
} kinds[] = {
	{ "waive ", waive, waive_line },
	{ "tune ", tune, tune_line },
	{ "history", history, history_line },
};

static void begin_section(struct site_reader *r, const struct ini_line *line)
{
	unsigned i;

	r->kind = NULL;
	for (i = 0; i < countof(kinds) && !r->kind; i++) {
		size_t len = strlen(kinds[i].name);
		bool wants_rule = kinds[i].name[len - 1] == ' ';

		if (strncmp(line->section, kinds[i].name, len) == 0 &&
		    (line->section[len] != '\0') == wants_rule)
			r->kind = &kinds[i];
	}
	if (!r->kind)
		errors_add_at(r->errors, &line->place, "'%s' is no section: expected [waive RULE], "
			      "[tune RULE] or [history]", line->section);
	else
		r->kind->begin(r, line->section + strlen(r->kind->name), line);
}

static void continue_value(struct site_reader *r, const struct ini_line *line)
{
	if (r->value)
		*r->value = arena_printf(r->arena, "%s%s%s", *r->value ? *r->value : "",
					 *r->value ? " " : "", printable(r, line->value));
	else
		errors_add_at(r->errors, &line->place, "this value has one line");
}

static void read_line(void *arg, const struct ini_line *line)
{
	struct site_reader *r = arg;

	if (!line->name) {
		r->value = NULL;
		begin_section(r, line);
	} else if (r->kind && line->continuation) {
		continue_value(r, line);
	} else if (r->kind) {
		r->value = NULL;
		r->kind->line(r, line);
	}
}

void site_read(struct site *site, struct arena *arena, const char *path, struct errors *errors)
{
	struct site_reader r = { .site = site, .arena = arena, .errors = errors };
	autobuf struct buf text = BUF_INIT;
	int error = file_read(AT_FDCWD, path, INI_FILE_MAX, &text);

	if (error) {
		errors_add(errors, "%s: %s", path, strerror(error));
		return;
	}
	site->file = arena_strdup(arena, path);
	site->waivers = arena_alloc(arena, WAIVERS_MAX * sizeof *site->waivers);
	site->tunings = arena_alloc(arena, LINES_MAX * sizeof *site->tunings);
	ini_read(arena, site->file, arena_strndup(arena, buf_text(&text), text.len), text.len, read_line,
		 &r, errors);
}

bool waiver_is_for(const struct waiver *waiver, const char *subject)
{
	return !waiver->subject || text_matches(subject, waiver->subject);
}

bool waiver_holds(const struct waiver *waiver, time_t now)
{
	return !waiver->ends || now < waiver->ends;
}
