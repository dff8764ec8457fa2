/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/checksum.h: the SHA-256 of the files of a rulebook, so that a citation stays exact. It is
 * computed only when somebody asks: that takes as long as a third of reading the rules. */
#ifndef RULE_CHECKSUM_H
#define RULE_CHECKSUM_H

#include "base/arena.h"

struct checksum {
	struct checked_file *first, **end;
	char hex[65]; /* "" until it was asked for */
};

/* Takes a file of the next name into account: its name and its bytes, both borrowed. Its newlines
 * may become NULs meanwhile, as ini_read() makes them. */
void checksum_add(struct checksum *checksum, struct arena *arena, const char *name,
		  const char *text, size_t len);
/* 64 hexadecimal digits; borrowed. NULL for NULL. */
const char *checksum_hex(struct checksum *checksum);

#endif
