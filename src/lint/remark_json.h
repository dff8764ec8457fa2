/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/remark_json.h: remarks as JSON, the same in lint and drift. */
#ifndef LINT_REMARK_JSON_H
#define LINT_REMARK_JSON_H

#include "lint/remark.h"
#include "report/json.h"

/* Sets "file" and "line", both null for NULL. */
void json_set_place(json_t *object, const struct config_line *line);
json_t *json_remark_summary(const struct remarks *remarks);
json_t *json_remarks(const struct remarks *remarks);

#endif
