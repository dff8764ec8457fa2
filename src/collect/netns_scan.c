/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes show their namespace as a link, /proc/PID/ns/net; those without a process are held by
 * a mount of such a file (ip-netns(8)), which mountinfo lists. Namespaces that only a thread, a
 * socket or an open file still holds are not found: that would take a look at all of these. */
#include "collect/netns_inside.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/procfd.h"

enum { MOUNTS_MAX = 16 << 20 };

/* ---- the list ---- */

/* "net:[4026532233]"; 0: it is none. */
static uint64_t inode_of_name(const char *name)
{
	char digits[24];
	uint64_t inode = 0;
	size_t len = strspn(name + (strncmp(name, "net:[", 5) == 0 ? 5 : 0), "0123456789");

	if (strncmp(name, "net:[", 5) != 0 || len >= sizeof digits || strcmp(name + 5 + len, "]") != 0)
		return 0;
	memcpy(digits, name + 5, len);
	digits[len] = '\0';
	return text_u64(digits, &inode) ? inode : 0;
}

uint64_t netns_inode_of(const char *path)
{
	char name[64] = "";

	return readlink(path, name, sizeof name - 1) > 0 ? inode_of_name(name) : 0;
}

/* The place of an inode in the list, which is sorted by it until names are known. */
static unsigned place_of(const struct netns_list *list, uint64_t inode)
{
	unsigned low = 0, high = list->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->list[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct netns *netns_add(struct netns_list *list, uint64_t inode)
{
	unsigned place = place_of(list, inode);

	if (place < list->count && list->list[place].inode == inode)
		return &list->list[place];
	if (list->count == list->size) {
		list->size = list->size ? 2 * list->size : 16;
		list->list = xrealloc(list->list, list->size, sizeof *list->list);
	}
	memmove(list->list + place + 1, list->list + place,
		(list->count++ - place) * sizeof *list->list);
	list->list[place] = (struct netns){ .inode = inode };
	return &list->list[place];
}

struct netns *netns_with_inode(struct netns_list *list, uint64_t inode)
{
	unsigned place = place_of(list, inode);

	return place < list->count && list->list[place].inode == inode ? &list->list[place] : NULL;
}

/* ---- finding ---- */

/* The process with the smallest number: it has been there for long, and mostly stays. */
static void add_process(struct netns_list *list, unsigned pid)
{
	char path[64];
	struct netns *netns;
	uint64_t inode;

	snprintf(path, sizeof path, "/proc/%u/ns/net", pid);
	errno = 0;
	inode = netns_inode_of(path);
	if (!inode) {
		list->hidden += errno == EACCES || errno == EPERM;
		return;
	}
	netns = netns_add(list, inode);
	if (netns->pid && netns->pid < pid)
		return;
	netns->pid = pid;
	netns->path = arena_strdup(list->arena, path);
}

void netns_add_processes(struct netns_list *list)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	unsigned pid;

	while (proc && (entry = readdir(proc))) {
		pid = procfd_pid(entry->d_name);
		if (pid)
			add_process(list, pid);
	}
	if (proc)
		closedir(proc);
}

/* mountinfo writes what would end a word as \040 (fs/proc_namespace.c show_mountinfo, mangle()). */
static char *unescaped(struct arena *arena, const char *word, size_t len)
{
	char *out = arena_strndup(arena, word, len), *to = out;
	const char *p = word, *end = word + len;

	while (p < end) {
		if (*p == '\\' && end - p > 3 && p[1] >= '0' && p[1] <= '3' && isdigit((unsigned char)p[2]) &&
		    isdigit((unsigned char)p[3])) {
			*to++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
			p += 4;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	return out;
}

bool netns_is_mounted_there(const char *path)
{
	return strncmp(path, NETNS_FOLDER, strlen(NETNS_FOLDER)) == 0;
}

/* "101 27 0:4 net:[4026532233] /run/netns/blue rw shared:7 - nsfs nsfs rw". A mount is a better
 * way in than a process, which may end; the one of ip-netns(8) better than that of a runtime. */
static void add_mount(struct netns_list *list, const char *line)
{
	const char *word[5];
	char name[32];
	struct netns *netns;
	uint64_t inode;
	size_t len;
	unsigned i;

	for (i = 0; i < 5; i++) {
		word[i] = line;
		line += strcspn(line, " \n");
		line += *line == ' ';
	}
	len = strcspn(word[3], " \n");
	if (len >= sizeof name)
		return;
	memcpy(name, word[3], len);
	name[len] = '\0';
	inode = inode_of_name(name);
	if (!inode)
		return;
	netns = netns_add(list, inode);
	if (!netns->path || !netns_is_mounted_there(netns->path))
		netns->path = unescaped(list->arena, word[4], strcspn(word[4], " \n"));
}

void netns_add_mounts(struct netns_list *list)
{
	autobuf struct buf text = BUF_INIT;
	const char *line;

	if (file_read(AT_FDCWD, "/proc/thread-self/mountinfo", MOUNTS_MAX, &text) != 0)
		return;
	for (line = buf_text(&text); *line; line += strcspn(line, "\n"), line += *line == '\n')
		add_mount(list, line);
}
