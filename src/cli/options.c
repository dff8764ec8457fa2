/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table of options: parsing, --help and the errors come from it. */
#include "cli/options.h"

#include "base/text.h"

#include <getopt.h>
#include <string.h>

enum { LONG = 256 }; /* what getopt_long() gives for each of them: no letter */

enum option_kind { KIND_FLAG, KIND_TEXT, KIND_SECONDS, KIND_FORMAT, KIND_LIST, KIND_WORD };

static const struct option_line {
	const char *name;
	enum option_kind kind;
	size_t offset;	     /* in struct options */
	size_t count;	     /* KIND_WORD: offset of its count */
	const char *operand; /* NULL: none */
	const char *help;
} lines[] = {
#define AT(field) offsetof(struct options, field)
	{ "window", KIND_SECONDS, AT(window), 0, "DURATION",
	  "time between two samples of the counters (default 2s; 0: one sample, no rates)" },
	{ "from", KIND_TEXT, AT(from), 0, "RECORDING", "read a recording, or a file made by ss -D" },
	{ "netns", KIND_TEXT, AT(netns), 0, "all|NAME|PID|PATH",
	  "another network namespace: by name, process or path, or all of this host" },
	{ "kernel", KIND_TEXT, AT(kernel), 0, "VERSION",
	  "lint: the kernel the files are for (default: any)" },
	{ "format", KIND_FORMAT, AT(format), 0, "FORMAT",
	  "text (default), json, markdown, html, nagios, prometheus or sysctl" },
	{ "output", KIND_TEXT, AT(output), 0, "FILE", "write the report to FILE, replacing it at once" },
	{ "history", KIND_TEXT, AT(history), 0, "FILE",
	  "add this run to the history in FILE, or read that one" },
	{ "cron", KIND_FLAG, AT(cron), 0, NULL,
	  "print only what is new, worse, better or gone since the last run, everything once a day, and "
	  "nothing when nothing changed" },
	{ "since", KIND_TEXT, AT(since), 0, "TIME",
	  "history: from then on: 2h, 7d, yesterday, 2026-11-20, '2026-11-20 15:40'" },
	{ "only", KIND_LIST, AT(only), AT(only_count), "ID,...", "evaluate these rules only" },
	{ "let", KIND_WORD, AT(lets), AT(let_count), "ID.NAME=VALUE", "change a rule's threshold" },
	{ "role", KIND_TEXT, AT(role), 0, "ROLE",
	  "what this host is: server, client, proxy, or auto (default): its sockets tell" },
	{ "rules", KIND_TEXT, AT(rules), 0, "DIR",
	  "the rulebook: a folder of *.ini files or one file (also: TCP_ADVISE_RULES)" },
	{ "config", KIND_TEXT, AT(config), 0, "FILE",
	  "thresholds and waivers of this site (default /etc/tcp-advise/tcp-advise.ini)" },
	{ "info-deadline", KIND_SECONDS, AT(info_deadline), 0, "DURATION",
	  "give up reading tcp_info after this time (default 2s)" },
	{ "socket-options", KIND_FLAG, AT(socket_options), 0, NULL,
	  "read the socket options of listeners, each through a copy of its descriptor that is "
	  "held for microseconds (needs CAP_SYS_PTRACE for other users' processes)" },
	{ "no-push-down", KIND_FLAG, AT(everything), 0, NULL,
	  "ask the kernel for everything; the report is the same" },
	{ "color", KIND_TEXT, AT(color), 0, "WHEN", "auto (default), always or never" },
	{ "check", KIND_FLAG, AT(check), 0, NULL,
	  "rules: compile the given files and check they are complete" },
	{ "ids", KIND_FLAG, AT(ids), 0, NULL, "rules: print the ids only" },
	{ "markdown", KIND_FLAG, AT(markdown), 0, NULL,
	  "rules: print the reference of all rules in Markdown" },
	{ "mdoc", KIND_FLAG, AT(mdoc), 0, NULL,
	  "rules, facts: print the manual page tcp-advise-rules(7), tcp-advise-facts(7)" },
	{ "help", KIND_FLAG, AT(help), 0, NULL, "print this" },
	{ "version", KIND_FLAG, AT(version), 0, NULL, "print the version" },
#undef AT
};

