/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/same.h: how long the sockets of a finding are surely the same ones. The kernel does not say
 * how old a socket is; that its cookie was there in an earlier run does, as no other socket of this
 * boot ever gets it. Private to history/. */
#ifndef HISTORY_SAME_H
#define HISTORY_SAME_H

#include "report/report.h"

/* 'before' is what the last run that found it kept, "" if it kept nothing; 'age' is now, in seconds
 * since the episode began. Appends what is to be kept, and a phrase for people, if there is
 * something to say. */
void same_advance(struct buf *keep, struct buf *phrase, const char *before,
		  const struct flagged *flagged, double age);

#endif
