/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sos/report/plugins/networking.py, and _mangle_command() of sos/report/plugins/__init__.py. */
#include "collect/capture_printed.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "collect/beneath.h"

static const char networking[] = "sos_commands/networking";
static const char folders[] = "sos_commands/networking/namespaces";
static const char exec[] = "ip_netns_exec_";

static const struct {
	const char *name;  /* of the file */
	const char *first; /* its folder in the first namespace */
	size_t max;
} prints[PRINTS] = {
	/* A host with a thousand interfaces prints 5 MB. */
	[PRINTED_SYSCTLS] = { "sysctl_-a", "sos_commands/kernel", 16 << 20 },
	/* 600 bytes a socket, and often as many blanks. */
	[PRINTED_SS] = { "ss_-peaonmi", "sos_commands/networking", 192 << 20 },
	[PRINTED_NSTAT] = { "nstat_-zas", "sos_commands/networking", 1 << 20 },
	[PRINTED_NETSTAT] = { "netstat_-W_-neopa", "sos_commands/networking", 64 << 20 },
};

/* ---- names ---- */

/* As sos writes a command in a file's name. */
static void put_mangled(struct buf *out, const char *text)
{
	size_t len;

	for (; *text; text += len) {
		len = 1;
		if (isalnum((unsigned char)*text) || strchr("_-./", *text) || *text & 0x80) {
			buf_putc(out, *text == '/' ? '.' : *text);
			continue;
		}
		buf_putc(out, '_');
		while (text[len] && !isalnum((unsigned char)text[len]) &&
		       !strchr("_-./", text[len]) && !(text[len] & 0x80))
			len++;
	}
}

static void put_place(struct buf *path, const char *netns, enum printed what, bool in_folder)
{
	buf_clear(path);
	if (!netns) {
		buf_printf(path, "%s/%s", prints[what].first, prints[what].name);
		return;
	}
	buf_puts(path, in_folder ? folders : networking);
	if (in_folder)
		buf_printf(path, "/%s", netns);
	buf_printf(path, "/%s", exec);
	put_mangled(path, netns);
	buf_printf(path, "_%s", prints[what].name);
}

/* The length of NAME in "ip_netns_exec_NAME_ss_-peaonmi"; 0: it is no such file, or none that is
 * read. */
static size_t netns_in(const char *file, enum printed *what)
{
	const size_t prefix = strlen(exec), len = strlen(file);
	size_t suffix;

	if (strncmp(file, exec, prefix) != 0)
		return 0;
	for (*what = 0; *what < PRINTS; ++*what) {
		suffix = strlen(prints[*what].name) + 1;
		if (len > prefix + suffix && file[len - suffix] == '_' &&
		    strcmp(file + len - suffix + 1, prints[*what].name) == 0)
			return len - prefix - suffix;
	}
	return 0;
}

/* ---- files ---- */

size_t printed_wanted(const char *path)
{
	const char *file = strrchr(path, '/');
	autobuf struct buf place = BUF_INIT;
	enum printed what;

	for (what = 0; what < PRINTS; what++) {
		put_place(&place, NULL, what, false);
		if (strcmp(path, place.text) == 0)
			return prints[what].max;
	}
	if (!file || strncmp(path, networking, strlen(networking)) != 0 ||
	    !netns_in(file + 1, &what))
		return 0;
	return prints[what].max;
}

int printed_read(const struct capture_files *files, const char *netns, enum printed what,
		 struct buf *out, struct buf *path)
{
	int error;

	put_place(path, netns, what, true);
	error = capture_files_read(files, path->text, prints[what].max, out);
	if (error != ENODATA || !netns)
		return error;
	put_place(path, netns, what, false);
	return capture_files_read(files, path->text, prints[what].max, out);
}

void printed_namespaces(const struct capture_files *files, struct buf *names)
{
	autobuf struct buf list = BUF_INIT;
	enum printed what;
	size_t pos, len;

	if (capture_files_list(files, folders, names) != 0)
		buf_clear(names);
	if (capture_files_list(files, networking, &list) != 0)
		buf_clear(&list);
	for (pos = 0; pos < list.len; pos += strlen(list.text + pos) + 1) {
		len = netns_in(list.text + pos, &what);
		if (!len)
			continue;
		buf_write(names, list.text + pos + strlen(exec), len);
		buf_putc(names, '\0');
	}
	names_sort(names);
}
