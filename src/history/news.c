/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a report has changed since it was told last. Told is what was printed: it is marked only
 * after that, so that a run that dies in between is told again and not lost. */
#include <string.h>
#include <time.h>

#include "history/episode.h"

struct telling {
	int64_t episode; /* 0: all was told ... */
	int64_t place;	 /* ... of this place */
	int64_t told;	 /* enum episode_told, or the time */
	double value;
};

static void will_tell(struct history *history, struct telling telling)
{
	struct tellings *tellings = &history->tellings;

	if (tellings->count == tellings->size) {
		tellings->size = tellings->size ? 2 * tellings->size : 32;
		tellings->list =
			xrealloc(tellings->list, tellings->size, sizeof *tellings->list);
	}
	tellings->list[tellings->count++] = telling;
}

/* ---- a finding ---- */

static void put_time(char *out, size_t size, int64_t time)
{
	time_t seconds = (time_t)time;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(out, size, "@%lld", (long long)time);
}

static enum change change_of(const struct episode *episode)
{
	const struct rule *rule = episode->finding->rule;

	if (episode->state == EPISODE_OPEN && episode->told == TOLD_NOTHING)
		return CHANGE_NEW;
	if (episode->told != TOLD_OPEN)
		return CHANGE_NONE;
	if (episode->rising && episode->rising >= rule->enter)
		return CHANGE_WORSE;
	return episode->falling && episode->falling >= rule->leave ? CHANGE_BETTER : CHANGE_NONE;
}

/* "400 connections waiting". */
static const char *was(struct arena *arena, const struct episode *episode)
{
	const struct report_finding *finding = episode->finding;
	struct measure measure = measure_of(finding->rule);
	autobuf struct buf text = BUF_INIT;

	if (measure.item < 0)
		return NULL;
	unit_print(&text, finding->rule->show[measure.item].expr->unit, episode->told_value);
	buf_printf(&text, " (%s)", finding->evidence[measure.item].name);
	return arena_strdup(arena, text.text);
}

static void annotate(struct report *report, struct report_finding *finding,
		     const struct episode *episode, bool news)
{
	struct report_past *past = &finding->past;

	put_time(past->began, sizeof past->began, episode->began);
	past->lasted = episode->lasted;
	past->runs = (uint64_t)episode->runs;
	past->sockets = episode->same ? arena_strdup(report->arena, episode->same) : NULL;
	past->change = news ? change_of(episode) : CHANGE_NONE;
	if (past->change == CHANGE_WORSE || past->change == CHANGE_BETTER)
		past->was = was(report->arena, episode);
}

/* ---- what is gone ---- */

static bool is_gone(const struct episode *episode)
{
	return episode->state == EPISODE_ENDED && episode->told == TOLD_OPEN;
}

static struct report_gone *list_gone(struct report *report, const struct episodes *episodes,
				     unsigned *count)
{
	struct report_gone *list =
		arena_alloc(report->arena, (episodes->count + 1) * sizeof *list);
	unsigned i;

	*count = 0;
	for (i = 0; i < episodes->count; i++) {
		const struct episode *episode = &episodes->list[i];
		struct report_gone *gone = &list[*count];

		if (!is_gone(episode))
			continue;
		*gone = (struct report_gone){
			.rule = arena_strdup(report->arena, episode->rule),
			.title = arena_strdup(report->arena, episode->title),
			.subject = arena_strdup(report->arena, episode->subject),
			.severity = episode->severity,
			.lasted = episode->lasted,
		};
		put_time(gone->began, sizeof gone->began, episode->began);
		put_time(gone->seen, sizeof gone->seen, episode->seen);
		++*count;
	}
	return list;
}

/* ---- the report ---- */

/* Everything is told with the first run of a day, of local time; a clock that was set makes a day. */
static bool is_another_day(int64_t told, int64_t now)
{
	time_t times[] = { (time_t)told, (time_t)now };
	struct tm a, b;

	if (!told || !localtime_r(&times[0], &a) || !localtime_r(&times[1], &b))
		return true;
	return a.tm_year != b.tm_year || a.tm_yday != b.tm_yday;
}

static void note_tellings(struct history *history, const struct episodes *episodes,
			  const bool *printed)
{
	unsigned i;

	for (i = 0; i < episodes->count; i++) {
		const struct episode *e = &episodes->list[i];

		if (is_gone(e))
			will_tell(history, (struct telling){ .episode = e->id, .told = TOLD_END });
		else if (e->finding && e->state == EPISODE_OPEN && printed[i])
			will_tell(history, (struct telling){ .episode = e->id, .told = TOLD_OPEN,
							     .value = e->value });
	}
}

static void make_news(struct history *history, const struct history_run *run,
		      const struct episodes *episodes, int64_t place, int64_t told)
{
	struct report *report = run->report;
	bool all = is_another_day(told, run->moment.time);
	autofree bool *stays = xcalloc(report->finding_count, sizeof *stays);
	autofree bool *printed = xcalloc(episodes->count, sizeof *printed);
	unsigned i, count;
	struct report_gone *gone = list_gone(report, episodes, &count);

	for (i = 0; i < report->finding_count; i++) {
		stays[i] = all || report->findings[i].past.change != CHANGE_NONE;
		printed[episodes->of_finding[i]] |= stays[i];
	}
	note_tellings(history, episodes, printed);
	if (all)
		will_tell(history, (struct telling){ .place = place, .told = run->moment.time });
	if (all && report->finding_count) {
		report->gone = gone;
		report->gone_count = count;
	} else {
		report_only_news(report, stays, gone, count);
	}
}

void news_of(struct history *history, const struct history_run *run,
	     const struct episodes *episodes, int64_t place, int64_t told)
{
	unsigned i;

	for (i = 0; i < run->report->finding_count; i++)
		annotate(run->report, &run->report->findings[i],
			 &episodes->list[episodes->of_finding[i]], run->news);
	if (run->news)
		make_news(history, run, episodes, place, told);
}

void history_told(struct history *history)
{
	struct db *db = &history->db;
	unsigned i;

	if (!history->tellings.count)
		return;
	db_begin(db);
	for (i = 0; i < history->tellings.count; i++) {
		const struct telling *t = &history->tellings.list[i];

		if (t->episode)
			db_run(db, "UPDATE episode SET told = ?2, told_value = ?3, rising = 0,"
				   " falling = 0 WHERE id = ?1",
			       DB_VALUES(db_int(t->episode), db_int(t->told), db_real(t->value)));
		else
			db_run(db, "UPDATE place SET told = ?2 WHERE id = ?1",
			       DB_VALUES(db_int(t->place), db_int(t->told)));
	}
	db_commit(db);
	history->tellings.count = 0;
}
