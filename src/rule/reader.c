/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strict line reader in front of ini_parse_stream(). A refused line reaches inih as an empty
 * one, so that its errors never hide the next line's. */
#include "rule/reader.h"

#include <ctype.h>
#include <ini.h>
#include <string.h>

#include "base/text.h"

struct reader {
	struct arena *arena;
	const char *file;
	char *next, *end;
	unsigned line;
	char *source;  /* the line being parsed */
	const char *section, *name; /* what it belongs to */
	bool any_key;  /* in this section: a continuation has something to continue */
	bool skipping; /* the section's own line was refused: its keys belong nowhere */
	bool indented; /* this line is a continuation */
	ini_fn *fn;
	void *arg;
	struct errors *errors;
};

static struct place place_at(const struct reader *r, size_t column)
{
	return (struct place){ r->file, r->line, (unsigned)column + 1, r->source };
}

static bool refuse(struct reader *r, size_t column, const char *message)
{
	struct place place = place_at(r, column);

	errors_add_at(r->errors, &place, "%s", message);
	return false;
}

/* ---- what a line may be ---- */

static bool bytes_are_sound(struct reader *r, size_t len)
{
	const char *s = r->source;
	size_t i;

	if (len > INI_LINE_MAX)
		return refuse(r, INI_LINE_MAX, "this line is longer than 199 bytes; go on in an "
					       "indented line");
	for (i = 0; i += text_plain(s + i, len - i), i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\0')
			return refuse(r, i, "this line contains a NUL byte");
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return refuse(r, i, "this line contains a control byte");
		if (c == ';' && i > 0 && isblank((unsigned char)s[i - 1]))
			return refuse(r, i, "a blank before ';' begins a comment in INI files; put "
					    "the ';' behind the word");
	}
	return true;
}

static bool section_is_sound(struct reader *r)
{
	const char *s = r->source, *close = strchr(s, ']');
	struct ini_line line = { .place = place_at(r, 1) };
	size_t len;

	r->skipping = true;
	if (!close)
		return refuse(r, strlen(s), "expected ']'");
	len = (size_t)(close - s) - 1;
	if (close[1 + strspn(close + 1, " \t")])
		return refuse(r, (size_t)(close - s) + 1, "nothing may follow the ']' of a section");
	if (len == 0 || len > INI_SECTION_MAX)
		return refuse(r, 1, "the name of a section has 1 to 64 bytes");
	r->section = arena_strndup(r->arena, s + 1, len);
	r->any_key = r->skipping = false;
	line.section = r->section;
	r->fn(r->arg, &line);
	return true;
}

static bool key_is_sound(struct reader *r)
{
	const char *s = r->source, *equals = strchr(s, '=');
	size_t len;

	if (!equals)
		return refuse(r, strlen(s), "expected 'key = value' or, indented, more of the value above");
	for (len = (size_t)(equals - s); len > 0 && isblank((unsigned char)s[len - 1]); len--)
		;
	if (len == 0 || len > INI_NAME_MAX)
		return refuse(r, 0, "a key has 1 to 49 bytes");
	if (memchr(s, ':', len) || memchr(s, ' ', len) || memchr(s, '\t', len))
		return refuse(r, 0, "a key is one word, followed by '='");
	if (!r->section)
		return refuse(r, 0, "expected a [section] before the first key");
	r->any_key = true;
	return true;
}

static bool line_is_sound(struct reader *r, size_t len)
{
	const char *s = r->source;
	size_t blank = strspn(s, " \t");

	if (!bytes_are_sound(r, len))
		return false;
	r->indented = blank > 0;
	if (s[blank] == '\0' || s[0] == '#' || s[0] == ';')
		return true;
	if (blank > 0 && (s[blank] == '#' || s[blank] == ';'))
		return refuse(r, blank, "a comment begins in the first column");
	if (r->skipping && s[0] != '[')
		return false;
	if (blank > 0)
		return r->any_key || refuse(r, blank, "an indented line continues a value, and there is "
						      "no key above it");
	return s[0] == '[' ? section_is_sound(r) : key_is_sound(r);
}

/* ---- inih ---- */

/* fgets() for inih: one physical line, or an empty one in place of a refused one. */
static char *read_line(char *out, int size, void *stream)
{
	struct reader *r = stream;
	char *newline;
	size_t len;

	if (r->next == r->end)
		return NULL;
	newline = memchr(r->next, '\n', (size_t)(r->end - r->next));
	if (!newline)
		newline = r->end;
	*newline = '\0';
	len = (size_t)(newline - r->next);
	r->line++;
	r->source = r->next;
	r->next = newline + (newline < r->end);
	if (len > 0 && r->source[len - 1] == '\r')
		r->source = arena_strndup(r->arena, r->source, --len);
	if (!line_is_sound(r, len) || (int)len + 2 > size)
		len = 0;
	memcpy(out, r->source, len);
	memcpy(out + len, "\n", 2);
	return out;
}

static int handle(void *arg, const char *section, const char *name, const char *value)
{
	struct reader *r = arg;
	const char *equals = r->indented ? NULL : strchr(r->source, '=');
	size_t column = equals ? (size_t)(equals - r->source) + 1 : 0, len = strlen(value);

	(void)section; /* ours has its full name */
	column += strspn(r->source + column, " \t");
	if (!r->indented)
		r->name = arena_strdup(r->arena, name);
	/* What inih found stands in the line, but for blanks behind it. */
	value = r->source[column + len] ? arena_strndup(r->arena, value, len) : r->source + column;
	r->fn(r->arg, &(struct ini_line){
			      .section = r->section,
			      .name = r->name,
			      .value = value,
			      .continuation = r->indented,
			      .place = place_at(r, r->indented ? column : 0),
			      .value_place = place_at(r, column),
		      });
	return 1;
}

void ini_read(struct arena *arena, const char *file, char *text, size_t len, ini_fn *fn,
	      void *arg, struct errors *errors)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8 byte order mark, as some editors add */
	size_t skip = len >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
	struct reader r = { .arena = arena, .file = file, .next = text + skip, .end = text + len,
			    .fn = fn, .arg = arg, .errors = errors };
	unsigned before = errors->count;

	if (ini_parse_stream(read_line, &r, handle, &r) != 0 && errors->count == before)
		errors_add(errors, "%s: not an INI file", file);
}
