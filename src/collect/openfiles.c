/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Since 6.2 the size of the folder /proc/PID/fd is the number of files in it, and stat() tells it of
 * every process to everybody (fs/proc/fd.c proc_fd_getattr). Before, the size is 0, and the names
 * are counted. */
#include "collect/openfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/procfd.h"

enum {
	LIMITS_MAX = 1 << 14,
	FILES_LEAST = 32, /* a process with fewer cannot be short of them by its connections */
};

uint64_t openfiles_limit(int folder)
{
	static const char label[] = "\nMax open files";
	autobuf struct buf text = BUF_INIT;
	const char *word;
	char number[24];
	uint64_t limit;
	size_t len;

	if (file_read(folder, "limits", LIMITS_MAX, &text) != 0)
		return 0;
	word = strstr(buf_text(&text), label);
	if (!word)
		return 0;
	word += strlen(label);
	word += strspn(word, " ");
	len = strspn(word, "0123456789");
	if (!len || len >= sizeof number)
		return 0; /* unlimited */
	memcpy(number, word, len);
	number[len] = '\0';
	return text_u64(number, &limit) ? limit : 0;
}

/* How open files are counted here. */
struct counting {
	int proc;
	bool by_size;
	bool hidden; /* of some process they cannot be counted */
	double most;
};

static unsigned long count_names(struct counting *c, int folder)
{
	int fd = openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	unsigned long count = 0;

	c->hidden |= fd < 0 && (errno == EACCES || errno == EPERM);
	while (names && (entry = readdir(names)) != NULL)
		count += entry->d_name[0] != '.';
	if (names)
		closedir(names);
	else
		cleanup_close(&fd);
	return count;
}

static unsigned long count_files(struct counting *c, int folder)
{
	struct stat st;

	if (!c->by_size)
		return count_names(c, folder);
	if (fstatat(folder, "fd", &st, 0) == 0)
		return (unsigned long)st.st_size;
	c->hidden |= errno == EACCES || errno == EPERM;
	return 0;
}

static void look_at(struct counting *c, unsigned pid)
{
	autoclose int folder = -1;
	unsigned long files;
	uint64_t limit;
	char name[16];

	snprintf(name, sizeof name, "%u", pid);
	folder = openat(c->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	files = folder < 0 ? 0 : count_files(c, folder);
	if (files < FILES_LEAST)
		return;
	limit = openfiles_limit(folder);
	if (limit && (double)files / (double)limit > c->most)
		c->most = (double)files / (double)limit;
}

/* Our own has a few open at least, so that a size of 0 is none. */
static bool sizes_tell(int proc)
{
	struct statfs fs;
	struct stat st;

	return fstatfs(proc, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	       fstatat(proc, "self/fd", &st, 0) == 0 && st.st_size > 0;
}

/* Where /proc is mounted with hidepid=2, those of others are not there, and the first process of all
 * is one of them. */
static bool shows_all(int proc)
{
	struct stat st;

	return fstatat(proc, "1", &st, 0) == 0;
}

int openfiles_fullest(int root, struct buf *out)
{
	autoclose int proc = openat(root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct counting c = { .proc = proc };
	autofree unsigned *pids = NULL;
	size_t count, i;

	if (proc < 0)
		return errno;
	if (!shows_all(proc))
		return EACCES;
	c.by_size = sizes_tell(proc);
	pids = procfd_pids(proc, &count);
	for (i = 0; i < count; i++)
		look_at(&c, pids[i]);
	if (c.hidden)
		return EACCES;
	buf_printf(out, "PartsPerMillion: %.0f\n", c.most * 1e6);
	return 0;
}
