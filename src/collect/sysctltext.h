/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/sysctltext.h: what 'sysctl -a' printed, as the files below /proc/sys it was read from. */
#ifndef COLLECT_SYSCTLTEXT_H
#define COLLECT_SYSCTLTEXT_H

#include "base/buf.h"

enum sysctltext_kind {
	SYSCTLTEXT_NONE,
	SYSCTLTEXT_OUTPUT, /* "net.ipv4.tcp_sack = 1": as sysctl(8) prints it */
	SYSCTLTEXT_CONF,   /* somebody wrote it: comments, or no blanks around '=' */
};

enum sysctltext_kind sysctltext_kind(const struct buf *text);

/* Puts what the file of a key ("net.ipv4.tcp_sack") held into out: its words and a newline.
 * Returns 0; ENODATA when the text does not say, which does not mean that the kernel has none;
 * EACCES when sysctl(8) said that it may not read it; EILSEQ when it has a NUL, or the key stands
 * there twice with different values. A last line without its end is not believed. */
int sysctltext_find(const struct buf *text, const char *key, struct buf *out);

#endif
