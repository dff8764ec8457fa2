/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proof CONDITION RULE: proves one rule by one condition. In the plain form tcp-advise, with the
 * options of tcp-provoke --table, must find RULE, about the subject and with the number that stand
 * there; in the healthy form, and in the fixed form with the very settings that the plain form's
 * report proposed, it must evaluate RULE and not find it.
 * What this machine does not permit is proved by replay if PROOF_REPLAY, a folder, holds recordings
 * of all three: CONDITION, CONDITION--healthy and CONDITION--fixed.
 * Prints one line; ends with 0, 1 for a failed proof, 77 when it can be neither made nor replayed. */
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

enum { EXIT_SKIPPED = 77, EXIT_FAULT = 3, TRIES = 3 };

/* A line of tcp-provoke --table; what is not said there is "-". */
enum field { CONDITION, RULE, OPTIONS, SUBJECT, NUMBER, LEAST, MOST, FIELDS };

struct proof {
	char line[1024];
	const char *field[FIELDS];
	const char *replay;  /* the folder of the recordings; NULL: live */
	struct buf settings; /* for tcp-provoke: --set 'KEY=VALUE' ... */
	struct buf result;   /* of the three forms, in words */
};

static bool is_said(const char *field)
{
	return strcmp(field, "-") != 0;
}

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

