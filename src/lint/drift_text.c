/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drift for a terminal: the verdict, each difference, and what the files set that is so. */
#include <string.h>

#include "base/text.h"
#include "lint/drift.h"
#include "report/look.h"

static void put_headline(struct buf *out, const struct drift *drift, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	remarks_verdict(&line, &drift->remarks);
	buf_printf(&line, ": %s", drift->hostname ? drift->hostname : "unnamed host");
	if (drift->kernel)
		buf_printf(&line, ", Linux %s", drift->kernel);
	if (drift->netns)
		buf_printf(&line, ", %s", drift->netns);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
	buf_clear(&line);
	buf_printf(&line, "%u keys compared, of which files set %u", drift->count, drift->set);
	text_wrap(out, buf_text(&line), 0, 0, look_width(look));
}

static void put_notes(struct buf *out, const struct drift *drift, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	if (drift->files != WHY_KNOWN) {
		buf_puts(&line, "Not all files could be read: ");
		value_reason(&line, value_unknown(drift->files, FACT_NONE));
		buf_puts(&line, ". What they set is missing here.");
		text_wrap(out, buf_text(&line), 0, 0, look_width(look));
	}
	if (drift->namespace_known && !drift->first_namespace)
		text_wrap(out,
			  "This is not the first network namespace: at boot the files are"
			  " applied to that one, and here only if a program does it.",
			  0, 0, look_width(look));
}

static void put_remark(struct buf *out, const struct remark *remark, const struct look *look)
{
	autobuf struct buf label = BUF_INIT;

	buf_putc(out, '\n');
	look_severity(out, look, remark->severity);
	buf_printf(out, "  %s  ", remark->check);
	look_strong(out, look, remark->key);
	buf_putc(out, '\n');
	look_line(out, look, 2, "", 2, remark->text);
	if (remark->line) {
		buf_printf(&label, "%s:%u:", remark->line->file, remark->line->line);
		look_line(out, look, 2, buf_text(&label), 2 + (unsigned)label.len + 1,
			  remark->line->text);
	}
}

static void put_agreeing(struct buf *out, const struct drift *drift)
{
	const char *heading = "\nSet by files, and so:\n";
	unsigned i;

	for (i = 0; i < drift->count; i++) {
		const struct drift_key *key = &drift->keys[i];
		const struct config_line *line = key->boot[READER_SYSTEMD].line;

		if (!line || key->differs || !key->running)
			continue;
		buf_printf(out, "%s  %s = %s  (%s:%u)%s\n", heading, key->key, key->running,
			   line->file, line->line,
			   key->initial && strcmp(key->initial, key->running) == 0
				   ? ", the kernel's own"
				   : "");
		heading = "";
	}
}

void drift_text(struct buf *out, const struct drift *drift, const struct look *look)
{
	size_t start = out->len;
	unsigned i;

	put_headline(out, drift, look);
	put_notes(out, drift, look);
	for (i = 0; i < drift->remarks.count; i++)
		put_remark(out, &drift->remarks.all[i], look);
	put_agreeing(out, drift);
	look_finish(out, start, look);
}
