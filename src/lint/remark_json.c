/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remarks as JSON. */
#include "lint/remark_json.h"

void json_set_place(json_t *object, const struct config_line *line)
{
	json_set_text(object, "file", line ? line->file : NULL);
	json_object_set_new(object, "line", line ? json_integer(line->line) : json_null());
}

json_t *json_remark_summary(const struct remarks *remarks)
{
	json_t *object = json_object();
	unsigned severity;

	json_set_count(object, "status", (unsigned)remarks_status(remarks));
	for (severity = SEVERITIES; severity-- > 0;)
		json_set_count(object, severity_name(severity), remarks->by_severity[severity]);
	json_set_count(object, "findings", remarks->count);
	return object;
}

json_t *json_remarks(const struct remarks *remarks)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < remarks->count; i++) {
		const struct remark *remark = &remarks->all[i];
		json_t *object = json_object();

		json_set_text(object, "check", remark->check);
		json_set_text(object, "severity", severity_name(remark->severity));
		json_set_text(object, "key", remark->key);
		json_set_place(object, remark->line);
		json_set_text(object, "text", remark->text);
		json_set_text(object, "advice", remark->advice);
		json_array_append_new(list, object);
	}
	return list;
}
