/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.h: nothing is left behind. Three processes, each the child of the one before:
 *
 *     watchman     what the user started: passes on signals, waits
 *     sweeper      in a process group of its own: gets SIGTERM when the watchman dies
 *     maker        makes the condition, holds it, runs COMMAND; is killed when the sweeper dies
 *
 * Watchman and sweeper run the same loop: wait for the child, then end what it left and destroy
 * the sockets of the namespace. So any one of the three may crash or get SIGKILL. */
#ifndef PROVOKE_GUARD_H
#define PROVOKE_GUARD_H

#include "base/base.h"

struct guard_work {
	int (*fn)(void *arg); /* the maker; returns the exit status */
	void *arg;
	int diag; /* sock_diag of the namespace, to sweep it */
	/* Called at the end by watchman and sweeper, so usually twice. The first comes before all else,
	 * for what the whole host feels; the second undoes what else is outside of the namespaces,
	 * when the processes are gone. */
	void (*relieve)(void *arg);
	void (*undo)(void *arg);
};

/* Runs the work guarded; returns the exit status for the program. */
int guard_run(const struct guard_work *work);

/* For the maker: something to call about every 100 ms while it waits, so that counters keep
 * moving. fn may be NULL. */
struct guard_keep {
	void (*fn)(void *arg);
	void *arg;
};

/* Runs COMMAND and returns its status, 128 + N when signal N ended it, or EXIT_FAULT when it could
 * not be started. */
int guard_command(char *const argv[], const struct guard_keep *keep);
/* Waits for SIGINT, SIGTERM or SIGHUP. Returns 0. */
int guard_hold(const struct guard_keep *keep);

/* Starts a helper process that runs fn and dies with the maker. Returns its pid, or -1. */
pid_t guard_process(void (*fn)(void *arg), void *arg);

/* For the maker, first of all: one CPU, since with two even loopback reorders segments, and as many
 * descriptors as are allowed. COMMAND gets what the user had. */
void guard_prepare(void);

#endif
