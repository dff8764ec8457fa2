/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evidence as text: what was measured, how sure that is, and over which time. */
#include "report/wording.h"

#include <string.h>

#include "report/subject.h"

void word_reason(struct buf *out, struct value value)
{
	value_reason(out, value);
	if (out->len && out->text[out->len - 1] == '.')
		out->text[--out->len] = '\0';
}

static void put_unknown(struct buf *out, struct value value)
{
	buf_puts(out, "unknown: ");
	word_reason(out, value);
}

static void put_number(struct buf *out, const struct evidence_spec *spec, double number,
		       const struct names *names)
{
	const struct symbol *symbol = spec->symbols;

	if (spec->unit == UNIT_TEXT) {
		buf_puts(out, names_text(names, number >= 0 ? (unsigned)number : NAMES_OTHER));
		return;
	}
	for (; spec->unit == UNIT_SYMBOL && symbol && symbol->name; symbol++)
		if (symbol->value == number) {
			buf_puts(out, symbol->name);
			return;
		}
	unit_print(out, spec->unit, number);
}

/* Quantiles come from a sketch whose classes are a few percent wide: 7.87 to 8 ms is about 7.9 ms
 * for people. Counts are not measured, so their ends are told. */
static bool is_narrow(const struct evidence_spec *spec, struct value value)
{
	return value.why == WHY_ESTIMATE && spec->unit != UNIT_COUNT && value.lo > 0 &&
	       value.hi - value.lo <= 0.05 * value.hi;
}

/* "12 to 15". Both ends can look alike once rounded: then it is about that. */
static void put_range(struct buf *out, const struct evidence_spec *spec, struct value value)
{
	autobuf struct buf lo = BUF_INIT, hi = BUF_INIT;

	if (is_narrow(spec, value))
		value.lo = value.hi = value.lo + (value.hi - value.lo) / 2;
	unit_print(&lo, spec->unit, value.lo);
	unit_print(&hi, spec->unit, value.hi);
	if (strcmp(buf_text(&lo), buf_text(&hi)) == 0)
		buf_printf(out, "about %s", buf_text(&lo));
	else if (value.lo == 0)
		buf_printf(out, "at most %s", buf_text(&hi));
	else
		buf_printf(out, "%s to %s", buf_text(&lo), buf_text(&hi));
}

/* Names, symbols and conditions have no middle: they are known or not. */
static bool unit_has_ranges(enum unit unit)
{
	return unit != UNIT_BOOL && unit != UNIT_SYMBOL && unit != UNIT_TEXT && unit != UNIT_KEY;
}

static void put_interval(struct buf *out, const struct evidence_spec *spec, struct value value)
{
	bool lo = isfinite(value.lo), hi = isfinite(value.hi);

	if (lo && hi) {
		put_range(out, spec, value);
	} else {
		buf_puts(out, lo ? "at least " : "at most ");
		unit_print(out, spec->unit, lo ? value.lo : value.hi);
	}
	/* That a sketch counts roughly needs no excuse; what could not be read does. */
	if (value.why == WHY_ESTIMATE)
		return;
	buf_puts(out, " (");
	word_reason(out, value);
	buf_putc(out, ')');
}

static bool has_number(const struct evidence_spec *spec, struct value value)
{
	if (value_is_known(value))
		return true;
	return unit_has_ranges(spec->unit) && (isfinite(value.lo) || isfinite(value.hi));
}

static void put_value(struct buf *out, const struct evidence *evidence,
		      const struct wording *wording)
{
	struct value value = evidence->value;

	if (value_is_known(value))
		put_number(out, evidence->spec, value.lo, wording->names);
	else if (has_number(evidence->spec, value))
		put_interval(out, evidence->spec, value);
	else
		put_unknown(out, value);
}

/* "192.0.2.7 (812), 192.0.2.9 (44), 31 more". */
static void put_top(struct buf *out, const struct evidence *evidence,
		    const struct wording *wording)
{
	uint64_t rest = evidence->top_total, error = 0;
	unsigned i;

	for (i = 0; i < evidence->top_count; i++) {
		const struct top_entry *entry = &evidence->top[i];

		buf_puts(out, i ? ", " : "");
		subject_print(out, &entry->key, wording);
		buf_puts(out, " (");
		unit_print(out, UNIT_COUNT, (double)entry->count);
		buf_putc(out, ')');
		rest -= entry->count < rest ? entry->count : rest;
		error = entry->error > error ? entry->error : error;
	}
	if (rest) {
		buf_puts(out, ", ");
		unit_print(out, UNIT_COUNT, (double)rest);
		buf_puts(out, " more");
	}
	if (error) {
		buf_puts(out, "; at most ");
		unit_print(out, UNIT_COUNT, (double)error);
		buf_puts(out, " missed in each");
	}
}

