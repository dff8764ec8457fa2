/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint/keys.h: keys of sysctl files that are no facts: others the kernel has, and such that no
 * kernel of today has any more. */
#ifndef LINT_KEYS_H
#define LINT_KEYS_H

#include "base/text.h"

enum key_kind {
	KEY_SETTING,   /* of the catalogue of facts */
	KEY_OTHER,     /* not about TCP: not judged */
	KEY_GONE,      /* no kernel of today has it */
	KEY_UNKNOWN,
};

struct key_answer {
	enum key_kind kind;
	unsigned fact;	    /* KEY_SETTING: the first of its facts */
	const char *instead; /* KEY_GONE: what to know or to write, half a sentence; or NULL */
	char nearest[256];  /* of key_find_nearest() */
};

/* 'key' is dotted. */
void key_look_up(struct key_answer *answer, const char *key);
/* The key that may be meant by one that is not known; "" when none is near. */
void key_find_nearest(struct key_answer *answer, const char *key);

#endif
