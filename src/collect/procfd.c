/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readlink() says "socket:[4711]" and wakes nobody: no lock of a socket is taken, nothing is opened
 * (fs/proc/fd.c proc_fd_link, fs/libfs.c simple_dname). */
#include "collect/procfd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "collect/watched.h"

enum { DESCRIPTORS_AT_ONCE = 256 }; /* between two looks at the clock */

unsigned procfd_pid(const char *name)
{
	uint64_t pid;

	if (*name < '1' || *name > '9' || !text_u64(name, &pid) || pid > INT32_MAX)
		return 0;
	return (unsigned)pid;
}

void procfd_netns(int folder, const char *link, char name[static NETNS_NAME])
{
	ssize_t len = readlinkat(folder, link, name, NETNS_NAME - 1);

	name[len > 0 ? len : 0] = '\0';
}

/* The inode of "socket:[4711]"; 0 for any other descriptor. */
static uint32_t socket_inode(int fds, const char *name)
{
	static const char prefix[] = "socket:[";
	char link[32];
	ssize_t len = readlinkat(fds, name, link, sizeof link - 1);
	uint64_t inode;

	if (len <= (ssize_t)strlen(prefix) || memcmp(link, prefix, strlen(prefix)) != 0 ||
	    link[len - 1] != ']')
		return 0;
	link[len - 1] = '\0';
	return text_u64(link + strlen(prefix), &inode) && inode <= UINT32_MAX ? (uint32_t)inode : 0;
}

static bool too_late(struct procfd *look)
{
	look->late |= watched_now() > look->until;
	return look->late;
}

static bool enough(const struct procfd_visitor *visitor)
{
	return visitor->enough && visitor->enough(visitor->arg);
}

static void visit_descriptors(struct procfd *look, const struct procfd_visitor *visitor,
			      const struct procfd_process *process, DIR *fds)
{
	const struct dirent *entry;
	unsigned long seen = 0;
	uint32_t inode;

	while (!enough(visitor) && (entry = readdir(fds)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (++seen % DESCRIPTORS_AT_ONCE == 0 && too_late(look))
			break;
		inode = socket_inode(dirfd(fds), entry->d_name);
		if (inode)
			visitor->socket(visitor->arg, process, dirfd(fds), entry->d_name, inode);
	}
	if (visitor->leave)
		visitor->leave(visitor->arg, process, seen);
}

void procfd_one(struct procfd *look, const struct procfd_visitor *visitor, unsigned pid)
{
	struct procfd_process process = { .pid = pid };
	char name[16];
	DIR *folder;
	int fds;

	if (too_late(look) || (visitor->enter && !visitor->enter(visitor->arg, pid)))
		return;
	snprintf(name, sizeof name, "%u", pid);
	process.folder = openat(look->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process.folder < 0)
		return;
	fds = openat(process.folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	look->denied += fds < 0 && (errno == EACCES || errno == EPERM);
	folder = fds < 0 ? NULL : fdopendir(fds);
	if (folder) {
		visit_descriptors(look, visitor, &process, folder);
		closedir(folder);
	} else {
		cleanup_close(&fds);
	}
	close(process.folder);
}

static int compare_pids(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

unsigned *procfd_pids(int proc, size_t *count)
{
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	unsigned *pids = NULL, pid;
	size_t size = 0;

	*count = 0;
	while (folder && (entry = readdir(folder)) != NULL) {
		pid = procfd_pid(entry->d_name);
		if (*count == size) {
			size = size ? 2 * size : 256;
			pids = xrealloc(pids, size, sizeof *pids);
		}
		if (pid)
			pids[(*count)++] = pid;
	}
	if (folder)
		closedir(folder);
	else
		cleanup_close(&fd);
	if (*count)
		qsort(pids, *count, sizeof *pids, compare_pids);
	return pids;
}

struct ranked {
	unsigned pid, rank;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return compare_pids(&x->pid, &y->pid);
}

void procfd_all(struct procfd *look, const struct procfd_visitor *visitor)
{
	size_t count, i;
	autofree unsigned *pids = procfd_pids(look->proc, &count);
	autofree struct ranked *list = xcalloc(count + 1, sizeof *list);

	for (i = 0; i < count; i++) {
		list[i].pid = pids[i];
		list[i].rank = visitor->rank ? visitor->rank(visitor->arg, pids[i]) : 0;
	}
	qsort(list, count, sizeof *list, compare_ranks);
	for (i = 0; i < count && !look->late && !enough(visitor); i++)
		procfd_one(look, visitor, list[i].pid);
}
