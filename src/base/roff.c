/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What roff takes for an order: a backslash anywhere, a dot or an apostrophe in front of a line.
 * Other letters than ASCII are named by number, so that the page needs no character set. */
#include "base/roff.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

enum { WIDTH = 78 };

/* One letter of several bytes as \[uXXXX]. Returns its bytes; broken ones become '?' one by one. */
static size_t put_letter(struct buf *out, const char *s)
{
	unsigned char first = (unsigned char)*s;
	size_t len = first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0, i;
	unsigned long code = len ? first & (0x7fu >> len) : 0;

	for (i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			break;
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (len == 0 || i < len || code < 0xa0) {
		buf_putc(out, '?');
		return 1;
	}
	buf_printf(out, "\\[u%04lX]", code);
	return len;
}

/* Wrapping can bring any word to the front, so each is made safe to stand there. */
static void put_safe(struct buf *out, const char *s)
{
	bool front = true;
	size_t len;

	for (; *s; s += len) {
		unsigned char c = (unsigned char)*s;

		len = 1;
		if (front && (c == '.' || c == '\''))
			buf_puts(out, "\\&");
		front = c == ' ' || c == '\n' || c == '\t';
		if (c == '\\')
			buf_puts(out, "\\e");
		else if (c == '\t')
			buf_putc(out, ' ');
		else if (c < ' ' && c != '\n')
			buf_putc(out, '?');
		else if (c >= 0x7f)
			len = put_letter(out, s);
		else
			buf_putc(out, *s);
	}
}

/* A sentence begins on a line of its own, or roff cannot set the blank before it. */
static bool ends_sentence(const struct buf *words, const char *next)
{
	char last = words->len ? words->text[words->len - 1] : ' ';

	return strchr(".!?", last) && isupper((unsigned char)*next);
}

/* An empty line would be one of the page, too: mdoc wants none. */
void roff_text(struct buf *out, const char *s)
{
	static const char blanks[] = " \t\n";
	autobuf struct buf safe = BUF_INIT, words = BUF_INIT;
	size_t len;

	for (s += strspn(s, blanks); *s; s += len + strspn(s + len, blanks)) {
		len = strcspn(s, blanks);
		if (words.len)
			buf_putc(&words, ends_sentence(&words, s) ? '\n' : ' ');
		buf_write(&words, s, len);
	}
	if (!words.len)
		return;
	put_safe(&safe, words.text);
	text_wrap(out, buf_text(&safe), 0, 0, WIDTH);
}

void roff_literal(struct buf *out, const char *s, unsigned width)
{
	autobuf struct buf lines = BUF_INIT;

	text_wrap(&lines, s, 0, 0, width);
	put_safe(out, buf_text(&lines));
}
