/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fact/sysctl.h: sysctls as files of words, of which each is a fact: what the kernel has there of
 * its own, and what it makes of a text that is written there. */
#ifndef FACT_SYSCTL_H
#define FACT_SYSCTL_H

#include "base/buf.h"
#include "base/text.h"
#include "fact/fact.h"

enum { SYSCTL_WORDS = 3 };

/* A kernel as a number that orders: "6.1" and "6.1.0-18-amd64" are 6 << 16 | 1. 0: no version.
 * Where one is asked for, 0 means the newest. */
unsigned kernel_version(const char *text);

/* Whether a fact is a word of a sysctl of the network. */
bool sysctl_is(const struct fact *fact);
/* The first fact of a sysctl, by its name as sysctl(8) takes it ("net.ipv4.tcp_rmem"), or
 * FACT_NONE. The facts of its other words follow it. */
unsigned sysctl_find(const char *key);
unsigned sysctl_words(unsigned first);
/* Offers the names of all that are not gone to 'nearest'. */
void sysctl_nearest(struct nearest *nearest);

struct sysctl_initial {
	char text[64];
	unsigned since; /* the kernel from which on it is so; 0: all */
	unsigned until; /* the kernel that has something else; 0: none */
	bool sized;	/* of a word it is the most: less on hosts with little memory */
};
/* What the kernel has there of its own, all words; false where the host's memory or the build of
 * the kernel say. kernel 0: the newest. */
bool sysctl_initial(struct sysctl_initial *initial, unsigned first, unsigned kernel);

/* What becomes of a text. */
struct sysctl_write {
	bool taken;	 /* false: write() fails, and 'reason' says why */
	unsigned count;	 /* numbers that were set; a write that fails may have set some before */
	double numbers[SYSCTL_WORDS]; /* in the kernel's unit */
	const char *rest; /* what the kernel did not look at, of 'text' */
	struct buf reason; /* unless taken: half a sentence; the caller frees */
};
/* Writes 'text' in thought, as systemd-sysctl(8) and sysctl(8) do: without blanks at its ends and
 * with a newline. Limits that depend on other sysctls are not known here. */
void sysctl_write(struct sysctl_write *write, unsigned first, const char *text);
/* Appends what the file reads afterwards: words that were not set are those of 'before', or "?"
 * where that is NULL. */
void sysctl_after(struct buf *out, unsigned first, const struct sysctl_write *write,
		  const char *text, const char *before);
/* Whether a number written there can be what the file reads now: some are rounded to ticks. */
bool sysctl_same(const struct fact *fact, double written, double read);

#endif
