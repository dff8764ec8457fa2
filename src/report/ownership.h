/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/ownership.h: who holds the sockets of a finding, in words. */
#ifndef REPORT_OWNERSHIP_H
#define REPORT_OWNERSHIP_H

#include "report/wording.h"

/* Appends "nginx[812] (www-data, nginx.service, shared with 4 children)". */
void owner_print(struct buf *out, const struct owner *owner);

/* Whether such a text names no process: another run may know which one it is. */
bool owner_is_unnamed(const char *text);

/* Fills the owners of a finding from the witnesses of its verdict. */
void word_owners(struct report_finding *finding, const struct verdict *verdict,
		 const struct wording *wording);

#endif
