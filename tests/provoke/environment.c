/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What surrounds the connections: processes and their limits and names, namespaces, cgroups. */
#include "families.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cgroup.h"
#include "fault.h"
#include "guard.h"
#include "info.h"
#include "peer.h"
#include "world.h"

enum { FEW_FILES = 64, CLIENTS = 100, NAMED = 12, NAMESPACES = 12, LEAKED = 10, READY_MS = 2500 };

/* ---- a limit on descriptors ---- */

/* A server with room for every client, or for few. */
static void accept_until_full(void *arg)
{
	struct drill *drill = arg;
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (drill->careless)
		limit.rlim_cur = FEW_FILES;
	setrlimit(RLIMIT_NOFILE, &limit);
	while (accept4(drill->listener, NULL, NULL, SOCK_CLOEXEC) >= 0 || errno == EAGAIN)
		;
	if (errno == EMFILE)
		pause();
}

static int run_out_of_files(struct drill *drill)
{
	pid_t *server = drill->own = xcalloc(1, sizeof *server);

	drill->listener = peer_listen(drill, PEER_PORT, 2 * CLIENTS);
	if (drill->listener < 0)
		return -1;
	*server = guard_process(accept_until_full, drill);
	return *server < 0 ? -1 : peer_start_clients(drill, CLIENTS, false);
}

static long count_files(pid_t pid)
{
	char path[32];
	DIR *folder;
	long count = -2; /* for . and .. */

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	if (!folder)
		return fault_errno("cannot read %s", path);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static bool is_full(void *arg)
{
	const pid_t *server = arg;
	struct rlimit limit;

	return prlimit(*server, RLIMIT_NOFILE, NULL, &limit) == 0 &&
	       count_files(*server) >= (long)limit.rlim_cur;
}

static int files_ran_out(struct drill *drill)
{
	if (drill->careless ? !watch_until(is_full, drill->own, WATCH_BOUND_MS) :
			      is_full(drill->own))
		return fault("the server's limit of open files does%s hold",
			     drill->careless ? " not" : "");
	return 0;
}

/* ---- descriptors of connections that are no more ---- */

/* The clients reset; whether the servers close or forget, no connection is left. */
static int forget_the_dead(struct drill *drill)
{
	struct pair *pairs = drill->own = xcalloc(MANY, sizeof *pairs);
	const struct linger linger = { .l_onoff = 1 };
	unsigned i;
	char sink;

	drill->listener = peer_listen(drill, PEER_PORT, MANY);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, MANY) < 0)
		return -1;
	for (i = 0; i < MANY; i++) {
		setsockopt(pairs[i].client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
		close(pairs[i].client);
		if (recv(pairs[i].server, &sink, 1, 0) >= 0 || errno != ECONNRESET)
			return fault_errno("a connection was not reset");
		if (drill->careless)
			continue;
		close(pairs[i].server);
		pairs[i].server = -1;
	}
	return 0;
}

static int dead_are_held(struct drill *drill)
{
	const struct pair *pairs = drill->own;
	unsigned i, held = 0;
	struct info info;

	for (i = 0; i < MANY; i++) {
		if (pairs[i].server < 0)
			continue;
		if (info_read(pairs[i].server, &info) < 0)
			return -1;
		held += info.state == CLOSE;
	}
	if (held != (drill->careless ? MANY : 0))
		return fault("%u descriptors of dead connections are held", held);
	return 0;
}

/* ---- names, namespaces, cgroups ---- */

/* Connections whose clients have closed; the server too, unless it is careless. */
static int leak_few(struct drill *drill, uint16_t port)
{
	struct pair pairs[LEAKED];
	unsigned i;

	drill->listener = peer_listen(drill, port, LEAKED);
	if (drill->listener < 0 || peer_pairs(drill, drill->listener, pairs, LEAKED) < 0)
		return -1;
	for (i = 0; i < LEAKED; i++) {
		close(pairs[i].client);
		if (drill->careless)
			continue;
		if (peer_read_eof(pairs[i].server) < 0)
			return -1;
		close(pairs[i].server);
	}
	return 0;
}

/* A process of the drill, and where it says that it is ready. */
struct helper {
	struct drill *drill;
	int ready[2];
	int (*enter)(struct drill *drill, unsigned number); /* before the leak */
	unsigned number;
};

static void run_helper(void *arg)
{
	struct helper *helper = arg;

	uint16_t port = (uint16_t)(PEER_PORT + helper->number);

	if (helper->enter(helper->drill, helper->number) == 0 &&
	    leak_few(helper->drill, port) == 0 && write(helper->ready[1], "", 1) == 1)
		pause();
}

/* Starts so many and waits for all of them. */
static int run_helpers(struct drill *drill, unsigned count,
		       int (*enter)(struct drill *drill, unsigned number))
{
	struct helper helper = { .drill = drill, .enter = enter };
	struct pollfd wait = { .events = POLLIN };
	char sign;

	if (pipe2(helper.ready, O_CLOEXEC) < 0)
		return fault_errno("cannot make a pipe");
	for (; helper.number < count; helper.number++)
		if (guard_process(run_helper, &helper) < 0)
			return -1;
	wait.fd = helper.ready[0];
	while (count--)
		if (poll(&wait, 1, READY_MS) != 1 || read(wait.fd, &sign, 1) != 1)
			return fault("a helper process is not ready in time");
	return 0;
}

