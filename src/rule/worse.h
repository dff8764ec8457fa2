/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/worse.h: what a finding becomes when it gets worse. Private to rule/. */
#ifndef RULE_WORSE_H
#define RULE_WORSE_H

#include "rule/rulebook.h"

/* Once all files are read: every 'worse' must name rules that can be of the same subject. */
void worse_check(const struct rulebook *book, struct errors *errors);

#endif
