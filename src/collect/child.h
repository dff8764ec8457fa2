/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/child.h: a process of our own for what may hang in the kernel, where no signal reaches
 * it: the parent can leave it behind. */
#ifndef COLLECT_CHILD_H
#define COLLECT_CHILD_H

#include <signal.h>
#include <sys/types.h>

struct child {
	pid_t pid; /* 0: none was started */
	/* Our caller may have left SIGCHLD ignored (it survives execve), and then a dead child's
	 * number is free for another process at once. */
	struct sigaction sigchld;
};

/* Forks. The child keeps none of our descriptors but these two, which may be the same one, dies
 * with its parent, and exits with what run(arg) returns. Returns 0, or -1 with errno. */
int child_start(struct child *child, int keep, int keep_too, int (*run)(void *arg), void *arg);

/* Kills the child and buries it, unless it sleeps where no signal reaches it: then it dies when
 * the lock it waits for is released, and whoever is our parent by then buries it. */
void child_end(struct child *child);

#endif
