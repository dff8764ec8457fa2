/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A history is written only where one is asked for; the moment a run bears there is the kernel's,
 * or that of its recording. */
#include "cli/past.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

struct past {
	struct history *history;
	const struct options *options;
};

const char *past_file(const struct options *options)
{
	return options->history ? options->history : HISTORY_FILE;
}

static bool stores(const struct options *options)
{
	return options->history || options->cron;
}

/* ---- where and when ---- */

/* tcp_mem exists there only (net/ipv4/sysctl_net_ipv4.c ipv4_table). */
static bool in_first_namespace(struct source *source)
{
	autobuf struct buf text = BUF_INIT;

	return source->ops->read(source, 1, "proc/sys/net/ipv4/tcp_mem", &text) != ENOENT;
}

/* The first namespace has no name that is the same on every kernel. The others: numbers of dead
 * ones are given out again, so only the boot and the kernel's cookie tell them apart. */
static void name_place(struct buf *out, struct source *source)
{
	const struct manifest *manifest = &source->manifest;

	if (!manifest->boot) {
		buf_printf(out, "%s, %s", manifest->hostname ? manifest->hostname : "unnamed host",
			   manifest->netns ? manifest->netns : "unknown namespace");
		return;
	}
	if (in_first_namespace(source)) {
		buf_puts(out, "first network namespace");
		return;
	}
	buf_printf(out, "%s, cookie %llu, boot %s", manifest->netns ? manifest->netns : "unknown",
		   (unsigned long long)manifest->netns_cookie, manifest->boot);
}

/* Recordings bear the time they were made at, and their uptimes are of unknown boots. */
struct history_moment past_moment(struct source *source, struct buf *place)
{
	struct history_moment moment = { .time = source->manifest.time, .uptime = NAN,
					 .boot = source->manifest.boot };
	struct timespec t;

	name_place(place, source);
	moment.place = buf_text(place);
	if (moment.boot && clock_gettime(CLOCK_BOOTTIME, &t) == 0)
		moment.uptime = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	if (moment.boot)
		moment.time = time(NULL);
	return moment;
}

/* ---- a run ---- */

/* That nobody asked for this one: where it cannot be read, there is none. */
static struct history *open_silently(void)
{
	struct history *history;

	if (access(HISTORY_FILE, R_OK) < 0)
		return NULL;
	history = history_open(HISTORY_FILE, HISTORY_READ);
	if (!history_trouble(history))
		return history;
	history_close(history);
	return NULL;
}

struct past *past_open(const struct options *options)
{
	struct history *history = stores(options) ?
					  history_open(past_file(options), HISTORY_STORE) :
					  open_silently();
	struct past *past;

	if (!history)
		return NULL;
	past = xcalloc(1, sizeof *past);
	past->history = history;
	past->options = options;
	return past;
}

void past_close(struct past *past)
{
	if (!past)
		return;
	history_close(past->history);
	free(past);
}

bool past_stores(const struct past *past)
{
	return past && stores(past->options);
}

struct earlier *past_earlier(struct past *past, struct source *source, const struct plan *plan,
			     time_t *since, double *seconds)
{
	autobuf struct buf place = BUF_INIT;
	struct history_moment moment;

	if (!past || past->options->window >= 0 || !source->manifest.boot)
		return NULL;
	moment = past_moment(source, &place);
	/* Without a cookie, this number may have been another namespace's. */
	if (!source->manifest.netns_cookie && !in_first_namespace(source))
		return NULL;
	return history_earlier(past->history, &moment, plan, HISTORY_RECENT, since, seconds);
}

void past_store(struct past *past, struct history_run *run, struct report *report)
{
	autobuf struct buf note = BUF_INIT;

	run->limits = (struct history_limits)HISTORY_LIMITS;
	if (run->plan->book->site.keep > 0)
		run->limits.keep = run->plan->book->site.keep;
	run->report = report;
	run->news = past->options->cron;
	history_store(past->history, run);
	if (!history_trouble(past->history))
		return;
	buf_printf(&note, "the history was not used: %s", history_trouble(past->history));
	report_note(report, note.text);
}

void past_told(struct past *past)
{
	if (!past || history_trouble(past->history))
		return;
	history_told(past->history);
	if (history_trouble(past->history))
		fprintf(stderr, "tcp-advise: this will be told again: %s\n",
			history_trouble(past->history));
}
