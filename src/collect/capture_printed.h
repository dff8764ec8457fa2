/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/capture_printed.h: where sos puts what commands printed, of the first network namespace
 * and of those that ip-netns(8) names:
 *
 *     sos_commands/networking/ss_-peaonmi
 *     sos_commands/networking/namespaces/blue/ip_netns_exec_blue_ss_-peaonmi
 *     sos_commands/networking/ip_netns_exec_blue_ss_-peaonmi                  sos 4.0 */
#ifndef COLLECT_CAPTURE_PRINTED_H
#define COLLECT_CAPTURE_PRINTED_H

#include "collect/capture_files.h"

enum printed { PRINTED_SYSCTLS, PRINTED_SS, PRINTED_NSTAT, PRINTED_NETSTAT, PRINTS };

/* Most bytes of what an archive is read for; 0: it is nothing that a command printed. */
size_t printed_wanted(const char *path);

/* Reads what a command printed in a namespace, NULL being the first one; 'path' is where it was
 * looked for last. Returns as capture_files_read(). */
int printed_read(const struct capture_files *files, const char *netns, enum printed what,
		 struct buf *out, struct buf *path);

/* Appends the names of namespaces, but of the first, each with its NUL, sorted. */
void printed_namespaces(const struct capture_files *files, struct buf *names);

#endif
