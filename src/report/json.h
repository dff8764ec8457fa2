/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/json.h: what every JSON this program prints has in common: members keep their order,
 * texts are valid, numbers are finite, bytes are ASCII. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "base/buf.h"

/* Running out of memory ends the program, as everywhere. Call before the first json_object(). */
json_t *json_begin(void);
/* Prints root and releases it; lines after the first are indented so much. */
void json_put(struct buf *out, json_t *root, unsigned indent);
/* The same as a whole document, with a newline. */
void json_finish(struct buf *out, json_t *root);

json_t *json_text_or_null(const char *text);
json_t *json_number_or_null(double number);
void json_set_text(json_t *object, const char *key, const char *text);
void json_set_count(json_t *object, const char *key, unsigned count);

/* Reads a text from elsewhere; NULL with errors that have file, line and column. A member may stand
 * only once in an object. The caller releases. */
struct errors;
json_t *json_read(const char *file, const struct buf *text, struct errors *errors);

/* The member "vitals" of a report. */
struct report_vitals;
json_t *json_vitals(const struct report_vitals *vitals);

#endif
