/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function for each way to use a host fact. */
#include "eval/leaves.h"

struct use {
	unsigned fact;
	const struct sample *before, *now;
	double window;
};

static struct value truth_unknown(enum why why, unsigned fact)
{
	return (struct value){ 0, 1, (unsigned short)why, (unsigned short)fact };
}

static struct value value_now(const struct use *use)
{
	const struct reading *reading = &use->now->readings[use->fact];

	if (reading->why == WHY_KNOWN && !isnan(reading->number))
		return value_known(reading->number);
	return value_unknown(reading->why ? reading->why : WHY_MALFORMED, use->fact);
}

/* In the kernel's own 64 bits: as doubles, two large counters could hide a small difference. */
static struct value growth(const struct use *use)
{
	const struct fact *fact = &fact_catalogue[use->fact];
	const struct reading *now = &use->now->readings[use->fact], *before;

	if (now->why != WHY_KNOWN)
		return value_unknown(now->why, use->fact);
	if (!use->before || !(use->window > 0))
		return value_unknown(WHY_NO_WINDOW, use->fact);
	before = &use->before->readings[use->fact];
	if (before->why != WHY_KNOWN)
		return value_unknown(before->why, use->fact);
	if (fact->kind != FACT_COUNTER)
		return value_known(now->number - before->number);
	if (now->raw < before->raw)
		return value_unknown(WHY_WENT_BACK, use->fact);
	return value_known((double)(now->raw - before->raw) * (fact->scale != 0 ? fact->scale : 1));
}

static struct value rate(const struct use *use)
{
	struct value v = growth(use);

	return value_is_known(v) ? value_known(v.lo / use->window) : v;
}

/* What may not be read, or makes no sense, is there all the same. */
static struct value presence(const struct use *use)
{
	enum why why = use->now->readings[use->fact].why;

	if (use->now->readings[use->fact].elsewhere)
		return value_known(0);
	switch (why) {
	case WHY_KNOWN:
	case WHY_NO_VALUE:
	case WHY_DENIED:
	case WHY_MALFORMED:
		return value_known(1);
	case WHY_ABSENT:
	case WHY_HOST_WIDE:
		return value_known(0);
	default:
		return truth_unknown(why, use->fact);
	}
}

static struct value configuration(const struct use *use)
{
	if (use->now->configured != WHY_KNOWN)
		return truth_unknown(use->now->configured, use->fact);
	return value_known(use->now->readings[use->fact].configured != NULL);
}

struct value leaf_value(const struct leaf *leaf, const struct sample *before,
			const struct sample *now, double window)
{
	static struct value (*const uses[])(const struct use *) = {
		[CALL_VALUE] = value_now,
		[CALL_DELTA] = growth,
		[CALL_RATE] = rate,
		[CALL_LIFETIME] = value_now,
		[CALL_PRESENT] = presence,
		[CALL_CONFIGURED] = configuration,
	};
	struct use use = { leaf->fact, before, now, window };

	return uses[leaf->call](&use);
}
