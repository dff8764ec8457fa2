/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line to the printed report: which network namespaces, and their samples:
 *
 *     enter a: first sample, leave; enter b: ...      nothing of a namespace stays open meanwhile
 *     wait until the window of a is over
 *     enter a: second sample, sockets, report, leave; enter b: ...
 *
 * So many namespaces take one window; without one, each is entered once. One after the other is
 * evaluated, and of each only its report is kept. */
#include "cli/survey.h"

#include <string.h>

#include "base/text.h"
#include "cli/past.h"
#include "cli/run.h"
#include "collect/census.h"
#include "collect/netns.h"

/* One network namespace on its way to its report. */
struct visit {
	struct netns *where; /* NULL: no namespace was asked for, stay */
	const char *inside;  /* its name in a capture; NULL: it is not in one, or the first in it */
	struct run *run;
};

struct surveyor {
	const struct options *options;
	const char *record;
	struct plan *whole; /* all rules: for the first report */
	struct plan *rest;  /* without those on the whole host; NULL: there is one report only */
	struct netns_list *namespaces; /* NULL: not asked for, or not of this kernel */
	struct source *captured;       /* all namespaces of a capture; NULL: none are asked for */
	struct buf names;	       /* ... of those but the first */
	struct census *census;
	struct past *past; /* NULL: no history is asked for */
	struct visit *visits;
	unsigned count;
	struct survey found;
	struct errors *errors;
};

/* ---- which ---- */

static bool all_asked(const struct options *options)
{
	return options->netns && strcmp(options->netns, "all") == 0;
}

/* A sysctl file is applied to one namespace: one for several would set it to what others want. */
static int refuse_format(const struct options *options, struct errors *errors)
{
	return errors_add(errors, "--netns all: --format %s makes a file for one network namespace:"
			  " name it. Without the format, --netns all tells which have findings",
			  options->format->name);
}

static int check_options(const struct options *options, const char *record, struct errors *errors)
{
	if (all_asked(options) && record)
		return errors_add(errors, "--netns all: a recording is of one network namespace:"
				  " name it");
	if (all_asked(options) && !options->format->print_survey)
		return refuse_format(options, errors);
	return 0;
}

/* All that are in a capture, the first one first. */
static int choose_captured(struct surveyor *s)
{
	unsigned i = 1;
	size_t pos;

	s->captured = run_source(s->options, s->errors);
	if (!s->captured)
		return -1;
	if (!s->captured->ops->namespaces ||
	    s->captured->ops->namespaces(s->captured, &s->names) != 0)
		return errors_add(s->errors, "--netns all: a recording is of one network namespace,"
				  " so --from goes without");
	for (pos = 0, s->count = 1; pos < s->names.len; pos += strlen(s->names.text + pos) + 1)
		s->count++;
	s->visits = xcalloc(s->count, sizeof *s->visits);
	for (pos = 0; pos < s->names.len; pos += strlen(s->names.text + pos) + 1)
		s->visits[i++].inside = s->names.text + pos;
	return 0;
}

static int choose(struct surveyor *s)
{
	const char *name = s->options->netns;
	struct netns *one = NULL;
	unsigned i;

	if (s->options->from && all_asked(s->options))
		return choose_captured(s);
	if (s->options->from)
		name = NULL; /* run_source() knows it */
	if (name)
		s->namespaces = netns_find();
	if (name && !all_asked(s->options)) {
		one = netns_named(s->namespaces, name, s->errors);
		if (!one)
			return -1;
	}
	s->count = name && all_asked(s->options) ? s->namespaces->count : 1;
	s->visits = xcalloc(s->count, sizeof *s->visits);
	for (i = 0; i < s->count; i++)
		s->visits[i].where = name && all_asked(s->options) ? &s->namespaces->list[i] : one;
	return 0;
}

/* ---- visiting ---- */

/* Notes one there will be no report of; where only one was asked for, that is an error. */
static void skip(struct surveyor *s, const struct visit *visit, const char *reason)
{
	struct arena *arena = s->found.arena;
	struct report_skipped *skipped;

	if (!all_asked(s->options)) {
		errors_add(s->errors, "--netns %s: %s", s->options->netns, reason);
		return;
	}
	skipped = &s->found.skipped[s->found.skipped_count++];
	skipped->reason = arena_strdup(arena, reason);
	if (visit->where) {
		skipped->name = arena_strdup(arena, visit->where->name);
		skipped->netns = arena_printf(arena, "net:[%llu]",
					      (unsigned long long)visit->where->inode);
	} else {
		autobuf struct buf name = BUF_INIT;
		const char *inside = visit->inside ? visit->inside : "host";

		text_printable(&name, inside, strlen(inside));
		skipped->name = arena_strdup(arena, buf_text(&name));
	}
}

