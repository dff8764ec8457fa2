/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of the cgroup2 file system. */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fault.h"

/* The kernel refuses a newline only (kernel/cgroup/cgroup.c cgroup_mkdir). */
#define HOSTILE "\033[2J\033[31mred\r\t\xff\xfe\xc3( \"],\"x\":[\" <b>&|`$(x)%s\\x1b {a=\"b\"} 1"

static int find_root(struct buf *path)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;

	while (mounts && !path->len && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_type, "cgroup2") == 0)
			buf_puts(path, mount->mnt_dir);
	if (mounts)
		endmntent(mounts);
	return path->len ? 0 : fault("the cgroup2 file system is not mounted");
}

int cgroup_make(struct buf *path)
{
	if (find_root(path) < 0)
		return -1;
	buf_printf(path, "/tcp-provoke-%d", (int)getpid());
	if (mkdir(buf_text(path), 0755) < 0)
		return fault_errno("cannot make a cgroup");
	return 0;
}

int cgroup_permitted(void)
{
	autobuf struct buf path = BUF_INIT;

	if (cgroup_make(&path) < 0)
		return -1;
	cgroup_remove(buf_text(&path));
	return 0;
}

int cgroup_enter(const char *path)
{
	autobuf struct buf file = BUF_INIT;
	int fd;

	buf_printf(&file, "%s/cgroup.procs", path);
	fd = open(buf_text(&file), O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		return fault_errno("cannot enter a cgroup");
	close(fd);
	return 0;
}

static void hostile_path(struct buf *out, const char *path)
{
	buf_printf(out, "%s/%s", path, HOSTILE);
}

int cgroup_enter_hostile(const char *path)
{
	autobuf struct buf below = BUF_INIT;

	hostile_path(&below, path);
	if (mkdir(below.text, 0755) < 0)
		return fault_errno("cannot make a cgroup with a hostile name");
	return cgroup_enter(below.text);
}

long cgroup_count(const char *path)
{
	autobuf struct buf file = BUF_INIT, text = BUF_INIT;
	const char *at;
	long count = 0;

	buf_printf(&file, "%s/cgroup.procs", path);
	errno = file_read(AT_FDCWD, buf_text(&file), 4096, &text);
	if (errno)
		return fault_errno("cannot read %s", buf_text(&file));
	for (at = buf_text(&text); (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

void cgroup_remove(const char *path)
{
	autobuf struct buf below = BUF_INIT;

	hostile_path(&below, path);
	rmdir(below.text); /* mostly there is none */
	rmdir(path);
}
