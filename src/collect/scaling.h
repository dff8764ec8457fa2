/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/scaling.h: kernel numbers in base units. Milliseconds are divided by 1000 and not
 * multiplied by 0.001: only a division gives the same double as the literal 200ms in a rule. */
#ifndef COLLECT_SCALING_H
#define COLLECT_SCALING_H

#include "fact/fact.h"

#include <math.h>

struct scaling {
	double multiply;
	double divide; /* 0: not needed */
};

static inline struct scaling scaling_of(const struct fact *fact)
{
	if (fact->scale > 0 && fact->scale < 1)
		return (struct scaling){ 1, nearbyint(1 / fact->scale) };
	return (struct scaling){ fact->scale > 0 ? fact->scale : 1, 0 };
}

static inline double scaling_apply(struct scaling scaling, double number)
{
	return scaling.divide > 0 ? number / scaling.divide : number * scaling.multiply;
}

#endif
