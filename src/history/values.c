/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of findings as compact JSON: about 60 bytes a finding, and anyone can read them with
 * sqlite3 and its JSON functions. */
#include "history/inside.h"

#include <string.h>

/* Texts such as a ranking change in every run; their beginning is what matters. */
enum { TEXT_KEPT = 48 };

void values_string(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\u%04x", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

void values_number(struct buf *out, double number)
{
	if (!isfinite(number))
		buf_puts(out, "null");
	else if (number == trunc(number) && fabs(number) < 1e15)
		buf_printf(out, "%.0f", number);
	else
		buf_printf(out, "%.4g", number);
}

void values_names(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	buf_putc(out, '[');
	for (i = 0; i < finding->evidence_count; i++) {
		buf_puts(out, i ? ",[" : "[");
		values_string(out, finding->evidence[i].name);
		buf_putc(out, ',');
		if (finding->evidence[i].unit)
			values_string(out, finding->evidence[i].unit);
		else
			buf_puts(out, "null");
		buf_putc(out, ']');
	}
	buf_putc(out, ']');
}

/* Not in the middle of a character. */
static size_t kept(const char *text)
{
	size_t len = strnlen(text, TEXT_KEPT + 1);

	if (len <= TEXT_KEPT)
		return len;
	for (len = TEXT_KEPT; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

static void put_text(struct buf *out, const char *text)
{
	autobuf struct buf cut = BUF_INIT;

	buf_write(&cut, text, kept(text));
	if (cut.len < strlen(text))
		buf_puts(&cut, "...");
	values_string(out, buf_text(&cut));
}

void values_put(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	for (i = 0; i < finding->evidence_count; i++) {
		const struct report_evidence *evidence = &finding->evidence[i];

		buf_putc(out, ',');
		if (!evidence->known) {
			buf_puts(out, "null");
		} else if (!evidence->unit) {
			put_text(out, evidence->text);
		} else if (evidence->number == evidence->number_hi) {
			values_number(out, evidence->number);
		} else {
			buf_putc(out, '[');
			values_number(out, evidence->number);
			buf_putc(out, ',');
			values_number(out, evidence->number_hi);
			buf_putc(out, ']');
		}
	}
}
