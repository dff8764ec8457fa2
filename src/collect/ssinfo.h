/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/ssinfo.h: struct tcp_info out of the words ss prints of it.
 *
 * ss leaves out what is 0 (misc/ss.c tcp_stats_print), and so it does with what it does not know,
 * and with what its kernel did not send. Which of these it was, the words of all the sockets tell:
 * what this ss has printed once, on this kernel, it would have printed again; and what is older
 * than that, too. */
#ifndef COLLECT_SSINFO_H
#define COLLECT_SSINFO_H

#include "collect/message.h"
#include "fact/fact.h"

enum {
	SSINFO_SIZE = 240, /* of the struct tcp_info it makes */
	SSINFO_WORDS = 64,
	UNTOLD_BYTES = 128, /* a bit for each fact */
};

/* A part of a line. */
struct span {
	const char *p, *end;
};

/* Takes the next word, and the blanks before it, off the front. False: there is none. */
bool span_word(struct span *rest, struct span *word);
bool span_is(struct span span, const char *text);
/* The state that has this name among names[STATES], or 0; a NULL is no name. */
unsigned span_state(struct span name, const char *const *names);
/* Takes a text off the front. False, and unchanged: it does not begin so. */
bool span_skip(struct span *span, const char *text);
/* Takes digits off the front. False: there are none, or more than a number has. */
bool span_number(struct span *span, unsigned base, uint64_t *value);

/* What a text has shown of the ss that printed it, and of its kernel. */
struct sstongue {
	unsigned short facts[SSINFO_WORDS]; /* of each word */
	unsigned ss, kernel;		    /* the youngest words seen; see the table of words */
};

struct ssinfo {
	bool any;		     /* there was a tcp_info */
	uint64_t seen;		     /* 1 << word */
	uint64_t wrong;		     /* ... of those that are not understood */
	struct span congestion, ulp; /* p NULL: none */
	unsigned char bytes[SSINFO_SIZE];
};

void sstongue_init(struct sstongue *tongue);
/* Reads the words of a socket behind its skmem. */
void ssinfo_read(struct ssinfo *info, const struct sstongue *tongue, struct span words);
/* Learns from a socket. */
void sstongue_hear(struct sstongue *tongue, const struct ssinfo *info);
/* Fills in what was left out, and marks the facts of which nobody knows what that means. */
void ssinfo_finish(struct ssinfo *info, const struct sstongue *tongue,
		   unsigned char untold[UNTOLD_BYTES]);

static inline void untold_add(unsigned char untold[UNTOLD_BYTES], unsigned fact)
{
	if (fact < 8 * UNTOLD_BYTES)
		untold[fact / 8] |= (unsigned char)(1u << fact % 8);
}

#endif