static bool enter(struct surveyor *s, const struct visit *visit)
{
	autobuf struct buf reason = BUF_INIT;
	int error = visit->where ? netns_enter(s->namespaces, visit->where) : 0;

	if (!error)
		return true;
	netns_reason(&reason, error);
	skip(s, visit, buf_text(&reason));
	return false;
}

/* False: nothing can be said any more, as this thread is somewhere else. */
static bool leave(struct surveyor *s)
{
	if (!s->namespaces || (netns_leave(s->namespaces) == 0 && !s->namespaces->lost))
		return true;
	errors_add(s->errors, "the kernel does not let this process return to its network namespace");
	return false;
}

/* Of a capture the first one is what the others come from: it is opened again for itself. */
static struct source *open_source(struct surveyor *s, const struct visit *visit)
{
	const struct source_live_options live = {
		.info_deadline = s->options->info_deadline, .namespaces = s->namespaces,
		.census = s->census, .where = visit->where,
		.socket_options = s->options->socket_options,
	};

	if (s->captured)
		return s->captured->ops->inside(s->captured, visit->inside, s->errors);
	return visit->where ? source_live(&live, s->errors) : run_source(s->options, s->errors);
}

static void end_run(struct surveyor *s, struct visit *visit)
{
	if (visit->run)
		run_free(visit->run, s->errors);
	visit->run = NULL;
}

static void finish(struct surveyor *s, struct visit *visit)
{
	autoerrors struct errors one = ERRORS_INIT;
	bool all = all_asked(s->options);
	struct report *report = run_report(visit->run, all ? &one : s->errors);

	if (report)
		s->found.reports[s->found.count++] = report;
	else if (all)
		skip(s, visit, "neither the files below /proc nor its sockets could be read");
	end_run(s, visit);
}

/* The first sample; all there is to do where there is no window to wait for. Returns -1 with errors
 * when there can be no report at all. */
static int begin(struct surveyor *s, struct visit *visit, const struct plan *plan)
{
	struct source *source = open_source(s, visit);

	if (source && s->record)
		source = source_recorder(source, s->record, "tcp-advise " PACKAGE_VERSION, s->errors);
	if (!source)
		return -1;
	visit->run = run_new(s->options, plan, source, s->past);
	if (!run_waits(visit->run))
		finish(s, visit);
	return 0;
}

static int begin_all(struct surveyor *s)
{
	const struct plan *plan = s->whole;
	unsigned i;
	int result;

	for (i = 0; i < s->count; i++) {
		if (!enter(s, &s->visits[i]))
			continue;
		result = begin(s, &s->visits[i], plan);
		if (!leave(s) || result < 0)
			return -1;
		plan = s->rest;
	}
	return 0;
}

static int finish_all(struct surveyor *s)
{
	unsigned i;

	for (i = 0; i < s->count; i++) {
		struct visit *visit = &s->visits[i];

		if (!visit->run)
			continue;
		run_wait(visit->run);
		if (enter(s, visit)) {
			finish(s, visit);
			if (!leave(s))
				return -1;
		}
		end_run(s, visit);
	}
	if (!s->found.count && !s->errors->count)
		errors_add(s->errors, "no network namespace could be looked at%s%s",
			   s->found.skipped_count ? ": " : "",
			   s->found.skipped_count ? s->found.skipped[0].reason : "");
	return s->found.count ? 0 : -1;
}

/* ---- the whole ---- */

static int build_plans(struct surveyor *s, const struct rulebook *book)
{
	struct plan_options what = { .only = s->options->only, .only_count = s->options->only_count,
				     .everything = s->options->everything || s->record,
				     .vitals = s->options->format->vitals,
				     .flagged = past_stores(s->past) };

	s->whole = plan_build(book, &what, s->errors);
	what.namespace_only = true;
	if (s->whole && s->count > 1)
		s->rest = plan_build(book, &what, s->errors);
	return s->whole && (s->rest || s->count <= 1) ? 0 : -1;
}

