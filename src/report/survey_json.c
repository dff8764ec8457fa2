/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of many network namespaces for programs: tcp-advise/reports/1, described by
 * tcp-advise-reports.schema.json. */
#include "report/json.h"
#include "report/printers.h"

static json_t *survey_summary(const struct survey *survey)
{
	json_t *object = json_begin();
	unsigned severity, i, rules, firing = 0;

	json_set_count(object, "status", (unsigned)survey_status(survey));
	for (severity = SEVERITIES; severity-- > 0;) {
		for (rules = i = 0; i < survey->count; i++)
			rules += survey->reports[i]->by_severity[severity];
		json_set_count(object, severity_name(severity), rules);
	}
	for (i = 0; i < survey->count; i++)
		firing += survey->reports[i]->finding_count > 0;
	json_set_count(object, "namespaces", survey->count);
	json_set_count(object, "firing", firing);
	json_set_count(object, "skipped", survey->skipped_count);
	json_set_text(object, "note", survey->note);
	return object;
}

static json_t *skipped(const struct survey *survey)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < survey->skipped_count; i++) {
		json_t *object = json_object();

		json_set_text(object, "name", survey->skipped[i].name);
		json_set_text(object, "netns", survey->skipped[i].netns);
		json_set_text(object, "reason", survey->skipped[i].reason);
		json_array_append_new(list, object);
	}
	return list;
}

/* Report by report: as one tree, those of 200 namespaces take 60 MiB. */
void print_json_survey(struct buf *out, const struct survey *survey, const struct look *look)
{
	unsigned i;

	(void)look;
	buf_puts(out, "{\n  \"schema\": \"tcp-advise/reports/1\",\n  \"summary\": ");
	json_put(out, survey_summary(survey), 2);
	buf_puts(out, ",\n  \"skipped\": ");
	json_put(out, skipped(survey), 2);
	buf_puts(out, ",\n  \"reports\": [");
	for (i = 0; i < survey->count; i++) {
		buf_puts(out, i ? ",\n    " : "\n    ");
		put_json_report(out, survey->reports[i], 4);
	}
	buf_puts(out, survey->count ? "\n  ]\n}\n" : "]\n}\n");
}
