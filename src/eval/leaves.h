/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval/leaves.h: host facts as the rules use them: now, their growth, whether they exist. */
#ifndef EVAL_LEAVES_H
#define EVAL_LEAVES_H

#include "plan/plan.h"

/* before is NULL, and window 0, when there is only one sample. */
struct value leaf_value(const struct leaf *leaf, const struct sample *before,
			const struct sample *now, double window);

#endif
