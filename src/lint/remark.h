/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/remark.h: something to say of a sysctl or of a line of a file that sets one. */
#ifndef LINT_REMARK_H
#define LINT_REMARK_H

#include "base/arena.h"
#include "config/config.h"
#include "report/report.h"

struct remark {
	enum severity severity;
	const char *check;   /* one word for what was found ("unknown-key"), or the id of a rule */
	const struct rule *rule; /* NULL: no rule says it */
	const char *key;     /* dotted; NULL: it is about no key */
	const struct config_line *line; /* NULL: about no line; its file and line are the place */
	const char *text;    /* one sentence, with its stop */
	const char *advice;  /* what to do; NULL: the text says it */
};

/* In the order they are added; owns its texts but those of rules and lines. */
struct remarks {
	struct arena *arena;
	struct remark *all;
	unsigned count, size;
	unsigned by_severity[SEVERITIES];
};

void remarks_init(struct remarks *remarks);
void remarks_fini(struct remarks *remarks);
/* Copies text and advice. */
void remarks_add(struct remarks *remarks, const struct remark *remark);
/* The same, its text made of a template. */
void remarks_say(struct remarks *remarks, const struct remark *remark, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* As report_status(). */
int remarks_status(const struct remarks *remarks);
/* "2 warnings, 1 notice", or "nothing to advise". */
void remarks_verdict(struct buf *out, const struct remarks *remarks);

#endif
