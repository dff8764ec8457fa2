/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/explain.h: pages for people at a terminal, of one rule, one setting, one counter or one
 * state each. They are made of the rulebook, the catalogue and what was read, so they cannot say
 * what these do not. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "fact/topic.h"
#include "report/look.h"

/* The page of a rule, or of a role: what, why, evidence, remedy, risk, how to verify, when wrong,
 * sources, and how to cite it so that nobody takes another version for it. */
void explain_print(struct buf *out, const struct rulebook *book, const struct rule *rule,
		   const struct look *look);

/* What was read for the page of a topic. */
struct explain_here {
	const struct sample *now;
	const struct report *report; /* with vitals for a state; else NULL is allowed */
};

/* The page of a setting, a counter or another fact, or of a state: what it means, what it is here, what
 * the kernel has of its own and takes, what is said of it that is not so, which rules use it. */
void explain_topic(struct buf *out, const struct rulebook *book, const struct topic *topic,
		   const struct explain_here *here, const struct look *look);

/* ---- between the files of these pages ---- */

enum { EXPLAIN_MARGIN = 4 };
void explain_heading(struct buf *out, const struct look *look, const char *heading);
/* Paragraphs are lines, with an empty line between them. Nothing for a text that is NULL or "". */
void explain_section(struct buf *out, const struct look *look, const char *heading,
		     const char *text);

#endif
