/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/procfd.h: the sockets among the descriptors of processes, as /proc/PID/fd shows them.
 * Processes come and go meanwhile: what is not there any more is passed over. */
#ifndef COLLECT_PROCFD_H
#define COLLECT_PROCFD_H

#include "base/base.h"

/* A process that is looked at. Its folder stays that of this process, also when the process ends
 * and another one gets its number: then nothing can be read there any more. */
struct procfd_process {
	unsigned pid;
	int folder; /* /proc/PID */
};

/* What to do with what is seen; each may be NULL. */
struct procfd_visitor {
	/* How late to look into this process: after all with a lower rank. */
	unsigned (*rank)(void *arg, unsigned pid);
	/* Whether to look into this process. */
	bool (*enter)(void *arg, unsigned pid);
	/* A socket; fds is the folder /proc/PID/fd, in which the descriptor is called 'name'. */
	void (*socket)(void *arg, const struct procfd_process *process, int fds, const char *name,
		       uint32_t inode);
	/* After the last socket of a process. Its descriptors, of all kinds; fewer when late. */
	void (*leave)(void *arg, const struct procfd_process *process, unsigned long descriptors);
	/* Whether enough was seen: asked after each descriptor. */
	bool (*enough)(void *arg);
	void *arg;
};

struct procfd {
	int proc;	/* the folder /proc */
	double until;	/* watched_now(): to be given up then */
	bool late;	/* and it was */
	unsigned long denied; /* processes that we may not look into */
};

/* Looks into each process once, by rank, those of a rank by number: a parent mostly before its
 * children. */
void procfd_all(struct procfd *look, const struct procfd_visitor *visitor);
/* Looks into one. */
void procfd_one(struct procfd *look, const struct procfd_visitor *visitor, unsigned pid);

/* The processes there are below the folder /proc, by number; the caller frees the list. */
unsigned *procfd_pids(int proc, size_t *count);

/* The network namespace of a process, "net:[4026531840]", or "" where it is not told; 'link' is such as
 * "812/ns/net", below the folder. */
enum { NETNS_NAME = 24 };
void procfd_netns(int folder, const char *link, char name[static NETNS_NAME]);

/* A name below /proc that is the number of a process; 0: it is none. */
unsigned procfd_pid(const char *name);

#endif
