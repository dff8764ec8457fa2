/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/history_mails.h: what --cron would mail of runs made by hand, as one line. */
#ifndef HISTORY_MAILS_H
#define HISTORY_MAILS_H

#include "history_world.h"

#include "report/summary.h"

/* The rule shows what its condition compares: more is worse. */
static struct expr items[] = {
	{ .kind = EXPR_AGGREGATE, .unit = UNIT_COUNT, .text = "count", .fact = FACT_NONE },
	{ .kind = EXPR_NUMBER, .unit = UNIT_COUNT, .number = 50, .fact = FACT_NONE },
	{ .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_GE, .fact = FACT_NONE,
	  .left = &items[0], .right = &items[1] },
	{ .kind = EXPR_BINARY, .unit = UNIT_BOOL, .binary = BINARY_LT, .fact = FACT_NONE,
	  .left = &items[0], .right = &items[1] },
};

static inline void news_init(struct world *w)
{
	world_init(w);
	w->run.news = true;
	leak.when = full.when = &items[2];
	leak.show[0] = full.show[0] = (struct expr_item){ &items[0], "sockets" };
	leak.show_count = full.show_count = 1;
	setenv("TZ", "UTC0", 1);
	w->run.moment.time = 1750032000; /* midnight */
}

/* What the mail of the run says: "" for none. 'told': it could be printed. */
static inline const char *mail(struct world *w, struct buf *out, bool told)
{
	struct history *history = history_open(w->path, HISTORY_STORE);
	struct report *report = &w->report;
	unsigned i;

	buf_clear(out);
	history_store(history, &w->run);
	for (i = 0; i < report->finding_count && report_has_news(report); i++) {
		const struct report_finding *finding = &report->findings[i];
		const char *change = summary_change(&finding->past);

		buf_printf(out, "%s%s %s %s", out->len ? ", " : "", change ? change : "same",
			   finding->rule->id, finding->subject);
		if (finding->past.was)
			buf_printf(out, " was %s", finding->past.was);
	}
	for (i = 0; i < report->closed_count; i++)
		buf_printf(out, "%s%s %s %s", out->len ? ", " : "",
			   summary_closing(report->closed[i].why), report->closed[i].rule,
			   report->closed[i].subject);
	if (told)
		history_told(history);
	assert_null(history_trouble(history));
	history_close(history);
	return buf_text(out);
}

#endif
