/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lint for a terminal: line by line, as compilers do, then what a host would be needed for. */
#include <string.h>

#include "base/text.h"
#include "lint/lint.h"
#include "report/look.h"

enum { TEXT_COLUMN = 12 };

static void put_headline(struct buf *out, const struct lint *lint, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	remarks_verdict(&line, &lint->remarks);
	buf_printf(&line, ": %u file%s, %u setting%s judged", lint->files,
		   lint->files == 1 ? "" : "s", lint->settings, lint->settings == 1 ? "" : "s");
	if (lint->others)
		buf_printf(&line, ", %u of other things not", lint->others);
	if (lint->kernel)
		buf_printf(&line, "; Linux %s", lint->kernel);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
}

static void put_place(struct buf *out, const struct config_line *line, const struct look *look)
{
	autobuf struct buf place = BUF_INIT;

	buf_printf(&place, "%s:%u:%u:", line->file, line->line, line->column);
	buf_putc(out, '\n');
	look_strong(out, look, place.text);
	buf_printf(out, " %s\n", line->text);
}

static void put_remark(struct buf *out, const struct remark *remark, const struct look *look)
{
	autobuf struct buf text = BUF_INIT;

	buf_printf(out, "  ");
	look_severity(out, look, remark->severity);
	buf_printf(&text, "%s [%s]", remark->text, remark->check);
	text_wrap(out, buf_text(&text), TEXT_COLUMN,
		  2 + look_columns(severity_name(remark->severity)), look_width(look));
	if (remark->advice)
		look_line(out, look, 2, "do:", TEXT_COLUMN, remark->advice);
	if (remark->rule) {
		buf_clear(&text);
		buf_printf(&text, "tcp-advise explain %s", remark->rule->id);
		look_line(out, look, 2, "see:", TEXT_COLUMN, buf_text(&text));
	}
}

static void put_remarks(struct buf *out, const struct lint *lint, const struct look *look)
{
	const struct config_line *last = NULL;
	unsigned i;

	for (i = 0; i < lint->remarks.count; i++) {
		const struct remark *remark = &lint->remarks.all[i];

		if (remark->line && remark->line != last)
			put_place(out, remark->line, look);
		put_remark(out, remark, look);
		last = remark->line;
	}
}

static void put_needs(struct buf *out, const struct lint *lint, const struct look *look)
{
	unsigned i;

	if (!lint->need_count)
		return;
	buf_puts(out, "\nRules on these settings that need more than files:\n");
	for (i = 0; i < lint->need_count; i++) {
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%s: %s", lint->needs[i].rule->id, lint->needs[i].needs);
		look_hang(out, look, 2, line.text);
	}
}

static void put_scopes(struct buf *out, const struct lint *lint, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	if (*lint->of_namespace)
		buf_printf(&line,
			   "\nAt boot these act in the first network namespace; containers have"
			   " their own: %s.\n",
			   lint->of_namespace);
	if (*lint->of_host)
		buf_printf(&line,
			   "\nThese are of the whole host, and containers cannot set them: %s.",
			   lint->of_host);
	if (line.len)
		text_wrap(out, line.text, 0, 0, look_width(look));
}

void lint_text(struct buf *out, const struct lint *lint, const struct look *look)
{
	size_t start = out->len;

	put_headline(out, lint, look);
	put_remarks(out, lint, look);
	put_needs(out, lint, look);
	put_scopes(out, lint, look);
	look_finish(out, start, look);
}
