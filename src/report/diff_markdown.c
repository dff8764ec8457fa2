/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The comparison for a postmortem, as tables. What came from a report is code. */
#include "report/diff.h"

#include <math.h>

#include "base/markdown.h"

static void put_who(struct buf *out, const char *word, const struct account *account)
{
	autobuf struct buf who = BUF_INIT;

	diff_who(&who, account);
	buf_printf(out, "- %s: ", word);
	markdown_code(out, who.text);
	buf_putc(out, '\n');
}

static void put_head(struct buf *out, const struct diff *diff)
{
	autobuf struct buf between = BUF_INIT;
	unsigned i;

	buf_printf(out, "## tcp-advise: %u began, %u ended\n\n", diff->by_change[DIFF_BEGAN],
		   diff->by_change[DIFF_ENDED]);
	put_who(out, "before", diff->a);
	put_who(out, "after", diff->b);
	if (diff->seconds > 0) {
		unit_print(&between, UNIT_SECONDS, diff->seconds);
		buf_printf(out, "- between them: %s\n", between.text);
	}
	for (i = 0; i < diff->note_count; i++) {
		buf_puts(out, "- ");
		markdown_words(out, diff->notes[i]);
		buf_putc(out, '\n');
	}
}

static void put_findings(struct buf *out, const struct diff *diff)
{
	unsigned change, i;

	if (!diff->finding_count)
		return;
	buf_puts(out, "\n### Findings\n\n| change | severity | rule | subject | what |\n"
		      "| --- | --- | --- | --- | --- |\n");
	for (change = 0; change < DIFF_CHANGES; change++)
		for (i = 0; i < diff->finding_count; i++) {
			const struct diff_finding *f = &diff->findings[i];

			if (f->change != change)
				continue;
			buf_putc(out, '|');
			markdown_cell_words(out, diff_change_name(f->change));
			markdown_cell_words(out, f->finding->severity);
			markdown_cell_code(out, f->finding->rule);
			markdown_cell_code(out, f->finding->subject);
			markdown_cell_words(out, f->why ? f->why : f->finding->title);
			buf_putc(out, '\n');
		}
}

static void put_sysctls(struct buf *out, const struct diff *diff)
{
	unsigned i;

	if (!diff->sysctl_count)
		return;
	buf_puts(out, "\n### Settings that changed\n\n| setting | before | after |\n"
		      "| --- | --- | --- |\n");
	for (i = 0; i < diff->sysctl_count; i++) {
		const struct diff_sysctl *sysctl = &diff->sysctls[i];

		buf_putc(out, '|');
		markdown_cell_code(out, sysctl->key);
		markdown_cell_code(out, sysctl->a ? sysctl->a : "unknown");
		markdown_cell_code(out, sysctl->b ? sysctl->b : "unknown");
		buf_putc(out, '\n');
	}
}

static void put_counters(struct buf *out, const struct diff *diff)
{
	unsigned i;

	if (!diff->counter_count)
		return;
	buf_puts(out, "\n### Counters\n\n| counter | growth | rate |\n| --- | ---: | ---: |\n");
	for (i = 0; i < diff->counter_count; i++) {
		const struct diff_counter *counter = &diff->counters[i];
		autobuf struct buf growth = BUF_INIT, rate = BUF_INIT;

		unit_print(&growth, UNIT_COUNT, (double)(counter->b - counter->a));
		if (isfinite(counter->rate))
			unit_print(&rate, UNIT_PER_SECOND, counter->rate);
		buf_putc(out, '|');
		markdown_cell_code(out, counter->name);
		markdown_cell_words(out, growth.text);
		markdown_cell_words(out, buf_text(&rate));
		buf_putc(out, '\n');
	}
}

static void put_states(struct buf *out, const struct diff *diff)
{
	unsigned i;

	if (!diff_states_matter(diff))
		return;
	buf_puts(out, "\n### Sockets by state\n\n| state | before | after |\n| --- | ---: | ---: |\n");
	for (i = 0; i < diff->state_count; i++) {
		autobuf struct buf a = BUF_INIT, b = BUF_INIT;

		if (!diff_state_matters(&diff->states[i]))
			continue;
		diff_count(&a, diff->states[i].a);
		diff_count(&b, diff->states[i].b);
		buf_putc(out, '|');
		markdown_cell_code(out, diff->states[i].name);
		markdown_cell_words(out, a.text);
		markdown_cell_words(out, b.text);
		buf_putc(out, '\n');
	}
}

void diff_print_markdown(struct buf *out, const struct diff *diff, const struct look *look)
{
	(void)look;
	put_head(out, diff);
	put_findings(out, diff);
	put_sysctls(out, diff);
	put_counters(out, diff);
	put_states(out, diff);
}
