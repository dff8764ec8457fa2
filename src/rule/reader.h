/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/reader.h: INI files, strictly. inih does the parsing, behind a reader of lines that counts
 * them and refuses what inih would silently cut or misread: lines of 200 bytes and more, names
 * of 50, inline comments, text behind a section, control bytes (as packaged by Debian, inih 55
 * cuts all of these without a word). Names of sections are kept here, so they may be longer. */
#ifndef RULE_READER_H
#define RULE_READER_H

#include "base/arena.h"
#include "base/errors.h"

struct ini_line {
	const char *section; /* of this line, or the one it opens */
	const char *name;    /* NULL: the line opens the section */
	const char *value;   /* without surrounding blanks */
	bool continuation;   /* an indented line: more of the value before it */
	struct place place;  /* of the section's name, the key, or a continuation's text */
	struct place value_place;
};
typedef void ini_fn(void *arg, const struct ini_line *line);

enum { INI_FILE_MAX = 1 << 20, INI_LINE_MAX = 199, INI_NAME_MAX = 49, INI_SECTION_MAX = 64 };

/* Calls fn for each line that says something; errors are added and the rest is read on. The text,
 * which ends in a NUL, is cut into lines where it stands: its newlines become NULs. What fn is told
 * stands there or in the arena, so the text must live as long. */
void ini_read(struct arena *arena, const char *file, char *text, size_t len, ini_fn *fn,
	      void *arg, struct errors *errors);

#endif
