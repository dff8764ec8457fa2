/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Supervision. No signal handlers: signals are blocked and waited for. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "diag.h"
#include "fault.h"

/* How long a child may take to heed a signal: the maker's COMMAND first, then the sweeper. */
enum { KEEP_MS = 100, MAKER_GRACE_MS = 1000, SWEEPER_GRACE_MS = 3000, FOREVER_MS = 3600000 };

static sigset_t awaited(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

/* The next awaited signal, or 0 after timeout_ms. */
static int next_signal(long timeout_ms)
{
	sigset_t set = awaited();
	struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000 };
	int signal = sigtimedwait(&set, NULL, &timeout);

	return signal > 0 ? signal : 0;
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Forks a child that gets 'signal' when this process dies. */
static pid_t fork_bound(int signal)
{
	pid_t parent = getpid(), child = fork();

	if (child < 0)
		fault_errno("cannot start a process");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, signal);
		if (getppid() != parent)
			_exit(EXIT_FAULT);
	}
	return child;
}

/* ---- watchman and sweeper ---- */

/* Waits for the child and returns its status. A signal is passed on; if the child does not heed
 * it, it is killed. */
static int await(pid_t child, long grace_ms)
{
	bool told = false;
	int status, signal;

	while (waitpid(child, &status, WNOHANG) == 0) {
		signal = next_signal(told ? grace_ms : FOREVER_MS);
		if (signal == SIGCHLD)
			continue;
		if (signal) {
			kill(child, signal);
			told = true;
		} else if (told) {
			kill(child, SIGKILL);
		}
	}
	return exit_status(status);
}

/* Kills what the child left: whoever loses its parent becomes ours (PR_SET_CHILD_SUBREAPER), so
 * in the end there are only direct children. */
static void reap_all(void)
{
	static const char path[] = "/proc/thread-self/children";
	char text[4096], *p;
	ssize_t n;
	pid_t pid;

	for (;;) {
		autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

		n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
		if (n <= 0)
			break;
		text[n] = '\0';
		for (p = text; (pid = (pid_t)strtol(p, &p, 10)) > 0;)
			kill(pid, SIGKILL);
		if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
			break;
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static int supervise(pid_t child, const struct guard_work *work, long grace_ms)
{
	int status = await(child, grace_ms);

	work->relieve(work->arg);
	reap_all();
	diag_destroy_all(work->diag);
	work->undo(work->arg);
	return status;
}

static int run_maker(const struct guard_work *work, const sigset_t *mask)
{
	sigprocmask(SIG_SETMASK, mask, NULL);
	return work->fn(work->arg);
}

/* The sweeper is alone in its process group: what is sent to the program's group, as the shell
 * does with SIGKILL, does not reach it. The maker returns to the group, for the terminal's sake. */
static int run_sweeper(const struct guard_work *work, const sigset_t *mask)
{
	pid_t group = getpgrp(), maker;

	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	maker = fork_bound(SIGKILL);
	if (maker < 0)
		return EXIT_FAULT;
	if (maker == 0) {
		setpgid(0, group);
		exit(run_maker(work, mask));
	}
	return supervise(maker, work, MAKER_GRACE_MS);
}

int guard_run(const struct guard_work *work)
{
	sigset_t set = awaited(), mask;
	pid_t sweeper;

	sigprocmask(SIG_BLOCK, &set, &mask);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);
	sweeper = fork_bound(SIGTERM);
	if (sweeper < 0)
		return EXIT_FAULT;
	if (sweeper == 0)
		_exit(run_sweeper(work, &mask));
	return supervise(sweeper, work, SWEEPER_GRACE_MS);
}

/* ---- the maker ---- */

static void keep_moving(const struct guard_keep *keep)
{
	if (keep->fn)
		keep->fn(keep->arg);
}

/* Waits a keep interval, or for a signal, which it returns. */
static int wait_and_keep(const struct guard_keep *keep)
{
	int signal = next_signal(keep->fn ? KEEP_MS : FOREVER_MS);

	if (!signal)
		keep_moving(keep);
	return signal;
}

int guard_hold(const struct guard_keep *keep)
{
	sigset_t set = awaited();
	int signal;

	sigprocmask(SIG_BLOCK, &set, NULL);
	do
		signal = wait_and_keep(keep);
	while (!signal || signal == SIGCHLD);
	return 0;
}

/* What guard_prepare() changes. The sweeper still has it as the user gave it. */
struct allowance {
	cpu_set_t cpus;
	struct rlimit files;
};

static void get_allowance(pid_t sweeper, struct allowance *allowance)
{
	sched_getaffinity(sweeper, sizeof allowance->cpus, &allowance->cpus);
	prlimit(sweeper, RLIMIT_NOFILE, NULL, &allowance->files);
}

/* In the child: never returns. */
static void start_command(char *const argv[], const struct allowance *allowance,
			  const sigset_t *mask, int failure)
{
	int error;

	sched_setaffinity(0, sizeof allowance->cpus, &allowance->cpus);
	setrlimit(RLIMIT_NOFILE, &allowance->files);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	error = errno;
	if (write(failure, &error, sizeof error) < 0)
		error = 0;
	_exit(EXIT_FAULT);
}

static int await_command(pid_t child, const struct guard_keep *keep)
{
	int status, signal;

	while (waitpid(child, &status, WNOHANG) == 0) {
		signal = wait_and_keep(keep);
		if (signal && signal != SIGCHLD)
			kill(child, signal);
	}
	return exit_status(status);
}

int guard_command(char *const argv[], const struct guard_keep *keep)
{
	sigset_t set = awaited(), mask;
	struct allowance allowance;
	int failure[2], error = 0, status;
	pid_t child;

	get_allowance(getppid(), &allowance);
	sigprocmask(SIG_BLOCK, &set, &mask);
	if (pipe2(failure, O_CLOEXEC) < 0)
		return fault_errno("cannot start %s", argv[0]), EXIT_FAULT;
	fflush(NULL);
	child = fork_bound(SIGKILL);
	if (child < 0)
		return EXIT_FAULT;
	if (child == 0)
		start_command(argv, &allowance, &mask, failure[1]);
	close(failure[1]);
	if (read(failure[0], &error, sizeof error) != sizeof error)
		error = 0;
	close(failure[0]);
	status = await_command(child, keep);
	if (error) {
		errno = error;
		fault_errno("cannot start %s", argv[0]);
	}
	return status;
}

pid_t guard_process(void (*fn)(void *arg), void *arg)
{
	pid_t child;

	fflush(NULL);
	child = fork_bound(SIGKILL);
	if (child == 0) {
		fn(arg);
		_exit(0);
	}
	return child;
}

void guard_prepare(void)
{
	int cpu = sched_getcpu();
	struct rlimit limit;
	cpu_set_t set;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	CPU_ZERO(&set);
	if (cpu >= 0) {
		CPU_SET((unsigned)cpu, &set);
		sched_setaffinity(0, sizeof set, &set);
	}
}
