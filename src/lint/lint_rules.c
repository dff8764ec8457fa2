/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules: a sample that knows nothing but what the files set, and what the kernel starts with. What
 * that decides is advice; what it leaves open says what it would need. */
#include <string.h>

#include "collect/collect.h"
#include "collect/scaling.h"
#include "eval/eval.h"
#include "lint/inside.h"

/* ---- the sample ---- */

/* Kernels of 5.10 and later are taken for any: that is the oldest kernel.org maintains. */
static unsigned oldest(unsigned kernel)
{
	return kernel ? kernel : kernel_version("5.10");
}

/* Of keys no file sets, whether the kernel has them; WHY_NO_VALUE is there without a number. */
static enum why presence(const struct fact *fact, unsigned kernel)
{
	unsigned since = fact->since ? kernel_version(fact->since) : 0;
	unsigned until = fact->until ? kernel_version(fact->until) : 0;

	if (until && !fact->inert && (!kernel || kernel >= until))
		return WHY_ABSENT;
	if (strncmp(fact->key, "net.netfilter.", 14) == 0)
		return WHY_NOT_RECORDED;
	if (since <= oldest(kernel))
		return WHY_NO_VALUE;
	return kernel ? WHY_ABSENT : WHY_NOT_RECORDED;
}

static const struct config_line *line_of(const struct config *config, const struct fact *fact)
{
	return config_winner(config, READER_SYSTEMD, fact->path + strlen("proc/sys/"));
}

/* The first of the facts of a sysctl. */
static unsigned first_of(unsigned fact)
{
	return fact - fact_catalogue[fact].field;
}

static void take_word(struct sample *sample, const struct plan *plan, unsigned number,
		      const char *value)
{
	const struct fact *fact = &fact_catalogue[number];
	struct reading *reading = &sample->readings[number];
	autobuf struct buf after = BUF_INIT;
	struct sysctl_write write;
	bool text = fact->unit == UNIT_TEXT;

	sysctl_write(&write, first_of(number), value);
	sysctl_after(&after, first_of(number), &write, value, NULL);
	if (text ? write.taken : fact->field < write.count) {
		reading->why = WHY_KNOWN;
		reading->text = arena_strdup(sample->texts, buf_text(&after));
		reading->number =
			text ? names_intern(plan->names, reading->text, strlen(reading->text))
			     : scaling_apply(scaling_of(fact), write.numbers[fact->field]);
	}
	buf_fini(&write.reason);
}

/* What no file sets is the kernel's own, where that is one on all hosts and kernels in question. */
static void take_initial(struct sample *sample, const struct plan *plan, unsigned number,
			 unsigned kernel)
{
	struct sysctl_initial initial;

	if (sysctl_initial(&initial, first_of(number), kernel) && !initial.sized &&
	    initial.since <= oldest(kernel))
		take_word(sample, plan, number, initial.text);
}

static struct sample *make_sample(const struct plan *plan, const struct config *config,
				  unsigned kernel)
{
	struct sample *sample = sample_new();
	unsigned i;

	sample->configured = WHY_KNOWN;
	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];
		struct reading *reading = &sample->readings[i];
		const struct config_line *line = sysctl_is(fact) ? line_of(config, fact) : NULL;

		if (sysctl_is(fact))
			reading->why = presence(fact, kernel);
		if (!line && reading->why == WHY_NO_VALUE)
			take_initial(sample, plan, i, kernel);
		if (!line)
			continue;
		reading->configured = arena_printf(sample->texts, "%s:%u", line->file, line->line);
		if (reading->why != WHY_ABSENT)
			take_word(sample, plan, i, line->value);
	}
	return sample;
}

/* ---- what a condition rests on ---- */

struct uses {
	const struct config *config;
	const struct sample *sample;
	const struct config_line *line; /* the first that sets something it uses */
	unsigned fact;			/* of that */
	bool sockets, role, host;	/* 'host': it needs what no file says */
	struct buf needs;
};

static void need(struct uses *uses, const char *before, const char *name)
{
	autobuf struct buf text = BUF_INIT;

	buf_printf(&text, "%s%s", before, name);
	if (uses->needs.len && strstr(uses->needs.text, text.text))
		return;
	buf_printf(&uses->needs, "%s%s", uses->needs.len ? ", " : "", text.text);
}

