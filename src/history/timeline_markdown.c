/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history for a postmortem: a chapter an episode, its numbers as a table. */
#include "history/timeline.h"

#include <string.h>

#include "base/markdown.h"

enum { ROWS_MOST = 36 };

static void put_number(struct buf *out, const struct curve *curve, double number)
{
	autobuf struct buf text = BUF_INIT;

	if (isfinite(number))
		unit_print(&text, curve->unit, number);
	markdown_words(out, text.len ? text.text : "?");
}

static void put_head(struct buf *out, const struct timeline_episode *episode)
{
	unsigned i;

	buf_puts(out, "| time (UTC) |");
	for (i = 0; i < episode->curve_count; i++) {
		if (!episode->curves[i].count)
			continue;
		buf_putc(out, ' ');
		markdown_words(out, episode->curves[i].name);
		buf_puts(out, " |");
	}
	buf_puts(out, "\n|---|");
	for (i = 0; i < episode->curve_count; i++)
		if (episode->curves[i].count)
			buf_puts(out, "--:|");
	buf_putc(out, '\n');
}

/* ---- rows ---- */

static const struct curve *longest(const struct timeline_episode *episode)
{
	const struct curve *longest = &episode->curves[0];
	unsigned i;

	for (i = 1; i < episode->curve_count; i++)
		if (episode->curves[i].count > longest->count)
			longest = &episode->curves[i];
	return longest;
}

/* What a run found. */
static double value_at(const struct curve *curve, int64_t time)
{
	unsigned i;

	for (i = 0; i < curve->count; i++)
		if (curve->points[i].time == time)
			return isfinite(curve->points[i].hi) ? curve->points[i].hi :
							       curve->points[i].lo;
	return NAN;
}

static void put_cell(struct buf *cells, const struct curve *curve, double number)
{
	buf_putc(cells, ' ');
	put_number(cells, curve, number);
	buf_puts(cells, " |");
}

/* Of few runs a row each; runs by hand may be seconds apart. */
static void put_runs(struct buf *out, const struct timeline_episode *episode)
{
	const struct curve *all = longest(episode);
	bool seconds = false;
	unsigned i, j;

	for (i = 1; i < all->count; i++)
		seconds |= all->points[i].time / 60 == all->points[i - 1].time / 60;
	for (i = 0; i < all->count; i++) {
		buf_puts(out, "| ");
		(seconds ? timeline_time : timeline_minute)(out, all->points[i].time);
		buf_puts(out, " |");
		for (j = 0; j < episode->curve_count; j++)
			if (episode->curves[j].count)
				put_cell(out, &episode->curves[j],
					 value_at(&episode->curves[j], all->points[i].time));
		buf_putc(out, '\n');
	}
}

/* The row bears the time of the first of its peaks; a part in which no run found it has none. */
static void put_part(struct buf *out, const struct timeline_episode *episode, unsigned part)
{
	autobuf struct buf cells = BUF_INIT;
	int64_t time = INT64_MAX, peak_time;
	double peak;
	unsigned i;

	for (i = 0; i < episode->curve_count; i++) {
		const struct curve *curve = &episode->curves[i];

		if (!curve->count)
			continue;
		peak_time = INT64_MAX;
		peak = timeline_peak(episode, curve, ROWS_MOST, part, &peak_time);
		put_cell(&cells, curve, peak);
		time = peak_time < time ? peak_time : time;
	}
	if (time == INT64_MAX)
		return;
	buf_puts(out, "| ");
	timeline_minute(out, time);
	buf_printf(out, " |%s\n", buf_text(&cells));
}

static void put_table(struct buf *out, const struct timeline_episode *episode)
{
	unsigned runs = timeline_parts(episode, ROWS_MOST + 1), part;

	if (!runs)
		return;
	buf_putc(out, '\n');
	put_head(out, episode);
	if (runs <= ROWS_MOST) {
		put_runs(out, episode);
		return;
	}
	for (part = 0; part < ROWS_MOST; part++)
		put_part(out, episode, part);
	buf_printf(out, "\nThe time is cut into %u equal parts; a row has the highest values "
			"of its part.\n", ROWS_MOST);
}

static void put_item(struct buf *out, const char *label, const char *text)
{
	buf_printf(out, "- %s: ", label);
	markdown_code(out, text);
	buf_putc(out, '\n');
}

static void put_when(struct buf *out, const struct timeline_episode *episode)
{
	if (episode->runs == 1) {
		buf_puts(out, "- once: ");
		timeline_minute(out, episode->seen);
	} else {
		buf_puts(out, "- began: ");
		timeline_minute(out, episode->began);
		buf_puts(out, episode->current ? "\n- still there: " : "\n- last seen: ");
		timeline_minute(out, episode->seen);
		buf_puts(out, "\n- for: ");
		unit_print(out, UNIT_SECONDS, episode->lasted);
		buf_printf(out, ", in %llu runs", (unsigned long long)episode->runs);
	}
	timeline_standing(out, episode);
	buf_putc(out, '\n');
}

static void put_episode(struct buf *out, const struct timeline *timeline,
			const struct timeline_episode *episode)
{
	unsigned i;

	buf_puts(out, "\n## ");
	markdown_words(out, episode->title);
	buf_puts(out, "\n\n");
	put_item(out, "rule", episode->rule);
	put_item(out, "severity", severity_name(episode->severity));
	put_item(out, "subject", episode->subject);
	if (timeline->places)
		put_item(out, "place", episode->place);
	put_when(out, episode);
	for (i = 0; i < episode->curve_count; i++) {
		if (!episode->curves[i].text)
			continue;
		buf_puts(out, "- ");
		markdown_words(out, episode->curves[i].name);
		buf_puts(out, ", at last: ");
		markdown_words(out, episode->curves[i].text);
		buf_putc(out, '\n');
	}
	put_table(out, episode);
}

void timeline_print_markdown(struct buf *out, const struct timeline *timeline,
			     const struct look *look)
{
	unsigned i;

	(void)look;
	buf_puts(out, "# What tcp-advise found\n\n");
	buf_printf(out, "%u finding%s in %llu run%s", timeline->count,
		   timeline->count == 1 ? "" : "s", (unsigned long long)timeline->runs,
		   timeline->runs == 1 ? "" : "s");
	if (timeline->runs) {
		buf_puts(out, " from ");
		timeline_minute(out, timeline->first);
		buf_puts(out, " to ");
		timeline_minute(out, timeline->last);
	}
	if (timeline->rulebook) {
		buf_puts(out, ", the last by rulebook ");
		markdown_code(out, timeline->rulebook);
	}
	buf_puts(out, ".\n");
	for (i = 0; i < timeline->count; i++)
		put_episode(out, timeline, &timeline->episodes[i]);
}
