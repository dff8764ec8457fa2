/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure: runs a command several times with its output thrown away, and prints of the run that took
 * the least CPU time its wall time and that (user and system, with what it waited for); then the
 * largest resident set and the last exit status:  SECONDS SECONDS KIBIBYTES STATUS  on one line.
 * The least, because whatever else a machine does only adds. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"

struct result {
	double wall, cpu; /* cpu 0: there was no run yet */
	long rss;
	int status;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void run_once(char **command, struct result *result)
{
	double start = now(), wall, cpu;
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execvp(command[0], command);
		fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		perror("measure");
		exit(127);
	}
	wall = now() - start;
	cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	if (result->cpu == 0 || cpu < result->cpu) {
		result->wall = wall;
		result->cpu = cpu;
	}
	if (usage.ru_maxrss > result->rss)
		result->rss = usage.ru_maxrss;
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct result result = { .cpu = 0 };
	int runs = argc > 2 ? atoi(argv[1]) : 0;

	if (runs < 1) {
		fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
		return 127;
	}
	while (runs-- > 0)
		run_once(argv + 2, &result);
	printf("%.6f %.6f %ld %d\n", result.wall, result.cpu, result.rss, result.status);
	return 0;
}
