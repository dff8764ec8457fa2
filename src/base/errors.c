/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as lines of text, with a caret where a place is known. */
#include "base/errors.h"

#include "base/text.h"

#include <stdarg.h>
#include <string.h>

enum { SOURCE_SHOWN = 100 }; /* bytes of a source line worth repeating */

void errors_fini(struct errors *errors)
{
	buf_fini(&errors->text);
	errors->count = 0;
}

static void add_line(struct errors *errors, const char *format, va_list args)
{
	autofree char *message = NULL;

	if (vasprintf(&message, format, args) < 0) {
		message = NULL;
		return;
	}
	text_printable(&errors->text, message, strlen(message));
	buf_putc(&errors->text, '\n');
}

/* True while there is room; says once when there is none any more. */
static bool room(struct errors *errors)
{
	if (++errors->count == ERRORS_MAX + 1)
		buf_puts(&errors->text, "(further errors are not listed)\n");
	return errors->count <= ERRORS_MAX;
}

int errors_add(struct errors *errors, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (room(errors)) {
		buf_puts(&errors->text, "tcp-advise: ");
		add_line(errors, format, args);
	}
	va_end(args);
	return -1;
}

/* Whether it is shown as it is, tabs included. */
static bool is_harmless(const char *s)
{
	autobuf struct buf harmless = BUF_INIT;
	size_t len;

	for (; *s; s += len + (s[len] == '\t')) {
		buf_clear(&harmless);
		len = strcspn(s, "\t");
		text_harmless(&harmless, s, len);
		if (harmless.len != len)
			return false;
	}
	return true;
}

/* A tab in the source line stays a tab above the caret, and a letter of several bytes is one column,
 * so that the caret stands right. */
static void add_caret(struct buf *out, const struct place *place)
{
	const char *source = place->source;
	size_t len = strlen(source), i;

	if (len > SOURCE_SHOWN || place->column < 1 || place->column > len + 1)
		return;
	if (!is_harmless(source))
		return; /* the message may name the byte; a caret below it would lie */
	buf_printf(out, "    %s\n    ", source);
	for (i = 0; i + 1 < place->column; i++)
		if (((unsigned char)source[i] & 0xc0) != 0x80)
			buf_putc(out, source[i] == '\t' ? '\t' : ' ');
	buf_puts(out, "^\n");
}

int errors_add_at(struct errors *errors, const struct place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (room(errors)) {
		text_printable(&errors->text, place->file, strlen(place->file));
		if (place->line)
			buf_printf(&errors->text, ":%u:%u", place->line, place->column);
		buf_puts(&errors->text, ": ");
		add_line(errors, format, args);
		if (place->source)
			add_caret(&errors->text, place);
	}
	va_end(args);
	return -1;
}
