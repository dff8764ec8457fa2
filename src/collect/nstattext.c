/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "TcpExtListenOverflows           7                  0.0": the line and the column of a table in
 * one word (misc/nstat.c dump_kern_db). */
#include "collect/nstattext.h"

#include <errno.h>
#include <string.h>

#include "fact/fact.h"

/* The number a line begins with a counter's name of, as text; 0 bytes: it is of another, or has
 * none. */
static size_t value_of(const char *line, const char *end, const struct fact *fact,
		       const char **value)
{
	const size_t prefix = strlen(fact->prefix), key = strlen(fact->key);
	const char *p = line + prefix + key;
	size_t len = 0;

	if ((size_t)(end - line) <= prefix + key || memcmp(line, fact->prefix, prefix) != 0 ||
	    memcmp(line + prefix, fact->key, key) != 0 || *p != ' ')
		return 0;
	while (p < end && *p == ' ')
		p++;
	*value = p;
	while (p + len < end && p[len] >= '0' && p[len] <= '9')
		len++;
	return len && p + len < end && p[len] == ' ' ? len : 0;
}

/* Finds the number of a counter. Returns 0; ENODATA; EILSEQ when there are two. */
static int find(const struct buf *text, const struct fact *fact, const char **value, size_t *len)
{
	const char *p = buf_text(text), *end = p + text->len, *newline, *here;
	size_t found;

	*len = 0;
	for (; (newline = memchr(p, '\n', (size_t)(end - p))) != NULL; p = newline + 1) {
		found = value_of(p, newline, fact, &here);
		if (found && *len)
			return EILSEQ;
		if (found) {
			*len = found;
			*value = here;
		}
	}
	return *len ? 0 : ENODATA;
}

/* One line of titles and one of numbers, of those facts that have this prefix. */
static int put_line(const struct buf *text, const char *path, const char *prefix, struct buf *out)
{
	autobuf struct buf titles = BUF_INIT, numbers = BUF_INIT;
	const char *value = NULL;
	size_t len;
	unsigned i;
	int error;

	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (fact->origin != FROM_TABLE || strcmp(fact->path, path) != 0 ||
		    strcmp(fact->prefix, prefix) != 0)
			continue;
		error = find(text, fact, &value, &len);
		if (error == EILSEQ)
			return error;
		if (error)
			continue;
		buf_printf(&titles, " %s", fact->key);
		buf_putc(&numbers, ' ');
		buf_write(&numbers, value, len);
	}
	if (titles.len)
		buf_printf(out, "%s:%s\n%s:%s\n", prefix, titles.text, prefix, numbers.text);
	return 0;
}

static bool is_first(unsigned number)
{
	const struct fact *fact = &fact_catalogue[number];
	unsigned i;

	for (i = 0; i < number; i++)
		if (fact_catalogue[i].origin == FROM_TABLE &&
		    strcmp(fact_catalogue[i].path, fact->path) == 0 &&
		    strcmp(fact_catalogue[i].prefix, fact->prefix) == 0)
			return false;
	return true;
}

/* With -z it prints all that the kernel has: what is missing in a whole text is not there. */
int nstattext_table(const struct buf *text, const char *path, struct buf *out)
{
	int error = 0;
	unsigned i;

	buf_clear(out);
	if (!text->len || *text->text != '#' || text->text[text->len - 1] != '\n')
		return ENODATA;
	for (i = 0; i < fact_count && !error; i++)
		if (fact_catalogue[i].origin == FROM_TABLE &&
		    strcmp(fact_catalogue[i].path, path) == 0 && is_first(i))
			error = put_line(text, path, fact_catalogue[i].prefix, out);
	return error ? error : out->len ? 0 : ENODATA;
}
