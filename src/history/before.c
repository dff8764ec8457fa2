/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one run leaves for the next to compare with: totals of counters, by name, as facts have other
 * numbers in other versions, and what listeners counted, by cookie. */
#include <jansson.h>
#include <string.h>

#include "collect/collect.h"
#include "history/inside.h"

/* A host with more listeners waits for a window of its own: this is 16 KiB in each place. */
enum { LISTENERS_KEPT = 1024 };

static size_t index_of(const json_t *names, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(names); i++)
		if (json_is_string(json_array_get(names, i)) &&
		    strcmp(json_string_value(json_array_get(names, i)), name) == 0)
			break;
	return i;
}

static struct reading reading_of(const struct fact *fact, const json_t *total)
{
	if (!json_is_number(total))
		return (struct reading){ .why = WHY_NOT_RECORDED };
	if (fact->kind == FACT_COUNTER)
		return (struct reading){ .raw = (uint64_t)json_integer_value(total),
					 .number = json_number_value(total) };
	return (struct reading){ .number = json_number_value(total) };
}

/* ---- writing ---- */

static void put_total(struct buf *out, const struct fact *fact, const struct reading *reading)
{
	if (reading->why != WHY_KNOWN)
		buf_puts(out, "null"); /* it has its name and no number */
	else if (fact->kind == FACT_COUNTER) /* as JSON has it: 64 bits, signed */
		buf_printf(out, "%lld", (long long)reading->raw);
	else
		values_number(out, reading->number);
}

static void put_growth(struct buf *out, const struct fact *fact, const struct reading *now,
		       const struct reading *then)
{
	if (now->why != WHY_KNOWN || then->why != WHY_KNOWN)
		buf_puts(out, "null");
	else if (fact->kind == FACT_COUNTER)
		values_number(out, (double)(int64_t)(now->raw - then->raw));
	else
		values_number(out, now->number - then->number);
}

static void put_counters(struct before *before, const struct earlier *left, const json_t *names,
			 const json_t *totals)
{
	const char *comma = "[";
	unsigned i;

	for (i = 0; left && i < left->reading_count; i++) {
		const struct fact *fact = &fact_catalogue[left->readings[i].fact];
		const struct reading *now = &left->readings[i].reading;
		struct reading then =
			reading_of(fact, json_array_get(totals, index_of(names, fact->name)));

		buf_puts(&before->names, comma);
		buf_puts(&before->totals, comma);
		buf_puts(&before->growth, comma);
		values_string(&before->names, fact->name);
		put_total(&before->totals, fact, now);
		put_growth(&before->growth, fact, now, &then);
		comma = ",";
	}
	buf_puts(&before->names, *comma == '[' ? "[]" : "]");
	buf_puts(&before->totals, *comma == '[' ? "[]" : "]");
	buf_puts(&before->growth, *comma == '[' ? "[]" : "]");
}

static void put_listener(struct buf *out, const double *record, unsigned columns)
{
	uint64_t cookie;
	unsigned i;

	memcpy(&cookie, record, sizeof cookie);
	buf_printf(out, "[%lld", (long long)cookie);
	for (i = 1; i <= columns; i++) {
		buf_putc(out, ',');
		values_number(out, record[i]);
	}
	buf_putc(out, ']');
}

/* [["drops"],[cookie,12],...]; nothing when some are missing: that a listener is not among them
 * would say nothing. */
static void put_listeners(struct buf *out, const struct history_run *run)
{
	const struct earlier *left = run->left;
	const char *comma = "";
	unsigned i;

	if (!left || !run->left_all || left->listener_count > LISTENERS_KEPT)
		return;
	buf_puts(out, "[[");
	for (i = 0; i < run->plan->column_count; i++) {
		if (!run->plan->columns[i].before)
			continue;
		buf_puts(out, comma);
		values_string(out, fact_catalogue[run->plan->columns[i].fact].name);
		comma = ",";
	}
	buf_putc(out, ']');
	for (i = 0; i < left->listener_count; i++) {
		buf_putc(out, ',');
		put_listener(out, left->listeners + (size_t)i * (1 + left->columns), left->columns);
	}
	buf_putc(out, ']');
}

