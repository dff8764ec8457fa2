/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/report.h: verdicts put into words. A report is finished text and numbers: formats only
 * lay it out, and nothing in it points back at the kernel. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "collect/owners.h"
#include "eval/eval.h"

#include <time.h>

struct report_evidence {
	const char *name;	/* label, or the expression */
	const char *expression;
	const char *text;	/* for people: "12 to 15", "25 min", "1,204 since boot (3 d)" */
	bool known;		/* something is: else the text says "unknown: " and why */
	double number;		/* in base units; the lower bound where the value is an interval */
	double number_hi;	/* equal to number when exact; infinite: no bound is known */
	const char *unit;	/* unit_name(), or NULL for names, symbols and top() */
};

struct report_setting {
	const char *key;
	const char *value;   /* as sysctl.d wants it; NULL when it cannot be computed */
	const char *reason;  /* ... and why not */
	const char *current; /* as the kernel has it, words separated by a space; NULL: unknown */
	bool elsewhere;	     /* it is to be set in the first network namespace, not in this one */
};

/* What a history adds to a finding. */
enum change { CHANGE_NONE, CHANGE_NEW, CHANGE_WORSE, CHANGE_BETTER };
struct report_past {
	char began[32];	     /* of the first run that found it; "": there is no history */
	double lasted;	     /* seconds since then */
	uint64_t runs;	     /* how many found it */
	enum change change;  /* since it was told last */
	const char *was;     /* CHANGE_WORSE, CHANGE_BETTER: its number then, and what it counts */
	const char *sockets; /* how long they are surely the same: one phrase, or NULL */
};

/* A finding that was told and is told no more. The numbers are stored in histories. */
enum closing {
	CLOSED_GONE,	/* it is over */
	CLOSED_WAIVED,	/* it is there, and the site lives with it */
	CLOSED_REMOVED, /* nobody knows: the rulebook has no such rule any more ... */
	CLOSED_CHANGED, /* ... or its condition is another one now, and does not find it */
	CLOSINGS,
};
struct report_closed {
	const char *rule, *title, *subject;
	enum severity severity;
	enum closing why;
	const struct waiver *waiver; /* CLOSED_WAIVED */
	char began[32], seen[32]; /* of the first and the last run that found it */
	double lasted;		  /* seconds between them */
};

/* Somebody who holds sockets that a finding is about. */
struct report_owner {
	struct owner owner;
	const char *text;  /* "nginx[812] (www-data, nginx.service)" */
	unsigned sockets;  /* of those that were looked at */
};
enum { REPORT_OWNERS = 4 };

/* Groups of one rule that a report lists. */
enum { REPORT_GROUPS = 16 };

struct report_finding {
	const struct rule *rule;
	const char *subject; /* "10.0.0.1:8080", or "host" */
	const char *lasting; /* the same, without what changes while it is the same; NULL: nothing does */
	struct report_evidence evidence[EXPR_LIST_MAX];
	unsigned evidence_count;
	struct report_setting settings[8];
	unsigned setting_count;
	unsigned states; /* the few its rule looks at, 1 << enum tcp_state; 0: none, or most */
	struct flagged flagged; /* the sockets it is about, for a history */
	struct report_past past;
	struct report_owner owners[REPORT_OWNERS]; /* of most sockets first */
	unsigned owner_count;
	unsigned owner_more; /* others, not listed */
	unsigned looked_at;  /* sockets whose owners these are: all, or a fair sample of them */
	const char *by;	     /* the owners as one text; NULL: nothing is known of them */
	const struct waiver *waiver; /* of those the site waives, else NULL */
};

/* What is wrong with a waiver. */
enum waiver_fault {
	WAIVER_EXPIRED,
	WAIVER_UNMATCHED,      /* its rule was evaluated, and found nothing that it is for */
	WAIVER_WITHOUT_REASON,
	WAIVER_WITHOUT_END,    /* neither a day nor never */
	WAIVER_FAULTS,
};
struct report_waiver {
	const struct waiver *waiver;
	enum waiver_fault fault;
};

struct report_unknown {
	const struct rule *rule;
	const char *reason; /* one sentence */
};

/* What this host is, as far as a rule that was evaluated depends on it. */
struct report_role {
	const struct rule *role;
	enum { ROLE_NO, ROLE_YES, ROLE_UNKNOWN } holds;
	bool given;	    /* by --role: there is no evidence */
	const char *reason; /* ROLE_UNKNOWN: one sentence */
	struct report_evidence evidence[EXPR_LIST_MAX];
	unsigned evidence_count;
};

/* What a report may show whatever its rules want: plan_options.vitals. */
struct report_state {
	bool known;	    /* how many there are, at least */
	uint64_t count;
	const char *reason; /* why there may be more, or it is unknown; NULL: exact */
};
struct report_counter {
	const struct fact *fact;
	uint64_t total;	  /* as the kernel has it: since boot or since the namespace began */
	bool growth_known;
	double growth;	  /* over the window */
};
struct report_sysctl {
	const struct fact *fact; /* the first of its words */
	const char *text;	 /* as the kernel has it, words separated by a space */
	const char *initial;	 /* what such a kernel starts with; NULL: unknown */
};
struct report_vitals {
	bool taken; /* else nothing was looked at */
	double uptime; /* of the host, seconds; NaN: unknown */
	struct report_state states[STATES];
	struct report_counter *counters; /* known ones, in the order of the catalogue */
	unsigned counter_count;
	struct report_sysctl *sysctls; /* likewise */
	unsigned sysctl_count;
};

