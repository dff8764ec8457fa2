/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proof CONDITION RULE [OPTION...]: proves one rule by one condition. In the plain form tcp-advise,
 * with those options, must find RULE; in the healthy form, and in the fixed form with the very
 * settings that the plain form's report proposed, it must evaluate RULE and not find it.
 * Prints one line; ends with 0, 1 for a failed proof, 77 when the machine does not permit it. */
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"

enum { EXIT_SKIPPED = 77, EXIT_FAULT = 3 };

struct proof {
	const char *condition;
	const char *rule;
	struct buf options; /* for tcp-advise */
	struct buf settings; /* for tcp-provoke: --set 'KEY=VALUE' ... */
	struct buf reason;   /* why it failed */
};

static void add_quoted(struct buf *out, const char *word)
{
	buf_puts(out, " '");
	for (; *word; word++)
		if (*word == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *word);
	buf_putc(out, '\'');
}

static const char *program(const char *variable, const char *otherwise)
{
	const char *path = getenv(variable);

	return path ? path : otherwise;
}

/* Runs a shell command and keeps what it says. Returns its status. */
static int run(const struct buf *command, struct buf *said)
{
	FILE *pipe = popen(buf_text(command), "r");
	char chunk[4096];
	size_t n;
	int status;

	if (!pipe)
		return EXIT_FAULT;
	while ((n = fread(chunk, 1, sizeof chunk, pipe)) > 0)
		buf_write(said, chunk, n);
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* NULL, with the reason, when the condition or the report did not come about. */
static json_t *report_of(struct proof *proof, const char *form)
{
	autobuf struct buf command = BUF_INIT, said = BUF_INIT;
	json_t *report;
	int status;

	buf_puts(&command, program("TCP_PROVOKE", "tcp-provoke"));
	add_quoted(&command, proof->condition);
	buf_printf(&command, " %s -- %s --format json --only", form,
		   program("TCP_ADVISE", "tcp-advise"));
	add_quoted(&command, proof->rule);
	buf_printf(&command, "%s 2>&1", buf_text(&proof->options));
	status = run(&command, &said);
	report = status < EXIT_FAULT ? json_loads(buf_text(&said), 0, NULL) : NULL;
	if (!report)
		buf_printf(&proof->reason, "status %d: %s", status, buf_text(&said));
	return report;
}

/* The first member of a list whose "rule" is the proof's. */
static json_t *member(const struct proof *proof, json_t *report, const char *list)
{
	json_t *item, *rule;
	size_t i;

	json_array_foreach(json_object_get(report, list), i, item) {
		rule = json_object_get(item, "rule");
		if (json_is_string(rule) && strcmp(json_string_value(rule), proof->rule) == 0)
			return item;
	}
	return NULL;
}

static void add_value(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		buf_puts(out, json_string_value(value));
	else
		buf_printf(out, "%.17g", json_number_value(value));
}

static void keep_settings(struct proof *proof, const json_t *finding)
{
	json_t *setting;
	size_t i;

	json_array_foreach(json_object_get(finding, "set"), i, setting) {
		autobuf struct buf line = BUF_INIT;
		const char *key = json_string_value(json_object_get(setting, "key"));

		buf_printf(&line, "%s=", key ? key : "");
		add_value(&line, json_object_get(setting, "value"));
		buf_puts(&proof->settings, " --set");
		add_quoted(&proof->settings, buf_text(&line));
	}
}

static void add_unevaluated(struct proof *proof, json_t *report)
{
	json_t *item = member(proof, report, "not_evaluated");
	const char *reason = json_string_value(json_object_get(item, "reason"));

	if (item)
		buf_printf(&proof->reason, "not evaluated: %s", reason ? reason : "?");
}

static bool fires(struct proof *proof)
{
	json_t *report = report_of(proof, ""), *finding;

	if (!report)
		return false;
	finding = member(proof, report, "findings");
	if (finding)
		keep_settings(proof, finding);
	else
		add_unevaluated(proof, report);
	if (!finding && !proof->reason.len)
		buf_puts(&proof->reason, "no finding");
	json_decref(report);
	return finding;
}

static bool stays_quiet(struct proof *proof, const char *form)
{
	json_t *report = report_of(proof, form);
	bool quiet;

	if (!report)
		return false;
	if (member(proof, report, "findings"))
		buf_puts(&proof->reason, "still finds it");
	else
		add_unevaluated(proof, report);
	quiet = !proof->reason.len;
	json_decref(report);
	return quiet;
}

static const char *failed_form(struct proof *proof)
{
	autobuf struct buf fixed = BUF_INIT;

	if (!fires(proof))
		return "plain";
	if (!stays_quiet(proof, "--healthy"))
		return "healthy";
	buf_printf(&fixed, "--fixed%s", buf_text(&proof->settings));
	return stays_quiet(proof, buf_text(&fixed)) ? NULL : "fixed";
}

/* In one line, not too long: a fault may have many. */
static void say(const struct proof *proof, const char *outcome, const char *form,
		struct buf *reason)
{
	size_t i;

	for (i = 0; i < reason->len; i++)
		if (reason->text[i] == '\n')
			reason->text[i] = i + 1 < reason->len ? '|' : '\0';
	printf("%s: %s: %s%s%s%s%.300s\n", outcome, proof->condition, proof->rule,
	       *form ? ", " : "", form, reason->len ? ": " : "", buf_text(reason));
}

static bool permitted(struct proof *proof)
{
	autobuf struct buf command = BUF_INIT;

	buf_puts(&command, program("TCP_PROVOKE", "tcp-provoke"));
	add_quoted(&command, proof->condition);
	buf_puts(&command, " --check 2>&1");
	return run(&command, &proof->reason) == 0;
}

static int prove(struct proof *proof)
{
	const char *form;

	if (!permitted(proof)) {
		say(proof, "skipped", "", &proof->reason);
		return EXIT_SKIPPED;
	}
	buf_clear(&proof->reason);
	form = failed_form(proof);
	say(proof, form ? "FAILED" : "passed", form ? form : "", &proof->reason);
	return form ? 1 : 0;
}

int main(int argc, char *argv[])
{
	struct proof proof = { 0 };
	int status, i;

	if (argc < 3) {
		fprintf(stderr, "usage: proof CONDITION RULE [OPTION...]\n");
		return EXIT_FAULT;
	}
	proof.condition = argv[1];
	proof.rule = argv[2];
	for (i = 3; i < argc; i++)
		add_quoted(&proof.options, argv[i]);
	status = prove(&proof);
	buf_fini(&proof.options);
	buf_fini(&proof.settings);
	buf_fini(&proof.reason);
	return status;
}
