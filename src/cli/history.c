/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'history'. */
#include "cli/commands.h"

#include <string.h>
#include <time.h>

#include "cli/past.h"
#include "cli/run.h"
#include "history/since.h"
#include "history/timeline.h"

static const struct timeline_format *find_format(const struct options *options,
						 struct errors *errors)
{
	const struct timeline_format *format;

	for (format = timeline_formats; format->name; format++)
		if (strcmp(format->name, options->format->name) == 0)
			return format;
	errors_add(errors, "history: there is no --format %s of it: expected text, json or markdown",
		   options->format->name);
	return NULL;
}

static void print(const struct options *options, const struct timeline_format *format,
		  struct history *history, int64_t since, struct errors *errors)
{
	const char *rule = options->word_count ? options->words[0] : NULL;
	struct timeline *timeline = timeline_new(history, rule, since, (int64_t)time(NULL));
	struct look look = run_look(options);
	autobuf struct buf text = BUF_INIT;

	if (history_trouble(history)) {
		errors_add(errors, "%s", history_trouble(history));
	} else {
		format->print(&text, timeline, &look);
		run_output(options, &text, errors);
	}
	timeline_free(timeline);
}

int command_history(const struct options *options, struct errors *errors)
{
	const struct timeline_format *format = find_format(options, errors);
	struct history *history;
	int64_t since = 0;

	if (options->since)
		since_parse(&since, options->since, (int64_t)time(NULL), errors);
	if (errors->count)
		return STATUS_FAILED;
	history = history_open(past_file(options), HISTORY_RESTORE);
	print(options, format, history, since, errors);
	history_close(history);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}
