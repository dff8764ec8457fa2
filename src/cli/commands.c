/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands, each a few steps long; 'facts' has a file of its own. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/run.h"
#include "cli/survey.h"
#include "report/look.h"
#include "report/reference.h"

#include <string.h>

const struct command commands[] = {
	{ "advise", "", "look at this host once and report (the default)", 0, 0, command_advise },
	{ "explain", "WORD...", "the page of a rule, a sysctl, a counter or a TCP state", 1, WORDS_MAX,
	  command_explain },
	{ "rules", "[FILE...]", "list the rules, or check rule files (--check)", 0, WORDS_MAX,
	  command_rules },
	{ "facts", "[NAME...]", "list the facts a rule can use, with values", 0, WORDS_MAX,
	  command_facts },
	{ "plan", "", "print what would be read, and for which rule", 0, 0, command_plan },
	{ "lint", "FILE...", "advice on sysctl files, folders of them, or - for standard input", 1,
	  WORDS_MAX, command_lint },
	{ "drift", "", "compare what runs with what the sysctl files would set at boot", 0, 0,
	  command_drift },
	{ "record", "DIR", "record this host for later, and report", 1, 1, command_record },
	{ "diff", "A B", "compare two recordings or JSON reports", 2, 2, command_diff },
	{ "history", "[ID]", "when findings began, how long they lasted, their numbers", 0, 1,
	  command_history },
	{ NULL, NULL, NULL, 0, 0, NULL },
};

int command_advise(const struct options *options, struct errors *errors)
{
	return survey(options, NULL, errors);
}

int command_record(const struct options *options, struct errors *errors)
{
	return survey(options, options->words[0], errors);
}

/* Files may be rules only; what is read together is a rulebook, and one must be able to cite it. */
static struct rulebook *load_checked(const struct options *options, struct errors *errors)
{
	const struct rulebook_options strict = { options->lets, options->let_count, options->role,
						 options->config, true };
	struct rulebook *book;

	if (options->word_count)
		return rulebook_load(options->words, options->word_count, &strict, errors);
	book = run_rulebook(options, true, errors);
	if (book && !book->version)
		errors_add(errors, "no file has a section [rulebook] with the version of the rules");
	return book;
}

static int check_rules(const struct options *options, struct errors *errors)
{
	struct rulebook *book = load_checked(options, errors);
	const struct plan_options all = { 0 };
	struct plan *plan = book ? plan_build(book, &all, errors) : NULL;
	autobuf struct buf text = BUF_INIT;

	if (plan && !errors->count) {
		buf_printf(&text, "%u rule%s: no errors\n", book->count,
			   book->count == 1 ? "" : "s");
		run_output(options, &text, errors);
	}
	plan_free(plan);
	rulebook_free(book);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}

/* Severity, id and title in three columns, the title wrapped. */
static void list_rules(struct buf *out, const struct rulebook *book, const struct look *look)
{
	enum { SEVERITY = 8, GAP = 2 };
	size_t longest = 0;
	unsigned i;

	for (i = 0; i < book->count; i++)
		if (strlen(book->rules[i]->id) > longest)
			longest = strlen(book->rules[i]->id);
	for (i = 0; i < book->count; i++) {
		const struct rule *rule = book->rules[i];
		autobuf struct buf label = BUF_INIT;

		buf_printf(&label, "%-*s  %s", SEVERITY, severity_name(rule->severity), rule->id);
		look_line(out, look, 0, label.text, SEVERITY + GAP + (unsigned)longest + GAP,
			  rule->title);
	}
}

static void print_rules(struct buf *out, const struct rulebook *book, const struct options *options)
{
	enum { WIDTH = 100 }; /* of a file: 80 columns would break most titles */
	struct look look = run_look(options);
	unsigned i;

	if (options->markdown) {
		reference_markdown(out, book);
	} else if (options->mdoc) {
		reference_mdoc(out, book);
	} else if (options->ids) {
		for (i = 0; i < book->count; i++)
			buf_printf(out, "%s\n", book->rules[i]->id);
	} else {
		if (options->output || !isatty(STDOUT_FILENO))
			look.width = WIDTH;
		list_rules(out, book, &look);
	}
}

int command_rules(const struct options *options, struct errors *errors)
{
	struct rulebook *book;
	autobuf struct buf text = BUF_INIT;

	if (options->check)
		return check_rules(options, errors);
	if (options->word_count) {
		errors_add(errors, "rules: files are read with --check, or name a folder with --rules");
		return STATUS_FAILED;
	}
	book = run_rulebook(options, false, errors);
	if (book)
		print_rules(&text, book, options);
	run_output(options, &text, errors);
	rulebook_free(book);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}

int command_plan(const struct options *options, struct errors *errors)
{
	const struct plan_options what = { .only = options->only,
					   .only_count = options->only_count,
					   .everything = options->everything,
					   .vitals = options->format->vitals };
	struct rulebook *book = run_rulebook(options, false, errors);
	struct plan *plan = book ? plan_build(book, &what, errors) : NULL;
	autobuf struct buf text = BUF_INIT;

	if (plan)
		plan_print(&text, plan);
	if (plan && options->netns)
		survey_list(&text, options, errors);
	run_output(options, &text, errors);
	plan_free(plan);
	rulebook_free(book);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}
