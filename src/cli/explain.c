/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'explain': pages of rules, and of the settings, counters and states they speak of with
 * what these are on this host, or in the recording. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/run.h"
#include "report/explain.h"

/* What a word of the command line means: a rule, or else a topic. */
struct subject {
	const struct rule *rule;
	struct topic topic;
};

enum { MEANINGS_MAX = 8 };

static int unknown_word(const struct rulebook *book, const char *word, struct errors *errors)
{
	struct nearest nearest = { .name = word };
	autobuf struct buf hint = BUF_INIT;
	unsigned i;

	for (i = 0; i < book->count; i++)
		nearest_try(&nearest, book->rules[i]->id);
	for (i = 0; i < book->role_count; i++)
		nearest_try(&nearest, book->roles[i]->id);
	topic_nearest(&nearest);
	return errors_add(errors, "there is no rule '%s', and no sysctl, counter or state of that name%s",
			  word, nearest_hint(&nearest, &hint));
}

static int ambiguous_word(const struct topic *topics, unsigned count, const char *word,
			  struct errors *errors)
{
	autobuf struct buf names = BUF_INIT;
	unsigned i;

	for (i = 0; i < count && i < MEANINGS_MAX; i++)
		buf_printf(&names, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ",
			   topic_name(&topics[i]));
	return errors_add(errors, "'%s' may be %s: say which", word, names.text);
}

static int find_subject(struct subject *subject, const struct rulebook *book, const char *word,
			struct errors *errors)
{
	struct topic topics[MEANINGS_MAX];
	unsigned count;

	subject->rule = rulebook_find(book, word);
	if (!subject->rule)
		subject->rule = rulebook_find_role(book, word);
	if (subject->rule)
		return 0;
	count = topic_find(topics, countof(topics), word);
	if (count == 0)
		return unknown_word(book, word, errors);
	if (count > 1)
		return ambiguous_word(topics, count, word, errors);
	subject->topic = topics[0];
	return 0;
}

/* ---- what they are here ---- */

/* A plan without rules: the topics' files, and sockets only where a state is asked for. */
static struct plan *plan_topics(const struct subject *subjects, unsigned count,
				struct errors *errors)
{
	static const struct rulebook none = { .version = "" };
	struct plan_options what = { .vitals = false };
	struct plan *plan;
	unsigned i;

	for (i = 0; i < count; i++)
		what.vitals |= subjects[i].topic.state != NULL;
	plan = plan_build(&none, &what, errors);
	if (!plan)
		return NULL;
	for (i = 0; i < count; i++)
		if (subjects[i].topic.fact)
			plan->fact_used[subjects[i].topic.fact - fact_catalogue] = true;
	plan->fact_used[fact_find("host.kernel")] = true;
	plan->configured = true;
	return plan;
}

static void print_pages(struct buf *out, const struct rulebook *book,
			const struct subject *subjects, unsigned count,
			const struct explain_here *here, const struct look *look)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		if (out->len)
			buf_putc(out, '\n');
		if (subjects[i].rule)
			explain_print(out, book, subjects[i].rule, look);
		else
			explain_topic(out, book, &subjects[i].topic, here, look);
	}
}

static void look_and_print(struct buf *out, const struct options *options,
			   const struct rulebook *book, const struct subject *subjects,
			   unsigned count, struct errors *errors)
{
	struct options once = *options;
	struct look look = run_look(options);
	struct plan *plan = plan_topics(subjects, count, errors);
	struct source *source = plan ? run_source(options, errors) : NULL;
	struct explain_here here;
	struct report *report;
	struct run *run;

	once.window = 0;
	if (source) {
		run = run_new(&once, plan, source, NULL);
		report = run_report(run, errors);
		here = (struct explain_here){ run_now(run), report };
		if (report)
			print_pages(out, book, subjects, count, &here, &look);
		report_free(report);
		run_free(run, errors);
	}
	plan_free(plan);
}

static bool any_topic(const struct subject *subjects, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (!subjects[i].rule)
			return true;
	return false;
}

int command_explain(const struct options *options, struct errors *errors)
{
	struct rulebook *book = run_rulebook(options, false, errors);
	struct look look = run_look(options);
	struct subject subjects[WORDS_MAX] = { { .rule = NULL } };
	autobuf struct buf text = BUF_INIT;
	unsigned count = 0, i;

	for (i = 0; book && i < options->word_count; i++)
		count += find_subject(&subjects[count], book, options->words[i], errors) == 0;
	/* Rules are the same everywhere: for them nothing is read. */
	if (any_topic(subjects, count))
		look_and_print(&text, options, book, subjects, count, errors);
	else
		print_pages(&text, book, subjects, count, NULL, &look);
	run_output(options, &text, errors);
	rulebook_free(book);
	return errors->count ? STATUS_FAILED : STATUS_OK;
}
