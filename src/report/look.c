/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines and colours for a terminal. */
#include "report/look.h"

#include <string.h>

#include "base/text.h"

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 40 };

unsigned look_width(const struct look *look)
{
	unsigned width = look && look->width ? look->width : WIDTH_DEFAULT;

	return width < WIDTH_LEAST ? WIDTH_LEAST : width;
}

/* SGR sequences of ECMA-48; the default colour for info. */
static void put_coloured(struct buf *out, const struct look *look, const char *sgr,
			 const char *text)
{
	if (look && look->colour && sgr)
		buf_printf(out, "\033[%sm%s\033[0m", sgr, text);
	else
		buf_puts(out, text);
}

void look_severity(struct buf *out, const struct look *look, enum severity severity)
{
	static const char *const colours[SEVERITIES] = {
		[SEVERITY_CRITICAL] = "1;31",
		[SEVERITY_WARNING] = "33",
		[SEVERITY_NOTICE] = "36",
	};

	put_coloured(out, look, colours[severity], severity_name(severity));
}

void look_strong(struct buf *out, const struct look *look, const char *text)
{
	put_coloured(out, look, "1", text);
}

unsigned look_columns(const char *text)
{
	unsigned columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}

void look_hang(struct buf *out, const struct look *look, unsigned indent, const char *text)
{
	autobuf struct buf lines = BUF_INIT;

	text_wrap(&lines, text, indent + 2, 0, look_width(look));
	buf_puts(out, buf_text(&lines) + 2);
}

static unsigned longest_word(const char *text)
{
	unsigned columns = 0, longest = 0;

	for (; *text; text++) {
		columns += ((unsigned char)*text & 0xc0) != 0x80;
		if (*text == ' ' || *text == '\n')
			columns = 0;
		else if (columns > longest)
			longest = columns;
	}
	return longest;
}

void look_line(struct buf *out, const struct look *look, unsigned indent, const char *label,
	       unsigned column, const char *text)
{
	autobuf struct buf line = BUF_INIT;

	if (indent + look_columns(label) < column &&
	    column + longest_word(text) <= look_width(look)) {
		buf_printf(out, "%*s%s", (int)indent, "", label);
		text_wrap(out, text, column, indent + look_columns(label), look_width(look));
		return;
	}
	buf_printf(&line, "%s %s", label, text);
	look_hang(out, look, indent, line.text);
}

/* The length of a colour sequence as put_coloured() writes it, or 0. */
static size_t sgr_length(const char *s)
{
	size_t digits = s[1] == '[' ? strspn(s + 2, "0123456789;") : 0;

	return digits && s[2 + digits] == 'm' ? digits + 3 : 0;
}

void look_finish(struct buf *out, size_t start, const struct look *look)
{
	size_t i;

	for (i = start; i < out->len; i++) {
		unsigned char c = (unsigned char)out->text[i];
		unsigned char next = (unsigned char)out->text[i + 1];

		if (c == '\033' && look && look->colour && sgr_length(&out->text[i]))
			i += sgr_length(&out->text[i]) - 1;
		else if ((c < 0x20 && c != '\n') || c == 0x7f)
			out->text[i] = '?';
		else if (c == 0xc2 && next >= 0x80 && next < 0xa0) /* C1 */
			out->text[i] = out->text[i + 1] = '?';
	}
}
