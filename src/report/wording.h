/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/wording.h: the parts of a verdict put into words: its evidence and its settings. */
#ifndef REPORT_WORDING_H
#define REPORT_WORDING_H

#include "report/report.h"

struct wording {
	struct arena *arena;	   /* owns all texts made */
	const struct names *names; /* of the plan */
	const struct sample *now;  /* the host's readings, or NULL */
	double window;		   /* seconds; 0: none */
	struct owners *owners;	   /* NULL: nobody looked */
	bool lasting;		   /* without what changes from run to run: children of a process */
};

void word_evidence(struct report_evidence *out, const struct evidence *evidence,
		   const struct wording *wording);

/* The settings of a verdict; settings that are words of one sysctl become one. Returns how many
 * were written, at most rule->setting_count. */
unsigned word_settings(struct report_setting *out, const struct verdict *verdict,
		       const struct wording *wording);

/* Appends over which time a counter's total grew: " since boot (3 d)". */
void word_age(struct buf *out, const struct fact *fact, const struct wording *wording);

/* Appends why a value is unknown, without a full stop. */
void word_reason(struct buf *out, struct value value);

#endif
