/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of facts, and what tells of the host and of its sysctl files. */
#include "collect/capture_wants.h"

#include <string.h>

#include "collect/capture_files.h"
#include "collect/capture_printed.h"
#include "collect/manifest.h"

/* A path that ends in a slash is a folder, of which .conf files. */
static const struct {
	const char *path;
	size_t max;
} wants[] = {
	{ "manifest.ini", RECORDING_FILE_MAX }, /* only whether it is there */
	{ "sos_commands/kernel/uname_-a", RECORDING_FILE_MAX },
	{ "sos_commands/host/hostname", RECORDING_FILE_MAX },
	{ "sos_commands/general/hostname", RECORDING_FILE_MAX },
	{ "sos_commands/date/date_--utc", RECORDING_FILE_MAX },
	{ "sos_commands/date/date", RECORDING_FILE_MAX },
	{ "sos_commands/general/date", RECORDING_FILE_MAX },
	{ "proc/net/tcp", CAPTURE_TABLE_MAX },
	{ "proc/net/tcp6", CAPTURE_TABLE_MAX },
	{ "etc/sysctl.conf", RECORDING_FILE_MAX },
	{ "etc/sysctl.d/", RECORDING_FILE_MAX },
	{ "run/sysctl.d/", RECORDING_FILE_MAX },
	{ "usr/local/lib/sysctl.d/", RECORDING_FILE_MAX },
	{ "usr/lib/sysctl.d/", RECORDING_FILE_MAX },
	{ "lib/sysctl.d/", RECORDING_FILE_MAX },
};

bool capture_of_a_process(const char *path)
{
	return strncmp(path, "proc/self/", strlen("proc/self/")) == 0;
}

size_t capture_wants(const char *captured)
{
	autobuf struct buf plain = BUF_INIT;
	const char *path = capture_files_plain(captured, &plain);
	size_t i, len;

	for (i = 0; i < countof(wants); i++) {
		len = strlen(wants[i].path);
		if (wants[i].path[len - 1] == '/' ? strncmp(path, wants[i].path, len) == 0 &&
							    !strchr(path + len, '/') && path[len]
						  : strcmp(path, wants[i].path) == 0)
			return wants[i].max;
	}
	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].path && strcmp(path, fact_catalogue[i].path) == 0)
			return capture_of_a_process(path) ? 0 : RECORDING_FILE_MAX;
	return printed_wanted(path);
}
