/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of 'sysctl -a', with the complaints that go to the same file where stderr does. */
#include "collect/sysctltext.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct line {
	const char *text;
	size_t len;
};

/* Takes the next whole line off the front of what is left, without its end. */
static bool next_line(struct line *left, struct line *line)
{
	const char *end = memchr(left->text, '\n', left->len);
	size_t step;

	if (!end)
		return false;
	step = (size_t)(end - left->text) + 1;
	*line = (struct line){ left->text, step - 1 };
	if (line->len && line->text[line->len - 1] == '\r')
		line->len--;
	left->text += step;
	left->len -= step;
	return true;
}

/* The whole text, without the mark that some editors put before it. */
static struct line whole(const struct buf *text)
{
	static const char mark[] = "\xef\xbb\xbf";
	const size_t skip = strncmp(buf_text(text), mark, strlen(mark)) == 0 ? strlen(mark) : 0;

	return (struct line){ buf_text(text) + skip, text->len - skip };
}

static bool starts(const struct line *line, const char *with)
{
	return line->len >= strlen(with) && memcmp(line->text, with, strlen(with)) == 0;
}

static bool is_key_byte(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._-/:@+", c));
}

/* ---- what it is ---- */

static enum sysctltext_kind line_kind(const struct line *line)
{
	struct line rest = *line;
	bool dotted = false;

	if (starts(line, "#") || starts(line, ";"))
		return SYSCTLTEXT_CONF;
	for (; rest.len && is_key_byte(*rest.text); rest.text++, rest.len--)
		dotted = dotted || *rest.text == '.' || *rest.text == '/';
	if (!dotted)
		return SYSCTLTEXT_NONE;
	return starts(&rest, " =") ? SYSCTLTEXT_OUTPUT :
	       starts(&rest, "=")  ? SYSCTLTEXT_CONF :
				     SYSCTLTEXT_NONE;
}

enum sysctltext_kind sysctltext_kind(const struct buf *text)
{
	struct line left = whole(text), line;
	unsigned seen[SYSCTLTEXT_CONF + 1] = { 0 }, settings = 0;

	while (next_line(&left, &line)) {
		enum sysctltext_kind kind = line_kind(&line);

		seen[kind]++;
		settings += kind == SYSCTLTEXT_OUTPUT ||
			    (kind == SYSCTLTEXT_CONF && isalnum((unsigned char)*line.text));
	}
	return !settings		? SYSCTLTEXT_NONE :
	       seen[SYSCTLTEXT_CONF] > 0 ? SYSCTLTEXT_CONF :
					  SYSCTLTEXT_OUTPUT;
}

/* ---- one key ---- */

/* procps prints the key in single quotes, since 4.0 in double ones. */
static bool denies(const struct line *line, const char *key)
{
	static const char words[] = "sysctl: permission denied on key ";
	const size_t at = strlen(words) + 1, len = strlen(key);

	return starts(line, words) && line->len > at + len &&
	       memcmp(line->text + at, key, len) == 0 && strchr("'\"", line->text[at + len]);
}

static bool assigns(const struct line *line, const char *key, struct line *value)
{
	const size_t len = strlen(key);

	if (!starts(line, key))
		return false;
	*value = (struct line){ line->text + len, line->len - len };
	if (!starts(value, " ="))
		return false;
	value->text += 2;
	value->len -= 2;
	for (; value->len && *value->text == ' '; value->text++)
		value->len--;
	return true;
}

int sysctltext_find(const struct buf *text, const char *key, struct buf *out)
{
	struct line left = whole(text), line, value;
	int error = ENODATA;

	buf_clear(out);
	while (next_line(&left, &line)) {
		if (denies(&line, key) && error == ENODATA)
			error = EACCES;
		if (!assigns(&line, key, &value))
			continue;
		if (memchr(value.text, '\0', value.len))
			return EILSEQ;
		if (error == 0 && (out->len != value.len + 1 ||
				   memcmp(out->text, value.text, value.len) != 0))
			return EILSEQ;
		buf_clear(out);
		buf_write(out, value.text, value.len);
		buf_putc(out, '\n');
		error = 0;
	}
	return error;
}