/* The row of the place: names and totals of counters, listeners. */
static sqlite3_stmt *last_of(struct history *history, const char *place)
{
	return db_prepare(&history->db,
			  "SELECT word.text, place.totals, place.listeners FROM place JOIN word ON"
			  " word.id = place.counted WHERE place.name = ?1",
			  DB_VALUES(db_text(place)));
}

void before_make(struct before *before, struct history *history, const struct history_run *run)
{
	autostatement sqlite3_stmt *row = last_of(history, run->moment.place);
	json_t *names = NULL, *totals = NULL;

	*before = (struct before){ .names = BUF_INIT };
	if (db_step(&history->db, row)) {
		names = json_loads(db_column_text(row, 0), 0, NULL);
		totals = json_loads(db_column_text(row, 1), 0, NULL);
	}
	put_counters(before, run->left, names, totals);
	put_listeners(&before->listeners, run);
	json_decref(names);
	json_decref(totals);
}

void before_fini(struct before *before)
{
	buf_fini(&before->names);
	buf_fini(&before->totals);
	buf_fini(&before->growth);
	buf_fini(&before->listeners);
}

/* ---- reading ---- */

/* False if there is a name the run before did not know of. */
static bool take_counters(struct earlier *earlier, const struct plan *plan, const json_t *names,
			  const json_t *totals)
{
	struct sample *sample = sample_new();
	bool all = true;
	unsigned i;

	for (i = 0; i < fact_count && all; i++) {
		size_t at;

		if (!plan->fact_twice[i])
			continue;
		at = index_of(names, fact_catalogue[i].name);
		all = at < json_array_size(names);
		sample->readings[i] = reading_of(&fact_catalogue[i], json_array_get(totals, at));
	}
	earlier_readings(earlier, plan, sample);
	sample_free(sample);
	return all;
}

static bool take_listeners(struct earlier *earlier, const struct plan *plan, const json_t *list)
{
	const json_t *names = json_array_get(list, 0);
	size_t columns[COLUMNS_MAX], i;
	unsigned count = 0, j;

	for (i = 0; i < plan->column_count; i++) {
		if (!plan->columns[i].before)
			continue;
		columns[count] = index_of(names, fact_catalogue[plan->columns[i].fact].name);
		if (columns[count++] >= json_array_size(names))
			return false;
	}
	for (i = 1; i < json_array_size(list); i++) {
		const json_t *record = json_array_get(list, i);
		double *cell = earlier_add(
			earlier, (uint64_t)json_integer_value(json_array_get(record, 0)));

		for (j = 0; cell && j < count; j++) {
			const json_t *value = json_array_get(record, 1 + columns[j]);

			cell[j] = json_is_number(value) ? json_number_value(value) : NAN;
		}
	}
	earlier_sort(earlier);
	return true;
}

static struct earlier *parse(const struct plan *plan, sqlite3_stmt *row)
{
	json_t *names = json_loads(db_column_text(row, 0), 0, NULL);
	json_t *totals = json_loads(db_column_text(row, 1), 0, NULL);
	json_t *list = json_loads(db_column_text(row, 2), 0, NULL);
	struct earlier *earlier = earlier_new(plan);

	if (!take_counters(earlier, plan, names, totals) ||
	    (plan->listen_twice && !take_listeners(earlier, plan, list))) {
		earlier_free(earlier);
		earlier = NULL;
	}
	json_decref(names);
	json_decref(totals);
	json_decref(list);
	return earlier;
}

static bool is_recent(struct history *history, const struct history_moment *moment, double recent,
		      time_t *since, double *seconds)
{
	bool same_boot;
	int64_t time;

	*seconds = history_elapsed(history, moment, &same_boot, &time);
	if (!same_boot || *seconds < HISTORY_LEAST || *seconds > recent)
		return false;
	*since = moment->time - (time_t)*seconds; /* by the clock as it is now */
	return true;
}

struct earlier *history_earlier(struct history *history, const struct history_moment *moment,
				const struct plan *plan, double recent, time_t *since,
				double *seconds)
{
	autostatement sqlite3_stmt *row = NULL;
	struct earlier *earlier;

	if (!is_recent(history, moment, recent, since, seconds))
		return NULL;
	row = last_of(history, moment->place);
	earlier = db_step(&history->db, row) ? parse(plan, row) : NULL;
	if (!earlier)
		*since = 0;
	return earlier;
}
