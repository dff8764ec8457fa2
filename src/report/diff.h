/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/diff.h: two reports compared: what began and what ended, which settings changed, what the
 * counters grew by, how many sockets are in each state. What one of them does not know is unclear,
 * neither begun nor ended. */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "report/account.h"
#include "report/look.h"

enum diff_change { DIFF_BEGAN, DIFF_ENDED, DIFF_UNCLEAR, DIFF_WENT_ON, DIFF_CHANGES };
const char *diff_change_name(enum diff_change change);

struct diff_finding {
	enum diff_change change;
	const struct account_finding *finding;
	const char *why; /* DIFF_UNCLEAR: a sentence without its full stop */
};
struct diff_sysctl {
	const char *key, *a, *b; /* NULL: unknown there */
};
struct diff_counter {
	const char *name;
	uint64_t a, b;
	double rate; /* a second; NaN: unknown */
};
struct diff_state {
	const char *name;
	const struct account_state *a, *b; /* NULL: unknown there */
};

struct diff {
	struct arena *arena;
	const struct account *a, *b; /* a is the earlier one */
	const char *notes[8];	     /* what makes them hard to compare, a sentence each */
	unsigned note_count;
	bool counters_compare; /* same boot, same namespace: else no counter is subtracted */
	double seconds;	       /* between them; NaN: unknown */
	struct diff_finding *findings;
	unsigned finding_count;
	unsigned by_change[DIFF_CHANGES];
	struct diff_sysctl *sysctls; /* those that differ */
	unsigned sysctl_count;
	struct diff_counter *counters; /* those that changed */
	unsigned counter_count;
	struct diff_state *states;
	unsigned state_count;
};

/* Borrows both, which must outlive it. */
struct diff *diff_new(const struct account *a, const struct account *b);
void diff_free(struct diff *diff);
/* Of what began: 0 nothing at warning or above, 1 a warning, 2 something critical. */
int diff_status(const struct diff *diff);

/* Append the whole comparison. */
typedef void diff_print_fn(struct buf *out, const struct diff *diff, const struct look *look);
diff_print_fn diff_print_text, diff_print_json, diff_print_markdown;
/* As the JSON prints it; the caller releases. */
struct json_t;
struct json_t *diff_json(const struct diff *diff);

/* ---- words all of them use ---- */

/* "web1, Linux 6.18.44, net:[4026531840], 2026-11-21T11:47:10Z" */
void diff_who(struct buf *out, const struct account *account);
/* Whether there are sockets in it, or may be, in one of them: else people need not read it. */
bool diff_state_matters(const struct diff_state *state);
bool diff_states_matter(const struct diff *diff); /* one of them */
/* "12", "at least 12", "unknown". */
void diff_count(struct buf *out, const struct account_state *state);

#endif
