/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A history is written only where one is asked for; the moment a run bears there is the kernel's,
 * or that of its recording. */
#include "cli/past.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "history/history.h"

struct past {
	struct history *history;
};

const char *past_file(const struct options *options)
{
	return options->history ? options->history : HISTORY_FILE;
}

/* ---- where and when ---- */

/* The first namespace has no name that is the same on every kernel. The others: numbers of dead
 * ones are given out again, so only the boot and the kernel's cookie tell them apart. */
static void name_place(struct buf *out, struct source *source)
{
	const struct manifest *manifest = &source->manifest;
	autobuf struct buf text = BUF_INIT;

	if (!manifest->boot) {
		buf_printf(out, "%s, %s", manifest->hostname ? manifest->hostname : "unnamed host",
			   manifest->netns ? manifest->netns : "unknown namespace");
		return;
	}
	if (source->ops->read(source, 1, "proc/sys/net/ipv4/tcp_mem", &text) != ENOENT) {
		buf_puts(out, "first network namespace");
		return;
	}
	buf_printf(out, "%s, cookie %llu, boot %s", manifest->netns ? manifest->netns : "unknown",
		   (unsigned long long)manifest->netns_cookie, manifest->boot);
}

/* Recordings bear the time they were made at, and their uptimes are of unknown boots. The place is
 * a text in 'place'. */
static struct history_moment moment_of(struct source *source, struct buf *place)
{
	struct history_moment moment = { .time = source->manifest.time, .uptime = NAN,
					 .boot = source->manifest.boot };
	struct timespec t;

	name_place(place, source);
	moment.place = buf_text(place);
	if (moment.boot && clock_gettime(CLOCK_BOOTTIME, &t) == 0)
		moment.uptime = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	return moment;
}

/* ---- a run ---- */

struct past *past_open(const struct options *options)
{
	struct past *past;

	if (!options->history)
		return NULL;
	past = xcalloc(1, sizeof *past);
	past->history = history_open(past_file(options), HISTORY_STORE);
	return past;
}

void past_close(struct past *past)
{
	if (!past)
		return;
	history_close(past->history);
	free(past);
}

static void note_trouble(const struct past *past, struct report *report)
{
	autobuf struct buf note = BUF_INIT;

	if (!history_trouble(past->history))
		return;
	buf_printf(&note, "the history was not used: %s", history_trouble(past->history));
	report_note(report, note.text);
}

void past_store(struct past *past, struct source *source, const struct plan *plan,
		const struct sample *now, struct report *report)
{
	struct history_run run = { .limits = HISTORY_LIMITS, .plan = plan, .now = now,
				   .report = report };
	autobuf struct buf place = BUF_INIT;

	if (!past)
		return;
	run.moment = moment_of(source, &place);
	history_store(past->history, &run);
	note_trouble(past, report);
}
