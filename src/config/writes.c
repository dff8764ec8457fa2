/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written for a key: systemd's apply_all() and apply_glob_option_with_prefix(), procps'
 * write_setting_list(). */
#include "config/config.h"

#include <fnmatch.h>
#include <string.h>

/* fnmatch() may backtrack for each; nobody writes more than two. */
enum { STARS_MAX = 4, TRIES_MAX = 64 };

/* glob(7): a pattern crosses no separator. */
static bool plain_matches(const char *pattern, const char *key)
{
	unsigned stars = 0;
	const char *p;

	for (p = pattern; *p; p++)
		stars += *p == '*';
	return stars <= STARS_MAX && fnmatch(pattern, key, FNM_PATHNAME | FNM_PERIOD) == 0;
}

/* The brace that closes the one at 'open', or NULL. */
static const char *closing(const char *open)
{
	unsigned depth = 0;

	for (; *open; open++) {
		depth += *open == '{';
		if (*open == '}' && --depth == 0)
			return open;
	}
	return NULL;
}

/* Where the alternative that begins at 'at' ends: at a comma or at 'close'. */
static const char *alternative_end(const char *at, const char *close)
{
	unsigned depth = 0;

	for (; at < close; at++) {
		depth += *at == '{';
		depth -= *at == '}';
		if (*at == ',' && depth == 0)
			return at;
	}
	return close;
}

/* glob(3) with GLOB_BRACE: one alternative after the other takes the place of the braces. 'tries'
 * bounds how many there may be in all. */
static bool brace_matches(const char *pattern, const char *key, unsigned *tries)
{
	const char *open = strchr(pattern, '{'), *close = open ? closing(open) : NULL;
	const char *at, *end;

	if (!close)
		return plain_matches(pattern, key);
	for (at = open + 1; at <= close && *tries > 0; at = end + 1) {
		char one[CONFIG_KEY_MAX];

		--*tries;
		end = alternative_end(at, close);
		snprintf(one, sizeof one, "%.*s%.*s%s", (int)(open - pattern), pattern,
			 (int)(end - at), at, close + 1);
		if (brace_matches(one, key, tries))
			return true;
	}
	return false;
}

static bool pattern_matches(const char *pattern, const char *key, enum config_reader reader)
{
	unsigned tries = TRIES_MAX;

	if (reader == READER_SYSTEMD)
		return brace_matches(pattern, key, &tries);
	return plain_matches(pattern, key);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether a line speaks of the key for this reader; 1 by name, 2 by pattern. */
static int speaks_of(const struct config_line *line, enum config_reader reader, const char *key)
{
	if (!line->key || !(line->readers & 1u << reader))
		return 0;
	if (!line->pattern)
		return strcmp(line->key, key) == 0;
	return pattern_matches(line->key, key, reader) ? 2 : 0;
}

static bool is_named(const struct config *config, enum config_reader reader, const char *key)
{
	unsigned i;

	for (i = 0; i < config->count; i++)
		if (speaks_of(&config->lines[i], reader, key) == 1)
			return true;
	return false;
}

struct writes {
	const struct config_line **lines;
	unsigned count, max;
};

static void drop(struct writes *writes, unsigned i)
{
	writes->count--;
	memmove(writes->lines + i, writes->lines + i + 1,
		(writes->count - i) * sizeof *writes->lines);
}

static void append(struct writes *writes, const struct config_line *line)
{
	if (writes->count == writes->max)
		drop(writes, 0);
	writes->lines[writes->count++] = line;
}

/* systemd: a line that repeats what is kept under its key is dropped, any other takes its place
 * and is then the last in order. */
static void replace(struct writes *writes, const struct config_line *line)
{
	unsigned i;

	for (i = 0; i < writes->count; i++) {
		if (strcmp(writes->lines[i]->key, line->key) != 0)
			continue;
		if (same_text(writes->lines[i]->value, line->value))
			return;
		drop(writes, i);
		break;
	}
	append(writes, line);
}

unsigned config_writes(const struct config *config, enum config_reader reader, const char *key,
		       const struct config_line **lines, unsigned max)
{
	int wanted = is_named(config, reader, key) ? 1 : 2;
	struct writes writes = { lines, 0, max };
	unsigned i;

	for (i = 0; i < config->count; i++) {
		const struct config_line *line = &config->lines[i];

		if (speaks_of(line, reader, key) != wanted)
			continue;
		if (reader == READER_SYSTEMD)
			replace(&writes, line);
		else
			append(&writes, line);
	}
	for (i = writes.count; i-- > 0;)
		if (!lines[i]->value)
			drop(&writes, i);
	return writes.count;
}

const struct config_line *config_winner(const struct config *config, enum config_reader reader,
					const char *key)
{
	const struct config_line *lines[CONFIG_WRITES_MAX];
	unsigned count = config_writes(config, reader, key, lines, countof(lines));

	return count ? lines[count - 1] : NULL;
}
