/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure: runs a command several times with its output thrown away, and prints the medians of
 * wall time and CPU time (user and system, with what it waited for), the largest resident set,
 * and the last exit status:  SECONDS SECONDS KIBIBYTES STATUS  on one line. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"

enum { RUNS_MAX = 1000 };

struct result {
	double wall[RUNS_MAX], cpu[RUNS_MAX];
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

static void run_once(char **command, struct result *result, unsigned run)
{
	double start = now();
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
	result->wall[run] = now() - start;
	result->cpu[run] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	if (usage.ru_maxrss > result->rss)
		result->rss = usage.ru_maxrss;
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), compare);
	return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

int main(int argc, char **argv)
{
	static struct result result;
	int runs = argc > 2 ? atoi(argv[1]) : 0;

	if (runs < 1 || runs > RUNS_MAX) {
		fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
		return 127;
	}
	for (unsigned i = 0; i < (unsigned)runs; i++)
		run_once(argv + 2, &result, i);
	printf("%.6f %.6f %ld %d\n", median(result.wall, (unsigned)runs),
	       median(result.cpu, (unsigned)runs), result.rss, result.status);
	return 0;
}
