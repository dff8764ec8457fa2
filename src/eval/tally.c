/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The aggregates, one table row each: size of the state, how a number adds, what it comes to. */
#include "eval/tally.h"

#include "base/portset.h"
#include "eval/distinct.h"
#include "eval/key.h"
#include "eval/quantile.h"

/* Sketches of the namespace are fine, those of a group, of which there are thousands, coarse. */
enum {
	DISTINCT_HOST = 1024,
	DISTINCT_GROUP = 64,
	FLAGGED_HOST = 256, /* of a group only the sum: there are too many groups */
	BINS_HOST = 1024,
	BINS_GROUP = 24,
};

/* sum, min, max: the result lies from lo to hi. */
struct range_state {
	struct tally_state state;
	double lo, hi;
};

struct distinct_state {
	struct tally_state state;
	struct distinct distinct;
};

/* Ports are few enough to be marked: as large as the sketch of the namespace, and exact. */
struct port_state {
	struct tally_state state;
	struct port_set ports;
	uint32_t count;
};

struct quantile_state {
	struct tally_state state;
	struct quantile quantile;
};

struct kind {
	size_t (*size)(const struct tally *tally);
	/* x is known */
	void (*add)(const struct tally *tally, struct tally_state *state, bool sure, double x);
	/* a row of which not even the number is known; NULL: nothing to do */
	void (*add_unknown)(struct tally_state *state, bool sure);
	void (*range)(const struct tally *tally, const struct tally_state *state, double extra,
		      double *lo, double *hi);
	bool empty_unknown; /* of no rows at all it has no value */
};

/* ---- count and top ---- */

static size_t count_size(const struct tally *tally)
{
	(void)tally;
	return sizeof(struct tally_state);
}

static void count_range(const struct tally *tally, const struct tally_state *state, double extra,
			double *lo, double *hi)
{
	(void)tally;
	*lo = (double)state->rows;
	*hi = (double)state->rows + extra;
}

/* ---- sum, min, max ---- */

static size_t range_size(const struct tally *tally)
{
	(void)tally;
	return sizeof(struct range_state);
}

static void sum_add(const struct tally *tally, struct tally_state *state, bool sure, double x)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)tally;
	s->lo += sure || x < 0 ? x : 0;
	s->hi += sure || x > 0 ? x : 0;
}

static void sum_add_unknown(struct tally_state *state, bool sure)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)sure;
	s->lo = -INFINITY;
	s->hi = INFINITY;
}

static void sum_range(const struct tally *tally, const struct tally_state *state, double extra,
		      double *lo, double *hi)
{
	const struct range_state *s = (const struct range_state *)(const void *)state;
	bool missed = extra > (double)state->unknown;

	(void)tally;
	*lo = missed ? -INFINITY : s->lo;
	*hi = missed ? INFINITY : s->hi;
}

/* The smallest is no larger than that of the sure rows (hi), and no smaller than that of all rows
 * that may be in (lo). */
static void min_add(const struct tally *tally, struct tally_state *state, bool sure, double x)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)tally;
	if (!state->rows && !state->unknown)
		s->lo = s->hi = INFINITY;
	if (x < s->lo)
		s->lo = x;
	if (sure && x < s->hi)
		s->hi = x;
}

static void min_add_unknown(struct tally_state *state, bool sure)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)sure;
	if (!state->rows && !state->unknown)
		s->hi = INFINITY;
	s->lo = -INFINITY;
}

static void min_range(const struct tally *tally, const struct tally_state *state, double extra,
		      double *lo, double *hi)
{
	const struct range_state *s = (const struct range_state *)(const void *)state;

	(void)tally;
	*lo = extra > (double)state->unknown ? -INFINITY : s->lo;
	*hi = s->hi;
}

static void max_add(const struct tally *tally, struct tally_state *state, bool sure, double x)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)tally;
	if (!state->rows && !state->unknown)
		s->lo = s->hi = -INFINITY;
	if (sure && x > s->lo)
		s->lo = x;
	if (x > s->hi)
		s->hi = x;
}

static void max_add_unknown(struct tally_state *state, bool sure)
{
	struct range_state *s = (struct range_state *)(void *)state;

	(void)sure;
	if (!state->rows && !state->unknown)
		s->lo = -INFINITY;
	s->hi = INFINITY;
}

