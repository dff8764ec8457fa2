/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/tuning.h: changes to rules, whoever makes them. Private to rule/. */
#ifndef RULE_TUNING_H
#define RULE_TUNING_H

#include "rule/rulebook.h"

#define TUNING_SEVERITY "severity" /* no threshold can have this name */

/* Those of the site's file, then those of the command line, which so have the last word. */
struct tunings {
	const struct tuning *items;
	unsigned count;
};

/* All of them, in the book's arena. */
struct tunings tunings_gather(const struct rulebook *book, const struct rulebook_options *options,
			      struct errors *errors);

/* The one that counts for this name of a rule, or NULL. */
const struct tuning *tunings_find(const struct tunings *tunings, const char *id, const char *name);

/* Every name must be a threshold of the rule, or its severity. */
void tunings_check_names(const struct tunings *tunings, const struct rule *rule, struct errors *errors);
/* Every tuning and waiver must be of a rule there is, or it would be silently without effect. */
void tunings_check_rules(const struct tunings *tunings, const struct rulebook *book,
			 struct errors *errors);

/* Adds an error about a tuning's value, where it stands. */
void tuning_refuse(const struct tuning *tuning, const char *why, struct errors *errors);

/* Appends "there is no rule 'X'; did you mean 'Y'?". */
void word_missing(struct buf *out, const struct rulebook *book, const char *id);

#endif
