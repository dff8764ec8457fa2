/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One report of one network namespace, and what all commands share. This is the only place that
 * knows all the stages; which namespaces there are is cli/survey.c's. */
#include "cli/run.h"

#include "base/file.h"
#include "cli/past.h"
#include "collect/earlier.h"
#include "collect/process.h"

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

struct run {
	const struct options *options;
	const struct plan *plan;
	struct source *source;
	struct past *past;	 /* NULL: no history */
	struct earlier *earlier; /* NULL: there is no window */
	time_t since;		 /* of the run that left it; 0: the window is our own */
	struct history_run history; /* what this one leaves */
	struct earlier *left;	 /* NULL: nothing */
	struct buf place;
	struct sample *before, *now;
	struct eval *eval;
	struct owners *owners;
	bool any_findings; /* about sockets, so that it matters who holds them */
	bool any_sockets;  /* at least one pass brought a list */
	bool complete;
	struct buf notes[PASSES];
};

/* ---- rulebook, look, output ---- */

struct rulebook *run_rulebook(const struct options *options, bool complete, struct errors *errors)
{
	struct rulebook_options book = { options->lets, options->let_count, options->role,
					 options->config, complete };
	const char *paths[WORDS_MAX] = { options->rules };
	unsigned count = 1;

	if (!paths[0] || !*paths[0])
		paths[0] = getenv("TCP_ADVISE_RULES");
	if (!paths[0] || !*paths[0]) {
		paths[0] = RULES_DIR;
		if (access(SITE_RULES_DIR, F_OK) == 0)
			paths[count++] = SITE_RULES_DIR;
		/* What a site says is of the installed rules. */
		if (!book.site && access(SITE_FILE, F_OK) == 0)
			book.site = SITE_FILE;
	}
	return rulebook_load(paths, count, &book, errors);
}

struct look run_look(const struct options *options)
{
	bool terminal = !options->output && isatty(STDOUT_FILENO);
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct look look = { .width = 80 };
	struct winsize size;

	look.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	/* no-color.org; a dumb terminal shows the codes. */
	look.colour = terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
	if (strcmp(options->color, "auto") != 0)
		look.colour = strcmp(options->color, "always") == 0;
	if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		look.width = size.ws_col < 120 ? size.ws_col : 120;
	return look;
}

