/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp-provoke: provokes a condition of TCP in private namespaces, checks that it holds, and runs a
 * command there or shows it until interrupted. */
#include <getopt.h>
#include <string.h>

#include "base/text.h"
#include "cgroup.h"
#include "families.h"
#include "fault.h"
#include "guard.h"
#include "list.h"
#include "show.h"
#include "world.h"

static const struct condition *const families[] = {
	family_healthy, family_listen, family_syn_queue, family_syn_sent, family_close_wait,
	family_fin_wait, family_time_wait, family_ports, family_bind, family_held, family_reset,
	family_option, family_remote, family_keepalive, family_paws, family_sysctl, family_config,
	family_feature, family_window, family_buffers, family_retransmission, family_path,
	family_memory, family_conntrack, family_below, family_environment, family_mptcp,
	family_elsewhere, family_host_wide,
};

static const char usage[] =
	"usage: tcp-provoke --list\n"
	"       tcp-provoke CONDITION [OPTION...] [-- COMMAND [ARGUMENT...]]\n"
	"\n"
	"Provokes a condition of TCP in private namespaces, checks that it holds, and runs\n"
	"COMMAND there. Without COMMAND it shows what it made and holds it until interrupted.\n"
	"\n"
	"  --list           the conditions: name, seconds, rules of tcp-advise it fires; which may\n"
	"                   take more than 3 s, and which rules no condition fires\n"
	"  --table          for programs: a line for each rule, its fields separated by tabs\n"
	"  --healthy        the control: the same traffic, well behaved\n"
	"  --fixed          the condition after its remedy\n"
	"  --set KEY=VALUE  with --fixed: this sysctl is the remedy; may be repeated\n"
	"  --check          say whether this machine permits the condition, and end\n"
	"  --host-wide      permit a condition that the whole host feels\n"
	"  --help           print this\n"
	"\n"
	"Exit status: that of COMMAND; 3 when the condition could not be made.\n";

struct options {
	enum form form;
	bool list;
	bool table;
	bool check;
	bool host_wide;
	struct buf settings; /* of --set */
	char **command;	     /* NULL: show and hold */
	const struct condition *condition;
};

/* ---- the command line ---- */

static const struct condition *find(const char *name)
{
	autobuf struct buf hint = BUF_INIT;
	struct nearest nearest = { .name = name };
	const struct condition *condition;
	size_t i;

	for (i = 0; i < countof(families); i++) {
		for (condition = families[i]; condition->name; condition++) {
			if (strcmp(condition->name, name) == 0)
				return condition;
			nearest_try(&nearest, condition->name);
		}
	}
	fault("'%s' is not a condition%s", name, nearest_hint(&nearest, &hint));
	return NULL;
}

static int add_setting(struct options *options, const char *setting)
{
	if (!strchr(setting, '=') || *setting == '=' || strchr(setting, ';'))
		return fault("--set wants KEY=VALUE, not '%s'", setting);
	buf_printf(&options->settings, "%s;", setting);
	return 0;
}

static int take_option(struct options *options, int code)
{
	switch (code) {
	case 'l': options->list = true; return 0;
	case 't': options->table = true; return 0;
	case 'h': options->form = FORM_HEALTHY; return 0;
	case 'f': options->form = FORM_FIXED; return 0;
	case 's': return add_setting(options, optarg);
	case 'c': options->check = true; return 0;
	case 'w': options->host_wide = true; return 0;
	case 'u': fputs(usage, stdout); exit(0);
	case ':': return fault("an option lacks its value; see tcp-provoke --help");
	default: return fault("there is no such option; see tcp-provoke --help");
	}
}