static void max_range(const struct tally *tally, const struct tally_state *state, double extra,
		      double *lo, double *hi)
{
	const struct range_state *s = (const struct range_state *)(const void *)state;

	(void)tally;
	*lo = s->lo;
	*hi = extra > (double)state->unknown ? INFINITY : s->hi;
}

/* ---- distinct ---- */

static unsigned distinct_room(const struct tally *tally)
{
	return tally->grouping < 0 ? DISTINCT_HOST : DISTINCT_GROUP;
}

static bool marks_ports(const struct tally *tally)
{
	return tally->grouping < 0 && fact_catalogue[tally->key].unit == UNIT_PORT;
}

static size_t distinct_state_size(const struct tally *tally)
{
	if (marks_ports(tally))
		return sizeof(struct port_state);
	return sizeof(struct tally_state) + distinct_size(distinct_room(tally));
}

static void mark_port(struct port_state *s, uint16_t port)
{
	s->count += !port_set_has(&s->ports, port);
	port_set_add(&s->ports, port);
}

/* ---- which sockets ---- */

struct flagged_state {
	struct tally_state state;
	uint64_t sum;
	struct distinct distinct; /* not there in a group */
};

static size_t flagged_state_size(const struct tally *tally)
{
	if (tally->grouping >= 0)
		return offsetof(struct flagged_state, distinct);
	return offsetof(struct flagged_state, distinct) + distinct_size(FLAGGED_HOST);
}

static void flag(const struct tally *tally, struct flagged_state *s, uint64_t hash)
{
	s->sum += hash;
	if (tally->grouping < 0)
		distinct_add(&s->distinct, FLAGGED_HOST, hash);
}

struct flagged tally_flagged(const struct tally *tally, const struct tally_state *state)
{
	const struct flagged_state *s = (const struct flagged_state *)(const void *)state;
	struct flagged flagged = { .count = s ? s->state.rows : 0 };

	if (!flagged.count)
		return flagged;
	flagged.sum = s->sum;
	if (tally->grouping < 0) {
		flagged.hash = s->distinct.hash;
		flagged.hash_count = s->distinct.count;
	}
	return flagged;
}

void tally_add_key(const struct tally *tally, struct tally_state *state, const struct key *key,
		   uint64_t hash)
{
	struct distinct_state *s = (struct distinct_state *)(void *)state;

	state->rows++;
	if (tally->aggregate == AGGREGATE_SOCKETS)
		flag(tally, (struct flagged_state *)(void *)state, hash);
	else if (marks_ports(tally))
		mark_port((struct port_state *)(void *)state, (uint16_t)key->number);
	else
		distinct_add(&s->distinct, distinct_room(tally), hash);
}

/* A row in doubt adds one key, or none. */
static void distinct_state_range(const struct tally *tally, const struct tally_state *state,
				 double extra, double *lo, double *hi)
{
	const struct distinct_state *s = (const struct distinct_state *)(const void *)state;
	double rows = (double)state->rows;

	if (marks_ports(tally))
		*lo = *hi = state->rows ? ((const struct port_state *)(const void *)state)->count : 0;
	else
		distinct_range(&s->distinct, lo, hi);
	*hi = (*hi < rows ? *hi : rows) + extra;
}

/* ---- quantiles ---- */

static unsigned bin_room(const struct tally *tally)
{
	return tally->grouping < 0 ? BINS_HOST : BINS_GROUP;
}

static size_t quantile_state_size(const struct tally *tally)
{
	return sizeof(struct tally_state) + quantile_size(bin_room(tally));
}

/* A row that may be in counts as one of which nothing is known. */
static void quantile_state_add(const struct tally *tally, struct tally_state *state, bool sure,
			       double x)
{
	struct quantile_state *s = (struct quantile_state *)(void *)state;

	if (sure)
		quantile_add(&s->quantile, bin_room(tally), x);
}

