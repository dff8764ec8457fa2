/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp-advise-rules(7): a section for each topic, a subsection for each rule. Texts never stand
 * behind a macro, where some words are macros too. */
#include "report/reference.h"

#include <ctype.h>
#include <string.h>

#include "base/roff.h"

/* Behind the indent of literal displays. */
enum { WIDTH = 68 };

static const char opening[] =
	".\\\" Made from the rules by 'tcp-advise rules --mdoc'; edit those.\n"
	".Dd November 21, 2026\n"
	".Dt TCP-ADVISE-RULES 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm tcp-advise-rules\n"
	".Nd the rules of tcp-advise\n"
	".Sh DESCRIPTION\n"
	"These are the rules that\n"
	".Xr tcp-advise 8\n"
	"comes with, topic by topic.\n"
	"Each has an id that never changes, so that it can be cited.\n"
	".Ql tcp-advise explain ID\n"
	"prints the same of the rulebook that is in use,\n"
	"with its thresholds and its checksum.\n"
	"The option\n"
	".Fl -let Ar ID.NAME=VALUE\n"
	"changes a threshold without a copy of the rule.\n"
	"The language of the conditions is described in\n"
	".Xr tcp-advise-rules 5 ,\n"
	"what they ask the kernel in\n"
	".Xr tcp-advise-facts 7 .\n"
	".Pp\n";

static const char closing[] =
	".Sh SEE ALSO\n"
	".Xr tcp-advise-rules 5 ,\n"
	".Xr tcp 7 ,\n"
	".Xr tcp-advise-facts 7 ,\n"
	".Xr sysctl 8 ,\n"
	".Xr tcp-advise 8\n";

static void begin(struct buf *out, const struct reference *reference)
{
	const struct rulebook *book = reference->book;
	autobuf struct buf text = BUF_INIT;

	if (book->licence)
		buf_printf(out, ".\\\" SPDX-License-Identifier: %s\n", book->licence);
	buf_puts(out, opening);
	buf_printf(&text, "This page has the %u rules of rulebook version %s, licence %s, sha256 %s.",
		   book->count, book->version ? book->version : "unknown",
		   book->licence ? book->licence : "unknown", checksum_hex(book->checksum));
	roff_text(out, text.text);
}

/* Names of files are free; of capitals and digits no macro is made. */
static void topic(struct buf *out, const char *name)
{
	buf_puts(out, ".Sh ");
	for (; *name; name++)
		buf_putc(out, isalnum((unsigned char)*name) ? (char)toupper((unsigned char)*name) : '-');
	buf_putc(out, '\n');
}

static void rule(struct buf *out, const struct rule *rule)
{
	buf_printf(out, ".Ss %s\n", rule->id);
	roff_text(out, reference_title(rule));
	buf_printf(out, ".Pp\n.Em Severity :\n%s", severity_name(rule->severity));
	if (rule->per != PER_HOST)
		buf_printf(out, ", for each %s", grouping_name(rule->per));
	buf_puts(out, ".\n");
}

static void put_heading(struct buf *out, const char *heading)
{
	buf_puts(out, ".Pp\n");
	if (heading)
		buf_printf(out, ".Em %s :\n", heading);
}

static void prose(struct buf *out, const char *heading, const char *text)
{
	while (*text) {
		autobuf struct buf paragraph = BUF_INIT;
		size_t len = strcspn(text, "\n");

		buf_write(&paragraph, text, len);
		text += len + (text[len] == '\n');
		if (!len)
			continue;
		put_heading(out, heading);
		roff_text(out, paragraph.text);
		heading = NULL;
	}
}

static void code(struct buf *out, const char *heading, const char *lines)
{
	put_heading(out, heading);
	buf_puts(out, ".Bd -literal -offset indent -compact\n");
	roff_literal(out, lines, WIDTH);
	buf_puts(out, ".Ed\n");
}

static void list(struct buf *out, const char *heading)
{
	put_heading(out, heading);
	buf_puts(out, ".Bl -bullet -offset indent -compact\n");
}

static void item(struct buf *out, const char *words, const char *source)
{
	autobuf struct buf text = BUF_INIT;

	buf_puts(out, ".It\n");
	if (words)
		buf_puts(&text, words);
	if (source)
		buf_printf(&text, "%s%s", words ? ": " : "", source);
	roff_text(out, buf_text(&text));
}

static void list_end(struct buf *out)
{
	buf_puts(out, ".El\n");
}

static void end(struct buf *out)
{
	buf_puts(out, closing);
}

void reference_mdoc(struct buf *out, const struct rulebook *book)
{
	static const struct reference_style style = {
		.begin = begin, .topic = topic, .rule = rule,	     .prose = prose, .code = code,
		.list = list,	.item = item,	.list_end = list_end, .end = end,
	};

	reference_print(out, book, &style);
}
