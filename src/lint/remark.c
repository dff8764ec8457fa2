/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of remarks. */
#include "lint/remark.h"

#include <stdarg.h>

#include "report/summary.h"

void remarks_init(struct remarks *remarks)
{
	*remarks = (struct remarks){ .arena = arena_new() };
}

void remarks_fini(struct remarks *remarks)
{
	arena_free(remarks->arena);
	free(remarks->all);
}

void remarks_add(struct remarks *remarks, const struct remark *remark)
{
	struct remark *copy;

	if (remarks->count == remarks->size) {
		remarks->size = remarks->size ? 2 * remarks->size : 32;
		remarks->all = xrealloc(remarks->all, remarks->size, sizeof *remarks->all);
	}
	copy = &remarks->all[remarks->count++];
	*copy = *remark;
	copy->text = arena_strdup(remarks->arena, remark->text);
	if (remark->advice)
		copy->advice = arena_strdup(remarks->arena, remark->advice);
	remarks->by_severity[remark->severity]++;
}

void remarks_say(struct remarks *remarks, const struct remark *remark, const char *format, ...)
{
	struct remark whole = *remark;
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	whole.text = text ? text : "";
	remarks_add(remarks, &whole);
	free(text);
}

int remarks_status(const struct remarks *remarks)
{
	return severity_status(remarks->by_severity);
}

void remarks_verdict(struct buf *out, const struct remarks *remarks)
{
	if (!summary_severities(out, remarks->by_severity))
		buf_puts(out, "nothing to advise");
}
