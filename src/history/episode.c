/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding that comes and goes is one episode: it begins with the first run that saw it, and ends
 * only when as many runs in a row did not as its rule's 'leave' says. That nobody looks any more
 * does not make it go. */
#include "history/episode.h"

#include <string.h>

#include "base/text.h"
#include "history/same.h"
#include "report/ownership.h"

enum { LEAVE_REMOVED = 3 }; /* runs without a rule: one by hand may have had other rules */

static struct episode *add(struct episodes *episodes)
{
	if (episodes->count == episodes->size) {
		episodes->size = episodes->size ? 2 * episodes->size : 32;
		episodes->list =
			xrealloc(episodes->list, episodes->size, sizeof *episodes->list);
	}
	episodes->list[episodes->count] = (struct episode){ .value = NAN, .told_value = NAN,
							       .sockets = "", .condition = "" };
	return &episodes->list[episodes->count++];
}

static const char *text_of(struct arena *arena, sqlite3_stmt *row, int column)
{
	autobuf struct buf text = BUF_INIT;

	text_one_line(&text, db_column_text(row, column));
	return arena_strdup(arena, buf_text(&text));
}

void episodes_load(struct episodes *episodes, struct history *history, int64_t place)
{
	autostatement sqlite3_stmt *row = db_prepare(
		&history->db,
		"SELECT episode.id, rule, subject, state, severity, title, began, seen, lasted, runs,"
		" misses, last_run, age, told, told_value, rising, falling, sockets, waived, closed,"
		" word.text FROM episode LEFT JOIN word ON word.id = condition"
		" WHERE place = ?1 AND (state < 2 OR told = 1) ORDER BY episode.id",
		DB_VALUES(db_int(place)));

	*episodes = (struct episodes){ .arena = arena_new() };
	while (db_step(&history->db, row)) {
		struct episode *episode = add(episodes);

		episode->id = sqlite3_column_int64(row, 0);
		episode->rule = text_of(episodes->arena, row, 1);
		episode->subject = text_of(episodes->arena, row, 2);
		episode->state = (enum episode_state)(sqlite3_column_int64(row, 3) & 3);
		episode->severity = (enum severity)((uint64_t)sqlite3_column_int64(row, 4) % SEVERITIES);
		episode->title = text_of(episodes->arena, row, 5);
		episode->began = sqlite3_column_int64(row, 6);
		episode->seen = sqlite3_column_int64(row, 7);
		episode->lasted = sqlite3_column_double(row, 8);
		episode->runs = sqlite3_column_int64(row, 9);
		episode->misses = sqlite3_column_int64(row, 10);
		episode->last_run = sqlite3_column_int64(row, 11);
		episode->age = sqlite3_column_double(row, 12);
		episode->told = sqlite3_column_int64(row, 13);
		episode->told_value = db_column_real(row, 14);
		episode->rising = sqlite3_column_int64(row, 15);
		episode->falling = sqlite3_column_int64(row, 16);
		episode->sockets = arena_strdup(episodes->arena, db_column_text(row, 17));
		episode->waived = sqlite3_column_int64(row, 18) != 0;
		episode->closed = (enum closing)((uint64_t)sqlite3_column_int64(row, 19) % CLOSINGS);
		episode->condition = arena_strdup(episodes->arena, db_column_text(row, 20));
	}
}

void episodes_free(struct episodes *episodes)
{
	arena_free(episodes->arena);
	free(episodes->list);
	free(episodes->of_finding);
}

/* ---- a run ---- */

static struct episode *find(struct episodes *episodes, const struct report_finding *finding)
{
	unsigned i;

	for (i = 0; i < episodes->count; i++)
		if (episodes->list[i].state != EPISODE_ENDED &&
		    strcmp(episodes->list[i].rule, finding->rule->id) == 0 &&
		    strcmp(episodes->list[i].subject, episodes_subject(finding)) == 0)
			return &episodes->list[i];
	return NULL;
}

