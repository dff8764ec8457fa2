/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child that holds nothing of ours, and an end that does not wait for it. */
#include "collect/child.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"

/* Closes every descriptor but two. A child stuck in the kernel must not hold anything of ours
 * open: cron waits until the last one closes the pipe it reads our output from. */
static void close_all_but(unsigned a, unsigned b)
{
	unsigned low = a < b ? a : b, high = a < b ? b : a, fd;
	struct rlimit limit = { .rlim_cur = 1024 };

	if (close_range(high + 1, ~0u, 0) == 0) {
		if (low > 0)
			close_range(0, low - 1, 0);
		if (high > low + 1)
			close_range(low + 1, high - 1, 0);
		return;
	}
	/* Linux before 5.9. */
	getrlimit(RLIMIT_NOFILE, &limit);
	for (fd = 0; fd < limit.rlim_cur && fd < 1u << 16; fd++)
		if (fd != a && fd != b)
			close((int)fd);
}

/* The parent's handlers speak for the parent. */
static void reset_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM };
	size_t i;

	for (i = 0; i < countof(signals); i++)
		signal(signals[i], SIG_DFL);
}

int child_start(struct child *child, int keep, int keep_too, int (*run)(void *arg), void *arg)
{
	const struct sigaction keep_dead = { .sa_handler = SIG_DFL };
	const pid_t parent = getpid();
	pid_t pid;

	sigaction(SIGCHLD, &keep_dead, &child->sigchld);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1); /* it died before prctl() */
		reset_signals();
		close_all_but((unsigned)keep, (unsigned)keep_too);
		_exit(run(arg));
	}
	if (pid < 0)
		sigaction(SIGCHLD, &child->sigchld, NULL);
	child->pid = pid < 0 ? 0 : pid;
	return pid < 0 ? -1 : 0;
}

void child_end(struct child *child)
{
	struct timespec pause = { .tv_nsec = 50 * 1000 };
	unsigned tries;

	if (!child->pid)
		return;
	kill(child->pid, SIGKILL);
	for (tries = 0; tries < 10 && waitpid(child->pid, NULL, WNOHANG) == 0; tries++) {
		nanosleep(&pause, NULL);
		pause.tv_nsec *= 2; /* 50 ms in all */
	}
	sigaction(SIGCHLD, &child->sigchld, NULL);
	child->pid = 0;
}