static int parse(struct options *options, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "table", no_argument, NULL, 't' },
		{ "healthy", no_argument, NULL, 'h' },
		{ "fixed", no_argument, NULL, 'f' },
		{ "set", required_argument, NULL, 's' },
		{ "check", no_argument, NULL, 'c' },
		{ "host-wide", no_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int code;

	opterr = 0;
	while ((code = getopt_long(argc, argv, ":", longopts, NULL)) != -1) {
		if (take_option(options, code) < 0)
			return -1;
	}
	if (options->list || options->table)
		return 0;
	if (optind == argc)
		return fault("which condition? See tcp-provoke --list");
	if (options->settings.len && options->form != FORM_FIXED)
		return fault("--set goes with --fixed");
	options->condition = find(argv[optind]);
	options->command = optind + 1 < argc ? argv + optind + 1 : NULL;
	return options->condition ? 0 : -1;
}

static int list(const struct options *options)
{
	const struct condition *condition;
	size_t i;

	if (options->list)
		list_show(families, countof(families));
	for (i = 0; options->table && i < countof(families); i++)
		for (condition = families[i]; condition->name; condition++)
			show_table_lines(condition);
	return fflush(stdout) < 0 ? (fault_errno("cannot write"), EXIT_FAULT) : 0;
}

/* ---- the maker ---- */

struct job {
	const struct options *options;
	struct world world;
	struct drill drill;
	struct host host;
	struct buf cgroup; /* its path */
};

static void keep(void *arg)
{
	struct job *job = arg;

	job->drill.condition->keep(&job->drill);
}

static int make(void *arg)
{
	struct job *job = arg;
	const struct guard_keep keeping = {
		.fn = job->drill.condition->keep ? keep : NULL,
		.arg = job,
	};

	guard_prepare();
	if (drill_run(&job->drill) < 0)
		return EXIT_FAULT;
	if (!job->options->command)
		show_drill(&job->drill, &job->world);
	if (job->drill.condition->needs & SEEN_FROM_HOST && host_enter(&job->host) < 0)
		return EXIT_FAULT;
	return job->options->command ? guard_command(job->options->command, &keeping) :
				       guard_hold(&keeping);
}

static void relieve(void *arg)
{
	struct job *job = arg;

	if (job->drill.host)
		host_restore(job->drill.host);
}

static void undo(void *arg)
{
	struct job *job = arg;

	if (job->drill.cgroup)
		cgroup_remove(job->drill.cgroup);
}

static int enter_world(struct job *job, unsigned needs)
{
	if (needs & NEEDS_HOST && host_remember(&job->host) < 0)
		return -1;
	if (world_make(&job->world) < 0)
		return -1;
	if (needs & NEEDS_HOST)
		job->drill.host = &job->host;
	return job->drill.host ? host_leave(&job->host) : 0;
}

static int run_guarded(struct job *job)
{
	struct guard_work work = {
		.fn = make,
		.arg = job,
		.diag = job->world.diag,
		.relieve = relieve,
		.undo = undo,
	};
	int status;

	if (job->drill.condition->needs & NEEDS_CGROUP) {
		if (cgroup_make(&job->cgroup) < 0)
			return EXIT_FAULT;
		job->drill.cgroup = buf_text(&job->cgroup);
	}
	status = guard_run(&work);
	buf_fini(&job->cgroup);
	return status;
}

static int provoke(const struct options *options)
{
	const struct condition *condition = options->condition;
	const char *set = options->settings.text;
	struct job job = {
		.options = options,
		.drill = {
			.condition = condition,
			.form = options->form,
			.remedy = set ? set : condition->remedy,
		},
	};

	if (condition->needs & NEEDS_HOST && !options->host_wide)
		return fault("the whole host would feel %s: say --host-wide to permit it",
			     condition->name), EXIT_FAULT;
	if (enter_world(&job, condition->needs) < 0 || drill_permitted(condition) < 0)
		return EXIT_FAULT;
	return options->check ? 0 : run_guarded(&job);
}

int main(int argc, char *argv[])
{
	struct options options = { .settings = BUF_INIT };
	int status = EXIT_FAULT;

	if (parse(&options, argc, argv) == 0)
		status = options.list || options.table ? list(&options) : provoke(&options);
	buf_fini(&options.settings);
	return status;
}
