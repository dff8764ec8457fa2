/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for programs: tcp-advise/report/1, described by tcp-advise-report.schema.json.
 * Members keep the order they are set in, so equal reports are equal bytes. */
#include "report/printers.h"

#include <math.h>
#include <string.h>

#include "report/json.h"
#include "report/prose.h"
#include "report/summary.h"

static json_t *summary(const struct report *report)
{
	json_t *object = json_object();
	unsigned severity;

	json_set_count(object, "status", (unsigned)report_status(report));
	for (severity = SEVERITIES; severity-- > 0;)
		json_set_count(object, severity_name(severity), report->by_severity[severity]);
	json_set_count(object, "rules", report->rule_count);
	json_set_count(object, "quiet", report->quiet_count);
	json_set_count(object, "not_evaluated", report->unknown_count);
	json_set_count(object, "waived", report->waived_rules);
	json_set_count(object, "findings", report->finding_count);
	json_set_count(object, "more", report->more);
	if (report->news)
		json_set_count(object, "unchanged", report->unchanged);
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

		json_set_text(object, "name", item->name);
		json_set_text(object, "expression", item->expression);
		json_object_set_new(object, "value",
				    json_number_or_null(number ? item->number : NAN));
		if (number && item->number != item->number_hi)
			json_object_set_new(object, "value_high",
					    json_number_or_null(item->number_hi));
		json_set_text(object, "unit", item->unit);
		json_set_text(object, "text", item->text);
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

		json_set_text(object, "key", finding->settings[i].key);
		json_set_text(object, "value", finding->settings[i].value);
		if (!finding->settings[i].value)
			json_set_text(object, "reason", finding->settings[i].reason);
		json_set_text(object, "current", finding->settings[i].current);
		if (finding->settings[i].elsewhere)
			json_object_set_new(object, "first_namespace", json_true());
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
		json_array_append_new(list, json_text_or_null(item.text));
	return list;
}

static json_t *past(const struct report_past *past)
{
	json_t *object = json_object();

	json_set_text(object, "began", past->began);
	json_object_set_new(object, "lasted_seconds", json_number_or_null(past->lasted));
	json_object_set_new(object, "runs", json_integer((json_int_t)past->runs));
	json_set_text(object, "change", summary_change(past));
	json_set_text(object, "was", past->was);
	json_set_text(object, "sockets", past->sockets);
	return object;
}

/* Those that are over, or the others: their members and, of the others, why. */
static json_t *closed(const struct report *report, bool gone)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->closed_count; i++) {
		const struct report_closed *item = &report->closed[i];
		json_t *object;

		if ((item->why == CLOSED_GONE) != gone)
			continue;
		object = json_object();
		json_set_text(object, "rule", item->rule);
		json_set_text(object, "severity", severity_name(item->severity));
		json_set_text(object, "subject", item->subject);
		json_set_text(object, "title", item->title);
		json_set_text(object, "began", item->began);
		json_set_text(object, "seen", item->seen);
		json_object_set_new(object, "lasted_seconds", json_number_or_null(item->lasted));
		if (!gone)
			json_set_text(object, "why", summary_closing(item->why));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *owners(const struct report_finding *finding)
{
	static const char *const kinds[] = {
		[OWNER_SEEN] = "process", [OWNER_HIDDEN] = "hidden",
		[OWNER_NOBODY] = "nobody", [OWNER_UNKNOWN] = "unknown",
	};
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < finding->owner_count; i++) {
		const struct owner *owner = &finding->owners[i].owner;
		json_t *object = json_object();

		json_set_text(object, "kind", kinds[owner->kind]);
		json_object_set_new(object, "pid", owner->kind == OWNER_SEEN ?
							   json_integer(owner->pid) : json_null());
		json_set_text(object, "command", owner->command);
		json_set_text(object, "user", owner->user);
		json_object_set_new(object, "uid", owner->uid == UINT32_MAX ?
							   json_null() : json_integer(owner->uid));
		json_set_text(object, "service", owner->service);
		json_set_count(object, "sharers", owner->sharers);
		json_set_count(object, "sockets", finding->owners[i].sockets);
		json_array_append_new(list, object);
	}
	return list;
}

/* What the site says of a finding that it waives. */
static json_t *waiver(const struct waiver *waiver)
{
	json_t *object = json_object();

	json_set_text(object, "reason", waiver->reason);
	json_set_text(object, "owner", waiver->owner);
	json_set_text(object, "until", waiver->until);
	json_set_text(object, "subject", waiver->subject);
	json_set_text(object, "file", waiver->place.file);
	json_set_count(object, "line", waiver->place.line);
	return object;
}

