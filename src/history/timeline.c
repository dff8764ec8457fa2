/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From rows to curves. The file may be anybody's: what is no list of numbers is counted and left
 * out, and texts are made printable. */
#include "history/timeline.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "history/inside.h"
#include "report/summary.h"

enum { CURVES_MOST = 2 * EXPR_LIST_MAX }; /* a rule may have changed what it shows */

struct reading_on {
	struct history *history;
	struct timeline *timeline;
	struct timeline_episode **by_id; /* ascending */
	int64_t names;		/* the word at hand ... */
	json_t *names_list;	/* ... and what it says */
};

static const char *printable(struct arena *arena, const char *text)
{
	autobuf struct buf out = BUF_INIT;

	text_one_line(&out, text);
	return arena_strdup(arena, buf_text(&out));
}

/* Far beyond any clock, and differences do not overflow. */
static int64_t time_column(sqlite3_stmt *row, int column)
{
	int64_t time = sqlite3_column_int64(row, column), most = INT64_C(1) << 40;

	return time > most ? most : time < -most ? -most : time;
}

/* ---- episodes ---- */

static void read_episode(struct timeline *timeline, sqlite3_stmt *row)
{
	struct timeline_episode *episode = &timeline->episodes[timeline->count++];
	struct arena *arena = timeline->arena;

	*episode = (struct timeline_episode){
		.id = sqlite3_column_int64(row, 0),
		.rule = printable(arena, db_column_text(row, 1)),
		.title = printable(arena, db_column_text(row, 2)),
		.subject = printable(arena, db_column_text(row, 3)),
		.place = printable(arena, db_column_text(row, 4)),
		.severity = (enum severity)((uint64_t)sqlite3_column_int64(row, 5) % SEVERITIES),
		.ended = sqlite3_column_int64(row, 6) == EPISODE_ENDED,
		.began = time_column(row, 7),
		.seen = time_column(row, 8),
		.lasted = sqlite3_column_double(row, 9),
		.runs = (uint64_t)sqlite3_column_int64(row, 10),
		.why = (enum closing)((uint64_t)sqlite3_column_int64(row, 11) % CLOSINGS),
		.waived = sqlite3_column_int64(row, 12) != 0,
		.current = sqlite3_column_int64(row, 13) != 0,
		.curves = arena_alloc(arena, CURVES_MOST * sizeof *episode->curves),
	};
	timeline->places |= strcmp(episode->place, timeline->episodes[0].place) != 0;
}

static void read_episodes(struct timeline *timeline, struct history *history)
{
	autostatement sqlite3_stmt *row = db_prepare(
		&history->db,
		"SELECT episode.id, rule, title, subject, name, severity, state, began, seen,"
		" lasted, runs, closed, waived, episode.last_run = place.run"
		" FROM episode JOIN place ON place.id = episode.place"
		" WHERE seen >= ?1 AND (rule = ?2 OR ?2 IS NULL) ORDER BY seen DESC, began DESC,"
		" severity DESC, episode.id DESC",
		DB_VALUES(db_int(timeline->since), db_text(timeline->rule)));
	unsigned size = 0;

	while (db_step(&history->db, row)) {
		if (timeline->count == size) {
			size = size ? 2 * size : 64;
			timeline->episodes = xrealloc(timeline->episodes, size,
						      sizeof *timeline->episodes);
		}
		read_episode(timeline, row);
	}
}

