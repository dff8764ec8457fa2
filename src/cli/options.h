/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/options.h: the command line as a struct. --help is printed from the same table. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "report/report.h"

enum { WORDS_MAX = 64 };

/* Exit status, as monitoring plugins: 1 and 2 are a report's own (report_status). */
enum { STATUS_OK = 0, STATUS_FAILED = 3 };

#define WINDOW_DEFAULT 2.0 /* seconds */

struct command;

struct options {
	const struct command *command;
	const char *words[WORDS_MAX]; /* what follows the command */
	unsigned word_count;
	const char *only[WORDS_MAX];
	unsigned only_count;
	const char *lets[WORDS_MAX];
	unsigned let_count;
	const char *role;	/* NULL: auto */
	const char *rules;	/* folder or file; NULL: where they are installed */
	const char *kernel;	/* of lint: a version; NULL: any */
	const char *config;	/* the site's file; NULL: where it is installed */
	const char *from;	/* recording; NULL: this kernel */
	const char *netns;	/* all, or which network namespace; NULL: this one */
	const char *output;	/* file; NULL: stdout */
	const char *history;	/* file; NULL: none, or where it is installed */
	const char *since;	/* of history; NULL: all */
	bool cron;		/* print only what is news */
	const struct format *format;
	double window;		/* seconds; negative: not said */
	double info_deadline;	/* seconds */
	bool everything;	/* no push-down */
	bool socket_options;	/* borrow descriptors of listeners */
	bool check, ids, markdown, mdoc; /* of rules and facts */
	const char *color;	/* auto, always, never */
	bool help, version;
};

struct command {
	const char *name;
	const char *words; /* what it takes, for --help */
	const char *help;
	unsigned min, max; /* how many words */
	int (*run)(const struct options *options, struct errors *errors);
};
extern const struct command commands[]; /* the first is the default; ends with a NULL name */

int options_parse(struct options *options, int argc, char **argv, struct errors *errors);
/* For commands that print nothing but text or JSON: -1 with errors when another was asked for. */
int options_text_or_json(const struct options *options, bool *json, struct errors *errors);
void options_help(struct buf *out);

#endif
