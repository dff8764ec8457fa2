/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command 'lint': reads files, folders and standard input, and has them judged. */
#include "lint/lint.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "collect/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { FILE_MAX = 8 << 20 };

struct input {
	struct config *config;
	struct errors *errors;
	unsigned files;
};

/* A text that is none is refused where that shows. */
static int check_text(const struct input *input, const char *name, const struct buf *text)
{
	struct place place = { .file = name, .line = 1 };
	const char *nul = memchr(buf_text(text), '\0', text->len);
	const char *start = buf_text(text), *p;

	if (text->len >= 2 &&
	    (memcmp(start, "\xff\xfe", 2) == 0 || memcmp(start, "\xfe\xff", 2) == 0)) {
		place.column = 1;
		return errors_add_at(
			input->errors, &place,
			"this is UTF-16; the readers of such files expect ASCII or UTF-8");
	}
	if (!nul)
		return 0;
	for (p = start; p < nul; p++) {
		if (*p != '\n')
			continue;
		place.line++;
		start = p + 1;
	}
	place.column = (unsigned)(nul - start) + 1;
	return errors_add_at(input->errors, &place, "a byte of value 0: this is no text");
}

static void add_text(struct input *input, const char *name, const struct buf *text)
{
	if (check_text(input, name, text) < 0)
		return;
	input->files++;
	config_add(input->config, name, FOR_BOTH, buf_text(text), text->len);
}

static void add_error(const struct input *input, const char *name, int error)
{
	if (error == EINVAL)
		errors_add(input->errors, "%s: expected a file, a folder, or - for standard input",
			   name);
	else if (error == EFBIG)
		errors_add(input->errors, "%s: longer than %d MiB, which no such file is", name,
			   FILE_MAX >> 20);
	else
		errors_add(input->errors, "%s: %s", name, strerror(error));
}

static void add_file(struct input *input, const char *name)
{
	autobuf struct buf text = BUF_INIT;
	int error = strcmp(name, "-") == 0 ? file_read_fd(STDIN_FILENO, FILE_MAX, &text)
					   : file_read(AT_FDCWD, name, FILE_MAX, &text);

	if (error)
		add_error(input, name, error);
	else
		add_text(input, strcmp(name, "-") == 0 ? "(standard input)" : name, &text);
}

/* The files of a folder in order of name, as they are read at boot. */
static void add_folder(struct input *input, const char *name, int fd)
{
	autobuf struct buf names = BUF_INIT;
	int error = folder_names(fd, &names);
	size_t at, len;
	unsigned found = 0;

	if (error)
		add_error(input, name, error);
	for (at = 0; at < names.len; at += len + 1) {
		const char *file = names.text + at;
		autobuf struct buf path = BUF_INIT;

		len = strlen(file);
		if (len < 5 || strcmp(file + len - 5, ".conf") != 0)
			continue;
		buf_printf(&path, "%s%s%s", name, name[strlen(name) - 1] == '/' ? "" : "/", file);
		add_file(input, path.text);
		found++;
	}
	if (!found && !error)
		errors_add(input->errors, "%s: no file in it ends in .conf", name);
}

static void add_word(struct input *input, const char *name)
{
	int fd = *name ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0)
		add_folder(input, name, fd);
	else
		add_file(input, name);
}

static int print_lint(const struct options *options, const struct lint *lint, struct errors *errors)
{
	struct look look = run_look(options);
	autobuf struct buf text = BUF_INIT;
	bool json;

	if (options_text_or_json(options, &json, errors) < 0)
		return -1;
	if (json)
		lint_json(&text, lint);
	else
		lint_text(&text, lint, &look);
	return run_output(options, &text, errors);
}

static int judge(const struct options *options, const struct plan *plan, const struct input *input,
		 unsigned kernel)
{
	struct lint *lint = lint_new(plan, input->config, kernel);
	int status = remarks_status(&lint->remarks);

	lint->kernel = options->kernel;
	lint->files = input->files;
	print_lint(options, lint, input->errors);
	lint_free(lint);
	return input->errors->count ? STATUS_FAILED : status;
}

static int lint_files(const struct options *options, const struct rulebook *book, unsigned kernel,
		      struct errors *errors)
{
	const struct plan_options what = { .only = options->only,
					   .only_count = options->only_count };
	struct input input = { .config = config_new(), .errors = errors };
	struct plan *plan = plan_build(book, &what, errors);
	int status = STATUS_FAILED;
	unsigned i;

	for (i = 0; plan && i < options->word_count; i++)
		add_word(&input, options->words[i]);
	if (input.config->cut)
		errors_add(errors, "more than %d lines that set something: the rest is not judged",
			   CONFIG_LINES_MAX);
	if (input.files)
		status = judge(options, plan, &input, kernel);
	plan_free(plan);
	config_free(input.config);
	return status;
}

int command_lint(const struct options *options, struct errors *errors)
{
	unsigned kernel = options->kernel ? kernel_version(options->kernel) : 0;
	struct rulebook *book;
	int status;

	if (options->kernel && !kernel) {
		errors_add(errors, "--kernel %s: expected a version such as 6.1", options->kernel);
		return STATUS_FAILED;
	}
	book = run_rulebook(options, false, errors);
	status = book ? lint_files(options, book, kernel, errors) : STATUS_FAILED;
	rulebook_free(book);
	return status;
}
