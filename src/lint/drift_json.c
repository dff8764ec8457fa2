/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drift for programs: tcp-advise/drift/1, described by tcp-advise-drift.schema.json. */
#include "lint/drift.h"
#include "lint/remark_json.h"

static json_t *boot(const struct drift_key *key)
{
	json_t *list = json_array();
	unsigned reader;

	for (reader = 0; reader < READERS; reader++) {
		const struct drift_boot *one = &key->boot[reader];
		json_t *object = json_object();

		json_set_text(object, "reader", config_reader_name(reader));
		json_set_text(object, "value", one->value);
		json_set_place(object, one->line);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *keys(const struct drift *drift)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < drift->count; i++) {
		const struct drift_key *key = &drift->keys[i];
		json_t *object = json_object();

		json_set_text(object, "key", key->key);
		json_set_text(object, "running", key->running);
		json_set_text(object, "default", key->initial);
		json_object_set_new(object, "boot", boot(key));
		json_object_set_new(object, "differs", json_boolean(key->differs));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *host(const struct drift *drift)
{
	json_t *object = json_object();

	json_set_text(object, "name", drift->hostname);
	json_set_text(object, "kernel", drift->kernel);
	json_set_text(object, "netns", drift->netns);
	json_object_set_new(object, "first_namespace",
			    drift->namespace_known ? json_boolean(drift->first_namespace)
						   : json_null());
	json_object_set_new(object, "complete", json_boolean(drift->files == WHY_KNOWN));
	return object;
}

void drift_json(struct buf *out, const struct drift *drift)
{
	json_t *root = json_begin();

	json_set_text(root, "schema", "tcp-advise/drift/1");
	json_object_set_new(root, "summary", json_remark_summary(&drift->remarks));
	json_object_set_new(root, "findings", json_remarks(&drift->remarks));
	json_object_set_new(root, "keys", keys(drift));
	json_object_set_new(root, "host", host(drift));
	json_finish(out, root);
}
