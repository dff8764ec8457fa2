/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The five characters that mean something (HTML section 13.1.2), as references XML knows too. */
#include "base/html.h"

#include <string.h>

#include "base/text.h"

void html_text(struct buf *out, const char *s)
{
	autobuf struct buf harmless = BUF_INIT;

	text_harmless(&harmless, s, strlen(s));
	for (s = buf_text(&harmless); *s; s++) {
		switch (*s) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			buf_putc(out, *s);
		}
	}
}