/* All wait at once: one of them says so to who sits there. */
static bool any_waits(const struct surveyor *s)
{
	unsigned i;

	for (i = 0; i < s->count; i++)
		if (s->visits[i].run && run_waits(s->visits[i].run))
			return true;
	return false;
}

static int look(struct surveyor *s)
{
	bool say;
	int result;

	if (begin_all(s) < 0)
		return -1;
	say = any_waits(s) && isatty(STDERR_FILENO);
	if (say)
		fputs("tcp-advise: watching the counters ...", stderr);
	result = finish_all(s);
	if (say)
		fputs("\r\033[K", stderr);
	return result;
}

static void note_hidden(struct surveyor *s)
{
	if (s->namespaces && s->namespaces->hidden)
		s->found.note = arena_printf(s->found.arena,
			"the network namespaces of %lu process%s cannot be seen (needs CAP_SYS_PTRACE)",
			s->namespaces->hidden, s->namespaces->hidden > 1 ? "es" : "");
}

/* --cron: namespaces without news are left out. */
static void keep_news(struct survey *found)
{
	unsigned i, kept = 0;

	for (i = 0; i < found->count; i++)
		if (report_has_news(found->reports[i]))
			found->reports[kept++] = found->reports[i];
		else
			report_free(found->reports[i]);
	found->unchanged = found->count - kept;
	found->count = kept;
}

static int print(struct surveyor *s)
{
	const struct format *format = s->options->format;
	struct look how = run_look(s->options);
	int status = survey_status(&s->found);
	autobuf struct buf text = BUF_INIT;

	keep_news(&s->found);
	if (!s->found.count)
		return status;
	if (all_asked(s->options))
		format->print_survey(&text, &s->found, &how);
	else
		format->print(&text, s->found.reports[0], &how);
	return run_output(s->options, &text, s->errors) < 0 ? STATUS_FAILED : status;
}

static void surveyor_init(struct surveyor *s)
{
	s->found.arena = arena_new();
	s->census = census_new();
	s->found.reports = xcalloc(s->count, sizeof *s->found.reports);
	s->found.skipped = xcalloc(s->count, sizeof *s->found.skipped);
	note_hidden(s);
}

static void surveyor_fini(struct surveyor *s)
{
	unsigned i;

	for (i = 0; i < s->count; i++)
		end_run(s, &s->visits[i]);
	for (i = 0; i < s->found.count; i++)
		report_free(s->found.reports[i]);
	free(s->found.reports);
	free(s->found.skipped);
	arena_free(s->found.arena);
	past_close(s->past);
	if (s->captured)
		s->captured->ops->close(s->captured, s->errors);
	buf_fini(&s->names);
	free(s->visits);
	netns_free(s->namespaces);
	census_free(s->census);
	plan_free(s->whole);
	plan_free(s->rest);
}

int survey(const struct options *options, const char *record, struct errors *errors)
{
	struct surveyor s = { .options = options, .record = record, .errors = errors };
	struct rulebook *book = NULL;
	int status = STATUS_FAILED;

	if (check_options(options, record, errors) == 0 && choose(&s) == 0)
		book = run_rulebook(options, false, errors);
	s.past = book && !record ? past_open(options) : NULL;
	if (book && build_plans(&s, book) == 0) {
		surveyor_init(&s);
		if (look(&s) == 0)
			status = print(&s);
	}
	if (status != STATUS_FAILED)
		past_told(s.past);
	surveyor_fini(&s);
	rulebook_free(book);
	return status;
}

int survey_list(struct buf *out, const struct options *options, struct errors *errors)
{
	struct surveyor s = { .options = options, .errors = errors };
	int result = check_options(options, NULL, errors) == 0 ? choose(&s) : -1;
	unsigned i;

	for (i = 0; i < s.count && s.namespaces; i++) {
		const struct netns *netns = s.visits[i].where;
		autobuf struct buf path = BUF_INIT;

		if (netns->path)
			text_printable(&path, netns->path, strlen(netns->path));
		buf_printf(out, "%s  %s, net:[%llu], by %s\n", i ? "" : "\nnetwork namespaces:\n",
			   netns->name, (unsigned long long)netns->inode, buf_text(&path));
	}
	surveyor_fini(&s);
	return result;
}
