/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines as they are written: assignments, keys, and the same key twice. */
#include <string.h>

#include "lint/inside.h"
#include "lint/keys.h"

/* Comparing a name with all there are takes a third of a millisecond. */
enum { HINTS_MAX = 100 };

static struct remark remark_of(const struct config_line *line, const char *key,
			       enum severity severity, const char *check)
{
	return (struct remark){ .severity = severity, .check = check, .key = key, .line = line };
}

/* ---- the line ---- */

static void not_an_assignment(struct lint *lint, const struct config_line *line)
{
	const struct remark remark = remark_of(line, NULL, SEVERITY_WARNING, "not-an-assignment");
	const char *blank = strchr(line->text, ' ');

	if (blank && strchr(line->text, '.') && strspn(blank, " ") < strlen(blank))
		remarks_say(&lint->remarks, &remark,
			    "No '=': the line is skipped. It would be '%.*s = %s'.",
			    (int)(blank - line->text), line->text, blank + strspn(blank, " "));
	else
		remarks_say(&lint->remarks, &remark,
			    "This is no 'key = value', and the line is skipped; lines cannot be"
			    " continued.");
}

/* U+FEFF in UTF-8, as text_printable() writes it. */
static const char byte_order_mark[] = "\\xef\\xbb\\xbf";

static void marked_line(struct lint *lint, const struct config_line *line)
{
	const struct remark remark = remark_of(line, NULL, SEVERITY_WARNING, "byte-order-mark");

	remarks_say(
		&lint->remarks, &remark,
		"The file begins with a byte order mark, which is taken for a part of this line: it"
		" sets nothing.");
}

static void endless_line(struct lint *lint, const struct config_line *line)
{
	const struct remark remark = remark_of(line, NULL, SEVERITY_WARNING, "line-too-long");

	remarks_say(&lint->remarks, &remark,
		    "The line is longer than 1 MiB: systemd-sysctl reads no further in this file.");
}

static void who_reads(struct lint *lint, const struct config_line *line, const char *key)
{
	const struct remark remark = remark_of(line, key, SEVERITY_NOTICE, "readers-differ");

	if (line->readers == FOR_SYSTEMD)
		remarks_say(
			&lint->remarks, &remark,
			"systemd-sysctl reads it, 'sysctl --system' and 'sysctl -p' do not: a blank"
			" stands between the dash and the key.");
	else if (line->readers == 0)
		remarks_say(&lint->remarks, &remark,
			    "Nothing reads it: a blank stands between the"
			    " dash and the key.");
	else if (line->pattern && strchr(line->key, '{'))
		remarks_say(&lint->remarks, &remark,
			    "systemd-sysctl expands the braces, 'sysctl --system' does not.");
}

/* ---- the key ---- */

static void unknown_key(struct lint *lint, const struct config_line *line, const char *key,
			struct key_answer *answer)
{
	const struct remark remark = remark_of(line, key, SEVERITY_WARNING, "unknown-key");

	if (lint->unknown++ < HINTS_MAX)
		key_find_nearest(answer, key);
	if (*answer->nearest)
		remarks_say(&lint->remarks, &remark,
			    "No kernel known here has this key; did you mean '%s'?",
			    answer->nearest);
	else
		remarks_say(&lint->remarks, &remark, "No kernel known here has this key.");
}

static void gone_key(struct lint *lint, const struct config_line *line, const char *key,
		     const char *instead)
{
	const struct remark remark = remark_of(line, key, SEVERITY_NOTICE, "removed-key");

	remarks_say(&lint->remarks, &remark,
		    "No kernel of today has this key%s%s. The line sets nothing.",
		    instead ? ": " : "", instead ? instead : "");
}

/* Whether the kernel has the key at all, so that its value is worth a look. */
static bool is_there(struct lint *lint, const struct config_line *line, const char *key,
		     const struct fact *fact, unsigned kernel)
{
	struct remark remark = remark_of(line, key, SEVERITY_NOTICE, "removed-key");
	unsigned until = fact->until ? kernel_version(fact->until) : 0;
	unsigned since = fact->since ? kernel_version(fact->since) : 0;

	if (until && (!kernel || kernel >= until) && !fact->inert) {
		remarks_say(
			&lint->remarks, &remark,
			"No kernel since %s has this key. The line sets nothing, and says that it"
			" failed each time the files are read.",
			fact->until);
		return false;
	}
	if (until && (!kernel || kernel >= until)) {
		remark.check = "no-effect";
		remarks_say(
			&lint->remarks, &remark,
			"Nothing reads this key since %s: it is kept so that old files do not"
			    " fail.",
			fact->until);
		return false;
	}
	if (since && kernel && kernel < since) {
		remark.check = "newer-key";
		remarks_say(&lint->remarks, &remark,
			    "Kernels of kernel.org have it since %s; an older one has it only where"
			    " its distribution added it.",
			    fact->since);
	}
	return true;
}

