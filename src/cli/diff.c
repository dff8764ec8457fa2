/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'diff': two recordings or JSON reports compared. A recording is made a report by the
 * rules of this run first, and read back as if it had been printed: so both are told alike. */
#include "cli/commands.h"
#include "cli/run.h"
#include "report/diffs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

/* The first letter tells a JSON report from a file made by ss -D; a folder is a recording. */
static bool is_json(const struct buf *text)
{
	const char *s = buf_text(text);

	return s[strspn(s, " \t\r\n")] == '{';
}

/* 0 with the text where it is a JSON report, 1 for a recording, -1 with errors. */
static int read_report(const char *path, struct buf *text, struct errors *errors)
{
	struct stat st;
	int error;

	if (stat(path, &st) < 0)
		return errors_add(errors, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return 1;
	error = file_read(AT_FDCWD, path, ACCOUNT_FILE_MAX, text);
	if (error == EFBIG)
		return errors_add(errors, "%s: larger than %d MiB", path, ACCOUNT_FILE_MAX >> 20);
	if (error)
		return errors_add(errors, "%s: %s", path, strerror(error));
	return is_json(text) ? 0 : 1;
}

/* A recording's report as JSON. */
static int replay(const struct options *options, const struct plan *plan, const char *path,
		  struct buf *text, struct errors *errors)
{
	struct options of = *options;
	struct source *source;
	struct report *report;
	struct run *run;

	of.from = path;
	source = run_source(&of, errors);
	if (!source)
		return -1;
	run = run_new(&of, plan, source, NULL);
	run_wait(run);
	report = run_report(run, errors);
	if (report)
		format_find("json")->print(text, report, &(struct look){ 0 });
	report_free(report);
	run_free(run, errors);
	return report ? 0 : -1;
}

static bool all_asked(const struct options *options)
{
	return !options->netns || strcmp(options->netns, "all") == 0;
}

static int read_accounts(const struct options *options, const struct plan *plan, const char *path,
			 struct accounts *accounts, struct errors *errors)
{
	autobuf struct buf text = BUF_INIT;
	int kind = read_report(path, &text, errors);

	if (kind < 0)
		return -1;
	if (kind == 1)
		buf_clear(&text);
	if (kind == 1 && options->netns && all_asked(options))
		return errors_add(errors,
				  "diff: --netns all: of %s make reports first, with --from,"
				  " --netns all and --format json",
				  path);
	if (kind == 1 && replay(options, plan, path, &text, errors) < 0)
		return -1;
	return accounts_read(accounts, path, &text, errors);
}

/* ---- one of several ---- */

/* Leaves the account of that name only. */
static int pick(struct accounts *accounts, const char *path, const char *name,
		struct errors *errors)
{
	struct nearest nearest = { .name = name };
	autobuf struct buf hint = BUF_INIT;
	struct account *found = NULL;
	unsigned i;

	for (i = 0; i < accounts->count && !found; i++) {
		if (strcmp(account_namespace(accounts->list[i]), name) == 0)
			found = accounts->list[i];
		nearest_try(&nearest, account_namespace(accounts->list[i]));
	}
	if (!found)
		return errors_add(errors, "--netns %s: %s has no report of it%s", name, path,
				  nearest_hint(&nearest, &hint));
	accounts->list[i - 1] = accounts->list[0];
	accounts->list[0] = found;
	accounts->many = false;
	return 0;
}

/* Where one file is of one namespace and the other of many, it is compared with the one of its
 * name. */
static int make_alike(const struct options *options, struct accounts *a, struct accounts *b,
		      struct errors *errors)
{
	const char *const *paths = options->words;

	if (!all_asked(options))
		return a->many && pick(a, paths[0], options->netns, errors) < 0	  ? -1
		       : b->many && pick(b, paths[1], options->netns, errors) < 0 ? -1
										  : 0;
	if (a->many && !b->many)
		return pick(a, paths[0], account_namespace(b->list[0]), errors);
	if (b->many && !a->many)
		return pick(b, paths[1], account_namespace(a->list[0]), errors);
	return 0;
}

/* ---- printing ---- */

struct printer {
	const char *format;
	diff_print_fn *print;
	diffs_print_fn *print_many;
};

static const struct printer *printer_of(const struct options *options, struct errors *errors)
{
	static const struct printer printers[] = {
		{ "text", diff_print_text, diffs_print_text },
		{ "json", diff_print_json, diffs_print_json },
		{ "markdown", diff_print_markdown, diffs_print_markdown },
	};
	unsigned i;

	for (i = 0; i < countof(printers); i++)
		if (strcmp(options->format->name, printers[i].format) == 0)
			return &printers[i];
	errors_add(errors, "diff: --format %s: expected text, json or markdown",
		   options->format->name);
	return NULL;
}

static int print_one(const struct printer *printer, const struct account *a,
		     const struct account *b, const struct look *look, struct buf *text)
{
	struct diff *diff = diff_new(a, b);
	int status = diff_status(diff);

	printer->print(text, diff, look);
	diff_free(diff);
	return status;
}

static int print_many(const struct printer *printer, const struct accounts *a,
		      const struct accounts *b, const struct look *look, struct buf *text)
{
	struct diffs *diffs = diffs_new(a, b);
	int status = diffs_status(diffs);

	printer->print_many(text, diffs, look);
	diffs_free(diffs);
	return status;
}

static int compare(const struct options *options, const struct printer *printer, struct accounts *a,
		   struct accounts *b, struct errors *errors)
{
	struct look look = run_look(options);
	autobuf struct buf text = BUF_INIT;
	int status;

	if (make_alike(options, a, b, errors) < 0)
		return STATUS_FAILED;
	status = a->many ? print_many(printer, a, b, &look, &text)
			 : print_one(printer, a->list[0], b->list[0], &look, &text);
	return run_output(options, &text, errors) < 0 ? STATUS_FAILED : status;
}

int command_diff(const struct options *options, struct errors *errors)
{
	const struct plan_options what = { .only = options->only,
					   .only_count = options->only_count,
					   .everything = options->everything,
					   .vitals = true };
	const struct printer *printer = printer_of(options, errors);
	struct rulebook *book = printer ? run_rulebook(options, false, errors) : NULL;
	struct plan *plan = book ? plan_build(book, &what, errors) : NULL;
	struct accounts a = { NULL, 0, false }, b = { NULL, 0, false };
	bool read = plan && read_accounts(options, plan, options->words[0], &a, errors) == 0;
	int status = STATUS_FAILED;

	/* What is wrong with the second is told as well. */
	if (plan && read_accounts(options, plan, options->words[1], &b, errors) == 0 && read)
		status = compare(options, printer, &a, &b, errors);
	accounts_fini(&a);
	accounts_fini(&b);
	plan_free(plan);
	rulebook_free(book);
	return status;
}