/* Of the other options, all may stand with every command. */
static const struct {
	const char *option, *commands;
} restricted[] = {
	{ "netns", "advise facts plan record drift diff" },
	{ "kernel", "lint" },
	{ "since", "history" },
	{ "check", "rules" },
	{ "ids", "rules" },
	{ "markdown", "rules" },
	{ "mdoc", "rules facts" },
};

static void *field(struct options *options, size_t offset)
{
	return (char *)options + offset;
}

static int set_seconds(const struct option_line *line, double *seconds, const char *value,
		       struct errors *errors)
{
	autoerrors struct errors unread = ERRORS_INIT;
	struct let let = { 0 };
	struct source_text text = { .file = line->name, .text = value };
	struct expr_context context = { .errors = &unread };

	if (expr_literal(&context, &text, &let) < 0 ||
	    (let.unit != UNIT_SECONDS && let.number != 0) || let.number < 0 || let.number > 86400)
		return errors_add(errors, "--%s %s: expected a duration from 0 to 1d, such as 10s or "
				  "500ms", line->name, value);
	*seconds = let.number;
	return 0;
}

static int set_format(const struct format **format, const char *value, struct errors *errors)
{
	struct nearest nearest = { .name = value };
	autobuf struct buf names = BUF_INIT, hint = BUF_INIT;
	const struct format *f;

	*format = format_find(value);
	if (*format)
		return 0;
	for (f = formats; f->name; f++) {
		nearest_try(&nearest, f->name);
		buf_printf(&names, "%s%s", f == formats ? "" : ", ", f->name);
	}
	return errors_add(errors, "--format %s: expected %s%s", value, buf_text(&names),
			  nearest_hint(&nearest, &hint));
}

static int add_word(const struct option_line *line, struct options *options, const char *word,
		    struct errors *errors)
{
	const char **words = field(options, line->offset);
	unsigned *count = field(options, line->count);

	if (*count == WORDS_MAX)
		return errors_add(errors, "--%s: more than %d", line->name, WORDS_MAX);
	words[(*count)++] = word;
	return 0;
}

/* Cuts 'value', which is argv's and ours to write, at its commas. An empty list would be none, which
 * means all. */
static int add_list(const struct option_line *line, struct options *options, char *value,
		    struct errors *errors)
{
	char *word;

	if (!value[strspn(value, ",")])
		return errors_add(errors, "--%s: expected %s", line->name, line->operand);
	while ((word = strsep(&value, ",")))
		if (*word && add_word(line, options, word, errors) < 0)
			return -1;
	return 0;
}

static int set_option(const struct option_line *line, struct options *options, char *value,
		      struct errors *errors)
{
	switch (line->kind) {
	case KIND_FLAG:
		*(bool *)field(options, line->offset) = true;
		return 0;
	case KIND_TEXT:
		*(const char **)field(options, line->offset) = value;
		return 0;
	case KIND_SECONDS:
		return set_seconds(line, field(options, line->offset), value, errors);
	case KIND_FORMAT:
		return set_format(field(options, line->offset), value, errors);
	case KIND_LIST:
		return add_list(line, options, value, errors);
	default:
		return add_word(line, options, value, errors);
	}
}

/* ---- commands ---- */

static int find_command(struct options *options, const char *word, struct errors *errors)
{
	struct nearest nearest = { .name = word };
	autobuf struct buf hint = BUF_INIT;
	const struct command *c;

	for (c = commands; c->name; c++) {
		if (strcmp(c->name, word) == 0) {
			options->command = c;
			return 0;
		}
		nearest_try(&nearest, c->name);
	}
	return errors_add(errors, "'%s' is not a command%s (see --help)", word,
			  nearest_hint(&nearest, &hint));
}

static bool is_among(const char *words, const char *word)
{
	const size_t len = strlen(word);
	const char *found = words;

	while ((found = strstr(found, word)) && !((found == words || found[-1] == ' ') &&
						  (found[len] == ' ' || found[len] == '\0')))
		found += len;
	return found != NULL;
}

