/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking must not change the host, but a sock_diag request asks for the module that answers it:
 * net/core/sock_diag.c __sock_diag_cmd() and net/ipv4/inet_diag.c inet_diag_lock_handler() call
 * request_module(), whoever asks. tcp_diag depends on inet_diag and both are built the same way
 * (net/ipv4/Kconfig), so tcp_diag speaks for both. */
#include "collect/module.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"

enum { MODULES_MAX = 8 << 20 }; /* modules.dep of a distribution kernel is about 700 KiB */

/* Whether a line of text begins with 'word'. */
static bool has_line(const struct buf *text, const char *word)
{
	const char *line = buf_text(text);

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, word, strlen(word)) == 0)
			return true;
	}
	return false;
}

/* A setting that stops every module load: modules_disabled = 1, or no modprobe to run
 * (kernel/module/kmod.c __request_module). */
static bool loading_is_off(int rootfd, struct buf *text)
{
	if (file_read(rootfd, "proc/sys/kernel/modules_disabled", 64, text) == 0 &&
	    text->len && text->text[0] == '1')
		return true;
	return file_read(rootfd, "proc/sys/kernel/modprobe", 4096, text) == 0 &&
	       buf_text(text)[strspn(buf_text(text), "\n")] == '\0';
}

enum found { ABSENT, PRESENT, NO_FILE };

/* Looks for tcp_diag.ko, .ko.xz, ... in a list of the running kernel's module folder. */
static enum found find_module(int rootfd, const struct buf *release, const char *list)
{
	autobuf struct buf path = BUF_INIT;
	autobuf struct buf text = BUF_INIT;

	buf_printf(&path, "lib/modules/%.*s/%s", (int)strcspn(buf_text(release), "\n/"),
		   buf_text(release), list);
	if (file_read(rootfd, path.text, MODULES_MAX, &text) != 0)
		return NO_FILE;
	return strstr(buf_text(&text), "/tcp_diag.ko") ? PRESENT : ABSENT;
}

bool asking_loads_a_module(int rootfd)
{
	autobuf struct buf release = BUF_INIT;
	autobuf struct buf text = BUF_INIT;
	int error = file_read(rootfd, "proc/modules", MODULES_MAX, &text);

	if (error == 0 && has_line(&text, "tcp_diag "))
		return false;
	/* Without this file /proc is not there, or shows processes only (mount option
	 * subset=pid), and then no file missing from it says anything. */
	if (file_read(rootfd, "proc/sys/kernel/osrelease", 256, &release) != 0)
		return true;
	if (error == ENOENT)
		return false; /* a kernel without modules */
	if (faccessat(rootfd, "sys/module/tcp_diag", F_OK, 0) == 0)
		return false; /* loaded, in a container that hides /proc/modules */
	if (find_module(rootfd, &release, "modules.builtin") == PRESENT)
		return false;
	if (loading_is_off(rootfd, &text))
		return false;
	/* A kernel that was built without the module cannot load it. */
	return find_module(rootfd, &release, "modules.dep") != ABSENT;
}
