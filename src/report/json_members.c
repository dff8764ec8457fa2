/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the JSON outputs share. */
#include "report/json.h"

#include <math.h>
#include <string.h>

#include "base/errors.h"
#include "base/text.h"

/* jansson gives NULL when memory runs out, and a NULL member would silently be left out. */
static void *allocate(size_t size)
{
	return xcalloc(1, size);
}

json_t *json_begin(void)
{
	json_set_alloc_funcs(allocate, free);
	return json_object();
}

/* ASCII only: what a terminal shows of it does not depend on its character set. */
void json_put(struct buf *out, json_t *root, unsigned indent)
{
	autofree char *text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII |
					       JSON_REAL_PRECISION(10));
	const char *line;
	size_t len;

	json_decref(root);
	for (line = text ? text : ""; *line; line += len) {
		len = strcspn(line, "\n");
		len += line[len] == '\n';
		if (line != text)
			buf_printf(out, "%*s", (int)indent, "");
		buf_write(out, line, len);
	}
}

void json_finish(struct buf *out, json_t *root)
{
	json_put(out, root, 0);
	buf_putc(out, '\n');
}

/* All texts of a report are valid UTF-8 already; should one not be, it is escaped, not lost. */
json_t *json_text_or_null(const char *text)
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
json_t *json_number_or_null(double number)
{
	if (!isfinite(number))
		return json_null();
	if (fabs(number) <= 9007199254740992.0 && number == trunc(number))
		return json_integer((json_int_t)number);
	return json_real(number);
}

void json_set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_text_or_null(text));
}

void json_set_count(json_t *object, const char *key, unsigned count)
{
	json_object_set_new(object, key, json_integer(count));
}

json_t *json_read(const char *file, const struct buf *text, struct errors *errors)
{
	json_error_t error;
	json_t *root;

	json_decref(json_begin());
	root = json_loadb(buf_text(text), text->len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		errors_add_at(errors,
			      &(struct place){ .file = file,
					       .line = error.line > 0 ? (unsigned)error.line : 1,
					       .column = error.column > 0 ? (unsigned)error.column : 1 },
			      "no JSON: %s", error.text);
	return root;
}