static int compare_ids(const void *a, const void *b)
{
	const struct timeline_episode *x = *(struct timeline_episode *const *)a;
	const struct timeline_episode *y = *(struct timeline_episode *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

static void sort_by_id(struct reading_on *r)
{
	unsigned i;

	r->by_id = xcalloc(r->timeline->count, sizeof *r->by_id);
	for (i = 0; i < r->timeline->count; i++)
		r->by_id[i] = &r->timeline->episodes[i];
	qsort(r->by_id, r->timeline->count, sizeof *r->by_id, compare_ids);
}

static struct timeline_episode *find_episode(const struct reading_on *r, int64_t id)
{
	struct timeline_episode key = { .id = id }, *pointer = &key, **found;

	if (!r->timeline->count)
		return NULL;
	found = bsearch(&pointer, r->by_id, r->timeline->count, sizeof *r->by_id, compare_ids);
	return found ? *found : NULL;
}

/* ---- values ---- */

/* As it is in the file. */
static const char *word_of(struct reading_on *r, int64_t word)
{
	autostatement sqlite3_stmt *row =
		db_prepare(&r->history->db, "SELECT text FROM word WHERE id = ?1",
			   DB_VALUES(db_int(word)));

	return db_step(&r->history->db, row) ?
		       arena_strdup(r->timeline->arena, db_column_text(row, 0)) : NULL;
}

static json_t *names_of(struct reading_on *r, int64_t word)
{
	const char *text;

	if (word == r->names && r->names_list)
		return r->names_list;
	json_decref(r->names_list);
	text = word_of(r, word);
	r->names_list = text ? json_loads(text, 0, NULL) : NULL;
	r->names = word;
	return r->names_list;
}

static enum unit unit_of(const char *name)
{
	unsigned unit;

	for (unit = 0; unit < UNITS; unit++)
		if (strcmp(unit_name((enum unit)unit), name) == 0)
			return (enum unit)unit;
	return UNIT_COUNT;
}

static struct curve *find_curve(struct timeline *timeline, struct timeline_episode *episode,
				const json_t *name)
{
	const char *label = json_string_value(json_array_get(name, 0));
	const char *unit = json_string_value(json_array_get(name, 1));
	struct curve *curve;
	const char *clean;
	unsigned i;

	if (!label)
		return NULL;
	clean = printable(timeline->arena, label);
	for (i = 0; i < episode->curve_count; i++)
		if (strcmp(episode->curves[i].name, clean) == 0)
			return &episode->curves[i];
	if (i == CURVES_MOST)
		return NULL;
	curve = &episode->curves[episode->curve_count++];
	curve->name = clean;
	curve->unit = unit ? unit_of(unit) : UNIT_TEXT;
	return curve;
}

static double number_or(const json_t *value, double otherwise)
{
	return json_is_number(value) ? json_number_value(value) : otherwise;
}

static void add_value(struct timeline *timeline, struct curve *curve, int64_t time,
		      const json_t *value)
{
	struct point point = { time, NAN, NAN };

	if (json_is_string(value)) {
		curve->text = printable(timeline->arena, json_string_value(value));
		return;
	}
	if (json_is_array(value)) {
		point.lo = number_or(json_array_get(value, 0), -INFINITY);
		point.hi = number_or(json_array_get(value, 1), INFINITY);
	} else {
		point.lo = point.hi = number_or(value, NAN);
	}
	if (curve->count == curve->size) {
		curve->size = curve->size ? 2 * curve->size : 16;
		curve->points = xrealloc(curve->points, curve->size, sizeof *curve->points);
	}
	curve->points[curve->count++] = point;
}

/* [episode, word, value, ...] */
static bool add_finding(struct reading_on *r, int64_t time, const json_t *finding)
{
	struct timeline_episode *episode;
	const json_t *names;
	size_t i;

	if (!json_is_integer(json_array_get(finding, 0)) ||
	    !json_is_integer(json_array_get(finding, 1)))
		return false;
	episode = find_episode(r, json_integer_value(json_array_get(finding, 0)));
	if (!episode)
		return true; /* of another rule, or not since then */
	names = names_of(r, json_integer_value(json_array_get(finding, 1)));
	for (i = 0; i < json_array_size(names); i++) {
		struct curve *curve =
			find_curve(r->timeline, episode, json_array_get(names, i));

		if (curve)
			add_value(r->timeline, curve, time, json_array_get(finding, i + 2));
	}
	return names != NULL;
}

static void read_run(struct reading_on *r, sqlite3_stmt *row)
{
	json_t *findings = json_loads(db_column_text(row, 1), 0, NULL);
	int64_t time = time_column(row, 0);
	size_t i;
	bool good = json_is_array(findings);

	for (i = 0; i < json_array_size(findings); i++)
		good &= add_finding(r, time, json_array_get(findings, i));
	json_decref(findings);
	r->timeline->damaged += !good;
	r->timeline->first = r->timeline->first ? r->timeline->first : time;
	r->timeline->last = time;
	r->timeline->runs++;
}

static void read_runs(struct reading_on *r)
{
	struct db *db = &r->history->db;
	autostatement sqlite3_stmt *row =
		db_prepare(db, "SELECT time, findings, rulebook FROM run WHERE time >= ?1 ORDER BY id",
			   DB_VALUES(db_int(r->timeline->since)));
	int64_t rulebook = 0;
	const char *book;

	while (db_step(db, row)) {
		read_run(r, row);
		rulebook = sqlite3_column_int64(row, 2);
	}
	book = word_of(r, rulebook);
	r->timeline->rulebook = book ? printable(r->timeline->arena, book) : NULL;
}

struct timeline *timeline_new(struct history *history, const char *rule, int64_t since, int64_t now)
{
	struct timeline *timeline = xcalloc(1, sizeof *timeline);
	struct reading_on r = { .history = history, .timeline = timeline };

	timeline->arena = arena_new();
	timeline->rule = rule;
	timeline->since = since;
	timeline->now = now;
	/* One moment of the file, though a run may store meanwhile. */
	db_run(&history->db, "BEGIN", NULL, 0);
	read_episodes(timeline, history);
	sort_by_id(&r);
	read_runs(&r);
	db_commit(&history->db);
	json_decref(r.names_list);
	free(r.by_id);
	return timeline;
}

void timeline_free(struct timeline *timeline)
{
	unsigned i, j;

	for (i = 0; i < timeline->count; i++)
		for (j = 0; j < timeline->episodes[i].curve_count; j++)
			free(timeline->episodes[i].curves[j].points);
	free(timeline->episodes);
	arena_free(timeline->arena);
	free(timeline);
}

/* ---- what formats share ---- */

const struct timeline_format timeline_formats[] = {
	{ "text", timeline_print_text },
	{ "json", timeline_print_json },
	{ "markdown", timeline_print_markdown },
	{ NULL, NULL },
};

static void put_time(struct buf *out, int64_t time, const char *format)
{
	time_t seconds = (time_t)time;
	struct tm tm;
	char text[40];

	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof text, format, &tm))
		buf_puts(out, text);
	else
		buf_printf(out, "@%lld", (long long)time);
}