static void needs_module(struct lint *lint, const struct config_line *line, const char *key)
{
	const struct remark remark = remark_of(line, key, SEVERITY_INFO, "needs-module");

	if (!line->of_fix && strncmp(key, "net.netfilter.nf_conntrack_", 27) == 0)
		remarks_say(&lint->remarks, &remark,
			    "The key is there once nf_conntrack is loaded: a line in"
			    " /etc/modules-load.d loads it before the files are read at boot.");
}

/* ---- one line ---- */

static void check_line(struct lint *lint, const struct config_line *line, unsigned kernel)
{
	char key[CONFIG_KEY_MAX];
	struct key_answer answer;

	if (line->endless) {
		endless_line(lint, line);
		return;
	}
	if (strncmp(line->text, byte_order_mark, strlen(byte_order_mark)) == 0) {
		marked_line(lint, line);
		return;
	}
	if (!line->key) {
		not_an_assignment(lint, line);
		return;
	}
	config_dotted(key, line->key);
	who_reads(lint, line, arena_strdup(lint->remarks.arena, key));
	if (line->pattern || !line->value)
		return;
	key_look_up(&answer, key);
	lint->settings += answer.kind != KEY_OTHER;
	lint->others += answer.kind == KEY_OTHER;
	if (answer.kind == KEY_UNKNOWN)
		unknown_key(lint, line, arena_strdup(lint->remarks.arena, key), &answer);
	else if (answer.kind == KEY_GONE)
		gone_key(lint, line, arena_strdup(lint->remarks.arena, key), answer.instead);
	else if (answer.kind == KEY_SETTING && is_there(lint, line, fact_catalogue[answer.fact].key,
							&fact_catalogue[answer.fact], kernel)) {
		needs_module(lint, line, fact_catalogue[answer.fact].key);
		lint_value(lint, line, answer.fact, kernel);
	}
}

/* ---- the same key twice ---- */

static int by_key(const void *a, const void *b)
{
	const struct config_line *x = *(const struct config_line *const *)a;
	const struct config_line *y = *(const struct config_line *const *)b;
	int order = strcmp(x->key, y->key);

	return order ? order : x < y ? -1 : x > y;
}

static void said_twice(struct lint *lint, const struct config_line *line,
		       const struct config_line *later)
{
	bool same = strcmp(line->value, later->value) == 0;
	char key[CONFIG_KEY_MAX];
	struct remark remark;

	config_dotted(key, line->key);
	remark = remark_of(line, arena_strdup(lint->remarks.arena, key),
			   same ? SEVERITY_INFO : SEVERITY_WARNING, "duplicate-key");
	if (same)
		remarks_say(&lint->remarks, &remark, "%s:%u says the same again.", later->file,
			    later->line);
	else
		remarks_say(&lint->remarks, &remark,
			    "It does not last: %s:%u sets '%s', and the last line wins.",
			    later->file, later->line, later->value);
}

static void check_twice(struct lint *lint, const struct config *config)
{
	autofree const struct config_line **lines = xcalloc(config->count + 1, sizeof(*lines));
	unsigned i, count = 0;

	for (i = 0; i < config->count; i++)
		if (config->lines[i].key && config->lines[i].value)
			lines[count++] = &config->lines[i];
	qsort(lines, count, sizeof(*lines), by_key);
	for (i = 0; i + 1 < count; i++)
		if (strcmp(lines[i]->key, lines[i + 1]->key) == 0)
			said_twice(lint, lines[i], lines[i + 1]);
}

void lint_syntax(struct lint *lint, const struct config *config, unsigned kernel)
{
	unsigned i;

	for (i = 0; i < config->count; i++)
		check_line(lint, &config->lines[i], kernel);
	check_twice(lint, config);
}
