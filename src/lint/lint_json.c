/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lint for programs: tcp-advise/lint/1, described by tcp-advise-lint.schema.json. */
#include <string.h>

#include "lint/lint.h"
#include "lint/remark_json.h"

static json_t *needs(const struct lint *lint)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < lint->need_count; i++) {
		json_t *object = json_object();

		json_set_text(object, "rule", lint->needs[i].rule->id);
		json_set_text(object, "key", lint->needs[i].key);
		json_set_text(object, "needs", lint->needs[i].needs);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *names(const char *list)
{
	json_t *array = json_array();

	while (*list) {
		size_t len = strcspn(list, ",");

		json_array_append_new(array, json_stringn(list, len));
		list += len + strspn(list + len, ", ");
	}
	return array;
}

void lint_json(struct buf *out, const struct lint *lint)
{
	json_t *root = json_begin();

	json_set_text(root, "schema", "tcp-advise/lint/1");
	json_object_set_new(root, "summary", json_remark_summary(&lint->remarks));
	json_object_set_new(root, "findings", json_remarks(&lint->remarks));
	json_object_set_new(root, "not_evaluated", needs(lint));
	json_object_set_new(root, "of_namespace", names(lint->of_namespace));
	json_object_set_new(root, "of_host", names(lint->of_host));
	json_set_text(root, "kernel", lint->kernel);
	json_set_count(root, "files", lint->files);
	json_set_count(root, "settings", lint->settings);
	json_set_count(root, "others", lint->others);
	json_finish(out, root);
}
