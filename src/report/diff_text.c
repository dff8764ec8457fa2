/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The comparison for a terminal. Lines begin with a word that grep can take. */
#include "report/diff.h"

#include <math.h>

#include "base/text.h"

static void put_who(struct buf *out, const struct look *look, const char *word,
		    const struct account *account)
{
	autobuf struct buf line = BUF_INIT;

	diff_who(&line, account);
	look_line(out, look, 0, word, 8, line.text);
}

static void put_between(struct buf *out, const struct diff *diff, const struct look *look)
{
	autobuf struct buf line = BUF_INIT;
	unsigned change;

	for (change = 0; change < DIFF_CHANGES; change++)
		buf_printf(&line, "%s%u %s", change ? ", " : "findings: ", diff->by_change[change],
			   diff_change_name((enum diff_change)change));
	if (diff->seconds > 0) {
		buf_puts(&line, "; ");
		unit_print(&line, UNIT_SECONDS, diff->seconds);
		buf_puts(&line, " between them");
	}
	look_hang(out, look, 0, line.text);
}

static void put_finding(struct buf *out, const struct look *look, const struct diff_finding *f)
{
	autobuf struct buf word = BUF_INIT, line = BUF_INIT;

	buf_printf(&word, "%s:", diff_change_name(f->change));
	buf_printf(&line, "%s: %s [%s] %s", f->finding->severity, f->finding->title, f->finding->rule,
		   f->finding->subject);
	if (f->why)
		buf_printf(&line, " (%s)", f->why);
	look_line(out, look, 0, word.text, 2, line.text);
}

static void put_findings(struct buf *out, const struct diff *diff, const struct look *look)
{
	unsigned change, i;

	for (change = 0; change < DIFF_CHANGES; change++) {
		buf_puts(out, diff->by_change[change] ? "\n" : "");
		for (i = 0; i < diff->finding_count; i++)
			if (diff->findings[i].change == change)
				put_finding(out, look, &diff->findings[i]);
	}
}

static void put_sysctls(struct buf *out, const struct diff *diff, const struct look *look)
{
	unsigned i;

	buf_puts(out, diff->sysctl_count ? "\n" : "");
	for (i = 0; i < diff->sysctl_count; i++) {
		const struct diff_sysctl *sysctl = &diff->sysctls[i];
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%s: %s -> %s", sysctl->key, sysctl->a ? sysctl->a : "unknown",
			   sysctl->b ? sysctl->b : "unknown");
		look_line(out, look, 0, "setting:", 2, line.text);
	}
}

static void put_counters(struct buf *out, const struct diff *diff)
{
	unsigned i;

	buf_puts(out, diff->counter_count ? "\n" : "");
	for (i = 0; i < diff->counter_count; i++) {
		const struct diff_counter *counter = &diff->counters[i];
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%-32s ", counter->name);
		buf_putc(&line, '+');
		unit_print(&line, UNIT_COUNT, (double)(counter->b - counter->a));
		if (isfinite(counter->rate)) {
			buf_puts(&line, "  ");
			unit_print(&line, UNIT_PER_SECOND, counter->rate);
		}
		buf_puts(out, "counter: ");
		buf_puts(out, line.text);
		buf_putc(out, '\n');
	}
}

static void put_states(struct buf *out, const struct diff *diff)
{
	unsigned i;

	buf_puts(out, diff_states_matter(diff) ? "\n" : "");
	for (i = 0; i < diff->state_count; i++) {
		autobuf struct buf a = BUF_INIT, b = BUF_INIT;

		if (!diff_state_matters(&diff->states[i]))
			continue;
		diff_count(&a, diff->states[i].a);
		diff_count(&b, diff->states[i].b);
		buf_printf(out, "state: %-12s %12s -> %s\n", diff->states[i].name, a.text, b.text);
	}
}

void diff_print_text(struct buf *out, const struct diff *diff, const struct look *look)
{
	size_t start = out->len;
	unsigned i;

	put_who(out, look, "before:", diff->a);
	put_who(out, look, "after:", diff->b);
	put_between(out, diff, look);
	for (i = 0; i < diff->note_count; i++)
		look_line(out, look, 0, "note:", 2, diff->notes[i]);
	put_findings(out, diff, look);
	put_sysctls(out, diff, look);
	put_counters(out, diff);
	put_states(out, diff);
	look_finish(out, start, look);
}
