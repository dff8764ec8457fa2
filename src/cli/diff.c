/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'diff': two recordings or JSON reports compared. A recording is made a report by the
 * rules of this run first, and read back as if it had been printed: so both are told alike. */
#include "cli/commands.h"
#include "cli/run.h"
#include "report/diff.h"

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

static struct account *account_of(const struct options *options, const struct plan *plan,
				  const char *path, struct errors *errors)
{
	autobuf struct buf text = BUF_INIT;
	int kind = read_report(path, &text, errors);

	if (kind < 0)
		return NULL;
	if (kind == 1)
		buf_clear(&text);
	if (kind == 1 && replay(options, plan, path, &text, errors) < 0)
		return NULL;
	return account_read(path, &text, errors);
}

static diff_print_fn *printer_of(const struct options *options, struct errors *errors)
{
	static const struct {
		const char *format;
		diff_print_fn *print;
	} printers[] = {
		{ "text", diff_print_text },
		{ "json", diff_print_json },
		{ "markdown", diff_print_markdown },
	};
	unsigned i;

	for (i = 0; i < countof(printers); i++)
		if (strcmp(options->format->name, printers[i].format) == 0)
			return printers[i].print;
	errors_add(errors, "diff: --format %s: expected text, json or markdown", options->format->name);
	return NULL;
}

static int print_diff(const struct options *options, diff_print_fn *print, const struct account *a,
		      const struct account *b, struct errors *errors)
{
	struct look look = run_look(options);
	struct diff *diff = diff_new(a, b);
	autobuf struct buf text = BUF_INIT;
	int status = diff_status(diff);

	print(&text, diff, &look);
	diff_free(diff);
	return run_output(options, &text, errors) < 0 ? STATUS_FAILED : status;
}

int command_diff(const struct options *options, struct errors *errors)
{
	const struct plan_options what = { .only = options->only, .only_count = options->only_count,
					   .everything = options->everything, .vitals = true };
	diff_print_fn *print = printer_of(options, errors);
	struct rulebook *book = print ? run_rulebook(options, false, errors) : NULL;
	struct plan *plan = book ? plan_build(book, &what, errors) : NULL;
	struct account *a = plan ? account_of(options, plan, options->words[0], errors) : NULL;
	struct account *b = plan ? account_of(options, plan, options->words[1], errors) : NULL;
	int status = a && b ? print_diff(options, print, a, b, errors) : STATUS_FAILED;

	account_free(a);
	account_free(b);
	plan_free(plan);
	rulebook_free(book);
	return status;
}
