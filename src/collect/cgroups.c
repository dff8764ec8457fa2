/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cgroup tree of version 2: the inode number of a folder is the number sock_diag gives
 * (net/core/sock_diag.c, cgroup_id(): kernfs_node id, which is the inode on 64-bit hosts). */
#include "collect/holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/text.h"

enum { DEPTH_MAX = 32, CGROUPS_MAX = 1 << 16 };

struct climb {
	struct buf *out;
	unsigned count;
};

static void put_cgroup(struct climb *climb, int fd, const struct buf *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	climb->count++;
	buf_printf(climb->out, "%llu\t%s\n", (unsigned long long)st.st_ino,
		   path->len ? path->text : "/");
}

/* Closes fd. path is printable, and as it was when the call returns. */
static void climb_folder(struct climb *climb, int fd, struct buf *path, unsigned depth)
{
	DIR *folder = fdopendir(fd);
	const struct dirent *entry;
	size_t len = path->len;
	int below;

	if (!folder) {
		close(fd);
		return;
	}
	put_cgroup(climb, fd, path);
	while (depth < DEPTH_MAX && climb->count < CGROUPS_MAX && (entry = readdir(folder)) != NULL) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		buf_putc(path, '/');
		text_printable(path, entry->d_name, strlen(entry->d_name));
		climb_folder(climb, below, path, depth + 1);
		path->len = len;
		path->text[len] = '\0';
	}
	closedir(folder);
}

void holders_cgroups(int root, struct buf *out)
{
	/* The second is where a hybrid hierarchy of systemd has it. */
	static const char *const mounts[] = { "sys/fs/cgroup", "sys/fs/cgroup/unified" };
	struct climb climb = { .out = out };
	autobuf struct buf path = BUF_INIT;
	struct statfs fs;
	unsigned i;

	for (i = 0; i < countof(mounts); i++) {
		int fd = openat(root, mounts[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC) {
			climb_folder(&climb, fd, &path, 0);
			return;
		}
		close(fd);
	}
}
