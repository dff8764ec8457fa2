/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/account.h: what a JSON report says, read back: the part that two reports can be compared by.
 * The file may come from anywhere, so all is checked, and no text reaches a terminal as it is. */
#ifndef REPORT_ACCOUNT_H
#define REPORT_ACCOUNT_H

#include "base/arena.h"
#include "base/errors.h"

#include <time.h>

enum { ACCOUNT_FILE_MAX = 32 << 20 }; /* bytes of JSON reports that are read */

struct account_finding {
	const char *rule, *severity, *subject, *title;
};
struct account_unknown {
	const char *rule, *reason;
};
struct account_sysctl {
	const char *key, *text;
};
struct account_counter {
	const char *name;
	uint64_t total;
};
struct account_state {
	const char *name;   /* as rules have it: "close_wait" */
	bool known;	    /* how many there are, at least */
	uint64_t count;
	const char *reason; /* why there may be more; NULL: exact */
};

struct account {
	struct arena *arena; /* owns the texts and lists */
	const char *label;   /* what the user called it */
	const char *host, *kernel, *netns, *boot; /* NULL: unknown */
	const char *name;    /* of the namespace, where one was asked for; else NULL */
	uint64_t cookie;     /* of the namespace, unique in a boot; 0: unknown */
	const char *text_time;
	time_t time;	     /* 0: unknown */
	double uptime;	     /* seconds; NaN: unknown */
	const char *sha256;  /* of the rulebook; "" if unknown */
	unsigned rules;	     /* in that run */
	unsigned more;	     /* subjects that rules fire for and that are not listed */
	struct account_finding *findings;
	unsigned finding_count;
	struct account_unknown *unknown;
	unsigned unknown_count;
	bool vitals;	     /* the report has them; those of older programs have not */
	struct account_sysctl *sysctls;
	unsigned sysctl_count;
	struct account_counter *counters;
	unsigned counter_count;
	struct account_state *states;
	unsigned state_count;
};

/* What a file says: one report, or those of several network namespaces. */
struct accounts {
	struct account **list;
	unsigned count;
	bool many; /* of several, were there only one of them */
};

/* Reads the text of JSON reports and adds them. Returns 0, or -1 with errors that name 'label' and
 * the place. */
int accounts_read(struct accounts *accounts, const char *label, const struct buf *text,
		  struct errors *errors);
void accounts_fini(struct accounts *accounts);
/* 2 critical, 1 warning, 0 less. */
int account_status(const struct account_finding *finding);
/* What a namespace is called: its name, else as the kernel has it, else "host". */
const char *account_namespace(const struct account *account);

#endif