static json_t *waivers(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->waiver_count; i++) {
		const struct report_waiver *item = &report->waivers[i];
		json_t *object = waiver(item->waiver);
		autobuf struct buf text = BUF_INIT;

		summary_waiver(&text, item);
		json_set_text(object, "rule", item->waiver->id);
		json_set_text(object, "fault", summary_fault(item->fault));
		json_set_text(object, "text", text.text);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *findings(const struct report_finding *items, unsigned count)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < count; i++) {
		const struct report_finding *finding = &items[i];
		json_t *object = json_object();

		json_set_text(object, "rule", finding->rule->id);
		json_set_text(object, "severity", severity_name(finding->rule->severity));
		json_set_text(object, "subject", finding->subject);
		json_set_text(object, "title", finding->rule->title);
		json_object_set_new(object, "evidence", evidence(finding->evidence,
								  finding->evidence_count));
		if (finding->owner_count) {
			json_object_set_new(object, "owners", owners(finding));
			json_set_count(object, "sockets_looked_at", finding->looked_at);
		}
		json_set_text(object, "advice", finding->rule->advice);
		json_set_text(object, "risk", finding->rule->risk);
		json_object_set_new(object, "set", settings(finding));
		json_object_set_new(object, "cite", citations(finding->rule));
		if (*finding->past.began)
			json_object_set_new(object, "history", past(&finding->past));
		if (finding->waiver)
			json_object_set_new(object, "waiver", waiver(finding->waiver));
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

		json_set_text(object, "rule", report->unknown[i].rule->id);
		json_set_text(object, "reason", report->unknown[i].reason);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *needs_socket_options(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->optional_count; i++)
		json_array_append_new(list, json_text_or_null(report->optional[i]->id));
	return list;
}

static json_t *roles(const struct report *report)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < report->role_count; i++) {
		const struct report_role *role = &report->roles[i];
		json_t *object = json_object();

		json_set_text(object, "role", role->role->id);
		json_object_set_new(object, "holds", role->holds == ROLE_UNKNOWN ?
							     json_null() :
							     json_boolean(role->holds == ROLE_YES));
		json_set_text(object, "source", role->given ? "given" : "sockets");
		json_set_text(object, "reason", role->reason);
		json_object_set_new(object, "evidence",
				    evidence(role->evidence, role->evidence_count));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *source(const struct report *report)
{
	json_t *object = json_object(), *notes = json_array();
	unsigned i;

	for (i = 0; i < report->note_count; i++)
		json_array_append_new(notes, json_text_or_null(report->notes[i]));
	json_set_text(object, "kind", report->kind);
	json_set_text(object, "netns", report->netns);
	if (report->name)
		json_set_text(object, "name", report->name);
	json_object_set_new(object, "netns_cookie",
			    report->netns_cookie && report->netns_cookie <= INT64_MAX ?
				    json_integer((json_int_t)report->netns_cookie) :
				    json_null());
	json_set_text(object, "time", report->time);
	json_object_set_new(object, "window_seconds",
			    json_number_or_null(report->window > 0 ? report->window : NAN));
	if (*report->since)
		json_set_text(object, "window_since_run", report->since);
	json_object_set_new(object, "complete", json_boolean(report->complete));
	json_object_set_new(object, "notes", notes);
	return object;
}

static json_t *pair(const char *key, const char *text, const char *other, const char *other_text)
{
	json_t *object = json_object();

	json_set_text(object, key, text);
	json_set_text(object, other, other_text);
	return object;
}

/* Counters of two reports may be subtracted if the host was not started in between. */
static json_t *host(const struct report *report)
{
	json_t *object = pair("name", report->hostname, "kernel", report->kernel);

	json_set_text(object, "boot", report->boot);
	json_object_set_new(object, "uptime_seconds",
			    json_number_or_null(report->vitals.taken ? report->vitals.uptime : NAN));
	return object;
}

void put_json_report(struct buf *out, const struct report *report, unsigned indent)
{
	json_t *root = json_begin();

	json_set_text(root, "schema", "tcp-advise/report/1");
	json_object_set_new(root, "summary", summary(report));
	json_object_set_new(root, "findings", findings(report->findings, report->finding_count));
	if (report->news || report->closed_count) {
		json_object_set_new(root, "gone", closed(report, true));
		json_object_set_new(root, "closed", closed(report, false));
	}
	json_object_set_new(root, "not_evaluated", not_evaluated(report));
	json_object_set_new(root, "needs_socket_options", needs_socket_options(report));
	json_object_set_new(root, "roles", roles(report));
	json_object_set_new(root, "waived", findings(report->waived, report->waived_count));
	json_object_set_new(root, "waivers", waivers(report));
	json_object_set_new(root, "source", source(report));
	json_object_set_new(root, "rulebook", pair("version", report->rulebook_version,
						   "sha256", checksum_hex(report->rulebook_checksum)));
	json_object_set_new(root, "host", host(report));
	json_object_set_new(root, "vitals", json_vitals(&report->vitals));
	json_put(out, root, indent);
}

void print_json(struct buf *out, const struct report *report, const struct look *look)
{
	(void)look;
	put_json_report(out, report, 0);
	buf_putc(out, '\n');
}