static void put_ranking(struct buf *out, const struct evidence *evidence,
			const struct wording *wording)
{
	bool complete = evidence->value.why == WHY_KNOWN || evidence->value.why == WHY_ESTIMATE;

	if (evidence->top_count == 0) {
		if (complete)
			buf_puts(out, "none");
		else
			put_unknown(out, evidence->value);
		return;
	}
	put_top(out, evidence, wording);
	if (!complete) {
		buf_puts(out, "; incomplete: ");
		word_reason(out, evidence->value);
	}
}

static const struct reading *reading_of(const struct wording *wording, unsigned fact)
{
	if (!wording->now || fact >= fact_count)
		return NULL;
	return &wording->now->readings[fact];
}

static const struct reading *known_reading(const struct wording *wording, const char *name)
{
	const struct reading *reading = reading_of(wording, fact_find(name));

	return reading && reading->why == WHY_KNOWN ? reading : NULL;
}

/* A total means nothing without its age: counters of a namespace start with it, those of the
 * host and of its first namespace start with the host. */
void word_age(struct buf *out, const struct fact *fact, const struct wording *wording)
{
	const struct reading *first = known_reading(wording, "host.first_namespace");
	const struct reading *uptime = known_reading(wording, "host.uptime");

	if (!fact->host_wide && !(first && first->number > 0)) {
		buf_puts(out, first ? " since the namespace began" : " in all, of unknown age");
		return;
	}
	buf_puts(out, " since boot");
	if (!uptime)
		return;
	buf_puts(out, " (");
	unit_print(out, UNIT_SECONDS, uptime->number);
	buf_putc(out, ')');
}

static void put_fact(struct buf *out, const struct evidence *evidence,
		     const struct wording *wording)
{
	const struct fact *fact = &fact_catalogue[evidence->spec->fact];
	const struct reading *reading = reading_of(wording, evidence->spec->fact);

	if (fact->unit == UNIT_TEXT && reading && reading->why == WHY_KNOWN && reading->text) {
		buf_puts(out, reading->text);
		return;
	}
	put_value(out, evidence, wording);
	if (fact->kind == FACT_COUNTER && value_is_known(evidence->value))
		word_age(out, fact, wording);
}

static void put_delta(struct buf *out, const struct evidence *evidence,
		      const struct wording *wording)
{
	put_value(out, evidence, wording);
	if (!value_is_known(evidence->value) || wording->window <= 0)
		return;
	buf_puts(out, " in ");
	unit_print(out, UNIT_SECONDS, wording->window);
}

static void put_configured(struct buf *out, const struct evidence *evidence,
			   const struct wording *wording)
{
	const struct reading *reading = reading_of(wording, evidence->spec->fact);

	if (value_true(evidence->value) && reading && reading->configured)
		buf_puts(out, reading->configured);
	else
		put_value(out, evidence, wording);
}

typedef void put_fn(struct buf *out, const struct evidence *evidence,
		    const struct wording *wording);

static put_fn *how_to_put(const struct evidence_spec *spec)
{
	static put_fn *const calls[] = {
		[CALL_VALUE] = put_fact,
		[CALL_DELTA] = put_delta,
		[CALL_RATE] = put_value,
		[CALL_LIFETIME] = put_value,
		[CALL_PRESENT] = put_value,
		[CALL_CONFIGURED] = put_configured,
	};

	if (spec->top >= 0)
		return put_ranking;
	return spec->fact < fact_count ? calls[spec->call] : put_value;
}

void word_evidence(struct report_evidence *out, const struct evidence *evidence,
		   const struct wording *wording)
{
	const struct evidence_spec *spec = evidence->spec;
	bool numeric = spec->top < 0 && spec->unit != UNIT_TEXT && spec->unit != UNIT_SYMBOL &&
		       spec->unit != UNIT_KEY;
	autobuf struct buf text = BUF_INIT, expression = BUF_INIT;

	how_to_put(spec)(&text, evidence, wording);
	expr_print(&expression, spec->expr);
	*out = (struct report_evidence){
		.name = arena_strdup(wording->arena, spec->label ? spec->label : expression.text),
		.expression = arena_strdup(wording->arena, expression.text),
		.text = arena_strdup(wording->arena, buf_text(&text)),
		.known = spec->top >= 0 ? evidence->top_count || evidence->value.why == WHY_KNOWN
					: has_number(spec, evidence->value),
		.number = numeric ? evidence->value.lo : NAN,
		.number_hi = numeric ? evidence->value.hi : NAN,
		.unit = numeric ? unit_name(spec->unit) : NULL,
	};
}
