/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/edition.h: the section [rulebook], which is no rule: it says which version of the rules this
 * is, so that they can be cited, and under which licence they may be quoted. Private to rule/. */
#ifndef RULE_EDITION_H
#define RULE_EDITION_H

#include "rule/reader.h"

#define EDITION_SECTION "rulebook" /* so no rule can have this id */

struct edition_text {
	const char *text; /* NULL: not said */
	unsigned line;
};
struct edition {
	struct place place; /* of its section; line 0: there is none */
	struct edition_text version, licence;
};

/* One line of the section, the opening one excepted. Texts are borrowed from the line. */
void edition_add(struct edition *edition, const struct ini_line *line, struct errors *errors);
/* At the end of the section: nothing may be missing. */
void edition_check(const struct edition *edition, struct errors *errors);

#endif