/* Twice is worse, half is better: what wobbles is neither. */
static void compare(struct episode *episode)
{
	struct measure measure = measure_of(episode->finding->rule);
	double was = episode->told_value, value, more, less;

	episode->value = value = measure_value(&measure, episode->finding);
	more = measure.downward ? was : value;
	less = measure.downward ? value : was;
	episode->rising = value != was && more >= 2 * less ? episode->rising + 1 : 0;
	episode->falling = value != was && less >= 2 * more ? episode->falling + 1 : 0;
}

/* A list of sockets that was cut says nothing of them. */
static void know_again(struct arena *arena, struct episode *episode, bool complete)
{
	autobuf struct buf keep = BUF_INIT, phrase = BUF_INIT;
	const struct flagged *flagged = &episode->finding->flagged;

	if (!complete || !flagged->count)
		return;
	same_advance(&keep, &phrase, episode->sockets, flagged, episode->age);
	episode->sockets = arena_strdup(arena, keep.text);
	if (phrase.len)
		episode->same = arena_strdup(arena, phrase.text);
}

/* What a rule looks for, with this site's thresholds, and what the roles in it mean. */
static const char *condition_of(struct arena *arena, const struct rule *rule,
				const struct rulebook *book)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i;

	if (rule->when)
		expr_print(&text, rule->when);
	for (i = 0; i < rule->role_count; i++) {
		buf_printf(&text, "; %s: ", rule->roles[i]->id);
		if (book->role)
			buf_puts(&text, book->role);
		else
			expr_print(&text, rule->roles[i]->when);
	}
	return arena_strdup(arena, buf_text(&text));
}

static void hit(struct arena *arena, struct episode *episode,
		const struct report_finding *finding, const struct history_run *run)
{
	episode->finding = finding;
	episode->severity = finding->rule->severity;
	episode->title = finding->rule->title;
	episode->seen = run->moment.time;
	episode->lasted = episode->age;
	episode->runs++;
	episode->misses = 0;
	episode->was_waived = episode->waived;
	episode->waived = finding->waiver != NULL;
	episode->condition = condition_of(arena, finding->rule, run->plan->book);
	if (episode->runs >= finding->rule->enter)
		episode->state = EPISODE_OPEN;
	compare(episode);
	know_again(arena, episode, run->report->complete);
}

/* Findings of the rule; and of them those that may be the episode under another name, because only
 * one of both runs could see which process it is. */
static unsigned count_findings(const struct report *report, const struct episode *episode,
			       unsigned *alike)
{
	unsigned count = 0, i;

	*alike = 0;
	for (i = 0; i < episodes_found(report); i++) {
		const struct report_finding *finding = episodes_finding(report, i);

		if (strcmp(finding->rule->id, episode->rule) != 0)
			continue;
		count++;
		*alike += finding->rule->per == PER_PROCESS &&
			  (owner_is_unnamed(finding->subject) || owner_is_unnamed(episode->subject));
	}
	return count;
}

static bool was_evaluated(const struct history_run *run, const char *id)
{
	unsigned i;

	for (i = 0; i < run->report->unknown_count; i++)
		if (strcmp(run->report->unknown[i].rule->id, id) == 0)
			return false;
	for (i = 0; i < run->report->optional_count; i++)
		if (strcmp(run->report->optional[i]->id, id) == 0)
			return false;
	for (i = 0; i < run->plan->rule_count; i++)
		if (strcmp(run->plan->verdicts[i].rule->id, id) == 0)
			return true;
	return false;
}

/* It is not gone, there is more of it. */
static bool became_worse(const struct episode *episode, const struct rule *rule,
			 const struct report *report)
{
	unsigned i;

	for (i = 0; i < episodes_found(report); i++) {
		const struct report_finding *finding = episodes_finding(report, i);

		if (rule_is_worse(finding->rule, rule) &&
		    strcmp(episodes_subject(finding), episode->subject) == 0)
			return true;
	}
	return false;
}

/* That a run does not list a subject says something only if it evaluated the rule, and lists all
 * subjects there are. */
static bool surely_missing(const struct history_run *run, const struct episode *episode)
{
	unsigned others, alike;

	if (!was_evaluated(run, episode->rule))
		return false;
	others = count_findings(run->report, episode, &alike);
	return others == 0 || (run->report->complete && others < REPORT_GROUPS && !alike);
}

