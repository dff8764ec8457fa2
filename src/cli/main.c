/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program: options, one command, errors on stderr, exit status. Errors are printed here only, and
 * what ends the program is here, but for memory that runs out (base/base.c). */
#include "cli/options.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>

#include "cli/run.h"

static int run(struct options *options, int argc, char **argv, struct errors *errors)
{
	autobuf struct buf text = BUF_INIT;

	if (options_parse(options, argc, argv, errors) < 0)
		return STATUS_FAILED;
	if (!options->help && !options->version)
		return options->command->run(options, errors);
	if (options->help)
		options_help(&text);
	else
		buf_puts(&text, "tcp-advise " PACKAGE_VERSION "\n"
				"Licence GPL-2.0-or-later. There is no warranty.\n");
	return run_output(options, &text, errors) < 0 ? STATUS_FAILED : STATUS_OK;
}

/* Where one of the three is closed, the next file to be opened would be it, and get what is printed. */
static void keep_standard(void)
{
	int fd;

	do {
		fd = open("/", O_PATH); /* can be neither read nor written */
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* For readers that see standard output only. */
static void print_failure(const struct options *options, const struct errors *errors)
{
	autobuf struct buf text = BUF_INIT;

	if (!options->format || !options->format->failed)
		return;
	options->format->failed(&text, buf_text(&errors->text));
	if (fputs(buf_text(&text), stdout) < 0)
		return; /* the status says it all */
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct options options = { .window = -1, .info_deadline = 2, .color = "auto",
				   .format = &formats[0] };
	struct errors errors = ERRORS_INIT;
	int status;

	keep_standard();
	setlocale(LC_CTYPE, "");
	/* A report cut by its reader is no crash; every write is checked. */
	signal(SIGPIPE, SIG_IGN);
	status = run(&options, argc, argv, &errors);
	if (errors.count) {
		fputs(buf_text(&errors.text), stderr);
		print_failure(&options, &errors);
		status = STATUS_FAILED;
	}
	errors_fini(&errors);
	return status;
}
