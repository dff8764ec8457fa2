/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for programs: tcp-advise/report/1, described by tcp-advise-report.schema.json.
 * Members keep the order they are set in, so equal reports are equal bytes. */
#include "report/printers.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/prose.h"

/* jansson gives NULL when memory runs out, and a NULL member would silently be left out. */
static void *allocate(size_t size)
{
	return xcalloc(1, size);
}

/* All texts of a report are valid UTF-8 already; should one not be, it is escaped, not lost. */
static json_t *string_or_null(const char *text)
{
	autobuf struct buf printable = BUF_INIT;
	json_t *string;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	text_printable(&printable, text, strlen(text));
	return json_string(buf_text(&printable));
}

/* Doubles hold integers exactly up to 2^53 (IEEE 754); JSON has neither infinity nor NaN. */
static json_t *number_or_null(double number)
{
	if (!isfinite(number))
		return json_null();
	if (fabs(number) <= 9007199254740992.0 && number == trunc(number))
		return json_integer((json_int_t)number);
	return json_real(number);
}

static void set_string(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, string_or_null(text));
}

static void set_count(json_t *object, const char *key, unsigned count)
{
	json_object_set_new(object, key, json_integer(count));
}

static json_t *summary(const struct report *report)
{
	json_t *object = json_object();
	unsigned severity;

	set_count(object, "status", (unsigned)report_status(report));
	for (severity = SEVERITIES; severity-- > 0;)
		set_count(object, severity_name(severity), report->by_severity[severity]);
	set_count(object, "rules", report->rule_count);
	set_count(object, "quiet", report->quiet_count);
	set_count(object, "not_evaluated", report->unknown_count);
	set_count(object, "findings", report->finding_count);
	set_count(object, "more", report->more);
	return object;
}

static json_t *evidence(const struct report_evidence *items, unsigned count)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < count; i++) {
		const struct report_evidence *item = &items[i];
		bool number = item->known && item->unit;
		json_t *object = json_object();

		set_string(object, "name", item->name);
		set_string(object, "expression", item->expression);
		json_object_set_new(object, "value", number_or_null(number ? item->number : NAN));
		if (number && item->number != item->number_hi)
			json_object_set_new(object, "value_high",
					    number_or_null(item->number_hi));
		set_string(object, "unit", item->unit);
		set_string(object, "text", item->text);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *settings(const struct report_finding *finding)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < finding->setting_count; i++) {
		json_t *object = json_object();

		set_string(object, "key", finding->settings[i].key);
		set_string(object, "value", finding->settings[i].value);
		if (!finding->settings[i].value)
			set_string(object, "reason", finding->settings[i].reason);
		set_string(object, "current", finding->settings[i].current);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *citations(const struct rule *rule)
{
	autobuf struct buf item = BUF_INIT;
	const char *rest = rule->cite ? rule->cite : "";
	json_t *list = json_array();

	while (prose_item(&rest, &item))
		json_array_append_new(list, string_or_null(item.text));
	return list;
}

static json_t *findings(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->finding_count; i++) {
		const struct report_finding *finding = &report->findings[i];
		json_t *object = json_object();

		set_string(object, "rule", finding->rule->id);
		set_string(object, "severity", severity_name(finding->rule->severity));
		set_string(object, "subject", finding->subject);
		set_string(object, "title", finding->rule->title);
		json_object_set_new(object, "evidence", evidence(finding->evidence,
								  finding->evidence_count));
		set_string(object, "advice", finding->rule->advice);
		set_string(object, "risk", finding->rule->risk);
		json_object_set_new(object, "set", settings(finding));
		json_object_set_new(object, "cite", citations(finding->rule));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *not_evaluated(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->unknown_count; i++) {
		json_t *object = json_object();

		set_string(object, "rule", report->unknown[i].rule->id);
		set_string(object, "reason", report->unknown[i].reason);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *roles(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->role_count; i++) {
		const struct report_role *role = &report->roles[i];
		json_t *object = json_object();

		set_string(object, "role", role->role->id);
		json_object_set_new(object, "holds", role->holds == ROLE_UNKNOWN ?
							     json_null() :
							     json_boolean(role->holds == ROLE_YES));
		set_string(object, "source", role->given ? "given" : "sockets");
		set_string(object, "reason", role->reason);
		json_object_set_new(object, "evidence", evidence(role->evidence, role->evidence_count));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *source(const struct report *report)
{
	json_t *object = json_object(), *notes = json_array();
	unsigned i;

	for (i = 0; i < report->note_count; i++)
		json_array_append_new(notes, string_or_null(report->notes[i]));
	set_string(object, "kind", report->kind);
	set_string(object, "netns", report->netns);
	set_string(object, "time", report->time);
	json_object_set_new(object, "window_seconds",
			    number_or_null(report->window > 0 ? report->window : NAN));
	json_object_set_new(object, "complete", json_boolean(report->complete));
	json_object_set_new(object, "notes", notes);
	return object;
}

static json_t *pair(const char *key, const char *text, const char *other, const char *other_text)
{
	json_t *object = json_object();

	set_string(object, key, text);
	set_string(object, other, other_text);
	return object;
}

void print_json(struct buf *out, const struct report *report, const struct look *look)
{
	json_t *root;
	autofree char *text = NULL;

	(void)look;
	json_set_alloc_funcs(allocate, free);
	root = json_object();
	set_string(root, "schema", "tcp-advise/report/1");
	json_object_set_new(root, "summary", summary(report));
	json_object_set_new(root, "findings", findings(report));
	json_object_set_new(root, "not_evaluated", not_evaluated(report));
	json_object_set_new(root, "roles", roles(report));
	json_object_set_new(root, "waived", json_array());
	json_object_set_new(root, "source", source(report));
	json_object_set_new(root, "rulebook", pair("version", report->rulebook_version,
						   "sha256", report->rulebook_sha256));
	json_object_set_new(root, "host", pair("name", report->hostname,
					       "kernel", report->kernel));
	/* ASCII only: what a terminal shows of it does not depend on its character set. */
	text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(10));
	json_decref(root);
	buf_puts(out, text ? text : "");
	buf_putc(out, '\n');
}
