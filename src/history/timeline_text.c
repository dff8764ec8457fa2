/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history for a terminal: an episode is a heading, a line of when, and a curve a number. */
#include "history/timeline.h"

#include <string.h>

#include "base/text.h"
#include "report/look.h"

enum { SPARKS_MOST = 48, NAME_MOST = 36, RANGE = 24 /* columns of "12 to 129, last 40" */ };

/* Eight heights; where the terminal has no such characters, nine of ASCII. */
static void put_spark(struct buf *out, double share, bool utf8)
{
	static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char ascii[] = "_.-=+*%#";

	if (isnan(share)) /* which is no height */
		buf_putc(out, ' ');
	else if (utf8)
		buf_puts(out, blocks[(unsigned)(share * 7.999)]);
	else
		buf_putc(out, ascii[(unsigned)(share * 7.999)]);
}

/* Heights from 0, so that twice as high is twice as much; with negative numbers from the lowest. */
static void put_sparks(struct buf *out, const struct timeline_episode *episode,
		       const struct curve *curve, unsigned parts, bool utf8)
{
	double peaks[SPARKS_MOST], low = 0, high = 0;
	int64_t time;
	unsigned i;

	for (i = 0; i < parts; i++) {
		peaks[i] = timeline_peak(episode, curve, parts, i, &time);
		low = fmin(low, peaks[i]);
		high = fmax(high, peaks[i]);
	}
	for (i = 0; i < parts; i++)
		put_spark(out, high > low ? (peaks[i] - low) / (high - low) : peaks[i] * 0, utf8);
}

static bool is_flat(const struct curve *curve)
{
	unsigned i;

	for (i = 0; i < curve->count; i++)
		if (curve->points[i].lo != curve->points[0].lo ||
		    curve->points[i].hi != curve->points[0].lo)
			return false;
	return true;
}

static void put_range(struct buf *out, const struct curve *curve)
{
	double low = INFINITY, high = -INFINITY, last = NAN;
	unsigned i;

	for (i = 0; i < curve->count; i++) {
		const struct point *point = &curve->points[i];

		low = isfinite(point->lo) ? fmin(low, point->lo) : low;
		high = isfinite(point->hi) ? fmax(high, point->hi) : high;
		last = isfinite(point->hi) ? point->hi : point->lo;
	}
	if (!isfinite(low) || !isfinite(high)) {
		buf_puts(out, "not known");
		return;
	}
	unit_print(out, curve->unit, low);
	if (low == high)
		return;
	buf_puts(out, " to ");
	unit_print(out, curve->unit, high);
	if (!isfinite(last))
		return;
	buf_puts(out, ", last ");
	unit_print(out, curve->unit, last);
}

/* What a label leaves of the line, for sparks; the width may be small. */
static unsigned spark_parts(const struct timeline_episode *episode, unsigned column,
			    const struct look *look)
{
	unsigned room = look_width(look) > column + RANGE ? look_width(look) - column - RANGE : 0;

	return timeline_parts(episode, room < SPARKS_MOST ? room : SPARKS_MOST);
}

/* A number that changed: "label:  ..:=#  12 to 129, last 40". */
static void put_changes(struct buf *out, const struct timeline_episode *episode,
			const struct curve *curve, const char *label, unsigned column,
			const struct look *look)
{
	unsigned used = 2 + look_columns(label);

	buf_printf(out, "  %s", label);
	if (used + 2 > column) { /* long: the curve goes below it */
		buf_putc(out, '\n');
		used = 0;
	}
	buf_printf(out, "%*s", (int)(column - used), "");
	put_sparks(out, episode, curve, spark_parts(episode, column, look), look->utf8);
	buf_puts(out, "  ");
	put_range(out, curve);
	buf_putc(out, '\n');
}

static void put_curve(struct buf *out, const struct timeline_episode *episode,
		      const struct curve *curve, unsigned name_columns, const struct look *look)
{
	autobuf struct buf label = BUF_INIT, line = BUF_INIT;
	unsigned column = 2 + name_columns + 2;

	buf_printf(&label, "%s:", curve->name);
	if (!curve->text && !is_flat(curve) && spark_parts(episode, column, look) > 1) {
		put_changes(out, episode, curve, label.text, column, look);
		return;
	}
	if (curve->text)
		buf_puts(&line, curve->text);
	else
		put_range(&line, curve);
	look_line(out, look, 2, label.text, column, buf_text(&line));
}

static void put_when(struct buf *out, const struct timeline_episode *episode,
		     const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	if (episode->runs == 1) {
		buf_puts(&line, "once, ");
		timeline_minute(&line, episode->seen);
	} else {
		buf_puts(&line, episode->current ? "since " : "");
		timeline_minute(&line, episode->began);
		if (!episode->current) {
			buf_puts(&line, " to ");
			timeline_minute(&line, episode->seen);
		}
		buf_puts(&line, ", for ");
		unit_print(&line, UNIT_SECONDS, episode->lasted);
		buf_printf(&line, ", in %llu runs", (unsigned long long)episode->runs);
	}
	timeline_standing(&line, episode);
	look_hang(out, look, 2, line.text);
}

static void put_episode(struct buf *out, const struct timeline *timeline,
			const struct timeline_episode *episode, const struct look *look)
{
	autobuf struct buf heading = BUF_INIT;
	unsigned i, widest = 0, columns;
	/* One rule in full, of many rules the number that comes first. */
	unsigned count = timeline->rule || episode->curve_count == 0 ? episode->curve_count : 1;

	buf_putc(out, '\n');
	look_severity(out, look, episode->severity);
	buf_printf(&heading, ": %s [%s]", episode->title, episode->rule);
	columns = look_columns(severity_name(episode->severity));
	text_wrap(out, heading.text, 2, columns, look_width(look));
	buf_clear(&heading);
	buf_puts(&heading, episode->subject);
	if (timeline->places)
		buf_printf(&heading, " in %s", episode->place);
	if (timeline->places || strcmp(episode->subject, "host") != 0)
		look_hang(out, look, 2, heading.text);
	put_when(out, episode, look);
	for (i = 0; i < count; i++) {
		columns = look_columns(episode->curves[i].name) + 1;
		widest = columns > widest && columns <= NAME_MOST ? columns : widest;
	}
	for (i = 0; i < count; i++)
		put_curve(out, episode, &episode->curves[i], widest, look);
}

static void put_headline(struct buf *out, const struct timeline *timeline,
			 const struct look *look)
{
	autobuf struct buf line = BUF_INIT;

	if (timeline->count)
		buf_printf(&line, "%u finding%s", timeline->count, timeline->count == 1 ? "" : "s");
	else
		buf_puts(&line, "nothing was found");
	if (timeline->rule)
		buf_printf(&line, " of %s", timeline->rule);
	buf_printf(&line, " in %llu run%s", (unsigned long long)timeline->runs,
		   timeline->runs == 1 ? "" : "s");
	if (timeline->runs) {
		buf_puts(&line, ", ");
		timeline_minute(&line, timeline->first);
		buf_puts(&line, " to ");
		timeline_minute(&line, timeline->last);
	}
	if (timeline->damaged)
		buf_printf(&line, "; %llu could not be read", (unsigned long long)timeline->damaged);
	look_hang(out, look, 0, line.text);
}

void timeline_print_text(struct buf *out, const struct timeline *timeline,
			 const struct look *look)
{
	size_t start = out->len;
	unsigned i;

	put_headline(out, timeline, look);
	for (i = 0; i < timeline->count; i++)
		put_episode(out, timeline, &timeline->episodes[i], look);
	look_finish(out, start, look);
}
