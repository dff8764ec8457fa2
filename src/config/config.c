/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines as systemd's src/sysctl/sysctl.c parse_file() and procps' src/sysctl.c
 * parse_setting_line() take them apart; tests/readers.sh holds this against both programs. */
#include "config/config.h"

#include <string.h>

#include "base/text.h"

enum {
	TEXT_MAX = 200,
	SYSTEMD_LINE_MAX = 1 << 20, /* its LONG_LINE_MAX */
};

static const char blanks[] = " \t\r\n";

const char *config_reader_name(enum config_reader reader)
{
	static const char *const names[READERS] = {
		[READER_SYSTEMD] = "systemd-sysctl",
		[READER_PROCPS] = "sysctl --system",
	};

	return names[reader];
}

struct config *config_new(void)
{
	struct config *config = xcalloc(1, sizeof *config);

	config->arena = arena_new();
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	arena_free(config->arena);
	free(config->lines);
	free(config);
}

/* ---- one line ---- */

struct span {
	const char *at;
	size_t len;
};

static struct span strip(struct span s, const char *what)
{
	while (s.len && *s.at && strchr(what, *s.at)) {
		s.at++;
		s.len--;
	}
	while (s.len && s.at[s.len - 1] && strchr(what, s.at[s.len - 1]))
		s.len--;
	return s;
}

/* Blanks inside become spaces, as the kernel takes them for the same. */
static const char *printable(struct arena *arena, struct span s)
{
	autobuf struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < s.len; i++) {
		size_t len = i;

		while (len < s.len && s.at[len] != '\t')
			len++;
		text_printable(&out, s.at + i, len - i);
		if (len < s.len)
			buf_putc(&out, ' ');
		i = len;
	}
	return arena_strdup(arena, buf_text(&out));
}

/* The first separator tells whether dots or slashes separate; the other kind then belongs to the
 * names (net.ipv4.conf.eth0/100.rp_filter). Slashes that repeat, and one at the start, are as for
 * any path. Returns false when it is too long for a key. */
static bool normalise(struct span s, char key[CONFIG_KEY_MAX])
{
	size_t i, n = 0;
	bool dots;

	for (i = 0; i < s.len && s.at[i] != '.' && s.at[i] != '/'; i++)
		;
	dots = i < s.len && s.at[i] == '.';
	if (s.len == 0 || s.len >= CONFIG_KEY_MAX)
		return false;
	for (i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (dots && (c == '.' || c == '/'))
			c = c == '.' ? '/' : '.';
		if (c == '/' && (n == 0 || key[n - 1] == '/'))
			continue;
		key[n++] = c;
	}
	key[n] = '\0';
	return n > 0;
}

void config_dotted(char *key, const char *path)
{
	size_t i;

	for (i = 0; path[i] && i + 1 < CONFIG_KEY_MAX; i++)
		key[i] = path[i] == '/' ? '.' : path[i] == '.' ? '/' : path[i];
	key[i] = '\0';
}

/* "key = value", "-key = value" or "-key"; anything else is no assignment. After the dash only
 * systemd-sysctl allows blanks. */
static void take_apart(struct config *config, struct config_line *line, struct span s)
{
	const char *equals = memchr(s.at, '=', s.len);
	struct span key = { s.at, equals ? (size_t)(equals - s.at) : s.len };
	char path[CONFIG_KEY_MAX];

	line->dash = *s.at == '-';
	if (!equals && !line->dash)
		return;
	if (line->dash) {
		key.at++;
		key.len--;
		if (key.len && strchr(" \t", *key.at))
			line->readers &= equals ? FOR_SYSTEMD : 0;
	}
	key = strip(key, blanks);
	if (!normalise(key, path))
		return;
	line->column += (unsigned)(key.at - s.at);
	line->key = printable(config->arena, (struct span){ path, strlen(path) });
	line->pattern = strpbrk(path, "*?[") != NULL;
	if (equals)
		line->value = printable(
			config->arena,
			strip((struct span){ equals + 1, s.len - (size_t)(equals + 1 - s.at) },
			      blanks));
}

/* Both programs read no further than a NUL. */
static void add_line(struct config *config, struct config_line line, struct span s)
{
	struct span stripped = strip((struct span){ s.at, strnlen(s.at, s.len) }, blanks);

	if (!line.endless && (!stripped.len || *stripped.at == '#' || *stripped.at == ';'))
		return;
	if (config->count == CONFIG_LINES_MAX) {
		config->cut = true;
		return;
	}
	line.column = 1 + (unsigned)(stripped.at - s.at);
	line.text = printable(
		config->arena,
		(struct span){ stripped.at, stripped.len < TEXT_MAX ? stripped.len : TEXT_MAX });
	if (stripped.len && !strchr("#;", *stripped.at))
		take_apart(config, &line, stripped);
	if (config->count == config->size) {
		config->size = config->size ? 2 * config->size : 64;
		config->lines = xrealloc(config->lines, config->size, sizeof *config->lines);
	}
	config->lines[config->count++] = line;
}

void config_add(struct config *config, const char *file, unsigned readers, const char *text,
		size_t len)
{
	struct config_line line = {
		.file = printable(config->arena, (struct span){ file, strlen(file) }),
		.readers = readers,
	};
	size_t at = 0;

	line.of_fix = len > strlen(CONFIG_FIX_MARK) &&
		      memcmp(text, CONFIG_FIX_MARK "\n", strlen(CONFIG_FIX_MARK) + 1) == 0;
	while (at < len) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t end = newline ? (size_t)(newline - text) : len;

		line.line++;
		line.endless = end - at > SYSTEMD_LINE_MAX;
		if (line.endless)
			line.readers &= FOR_PROCPS;
		add_line(config, line, (struct span){ text + at, end - at });
		at = end + 1;
	}
}