static int take_words(struct options *options, int argc, char **argv, struct errors *errors)
{
	const struct command *c = options->command;
	int i;

	for (i = 0; i < argc; i++) {
		if (i == WORDS_MAX)
			return errors_add(errors, "more than %d words", WORDS_MAX);
		options->words[options->word_count++] = argv[i];
	}
	if (options->word_count < c->min)
		return errors_add(errors, "%s: expected %s", c->name, c->words);
	if (options->word_count > c->max)
		return errors_add(errors, "%s: '%s' is one word too many (see --help)", c->name,
				  options->words[c->max]);
	return 0;
}

/* Others would have no effect, and who wrote them expects one. */
static int check_command(const struct command *command, const bool *given, struct errors *errors)
{
	unsigned i, j;

	for (i = 0; i < countof(lines); i++)
		for (j = 0; given[i] && j < countof(restricted); j++)
			if (strcmp(restricted[j].option, lines[i].name) == 0 &&
			    !is_among(restricted[j].commands, command->name))
				return errors_add(errors, "%s: it does not take --%s (see --help)",
						  command->name, lines[i].name);
	return 0;
}

static void unknown_option(const char *word, int code, struct errors *errors)
{
	struct nearest nearest = { .name = word };
	unsigned i;

	if (code == '?' && optopt > 0 && optopt < LONG) { /* one of several letters, perhaps */
		errors_add(errors, "'-%c' is not an option (see --help)", optopt);
		return;
	}
	if (code == ':') {
		errors_add(errors, "%s: expected a value", word);
		return;
	}
	while (*nearest.name == '-')
		nearest.name++;
	for (i = 0; i < countof(lines); i++)
		nearest_try(&nearest, lines[i].name);
	if (nearest.best)
		errors_add(errors, "'%s' is not an option; did you mean '--%s'?", word, nearest.best);
	else
		errors_add(errors, "'%s' is not an option (see --help)", word);
}

int options_parse(struct options *options, int argc, char **argv, struct errors *errors)
{
	struct option longopts[countof(lines) + 1] = { 0 };
	bool given[countof(lines)] = { false };
	unsigned i;
	int code, index;

	for (i = 0; i < countof(lines); i++)
		longopts[i] = (struct option){
			lines[i].name, lines[i].operand ? required_argument : no_argument, NULL, LONG,
		};
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":h", longopts, &index)) != -1) {
		if (code == 'h')
			options->help = true;
		else if (code != LONG)
			unknown_option(argv[optind - 1], code, errors);
		else
			given[index] = set_option(&lines[index], options, optarg, errors) == 0;
	}
	if (errors->count)
		return -1;
	if (strcmp(options->color, "auto") != 0 && strcmp(options->color, "always") != 0 &&
	    strcmp(options->color, "never") != 0)
		return errors_add(errors, "--color %s: expected auto, always or never", options->color);
	options->command = &commands[0];
	if (optind < argc && find_command(options, argv[optind++], errors) < 0)
		return -1;
	if (check_command(options->command, given, errors) < 0)
		return -1;
	return take_words(options, argc - optind, argv + optind, errors);
}

int options_text_or_json(const struct options *options, bool *json, struct errors *errors)
{
	*json = strcmp(options->format->name, "json") == 0;
	if (*json || strcmp(options->format->name, "text") == 0)
		return 0;
	return errors_add(errors, "%s: there is no --format %s of it: expected text or json",
			  options->command->name, options->format->name);
}

void options_help(struct buf *out)
{
	const struct command *c;
	unsigned i;

	buf_puts(out, "Usage: tcp-advise [COMMAND] [OPTION...]\n"
		      "Looks at this host's TCP, changes nothing, and says what it would change and why.\n\n"
		      "Commands:\n");
	for (c = commands; c->name; c++)
		buf_printf(out, "  %-8s %-12s %s\n", c->name, c->words, c->help);
	buf_puts(out, "\nOptions:\n");
	for (i = 0; i < countof(lines); i++) {
		autobuf struct buf name = BUF_INIT;

		buf_printf(&name, "--%s%s%s", lines[i].name, lines[i].operand ? " " : "",
			   lines[i].operand ? lines[i].operand : "");
		buf_printf(out, "  %-26s ", buf_text(&name));
		text_wrap(out, lines[i].help, 29, 29, 80);
	}
	buf_puts(out, "\nDurations are written 500ms, 2s, 1min. Exit status: 0 nothing at warning or above,\n"
		      "1 warning, 2 critical, 3 could not do the job.\n");
}