static void use_fact(struct uses *uses, const struct expr *expr)
{
	const struct fact *fact = &fact_catalogue[expr->fact];
	const struct reading *reading = &uses->sample->readings[expr->fact];
	bool growth =
		expr->kind == EXPR_CALL && (expr->call == CALL_DELTA || expr->call == CALL_RATE);
	const struct config_line *line;

	if (fact->scope == FACT_SOCKET) {
		uses->sockets = true;
		return;
	}
	if (reading->configured && !uses->line) {
		line = line_of(uses->config, fact);
		uses->line = line;
		uses->fact = expr->fact;
	}
	if (expr->kind == EXPR_CALL &&
	    (expr->call == CALL_CONFIGURED ||
	     (expr->call == CALL_PRESENT && reading->why != WHY_NOT_RECORDED)))
		return;
	if (reading->why == WHY_KNOWN)
		return;
	need(uses, growth ? "growth of " : "", fact->name);
	uses->host |= !sysctl_is(fact) || fact->read_only;
}

static void walk(struct uses *uses, const struct expr *expr)
{
	if (!expr)
		return;
	if (expr->kind == EXPR_AGGREGATE)
		uses->sockets = true;
	if (expr->kind == EXPR_ROLE)
		uses->role = true;
	if (expr->kind == EXPR_FACT || expr->kind == EXPR_CALL)
		use_fact(uses, expr);
	walk(uses, expr->left);
	walk(uses, expr->right);
	walk(uses, expr->base);
}

static struct uses uses_of(const struct rule *rule, const struct config *config,
			   const struct sample *sample)
{
	struct uses uses = { .config = config, .sample = sample };

	walk(&uses, rule->when);
	if (uses.role)
		need(&uses, "", "what the host is (--role)");
	if (uses.sockets)
		need(&uses, "", "sockets");
	return uses;
}

/* ---- advice ---- */

static void put_settings(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	for (i = 0; i < finding->setting_count; i++)
		if (finding->settings[i].value)
			buf_printf(out, "\n%s = %s", finding->settings[i].key,
				   finding->settings[i].value);
}

/* A setting that the files make and the advice changes: its line is the one to edit. */
static void find_line_to_edit(struct uses *uses, const struct report_finding *finding)
{
	const struct config_line *line;
	unsigned i, fact;

	for (i = 0; i < finding->setting_count; i++) {
		fact = sysctl_find(finding->settings[i].key);
		line = fact != FACT_NONE ?
			       line_of(uses->config, &fact_catalogue[fact]) : NULL;
		if (!line)
			continue;
		uses->line = line;
		uses->fact = fact;
		return;
	}
}

static void advise(struct lint *lint, const struct report_finding *finding, const struct uses *uses)
{
	autobuf struct buf text = BUF_INIT, advice = BUF_INIT;
	const struct remark remark = {
		.severity = finding->rule->severity,
		.check = finding->rule->id,
		.rule = finding->rule,
		.key = fact_catalogue[uses->fact].key,
		.line = uses->line,
	};
	struct remark whole = remark;

	buf_printf(&text, "%s.", finding->rule->title);
	buf_puts(&advice, finding->rule->advice ? finding->rule->advice : "");
	put_settings(&advice, finding);
	whole.text = buf_text(&text);
	whole.advice = advice.len ? buf_text(&advice) : NULL;
	remarks_add(&lint->remarks, &whole);
}

static void note_need(struct lint *lint, const struct rule *rule, struct uses *uses)
{
	if (!uses->host && !uses->sockets && !uses->role)
		return;
	lint->needs[lint->need_count++] = (struct lint_need){
		.rule = rule,
		.key = fact_catalogue[uses->fact].key,
		.needs = arena_strdup(lint->remarks.arena, buf_text(&uses->needs)),
	};
}

static void judge(struct lint *lint, const struct report *report, const struct config *config,
		  const struct sample *sample)
{
	unsigned i;

	for (i = 0; i < report->finding_count; i++) {
		struct uses uses = uses_of(report->findings[i].rule, config, sample);

		if (uses.line) {
			find_line_to_edit(&uses, &report->findings[i]);
			advise(lint, &report->findings[i], &uses);
		}
		buf_fini(&uses.needs);
	}
	lint->needs = xcalloc(report->unknown_count + 1, sizeof *lint->needs);
	for (i = 0; i < report->unknown_count; i++) {
		struct uses uses = uses_of(report->unknown[i].rule, config, sample);

		if (uses.line)
			note_need(lint, report->unknown[i].rule, &uses);
		buf_fini(&uses.needs);
	}
}

void lint_rules(struct lint *lint, const struct plan *plan, const struct config *config,
		unsigned kernel)
{
	const struct report_source nowhere = { .kind = "files", .complete = true };
	struct sample *sample = make_sample(plan, config, kernel);
	struct eval *eval = eval_new(plan);
	struct report *report;

	eval_host(eval, NULL, sample, 0);
	report = report_new(plan, eval, &nowhere);
	judge(lint, report, config, sample);
	report_free(report);
	eval_free(eval);
	sample_free(sample);
}
