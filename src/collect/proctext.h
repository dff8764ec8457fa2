/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/proctext.h: finds one number in the text of a /proc file. Pure functions over a text
 * that may come from anywhere; a wrong text is malformed, never a wrong number. */
#ifndef COLLECT_PROCTEXT_H
#define COLLECT_PROCTEXT_H

#include "fact/value.h"

struct proc_number {
	double number; /* as printed, before the fact's scale */
	uint64_t raw;  /* all 64 bits; 0 when negative or a fraction */
};

/* Looks where the fact's origin, prefix, key and field say. WHY_KNOWN with *out filled,
 * WHY_ABSENT where the file has no such line or column, or WHY_MALFORMED. */
enum why proctext_find(const char *text, const struct fact *fact, struct proc_number *out);

/* The hexadecimal number after "label:", as in "CapEff:\t000001ffffffffff". Returns as above. */
enum why proctext_mask(const char *text, const char *label, uint64_t *mask);

#endif