/* Escape sequences, a line break, nothing but quotes, the end of a string, and what is not UTF-8. */
static int take_a_name(struct drill *drill, unsigned number)
{
	static const char *const names[] = {
		"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"", "\\\\x1b\n\"|`$(x)",
		"\033[2J\033[31mred", "two\nlines", "tab\tcr\r", "\xff\xfe\xc3(", "a) R 1 (b",
		"<b>&quot;", "\"],\"x\":[\"", " ", "%s%n%x", "../../etc",
	};

	if (drill->form == FORM_PLAIN)
		prctl(PR_SET_NAME, names[number % countof(names)]);
	return 0;
}

static int take_a_namespace(struct drill *drill, unsigned number)
{
	(void)drill, (void)number;
	return world_another();
}

static int join_the_cgroup(struct drill *drill, unsigned number)
{
	(void)number;
	return drill->form == FORM_PLAIN ? cgroup_enter(drill->cgroup) : 0;
}

static int join_the_hostile_cgroup(struct drill *drill, unsigned number)
{
	(void)number;
	return drill->form == FORM_PLAIN ? cgroup_enter_hostile(drill->cgroup) : 0;
}

static int run_named(struct drill *drill)
{
	return run_helpers(drill, NAMED, take_a_name);
}

static int run_in_namespaces(struct drill *drill)
{
	return run_helpers(drill, NAMESPACES, take_a_namespace);
}

static int run_in_cgroup(struct drill *drill)
{
	return run_helpers(drill, 1, join_the_cgroup);
}

static int run_in_hostile_cgroup(struct drill *drill)
{
	return run_helpers(drill, 1, join_the_hostile_cgroup);
}

static int is_in_cgroup(struct drill *drill)
{
	long count = cgroup_count(drill->cgroup);

	if (count < 0)
		return -1;
	if (count != (drill->careless ? 1 : 0))
		return fault("%ld processes are in the cgroup", count);
	return 0;
}

const struct condition family_environment[] = {
	{
		.name = "files-run-out",
		.help = "a server has as many files open as it may (RLIMIT_NOFILE), and cannot "
			"accept",
		.rules = "open-files-limit",
		.advise = "--window 0",
		.expected = { { .subject = ITSELF, .number = "its limit of open files",
				.least = FEW_FILES, .most = FEW_FILES } },
		.seconds = 0.1,
		.make = run_out_of_files,
		.verify = files_ran_out,
		.signs = { { .rows = { .states = IN(ESTABLISHED), .local_port = PEER_PORT,
				       .owner = ORPHANED },
			     .least = CLIENTS - FEW_FILES } },
	},
	{
		.name = "dead-descriptors",
		.help = "an application keeps the descriptors of connections that were reset",
		.rules = "dead-descriptors",
		.advise = "--window 0",
		.expected = { { .subject = ITSELF,
				.number = "its TCP sockets that are in no list of sockets",
				.least = MANY, .most = MANY } },
		.seconds = 0.1,
		.make = forget_the_dead,
		.verify = dead_are_held,
	},
	{
		.name = "hostile-process-names",
		.help = "processes that leak connections and have names with escape sequences",
		.rules = "close-wait-leak",
		.advise = "--window 0 --let close-wait-leak.age=1ms --let close-wait-leak.many=10",
		.expected = { { .subject = "../../etc[" } },
		.seconds = 0.1,
		.make = run_named,
		.signs = { { .rows = { .states = IN(CLOSE_WAIT), .owner = OWNED },
			     .least = LEAKED * NAMED, .most = LEAKED * NAMED } },
	},
	{
		.name = "many-namespaces",
		.help = "twelve network namespaces, each with a process that leaks connections",
		.seconds = 0.1,
		.make = run_in_namespaces,
	},
	{
		.name = "own-cgroup",
		.help = "a process that leaks connections in a cgroup of its own",
		.needs = NEEDS_CGROUP,
		.seconds = 0.1,
		.make = run_in_cgroup,
		.verify = is_in_cgroup,
		.signs = { { .rows = { .states = IN(CLOSE_WAIT), .owner = OWNED },
			     .least = LEAKED, .most = LEAKED } },
	},
	{
		.name = "hostile-cgroup-path",
		.help = "a process that leaks connections in a cgroup whose name has escape sequences",
		.rules = "close-wait-leak",
		.advise = "--window 0 --let close-wait-leak.age=1ms --let close-wait-leak.many=10",
		.expected = { { .subject = ITSELF } },
		.needs = NEEDS_CGROUP,
		.seconds = 0.1,
		.make = run_in_hostile_cgroup,
		.signs = { { .rows = { .states = IN(CLOSE_WAIT), .owner = OWNED },
			     .least = LEAKED, .most = LEAKED } },
	},
	{ 0 },
};