static void quantile_state_range(const struct tally *tally, const struct tally_state *state,
				 double extra, double *lo, double *hi)
{
	static const unsigned char percent[] = {
		[AGGREGATE_P50] = 50,
		[AGGREGATE_P90] = 90,
		[AGGREGATE_P99] = 99,
	};
	const struct quantile_state *s = (const struct quantile_state *)(const void *)state;

	*lo = -INFINITY;
	*hi = INFINITY;
	if (extra < 0x1p50)
		quantile_range(&s->quantile, percent[tally->aggregate], (uint64_t)extra, lo, hi);
}

/* ---- all ---- */

static const struct kind
	counts = { count_size, NULL, NULL, count_range, false },
	sums = { range_size, sum_add, sum_add_unknown, sum_range, false },
	minima = { range_size, min_add, min_add_unknown, min_range, true },
	maxima = { range_size, max_add, max_add_unknown, max_range, true },
	quantiles = { quantile_state_size, quantile_state_add, NULL, quantile_state_range, true },
	distincts = { distinct_state_size, NULL, NULL, distinct_state_range, false },
	flaggeds = { flagged_state_size, NULL, NULL, count_range, false };

static const struct kind *const kinds[] = {
	[AGGREGATE_COUNT] = &counts,
	[AGGREGATE_SUM] = &sums,
	[AGGREGATE_MIN] = &minima,
	[AGGREGATE_MAX] = &maxima,
	[AGGREGATE_P50] = &quantiles,
	[AGGREGATE_P90] = &quantiles,
	[AGGREGATE_P99] = &quantiles,
	[AGGREGATE_DISTINCT] = &distincts,
	[AGGREGATE_SOCKETS] = &flaggeds,
	[AGGREGATE_TOP] = &counts, /* of the rows ranked; the ranks are in a table of groups */
};

/* Witnesses stand behind the rest. */
static size_t size_without(const struct tally *tally)
{
	return (kinds[tally->aggregate]->size(tally) + 7) / 8 * 8;
}

static unsigned witness_room(const struct tally *tally)
{
	return tally->grouping < 0 ? WITNESSES_HOST : WITNESSES_GROUP;
}

size_t tally_size(const struct tally *tally)
{
	return size_without(tally) + (tally->witnesses ? witnesses_size(witness_room(tally)) : 0);
}

const struct witnesses *tally_witnesses(const struct tally *tally, const struct tally_state *state)
{
	if (!tally->witnesses)
		return NULL;
	return (const void *)((const unsigned char *)state + size_without(tally));
}

void tally_add_witness(const struct tally *tally, struct tally_state *state, const struct who *who)
{
	if (tally->witnesses)
		witnesses_add((void *)((unsigned char *)state + size_without(tally)),
			      witness_room(tally), who);
}

bool tally_add(const struct tally *tally, struct tally_state *state, bool sure, double x)
{
	const struct kind *kind = kinds[tally->aggregate];
	/* Infinite values sort, but they do not add up: inf - inf. */
	bool known = tally->aggregate == AGGREGATE_SUM ? isfinite(x) : !isnan(x);

	if (known && kind->add)
		kind->add(tally, state, sure, x);
	if (!known && kind->add_unknown)
		kind->add_unknown(state, sure);
	if (sure && known)
		state->rows++;
	else
		state->unknown++;
	return !sure || !known;
}

static void give_reason(struct value *value, const struct tally_state *state,
			const struct doubt *doubt)
{
	value->fact = FACT_NONE;
	if (value->lo == value->hi) {
		value->why = WHY_KNOWN;
	} else if (state->unknown) {
		value->why = doubt->why;
		value->fact = doubt->fact;
	} else {
		value->why = doubt->missed > 0 ? doubt->missed_why : WHY_ESTIMATE;
	}
}

struct value tally_value(const struct tally *tally, const struct tally_state *state,
			 const struct doubt *doubt)
{
	static const struct {
		struct tally_state state;
		uint64_t sketch[8]; /* longer than the heads of the sketches */
	} none;
	const struct kind *kind = kinds[tally->aggregate];
	struct value value = value_unknown(WHY_NO_VALUE, FACT_NONE);
	double extra;

	if (!state)
		state = &none.state;
	extra = (double)state->unknown + doubt->missed;
	if (state->rows || !kind->empty_unknown)
		kind->range(tally, state, extra, &value.lo, &value.hi);
	else if (extra == 0)
		return value;
	give_reason(&value, state, doubt);
	return value;
}
