/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tmpfs over /proc/sys/net/ipv4, with a plain file for the lost key, and the files of the kernel
 * bound into it one by one: /proc itself takes no new files. */
#include "lost.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "fault.h"

#define PLACE "/proc/sys/net/ipv4"

/* Makes an empty file or directory of that name, and binds the kernel's over it. */
static int bind_entry(int real, const struct dirent *entry)
{
	autobuf struct buf from = BUF_INIT, to = BUF_INIT;
	int made;

	buf_printf(&from, "/proc/self/fd/%d/%s", real, entry->d_name);
	buf_printf(&to, PLACE "/%s", entry->d_name);
	made = entry->d_type == DT_DIR ? mkdir(buf_text(&to), 0755) :
					 mknod(buf_text(&to), S_IFREG | 0644, 0);
	if (made < 0 || mount(buf_text(&from), buf_text(&to), NULL, MS_BIND | MS_REC, NULL) < 0)
		return fault_errno("cannot bind %s", buf_text(&to));
	return 0;
}

static int bind_entries(DIR *real)
{
	const struct dirent *entry;

	while ((entry = readdir(real)))
		if (entry->d_name[0] != '.' && bind_entry(dirfd(real), entry) < 0)
			return -1;
	return 0;
}

static int write_key(const char *key)
{
	autobuf struct buf path = BUF_INIT;
	FILE *file;

	buf_printf(&path, PLACE "/%s", key);
	file = fopen(buf_text(&path), "we");
	if (!file || fputs("0\n", file) < 0 || fclose(file) < 0)
		return fault_errno("cannot write %s", buf_text(&path));
	return 0;
}

int lost_put_back(const char *key)
{
	DIR *real = opendir(PLACE);
	int status;

	if (!real)
		return fault_errno("cannot open " PLACE);
	if (faccessat(dirfd(real), key, F_OK, 0) == 0)
		status = 0;
	else if (mount("tcp-provoke", PLACE, "tmpfs", 0, "size=64k") < 0)
		status = fault_errno("cannot mount over " PLACE);
	else
		status = bind_entries(real) < 0 ? -1 : write_key(key);
	closedir(real);
	return status;
}
