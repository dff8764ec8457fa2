/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history for programs: tcp-advise/history/1, one record an episode, one a value in it. */
#include "history/timeline.h"

#include "history/inside.h"

static void put_member(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "\"%s\": ", name);
	values_string(out, text);
}

static void put_time(struct buf *out, const char *name, int64_t time)
{
	buf_printf(out, "\"%s\": \"", name);
	timeline_time(out, time);
	buf_putc(out, '"');
}

static void put_point(struct buf *out, const struct point *point)
{
	buf_puts(out, "{");
	put_time(out, "time", point->time);
	buf_puts(out, ", \"value\": ");
	values_number(out, point->lo);
	if (point->lo != point->hi && !isnan(point->lo)) {
		buf_puts(out, ", \"value_high\": ");
		values_number(out, point->hi);
	}
	buf_puts(out, "}");
}

static void put_curve(struct buf *out, const struct curve *curve)
{
	unsigned i;

	buf_puts(out, "\n        {");
	put_member(out, "name", curve->name);
	buf_puts(out, ", \"unit\": ");
	if (curve->text)
		buf_puts(out, "null");
	else
		values_string(out, unit_name(curve->unit));
	if (curve->text) {
		buf_puts(out, ", ");
		put_member(out, "last_text", curve->text);
	}
	buf_puts(out, ", \"values\": [");
	for (i = 0; i < curve->count; i++) {
		buf_puts(out, i ? ",\n          " : "\n          ");
		put_point(out, &curve->points[i]);
	}
	buf_puts(out, "]}");
}

static void put_episode(struct buf *out, const struct timeline_episode *episode)
{
	unsigned i;

	buf_puts(out, "\n    {");
	put_member(out, "rule", episode->rule);
	buf_puts(out, ", ");
	put_member(out, "severity", severity_name(episode->severity));
	buf_puts(out, ",\n      ");
	put_member(out, "title", episode->title);
	buf_puts(out, ",\n      ");
	put_member(out, "subject", episode->subject);
	buf_puts(out, ", ");
	put_member(out, "place", episode->place);
	buf_puts(out, ",\n      ");
	put_time(out, "began", episode->began);
	buf_puts(out, ", ");
	put_time(out, "seen", episode->seen);
	buf_puts(out, ", \"lasted_seconds\": ");
	values_number(out, episode->lasted);
	buf_printf(out, ", \"runs\": %llu, \"ended\": %s,\n      \"evidence\": [",
		   (unsigned long long)episode->runs, episode->ended ? "true" : "false");
	for (i = 0; i < episode->curve_count; i++) {
		buf_puts(out, i ? "," : "");
		put_curve(out, &episode->curves[i]);
	}
	buf_puts(out, "]}");
}

void timeline_print_json(struct buf *out, const struct timeline *timeline,
			 const struct look *look)
{
	unsigned i;

	(void)look;
	buf_puts(out, "{\n  \"schema\": \"tcp-advise/history/1\",\n  ");
	put_time(out, "since", timeline->since);
	buf_puts(out, ", ");
	put_time(out, "time", timeline->now);
	buf_printf(out, ",\n  \"runs\": %llu, \"unreadable\": %llu,\n  \"episodes\": [",
		   (unsigned long long)timeline->runs, (unsigned long long)timeline->damaged);
	for (i = 0; i < timeline->count; i++) {
		buf_puts(out, i ? "," : "");
		put_episode(out, &timeline->episodes[i]);
	}
	buf_puts(out, "]\n}\n");
}
