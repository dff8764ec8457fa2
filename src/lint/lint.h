/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/lint.h: advice on sysctl files, without looking at a host. */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "fact/sysctl.h"
#include "lint/remark.h"

/* A rule about a setting of the files that they alone do not decide. */
struct lint_need {
	const struct rule *rule;
	const char *key;   /* the setting; the first, where it uses several */
	const char *needs; /* "sockets, growth of TcpExt.TW" */
};

struct lint {
	struct remarks remarks; /* in the order of the lines, then worst first */
	struct lint_need *needs;
	unsigned need_count;
	unsigned settings; /* lines that set what is judged */
	unsigned others;   /* lines that set something else */
	unsigned unknown;  /* of them, lines whose key is not known */
	/* Keys of the files, ", " between them, or "". */
	const char *of_namespace; /* that each network namespace has of its own */
	const char *of_host;	  /* that the host has once */
	/* set by the caller */
	const char *kernel; /* as it was stated, or NULL: any */
	unsigned files;
};

/* Judges the lines of config for the kernel (kernel_version(); 0: any). The plan is of the rulebook
 * that is to be used. Borrows both; they must outlive it. */
struct lint *lint_new(const struct plan *plan, const struct config *config, unsigned kernel);
void lint_free(struct lint *lint);

void lint_text(struct buf *out, const struct lint *lint, const struct look *look);
/* tcp-advise/lint/1, see tcp-advise-lint.schema.json. */
void lint_json(struct buf *out, const struct lint *lint);

#endif
