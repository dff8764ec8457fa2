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

	if (episode->waived)
		return CHANGE_NONE;
	if (episode->told != TOLD_OPEN)
		return episode->state == EPISODE_OPEN ? CHANGE_NEW : CHANGE_NONE;
	if (episode->rising && episode->rising >= rule->enter)
		return CHANGE_WORSE;
	return episode->falling && episode->falling >= rule->leave ? CHANGE_BETTER : CHANGE_NONE;
}

/* "400 (connections waiting)", "waived". */
static const char *was(struct arena *arena, const struct episode *episode)
{
	const struct report_finding *finding = episode->finding;
	struct measure measure = measure_of(finding->rule);
	autobuf struct buf text = BUF_INIT;

	if (episode->told == TOLD_WAIVED || (episode->told != TOLD_OPEN && episode->was_waived))
		return "waived";
	if (measure.item < 0 || episode->told != TOLD_OPEN)
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
	if (past->change != CHANGE_NONE)
		past->was = was(report->arena, episode);
}

/* ---- what is told no more ---- */

static bool is_closed(const struct episode *episode)
{
	return episode->told == TOLD_OPEN &&
	       (episode->state == EPISODE_ENDED || (episode->finding && episode->waived));
}

static struct report_closed close_episode(struct arena *arena, const struct episode *episode)
{
	bool ended = episode->state == EPISODE_ENDED;
	struct report_closed closed = {
		.rule = arena_strdup(arena, episode->rule),
		.title = arena_strdup(arena, episode->title),
		.subject = arena_strdup(arena, episode->subject),
		.severity = episode->severity,
		.why = ended ? episode->closed : CLOSED_WAIVED,
		.waiver = ended ? NULL : episode->finding->waiver,
		.lasted = episode->lasted,
	};

	put_time(closed.began, sizeof closed.began, episode->began);
	put_time(closed.seen, sizeof closed.seen, episode->seen);
	return closed;
}

static void list_closed(struct report *report, const struct episodes *episodes)
{
	unsigned i;

	report->closed_count = 0;
	report->closed = arena_alloc(report->arena,
				     (episodes->count + 1) * sizeof *report->closed);
	for (i = 0; i < episodes->count; i++)
		if (is_closed(&episodes->list[i]))
			report->closed[report->closed_count++] =
				close_episode(report->arena, &episodes->list[i]);
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

		if (is_closed(e))
			will_tell(history, (struct telling){
				.episode = e->id,
				.told = e->state == EPISODE_ENDED ? TOLD_END : TOLD_WAIVED });
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
	unsigned i;

	list_closed(report, episodes);
	for (i = 0; i < report->finding_count; i++) {
		stays[i] = all || report->findings[i].past.change != CHANGE_NONE;
		printed[episodes->of_finding[i]] |= stays[i];
	}
	note_tellings(history, episodes, printed);
	if (all)
		will_tell(history, (struct telling){ .place = place, .told = run->moment.time });
	/* A waiver that needs a hand is told once a day, whatever else is there. */
	if (!all || !(report->finding_count || report->waiver_count))
		report_only_news(report, stays);
}

void news_of(struct history *history, const struct history_run *run,
	     const struct episodes *episodes, int64_t place, int64_t told)
{
	unsigned i;

	for (i = 0; i < episodes_found(run->report); i++)
		annotate(run->report, episodes_finding(run->report, i),
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