/* HOST_WIDE=--host-wide makes for real what the whole host feels. */
static const char *host_wide(void)
{
	return program("HOST_WIDE", "");
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

/* ---- what is expected ---- */

static bool split(struct proof *proof)
{
	char *rest = proof->line;
	unsigned i;

	proof->line[strcspn(proof->line, "\n")] = '\0';
	for (i = 0; i < FIELDS; i++)
		proof->field[i] = strsep(&rest, "\t");
	return proof->field[FIELDS - 1];
}

static bool look_up(struct proof *proof, const char *condition, const char *rule)
{
	autobuf struct buf command = BUF_INIT;
	bool found = false;
	FILE *table;

	buf_printf(&command, "%s --table", program("TCP_PROVOKE", "tcp-provoke"));
	table = popen(buf_text(&command), "r");
	if (!table)
		return false;
	while (!found && fgets(proof->line, sizeof proof->line, table))
		found = split(proof) && strcmp(proof->field[CONDITION], condition) == 0 &&
			strcmp(proof->field[RULE], rule) == 0;
	pclose(table);
	return found;
}

/* ---- reports ---- */

/* NULL, with the reason, when the condition or the report did not come about. */
static json_t *report_of(struct proof *proof, const char *form)
{
	autobuf struct buf command = BUF_INIT, said = BUF_INIT;
	const char *options = proof->field[OPTIONS];
	json_t *report;
	int status;

	if (proof->replay)
		buf_printf(&command, "%s --from '%s/%s%s'", program("TCP_ADVISE", "tcp-advise"),
			   proof->replay, proof->field[CONDITION], form);
	else
		buf_printf(&command, "%s %s %s %s -- %s", program("TCP_PROVOKE", "tcp-provoke"),
			   proof->field[CONDITION], host_wide(), form,
			   program("TCP_ADVISE", "tcp-advise"));
	buf_printf(&command, " --format json --only %s %s 2>&1", proof->field[RULE],
		   is_said(options) ? options : "");
	status = run(&command, &said);
	report = status < EXIT_FAULT ? json_loads(buf_text(&said), 0, NULL) : NULL;
	if (!report)
		buf_printf(&proof->result, "status %d, %s", status, buf_text(&said));
	return report;
}

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* How many of a list are about the proof's rule; 'last' becomes the last of them. */
static size_t members(const struct proof *proof, json_t *report, const char *list, json_t **last)
{
	json_t *item;
	size_t i, count = 0;

	json_array_foreach(json_object_get(report, list), i, item) {
		if (strcmp(member(item, "rule"), proof->field[RULE]) != 0)
			continue;
		*last = item;
		count++;
	}
	return count;
}

static void add_value(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		buf_puts(out, json_string_value(value));
	else
		buf_printf(out, "%.17g", json_number_value(value));
}

/* Whether a setting was in force where the fixed form was recorded. */
static bool was_applied(struct proof *proof, const char *key, const char *value)
{
	autobuf struct buf path = BUF_INIT, text = BUF_INIT;
	size_t len = strlen(value);

	buf_printf(&path, "%s/%s--fixed/proc/sys/", proof->replay, proof->field[CONDITION]);
	for (; *key; key++)
		buf_putc(&path, *key == '.' ? '/' : *key);
	return file_read(AT_FDCWD, buf_text(&path), 4096, &text) == 0 &&
	       strncmp(buf_text(&text), value, len) == 0 && strchr("\n", buf_text(&text)[len]);
}

/* False when a recording is of another remedy than the report proposes. */
static bool keep_settings(struct proof *proof, const json_t *finding)
{
	json_t *setting;
	size_t i;

	buf_clear(&proof->settings);
	json_array_foreach(json_object_get(finding, "set"), i, setting) {
		const json_t *value = json_object_get(setting, "value");
		const char *key = member(setting, "key");
		autobuf struct buf text = BUF_INIT, line = BUF_INIT;

		if (json_is_null(value))
			continue;
		add_value(&text, value);
		if (proof->replay && !was_applied(proof, key, buf_text(&text))) {
			buf_printf(&proof->result, "the fixed form was recorded without %s=%s",
				   key, buf_text(&text));
			return false;
		}
		buf_printf(&line, "%s=%s", key, buf_text(&text));
		buf_puts(&proof->settings, " --set");
		add_quoted(&proof->settings, buf_text(&line));
	}
	return true;
}

static bool is_within(const struct proof *proof, const json_t *value)
{
	const char *least = proof->field[LEAST], *most = proof->field[MOST];

	return json_is_number(value) &&
	       (!is_said(least) || json_number_value(value) >= strtod(least, NULL)) &&
	       (!is_said(most) || json_number_value(value) <= strtod(most, NULL));
}

static bool has_number(struct proof *proof, const json_t *finding)
{
	const char *number = proof->field[NUMBER];
	json_t *line;
	size_t i;
	bool within;

	if (!is_said(number))
		return true;
	json_array_foreach(json_object_get(finding, "evidence"), i, line) {
		if (strcmp(member(line, "name"), number) != 0)
			continue;
		within = is_within(proof, json_object_get(line, "value"));
		buf_printf(&proof->result, ", %s: %s", number, member(line, "text"));
		if (!within)
			buf_printf(&proof->result, ", expected %s to %s", proof->field[LEAST],
				   proof->field[MOST]);
		return within;
	}
	buf_printf(&proof->result, ", without '%s'", number);
	return false;
}

/* ---- the three forms ---- */

/* The number of a process, and what follows it, is not known beforehand: "tcp-provoke[". */
static bool is_process(const char *expected)
{
	size_t len = strlen(expected);

	return len && expected[len - 1] == '[';
}

static bool is_subject(const char *subject, const char *expected)
{
	return is_process(expected) ? strncmp(subject, expected, strlen(expected)) == 0 :
				      strcmp(subject, expected) == 0;
}

/* Of several processes, the one that is expected. */
static json_t *find_process(const struct proof *proof, json_t *report)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(report, "findings"), i, item)
		if (strcmp(member(item, "rule"), proof->field[RULE]) == 0 &&
		    is_subject(member(item, "subject"), proof->field[SUBJECT]))
			return item;
	return NULL;
}

static bool is_about(struct proof *proof, const char *subject)
{
	const char *expected = proof->field[SUBJECT];
	bool is = is_subject(subject, expected);

	if (is && is_process(expected))
		buf_write(&proof->result, expected, strlen(expected) - 1);
	else
		buf_puts(&proof->result, subject);
	if (!is)
		buf_printf(&proof->result, ", expected %s", expected);
	return is;
}

