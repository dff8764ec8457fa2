/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/diffs.h: the reports of several network namespaces compared, each with that of the same
 * one before. */
#ifndef REPORT_DIFFS_H
#define REPORT_DIFFS_H

#include "report/diff.h"

struct diffs {
	const struct account **gone, **come; /* in the first ones only, in the second ones only */
	unsigned gone_count, come_count;
	struct diff **list; /* in both */
	unsigned count;
};

/* Borrows both, which must outlive it. */
struct diffs *diffs_new(const struct accounts *a, const struct accounts *b);
void diffs_free(struct diffs *diffs);
/* As diff_status(); what is found in a namespace that came has begun. */
int diffs_status(const struct diffs *diffs);

/* Append the whole comparison. In text and Markdown a namespace with the same findings and settings
 * as before is only named. */
typedef void diffs_print_fn(struct buf *out, const struct diffs *diffs, const struct look *look);
diffs_print_fn diffs_print_text, diffs_print_json, diffs_print_markdown;

#endif
