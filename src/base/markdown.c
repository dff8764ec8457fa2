/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A backslash before ASCII punctuation makes it plain (CommonMark 0.31 section 2.4); inside code
 * nothing is special but more backquotes than the code has (sections 4.5 and 6.1). */
#include "base/markdown.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

static const char blanks[] = " \t\n";

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* What would open a block at the beginning of a line: #, >, -, +, 1. and the lines of = and - below
 * a heading, or :- below the head of a table (GitHub's of one column has no | at all). Appends up
 * to there, with a backslash, and returns how much that was. */
static size_t put_opening(struct buf *out, const char *line)
{
	size_t len = strcspn(line, blanks), digits = strspn(line, "0123456789"), at;

	if (*line == '>' || (len && (strspn(line, "#") == len || strspn(line, "=") == len ||
				     strspn(line, "+") == len || strspn(line, ":-") == len)))
		at = 0;
	else if (digits && digits + 1 == len && strchr(".)", line[digits]))
		at = digits;
	else
		return 0;
	buf_write(out, line, at);
	buf_putc(out, '\\');
	return at;
}

/* Whether s[i] means something wherever it stands. */
static bool is_markup(const char *s, size_t i)
{
	switch (s[i]) {
	case '_': /* net.ipv4.tcp_rmem is no emphasis (section 6.2, rules 2 and 4) */
		return i == 0 || !is_word(s[i - 1]) || !is_word(s[i + 1]);
	case '&':
		return is_word(s[i + 1]) || s[i + 1] == '#';
	case ':': /* GitHub makes links of bare addresses */
		return s[i + 1] == '/' && s[i + 2] == '/';
	case '.':
		return i >= 3 && strncasecmp(s + i - 3, "www", 3) == 0;
	default:
		return strchr("\\`*[]<|~$", s[i]);
	}
}

/* GitHub makes links of a@b.c, notifies @name and links #12 once escapes are resolved: only code
 * is left alone (cmark-gfm extensions/autolink.c, postprocess_text; seen with 0.29.0.gfm.6). */
static bool is_called(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (word[i] == '@' || (word[i] == '#' && isdigit((unsigned char)word[i + 1]) &&
				       (i == 0 || word[i - 1] != '&')))
			return true;
	return false;
}

/* Appends the word at s if it must be code, and returns its length, else 0. */
static size_t put_called(struct buf *out, const char *s)
{
	size_t len = strcspn(s, blanks);
	autobuf struct buf word = BUF_INIT;

	if (!is_called(s, len))
		return 0;
	buf_write(&word, s, len);
	markdown_code(out, word.text);
	return len;
}

void markdown_words(struct buf *out, const char *s)
{
	size_t i;

	s += strspn(s, blanks);
	i = put_called(out, s);
	if (i == 0)
		i = put_opening(out, s);
	for (; s[i]; i++) {
		if (i && strchr(blanks, s[i - 1]))
			i += put_called(out, s + i);
		if (!s[i])
			break;
		if (strchr(blanks, s[i])) {
			if (s[i + 1 + strspn(s + i + 1, blanks)] && !strchr(blanks, s[i + 1]))
				buf_putc(out, ' ');
			continue;
		}
		if (is_markup(s, i))
			buf_putc(out, '\\');
		buf_putc(out, s[i]);
	}
}

void markdown_wrap(struct buf *out, const char *line, unsigned width)
{
	autobuf struct buf lines = BUF_INIT;
	const char *s;
	size_t len;

	text_wrap(&lines, line, 0, 0, width);
	for (s = lines.text; *s; s += len) {
		s += put_opening(out, s);
		len = strcspn(s, "\n") + 1;
		buf_write(out, s, len);
	}
}

void markdown_prose(struct buf *out, const char *heading, const char *s, unsigned width)
{
	while (*s) {
		autobuf struct buf line = BUF_INIT, safe = BUF_INIT;
		size_t len = strcspn(s, "\n");

		buf_write(&line, s, len);
		if (heading)
			buf_printf(&safe, "**%s:** ", heading);
		markdown_words(&safe, buf_text(&line));
		s += len + (s[len] == '\n');
		if (!len)
			continue;
		buf_putc(out, '\n');
		markdown_wrap(out, buf_text(&safe), width ? width : UINT_MAX);
		heading = NULL;
	}
}

static unsigned longest_run(const char *s, char c)
{
	unsigned run = 0, longest = 0;

	for (; *s; s++) {
		run = *s == c ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void put_quotes(struct buf *out, unsigned count)
{
	while (count--)
		buf_putc(out, '`');
}

void markdown_code(struct buf *out, const char *s)
{
	unsigned quotes = longest_run(s, '`') + 1;
	/* A backquote at an end would join the fence; one blank on both sides is taken off. */
	const char *pad = quotes > 1 ? " " : "";

	put_quotes(out, quotes);
	buf_puts(out, pad);
	for (; *s; s++)
		buf_putc(out, strchr(blanks, *s) ? ' ' : *s);
	buf_puts(out, pad);
	put_quotes(out, quotes);
}

/* A bar is one of the table's also within code, unless a backslash stands before it, which is then
 * taken off (GitHub Flavored Markdown, Tables). */
void markdown_cell(struct buf *out, const char *text)
{
	size_t i;

	buf_putc(out, ' ');
	for (i = 0; text[i]; i++) {
		if (text[i] == '|' && (i == 0 || text[i - 1] != '\\'))
			buf_putc(out, '\\');
		buf_putc(out, text[i]);
	}
	buf_puts(out, " |");
}

void markdown_cell_words(struct buf *out, const char *words)
{
	autobuf struct buf cell = BUF_INIT;

	markdown_words(&cell, words);
	markdown_cell(out, buf_text(&cell));
}

void markdown_cell_code(struct buf *out, const char *code)
{
	autobuf struct buf cell = BUF_INIT;

	markdown_code(&cell, *code ? code : "-");
	markdown_cell(out, cell.text);
}

void markdown_block(struct buf *out, const char *s, unsigned width)
{
	unsigned quotes = longest_run(s, '`') + 1;

	quotes = quotes < 3 ? 3 : quotes;
	put_quotes(out, quotes);
	buf_putc(out, '\n');
	text_wrap(out, s, 0, 0, width);
	put_quotes(out, quotes);
	buf_putc(out, '\n');
}