static bool finds_it(struct proof *proof, json_t *report)
{
	json_t *finding = NULL, *process = NULL;
	size_t count = members(proof, report, "findings", &finding);

	if (count > 1 && is_process(proof->field[SUBJECT]))
		process = find_process(proof, report);
	if (process)
		finding = process;
	else if (count == 0 && members(proof, report, "not_evaluated", &finding))
		buf_printf(&proof->result, "not evaluated: %s", member(finding, "reason"));
	else if (count != 1)
		buf_printf(&proof->result, "%zu findings", count);
	if (count != 1 && !process)
		return false;
	return keep_settings(proof, finding) && is_about(proof, member(finding, "subject")) &&
	       has_number(proof, finding);
}

static bool is_quiet(struct proof *proof, json_t *report)
{
	json_t *item = NULL;

	if (members(proof, report, "findings", &item))
		buf_printf(&proof->result, "finds it, %s", member(item, "subject"));
	else if (members(proof, report, "not_evaluated", &item))
		buf_printf(&proof->result, "not evaluated: %s", member(item, "reason"));
	else
		buf_puts(&proof->result, "quiet");
	return !item;
}

/* A report is of one moment, and a machine with other things to do may be late for it: what did not
 * come about is made anew. A rule that speaks where it should be quiet has no second chance. */
static bool holds(struct proof *proof, const char *name, const char *form,
		  bool (*check)(struct proof *proof, json_t *report))
{
	bool right = false, came = false;
	unsigned try;

	for (try = 0; try < TRIES && !right && !(came && check == is_quiet); try++) {
		json_t *report;

		buf_printf(&proof->result, "; %s%s: ", name, try ? " again" : "");
		report = report_of(proof, form);
		came = report != NULL;
		right = came && check(proof, report);
		json_decref(report);
	}
	return right;
}

/* All three in any case: what else fails says more. */
static bool all_hold(struct proof *proof)
{
	autobuf struct buf fixed = BUF_INIT;
	bool plain = holds(proof, "plain", "", finds_it);
	bool healthy = holds(proof, "healthy", "--healthy", is_quiet);

	buf_printf(&fixed, "--fixed%s", proof->replay ? "" : buf_text(&proof->settings));
	return holds(proof, "fixed", buf_text(&fixed), is_quiet) && plain && healthy;
}

/* In one line, not too long: a fault may have many. */
static void say(const struct proof *proof, const char *outcome)
{
	struct buf result = proof->result;
	size_t i;

	for (i = 0; i < result.len; i++)
		if (result.text[i] == '\n')
			result.text[i] = ' ';
	printf("%s: %s: %s%.600s\n", outcome, proof->field[CONDITION], proof->field[RULE],
	       buf_text(&result));
}

static bool permitted(struct proof *proof)
{
	autobuf struct buf command = BUF_INIT;

	buf_printf(&command, "%s %s %s --check 2>&1", program("TCP_PROVOKE", "tcp-provoke"),
		   proof->field[CONDITION], host_wide());
	buf_puts(&proof->result, ": ");
	if (run(&command, &proof->result) != 0)
		return false;
	buf_clear(&proof->result);
	return true;
}

static bool recorded(struct proof *proof)
{
	autobuf struct buf path = BUF_INIT;
	const char *folder = getenv("PROOF_REPLAY");

	if (!folder)
		return false;
	buf_printf(&path, "%s/%s--fixed", folder, proof->field[CONDITION]);
	if (access(buf_text(&path), F_OK) < 0)
		return false;
	proof->replay = folder;
	buf_clear(&proof->result);
	buf_puts(&proof->result, ", by replay");
	return true;
}

static int prove(struct proof *proof)
{
	bool proved;

	if (!permitted(proof) && !recorded(proof)) {
		say(proof, "skipped");
		return EXIT_SKIPPED;
	}
	proved = all_hold(proof);
	say(proof, proved ? "passed" : "FAILED");
	return proved ? 0 : 1;
}

int main(int argc, char *argv[])
{
	struct proof proof = { .settings = BUF_INIT };
	int status = EXIT_FAULT;

	if (argc != 3)
		fprintf(stderr, "usage: proof CONDITION RULE\n");
	else if (!look_up(&proof, argv[1], argv[2]))
		fprintf(stderr, "proof: tcp-provoke --table has no '%s' with '%s'\n", argv[1],
			argv[2]);
	else
		status = prove(&proof);
	buf_fini(&proof.settings);
	buf_fini(&proof.result);
	return status;
}
