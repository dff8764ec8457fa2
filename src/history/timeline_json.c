/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history for programs: tcp-advise/history/1, described by tcp-advise-history.schema.json. */
#include "history/timeline.h"

#include "report/json.h"
#include "report/summary.h"

static void set_time(json_t *object, const char *key, int64_t time)
{
	autobuf struct buf text = BUF_INIT;

	timeline_time(&text, time);
	json_set_text(object, key, text.text);
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static json_t *point(const struct point *point)
{
	json_t *object = json_object();

	set_time(object, "time", point->time);
	json_object_set_new(object, "value", json_number_or_null(point->lo));
	if (point->lo != point->hi && !isnan(point->lo))
		json_object_set_new(object, "value_high", json_number_or_null(point->hi));
	return object;
}

static json_t *curves(const struct timeline_episode *episode)
{
	json_t *list = json_array();
	unsigned i, j;

	for (i = 0; i < episode->curve_count; i++) {
		const struct curve *curve = &episode->curves[i];
		json_t *object = json_object(), *values = json_array();

		json_set_text(object, "name", curve->name);
		json_set_text(object, "unit", curve->text ? NULL : unit_name(curve->unit));
		if (curve->text)
			json_set_text(object, "last_text", curve->text);
		for (j = 0; j < curve->count; j++)
			json_array_append_new(values, point(&curve->points[j]));
		json_object_set_new(object, "values", values);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *episodes(const struct timeline *timeline)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < timeline->count; i++) {
		const struct timeline_episode *episode = &timeline->episodes[i];
		json_t *object = json_object();

		json_set_text(object, "rule", episode->rule);
		json_set_text(object, "severity", severity_name(episode->severity));
		json_set_text(object, "title", episode->title);
		json_set_text(object, "subject", episode->subject);
		json_set_text(object, "place", episode->place);
		set_time(object, "began", episode->began);
		set_time(object, "seen", episode->seen);
		json_object_set_new(object, "lasted_seconds", json_number_or_null(episode->lasted));
		set_number(object, "runs", episode->runs);
		json_object_set_new(object, "ended", json_boolean(episode->ended));
		json_set_text(object, "why", episode->ended ? summary_closing(episode->why) : NULL);
		json_object_set_new(object, "waived", json_boolean(episode->waived));
		json_object_set_new(object, "evidence", curves(episode));
		json_array_append_new(list, object);
	}
	return list;
}

void timeline_print_json(struct buf *out, const struct timeline *timeline,
			 const struct look *look)
{
	json_t *root = json_begin();

	(void)look;
	json_set_text(root, "schema", "tcp-advise/history/1");
	set_time(root, "since", timeline->since);
	set_time(root, "time", timeline->now);
	set_number(root, "runs", timeline->runs);
	json_set_text(root, "rulebook", timeline->rulebook);
	set_number(root, "unreadable", timeline->damaged);
	json_object_set_new(root, "episodes", episodes(timeline));
	json_finish(out, root);
}