struct report {
	struct arena *arena;
	/* who was looked at */
	const char *kind, *hostname, *kernel, *netns;
	const char *name;     /* what people call the network namespace; NULL: nobody asked */
	uint64_t netns_cookie; /* unique in a boot; 0: unknown */
	const char *boot; /* a name for the time since its kernel started, or NULL */
	time_t timestamp;
	char time[32];	      /* the same, RFC 3339, UTC */
	double window;	      /* seconds; 0: none */
	char since[32];	      /* the window began with an earlier run, then; else "" */
	bool complete;	      /* everything asked for came */
	const char *notes[16]; /* what was lost: one sentence each */
	unsigned note_count;
	/* by what */
	const char *rulebook_version;
	struct checksum *rulebook_checksum;
	unsigned rule_count;
	const struct rule **quiet; /* evaluated, and they found nothing */
	unsigned quiet_count;
	/* what was found: findings by severity, then rule, then size; those of one rule adjoin */
	struct report_finding *findings;
	unsigned finding_count;
	/* --cron: only what changed since it was told last */
	bool news;
	unsigned unchanged; /* findings left out for it */
	struct report_closed *closed;
	unsigned closed_count;
	unsigned more; /* further groups of firing rules, not listed */
	struct report_unknown *unknown;
	unsigned unknown_count;
	/* Rules that need --socket-options, which was not given: a choice, and no evidence lost. */
	const struct rule **optional;
	unsigned optional_count;
	struct report_role *roles;
	unsigned role_count;
	struct report_vitals vitals;
	unsigned by_severity[SEVERITIES]; /* rules that fire, however many subjects they have */
	/* what the site waives: in none of the counts above */
	struct report_finding *waived;
	unsigned waived_count;
	unsigned waived_more;  /* further groups, not listed */
	unsigned waived_rules; /* that fire, and for waived subjects only */
	struct report_waiver *waivers; /* those that need a hand */
	unsigned waiver_count;
};

/* What the report says of its source; filled by cli from the manifest. */
struct report_source {
	const char *kind, *hostname, *kernel, *netns, *name, *boot;
	uint64_t netns_cookie;
	time_t time;
	double window;
	time_t since; /* of the earlier run the window began with; 0: it was this one's own */
	bool complete;
	const char *const *notes;
	unsigned note_count;
	struct owners *owners; /* who holds the sockets of the verdicts; NULL: nobody looked */
};

/* Owns all its texts but those of the rulebook, which must outlive it. */
struct report *report_new(const struct plan *plan, struct eval *eval,
			  const struct report_source *source);
void report_free(struct report *report);

/* Adds a note: what went wrong beside the looking. */
void report_note(struct report *report, const char *note);

/* Makes a report of news: 'news' says which findings stay. The status is that of all, as before. */
void report_only_news(struct report *report, const bool *news);
/* Whether there is anything in it to be told. */
bool report_has_news(const struct report *report);

/* Rules that fire or are quiet. */
unsigned report_evaluated(const struct report *report);

/* 0 nothing at warning or above, 1 warning, 2 critical, as monitoring plugins have it;
 * 3 (could not do the job) is the caller's when nothing could be read. */
int severity_status(const unsigned by_severity[SEVERITIES]);
int report_status(const struct report *report);

/* The reports of several network namespaces, and those there is none of. */
struct report_skipped {
	const char *name;   /* what people call it, printable */
	const char *netns;  /* "net:[4026532233]" */
	const char *reason; /* one sentence */
};
struct survey {
	struct arena *arena;
	struct report **reports; /* the whole host's first */
	unsigned count;
	unsigned unchanged; /* --cron: left out, as there is no news of them */
	struct report_skipped *skipped;
	unsigned skipped_count;
	const char *note; /* one sentence, or NULL */
};

/* The worst of them. */
int survey_status(const struct survey *survey);

/* How a terminal looks; zero for a file. */
struct look {
	unsigned width; /* 0: 80 */
	bool colour;
	bool utf8;	/* it shows more than ASCII */
};

struct format {
	const char *name;
	const char *help;
	bool vitals; /* it shows what plan_options.vitals asks for */
	void (*print)(struct buf *out, const struct report *report, const struct look *look);
	/* What stands in place of a report when there is none, of lines for standard error; NULL:
	 * nothing. */
	void (*failed)(struct buf *out, const char *errors);
	/* Several reports as one document; NULL: there is no form for that. */
	void (*print_survey)(struct buf *out, const struct survey *survey, const struct look *look);
};
extern const struct format formats[]; /* ends with a NULL name */
const struct format *format_find(const char *name);

#endif
