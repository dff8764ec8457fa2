/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people call a network namespace: as ip-netns(8) does, else by the container or service of its
 * first process, else by that process. */
#include "collect/netns_inside.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/service.h"

/* The container or service of the process, if its cgroup tells. */
static bool put_service(struct buf *out, unsigned pid)
{
	autobuf struct buf text = BUF_INIT;
	char file[64];
	const char *line, *path;

	snprintf(file, sizeof file, "/proc/%u/cgroup", pid);
	if (file_read(AT_FDCWD, file, 1 << 16, &text) != 0)
		return false;
	/* "0::/system.slice/nginx.service"; of version 1 "9:name=systemd:/docker/0123..." */
	for (line = buf_text(&text); *line; line += strcspn(line, "\n"), line += *line == '\n') {
		autobuf struct buf printable = BUF_INIT, service = BUF_INIT;

		path = strpbrk(line, ":\n");
		path = path && *path == ':' ? strpbrk(path + 1, ":\n") : NULL;
		if (!path || path[0] != ':' || path[1] != '/')
			continue;
		text_printable(&printable, path + 1, strcspn(path + 1, "\n"));
		service_of_cgroup(&service, buf_text(&printable));
		/* A path that follows no convention says nothing, and a session or another
		 * scope is full of namespaces. */
		if (service.text[0] == '/' ||
		    (service.len > 6 && strcmp(service.text + service.len - 6, ".scope") == 0))
			continue;
		buf_puts(out, service.text);
		return true;
	}
	return false;
}

/* "812 (nginx)"; the number alone when it has just ended. */
static void put_process(struct buf *out, unsigned pid)
{
	autobuf struct buf text = BUF_INIT;
	char file[64];
	size_t len;

	snprintf(file, sizeof file, "/proc/%u/comm", pid);
	buf_printf(out, "%u", pid);
	if (file_read(AT_FDCWD, file, 256, &text) != 0 || !text.len)
		return;
	len = text.len - (text.text[text.len - 1] == '\n');
	buf_puts(out, " (");
	text_printable(out, text.text, len);
	buf_putc(out, ')');
}

/* Runtimes mount below /run/netns too, under names that nobody knows: cni-5d3c... */
static bool put_mount(struct buf *out, const struct netns *netns)
{
	const char *name = netns->path ? netns->path + strlen(NETNS_FOLDER) : NULL;

	if (!netns->path || !netns_is_mounted_there(netns->path) || strncmp(name, "cni-", 4) == 0)
		return false;
	text_printable(out, name, strlen(name));
	return true;
}

const char *netns_name(struct netns_list *list, const struct netns *netns, bool first)
{
	autobuf struct buf name = BUF_INIT;

	if (!put_mount(&name, netns) && !(netns->pid && put_service(&name, netns->pid))) {
		if (first)
			buf_puts(&name, "host");
		else if (netns->pid)
			put_process(&name, netns->pid);
		else
			text_printable(&name, netns->path, strlen(netns->path));
	}
	return arena_strdup(list->arena, buf_text(&name));
}

static int by_name(const void *a, const void *b)
{
	const struct netns *x = a, *y = b;
	int order = strverscmp(x->name, y->name);

	return order ? order : x->inode < y->inode ? -1 : x->inode > y->inode;
}

/* Replicas of a service have the same name: the inode tells them apart. */
static void tell_apart(struct netns_list *list)
{
	unsigned i, end;

	for (i = 0; i < list->count; i = end) {
		const char *name = list->list[i].name;

		for (end = i + 1; end < list->count && strcmp(list->list[end].name, name) == 0; end++)
			;
		for (; end - i > 1 && i < end; i++)
			list->list[i].name = arena_printf(list->arena, "%s, net:[%llu]", name,
							  (unsigned long long)list->list[i].inode);
	}
}

static void move_to(struct netns_list *list, unsigned to, uint64_t inode)
{
	struct netns moved;
	unsigned i;

	for (i = to; i < list->count && list->list[i].inode != inode; i++)
		;
	if (i >= list->count)
		return;
	moved = list->list[i];
	memmove(list->list + to + 1, list->list + to, (i - to) * sizeof moved);
	list->list[to] = moved;
}

void netns_name_all(struct netns_list *list, uint64_t first)
{
	unsigned i;

	for (i = 0; i < list->count; i++)
		list->list[i].name = netns_name(list, &list->list[i], list->list[i].inode == first);
	qsort(list->list, list->count, sizeof *list->list, by_name);
	tell_apart(list);
	move_to(list, 0, list->home_inode);
	move_to(list, 0, first);
	list->has_first = first != 0;
}
