/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/drift.h: what runs, what the files would set at the next boot, and what the kernel has of
 * its own, for every TCP sysctl. */
#ifndef LINT_DRIFT_H
#define LINT_DRIFT_H

#include "fact/sysctl.h"
#include "fact/value.h"
#include "lint/remark.h"

/* What one of the two programs would leave behind. */
struct drift_boot {
	const struct config_line *line;	   /* whose value wins; NULL: no file sets it */
	const char *value;		   /* of all words, "?" for what is not known; NULL: as line */
	const struct config_line *refused; /* a line the kernel refuses, or NULL */
	const char *reason;		   /* why it does */
};

struct drift_key {
	unsigned fact; /* the first of its facts */
	const char *key;
	const char *running; /* NULL: 'why' says why not */
	enum why why;
	const char *initial; /* NULL: the host's memory, or the build of the kernel, says */
	bool sized;	     /* 'initial' is the most it is */
	struct drift_boot boot[READERS];
	bool differs;	     /* a remark is about it */
};

struct drift {
	struct remarks remarks;
	struct drift_key *keys;
	unsigned count;
	unsigned set; /* of them, keys that a file sets */
	/* borrowed */
	const char *hostname, *kernel, *netns;
	bool first_namespace, namespace_known;
	enum why files; /* WHY_KNOWN, or why not all files could be read */
};

/* Borrows the texts of config and sample, which must outlive it. 'kernel' is the host's, or NULL. */
struct drift *drift_new(const struct config *config, const struct sample *sample,
			const char *kernel);
void drift_free(struct drift *drift);

void drift_text(struct buf *out, const struct drift *drift, const struct look *look);
/* tcp-advise/drift/1, see tcp-advise-drift.schema.json. */
void drift_json(struct buf *out, const struct drift *drift);

#endif