void timeline_minute(struct buf *out, int64_t time)
{
	put_time(out, time, "%Y-%m-%d %H:%MZ");
}

void timeline_time(struct buf *out, int64_t time)
{
	put_time(out, time, "%Y-%m-%dT%H:%M:%SZ");
}

void timeline_standing(struct buf *out, const struct timeline_episode *episode)
{
	if (episode->ended && episode->why != CLOSED_GONE)
		buf_printf(out, "; %s", summary_closing(episode->why));
	else if (episode->waived)
		buf_puts(out, "; waived");
	if (!episode->ended && !episode->current)
		buf_puts(out, "; not gone yet");
}

/* From the first to the last point; false when there is none. A clock that was set back makes
 * them disagree with the order of the runs. */
static bool span_of(const struct timeline_episode *episode, int64_t *first, int64_t *last)
{
	bool any = false;
	unsigned i, j;

	for (i = 0; i < episode->curve_count; i++)
		for (j = 0; j < episode->curves[i].count; j++) {
			int64_t time = episode->curves[i].points[j].time;

			*first = !any || time < *first ? time : *first;
			*last = !any || time > *last ? time : *last;
			any = true;
		}
	return any;
}

unsigned timeline_parts(const struct timeline_episode *episode, unsigned most)
{
	unsigned longest = 0, i;

	for (i = 0; i < episode->curve_count; i++)
		if (episode->curves[i].count > longest)
			longest = episode->curves[i].count;
	return longest < most ? longest : most;
}

double timeline_peak(const struct timeline_episode *episode, const struct curve *curve,
		     unsigned parts, unsigned part, int64_t *time)
{
	int64_t first = 0, last = 0;
	double peak = NAN, share;
	unsigned i;

	if (!span_of(episode, &first, &last))
		return peak;
	for (i = 0; i < curve->count; i++) {
		const struct point *point = &curve->points[i];
		double value = isfinite(point->hi) ? point->hi : point->lo;

		share = last > first ? (double)(point->time - first) / (double)(last - first) : 0;
		if ((unsigned)(share * parts * 0.999999) != part || !isfinite(value))
			continue;
		if (isnan(peak) || value > peak) {
			peak = value;
			*time = point->time;
		}
	}
	return peak;
}
