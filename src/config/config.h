/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config/config.h: sysctl.conf and the files of sysctl.d as lines, in the order they are read, and
 * what either of the two programs that read them at boot would write for a key.
 *
 * systemd-sysctl(8) keeps one line a key: the last, unless it repeats what an earlier one says.
 * sysctl(8) --system writes them all, one after another. Both leave a key that is named anywhere
 * out of patterns. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/arena.h"

enum config_reader { READER_SYSTEMD, READER_PROCPS, READERS };
const char *config_reader_name(enum config_reader reader); /* "systemd-sysctl" */

enum {
	FOR_SYSTEMD = 1 << READER_SYSTEMD,
	FOR_PROCPS = 1 << READER_PROCPS,
	FOR_BOTH = FOR_SYSTEMD | FOR_PROCPS,
	CONFIG_KEY_MAX = 256, /* longer is no key */
};

/* A line that is neither empty nor a comment. All texts are printable. */
struct config_line {
	const char *file;
	const char *text;    /* the line itself, cut where it is long */
	unsigned line, column; /* of the key; count from 1 and bytes */
	unsigned readers;    /* FOR_...: who understands it */
	const char *key;     /* as a path: "net/ipv4/tcp_rmem"; NULL: it is no assignment */
	const char *value;   /* NULL: "-key", which keeps patterns off it */
	bool dash;	     /* "-key = value": a failure is not reported */
	bool pattern;
	bool of_fix;	     /* of a file that begins with CONFIG_FIX_MARK */
	bool endless;	     /* longer than systemd-sysctl reads: it leaves the rest of the file */
};

/* How a fix file of ours begins. That it sets what the kernel has of its own is its purpose. */
#define CONFIG_FIX_MARK "# tcp-advise fix file"

struct config {
	struct arena *arena;
	struct config_line *lines;
	unsigned count, size;
	bool cut; /* there were more lines than CONFIG_LINES_MAX */
};
enum { CONFIG_LINES_MAX = 65536, CONFIG_WRITES_MAX = 64 };

struct config *config_new(void);
void config_free(struct config *config); /* NULL is allowed */

/* Reads a whole file; 'file' is how it is to be named, 'readers' who opens it. */
void config_add(struct config *config, const char *file, unsigned readers, const char *text,
		size_t len);

/* The lines a reader acts on for a key ("net/ipv4/tcp_rmem"), in the order it writes them; returns
 * how many were put into 'lines', which of more than 'max' are the last. */
unsigned config_writes(const struct config *config, enum config_reader reader, const char *key,
		       const struct config_line **lines, unsigned max);
/* The last of them, or NULL. */
const struct config_line *config_winner(const struct config *config, enum config_reader reader,
					const char *key);

/* "net/ipv4/tcp_rmem" as "net.ipv4.tcp_rmem", and back; 'key' has room for CONFIG_KEY_MAX. */
void config_dotted(char *key, const char *path);

#endif