static enum closing why_closed(const struct episode *episode, const struct rule *rule,
			       struct arena *arena, const struct rulebook *book)
{
	if (!rule)
		return CLOSED_REMOVED;
	if (*episode->condition && strcmp(episode->condition, condition_of(arena, rule, book)) != 0)
		return CLOSED_CHANGED;
	return CLOSED_GONE;
}

static void miss(struct episode *episode, struct arena *arena, const struct history_run *run)
{
	const struct rulebook *book = run->plan->book;
	const struct rule *rule = rulebook_find(book, episode->rule);

	if (rule && (!surely_missing(run, episode) ||
		     became_worse(episode, rule, run->report)))
		return;
	if (++episode->misses < (rule ? rule->leave : LEAVE_REMOVED))
		return;
	episode->state = EPISODE_ENDED;
	episode->closed = why_closed(episode, rule, arena, book);
}

void episodes_advance(struct episodes *episodes, const struct history_run *run, double elapsed,
		      bool same_boot)
{
	const struct report *report = run->report;
	unsigned i;

	episodes->of_finding = xcalloc(episodes_found(report), sizeof *episodes->of_finding);
	for (i = 0; i < episodes->count; i++) {
		if (episodes->list[i].state != EPISODE_ENDED)
			episodes->list[i].age += elapsed;
		if (!same_boot)
			episodes->list[i].sockets = "";
	}
	for (i = 0; i < episodes_found(report); i++) {
		const struct report_finding *finding = episodes_finding(report, i);
		struct episode *episode = find(episodes, finding);

		if (!episode) {
			episode = add(episodes);
			episode->rule = finding->rule->id;
			episode->subject = episodes_subject(finding);
			episode->began = run->moment.time;
		}
		hit(episodes->arena, episode, finding, run);
		episodes->of_finding[i] = (unsigned)(episode - episodes->list);
	}
	for (i = 0; i < episodes->count; i++)
		if (!episodes->list[i].finding && episodes->list[i].state != EPISODE_ENDED)
			miss(&episodes->list[i], episodes->arena, run);
}

/* ---- writing ---- */

/* 'hits' is a column of the past. */
static void insert(struct episode *episode, struct db *db, int64_t place)
{
	db_run(db,
	       "INSERT INTO episode (place, rule, subject, began, severity, title, state, seen,"
	       " lasted, age, runs, hits, misses, last_run)"
	       " VALUES (?1, ?2, ?3, ?4, 0, '', 0, 0, 0, 0, 0, 0, 0, 0)",
	       DB_VALUES(db_int(place), db_text(episode->rule), db_text(episode->subject),
			 db_int(episode->began)));
	episode->id = db->handle ? sqlite3_last_insert_rowid(db->handle) : 0;
}

void episodes_save(struct episodes *episodes, struct history *history, int64_t place, int64_t run)
{
	struct db *db = &history->db;
	unsigned i;

	for (i = 0; i < episodes->count; i++) {
		struct episode *e = &episodes->list[i];

		if (!e->id)
			insert(e, db, place);
		if (e->finding)
			e->last_run = run;
		db_run(db,
		       "UPDATE episode SET severity = ?2, title = ?3, state = ?4, seen = ?5,"
		       " lasted = ?6, runs = ?7, misses = ?8, last_run = ?9, age = ?10, rising = ?11,"
		       " falling = ?12, sockets = ?13, waived = ?14, closed = ?15, condition = ?16"
		       " WHERE id = ?1",
		       DB_VALUES(db_int(e->id), db_int(e->severity), db_text(e->title),
				 db_int(e->state), db_int(e->seen), db_real(e->lasted),
				 db_int(e->runs), db_int(e->misses), db_int(e->last_run),
				 db_real(e->age), db_int(e->rising), db_int(e->falling),
				 db_text(e->sockets), db_int(e->waived), db_int(e->closed),
				 db_int(*e->condition ? history_word(history, e->condition) : 0)));
	}
}