int run_output(const struct options *options, const struct buf *text, struct errors *errors)
{
	const char *data = buf_text(text);
	size_t len = text->len;
	ssize_t n;
	int error;

	if (options->output) {
		error = file_replace(options->output, data, len);
		if (error == ELOOP)
			return errors_add(errors, "%s: is a link: name the file itself", options->output);
		return error ? errors_add(errors, "%s: %s", options->output, strerror(error)) : 0;
	}
	while (len > 0) {
		n = write(STDOUT_FILENO, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return 0; /* the reader has seen enough: tcp-advise | head */
		if (n < 0)
			return errors_add(errors, "standard output: %s", strerror(errno));
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* ---- collecting ---- */

struct source *run_source(const struct options *options, struct errors *errors)
{
	const struct source_live_options live = {
		.info_deadline = options->info_deadline,
		.socket_options = options->socket_options,
	};

	struct source *source;

	if (!options->from)
		return source_live(&live, errors);
	source = source_recording(options->from, errors);
	if (source && options->netns && strcmp(options->netns, "all") != 0)
		source = source_inside(source, options->netns, errors);
	return source;
}

double run_window(const struct options *options, const struct source *source)
{
	if (options->from)
		return source->manifest.window;
	return options->window >= 0 ? options->window : WINDOW_DEFAULT;
}

/* The first sample: an earlier run's, or our own if there is a window. */
static void begin(struct run *run)
{
	double seconds = 0;

	run->earlier = past_earlier(run->past, run->source, run->plan, &run->since, &seconds);
	if (run->earlier)
		run->source->manifest.window = seconds;
	else if (run_window(run->options, run->source) > 0)
		run->earlier = earlier_take(run->source, run->plan);
}

struct run *run_new(const struct options *options, const struct plan *plan, struct source *source,
		    struct past *past)
{
	struct run *run = xcalloc(1, sizeof *run);

	run->options = options;
	run->plan = plan;
	run->source = source;
	run->past = past;
	run->complete = true;
	begin(run);
	return run;
}

bool run_waits(const struct run *run)
{
	return run->earlier && !run->since && !run->options->from;
}

void run_wait(struct run *run)
{
	if (run->earlier && !run->since)
		run->source->ops->wait(run->source, run_window(run->options, run->source));
}

static void collect_samples(struct run *run)
{
	struct source *source = run->source;

	run->before = run->earlier ? earlier_sample(run->earlier) : NULL;
	run->now = sample_new();
	if (past_stores(run->past)) {
		run->history.moment = past_moment(source, &run->place);
		run->left = earlier_new(run->plan);
	}
	collect_host(source, run->plan, 1, run->now);
	if (run->left)
		earlier_readings(run->left, run->plan, run->now);
	eval_host(run->eval, run->before, run->now, source->manifest.window);
}

static void take_row(void *arg, enum pass pass, const struct row *row)
{
	struct run *run = arg;

	if (pass == PASS_LISTEN && run->left)
		earlier_row(run->left, run->plan, row);
	if (eval_row(run->eval, pass, row))
		owners_want(run->owners, &row->who, true);
	else if (run->plan->everything)
		owners_want(run->owners, &row->who, false);
}

/* Why rows of a pass may be missing. */
static enum why why_of(const struct pass_result *result)
{
	static const enum why whys[] = {
		[DUMP_COMPLETE] = WHY_KNOWN,	     [DUMP_DEADLINE] = WHY_INFO_DEADLINE,
		[DUMP_CUT] = WHY_CUT,		     [DUMP_NO_DIAG] = WHY_NO_DIAG,
		[DUMP_REFUSED] = WHY_NO_SOCKETS,     [DUMP_NOT_RECORDED] = WHY_NOT_RECORDED,
	};

	return whys[result->end];
}

static void look_for_owners(struct run *run, bool descriptors)
{
	owners_read_services(run->owners, run->source);
	owners_find(run->owners, run->source, descriptors);
}

static void take_process(void *arg, const struct row *row)
{
	struct run *run = arg;

	eval_process(run->eval, row);
}

/* Before PASS_INFO: its rows say who holds the sockets. */
static void collect_processes(struct run *run, const bool *open)
{
	bool everything = run->plan->everything;
	bool descriptors = everything || plan_asks_descriptors(run->plan, open);

	if (!descriptors && !plan_asks_holders(run->plan, open))
		return;
	look_for_owners(run, descriptors);
	if (!descriptors)
		return;
	process_rows(run->plan, run->owners, take_process, run);
	eval_processes_done(run->eval, owners_counts_why(run->owners));
}

static void collect_pass(struct run *run, struct sockets *sockets, enum pass pass)
{
	autofree bool *open = xcalloc(run->plan->verdict_count + 1, sizeof *open);
	struct pass_result result = { .end = DUMP_COMPLETE };
	struct query query;

	eval_open(run->eval, pass, open);
	query = plan_query(run->plan, pass, open);
	if (pass == PASS_LISTEN && run->left)
		query = run->plan->query[pass]; /* rules that are decided now may compare next time */
	if (pass == PASS_INFO)
		collect_processes(run, open);
	if (!query.states)
		return;
	sockets_pass(sockets, run->source, pass, &query, take_row, run, &result);
	eval_pass_done(run->eval, pass, why_of(&result));
	if (pass == PASS_LISTEN)
		run->history.left_all = result.end == DUMP_COMPLETE && !result.proc;
	run->any_sockets |= result.rows > 0 || result.end == DUMP_COMPLETE;
	run->complete &= result.end == DUMP_COMPLETE && !result.proc;
	if (result.proc && result.end == DUMP_COMPLETE)
		buf_puts(&result.reason, "; sockets were read from /proc/net/tcp, which knows no backlogs, "
					 "drops, options or tcp_info");
	if (result.malformed)
		buf_printf(&result.reason, "%s%lu messages were no sockets", result.reason.len ? "; " : "",
			   result.malformed);
	run->notes[pass] = result.reason;
}

static void collect_sockets(struct run *run)
{
	struct sockets *sockets = sockets_new(run->plan, run->now, run->earlier, run->owners);
	unsigned pass;

	if (run->plan->services)
		owners_read_services(run->owners, run->source);
	for (pass = 0; pass < PASSES; pass++)
		collect_pass(run, sockets, (enum pass)pass);
	sockets_free(sockets);
}

/* Who holds the sockets that findings are about; for a recording, who holds any. */
static void find_owners(struct run *run)
{
	unsigned count, more, wanted = 0, i, j;
	const struct verdict *verdicts = eval_verdicts(run->eval, REPORT_GROUPS, &count, &more);

	for (i = 0; i < count; i++)
		for (j = 0; j < verdicts[i].witness_count; j++, wanted++)
			owners_want(run->owners, &verdicts[i].witnesses[j], true);
	run->any_findings = wanted > 0;
	if (!wanted && !run->plan->everything)
		return;
	look_for_owners(run, false);
}

/* ---- the report ---- */

static bool anything_read(const struct run *run)
{
	unsigned i;

	for (i = 0; i < fact_count; i++)
		if (run->plan->fact_used[i] && run->now->readings[i].why == WHY_KNOWN &&
		    fact_catalogue[i].path)
			return true;
	return run->any_sockets;
}

static struct report *make_report(struct run *run)
{
	const struct manifest *manifest = &run->source->manifest;
	autobuf struct buf owners = BUF_INIT, printed = BUF_INIT;
	const char *notes[PASSES + 2];
	struct report_source about = {
		.kind = manifest->kind,	      .hostname = manifest->hostname,
		.kernel = manifest->kernel,   .netns = manifest->netns,      .name = manifest->name,
		.boot = manifest->boot ? manifest->boot : manifest->boot_then,
		.netns_cookie = manifest->netns_cookie,
		.time = manifest->time,	      .window = run->earlier ? manifest->window : 0,
		.since = run->since,	      .complete = run->complete,
		.notes = notes,
		.owners = run->owners,
	};
	unsigned i, j;

	/* The passes often fail alike; say it once. */
	for (i = 0; i < PASSES; i++) {
		for (j = 0; j < about.note_count; j++)
			if (strcmp(notes[j], buf_text(&run->notes[i])) == 0)
				break;
		if (run->notes[i].len && j == about.note_count)
			notes[about.note_count++] = buf_text(&run->notes[i]);
	}
	if (run->any_sockets && manifest->sockets) {
		buf_printf(&printed,
			   "sockets are as ss printed them (%s): times from 10 s on are cut to"
			   " seconds, from 10 min on to minutes", manifest->sockets);
		notes[about.note_count++] = printed.text;
	}
	owners_note(run->owners, run->any_findings, &owners);
	if (owners.len)
		notes[about.note_count++] = owners.text;
	return report_new(run->plan, run->eval, &about);
}

static void store(struct run *run, struct report *report)
{
	if (!run->left)
		return;
	run->history.plan = run->plan;
	run->history.left = run->left;
	past_store(run->past, &run->history, report);
}

struct report *run_report(struct run *run, struct errors *errors)
{
	struct report *report = NULL;

	run->eval = eval_new(run->plan);
	collect_samples(run);
	run->owners = owners_new(run->plan->names);
	collect_sockets(run);
	find_owners(run);
	if (anything_read(run)) {
		report = make_report(run);
		store(run, report);
	} else {
		errors_add(errors, "nothing could be read: neither the files below /proc nor sockets%s%s",
			   run->notes[PASS_SOCKETS].len ? ": " : "", buf_text(&run->notes[PASS_SOCKETS]));
	}
	return report;
}

const struct sample *run_now(const struct run *run)
{
	return run->now;
}

void run_free(struct run *run, struct errors *errors)
{
	unsigned i;

	run->source->ops->close(run->source, errors);
	eval_free(run->eval);
	owners_free(run->owners);
	earlier_free(run->earlier);
	earlier_free(run->left);
	buf_fini(&run->place);
	sample_free(run->before);
	sample_free(run->now);
	for (i = 0; i < PASSES; i++)
		buf_fini(&run->notes[i]);
	free(run);
}
