/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quantiles against a sorted array: the interval always holds the truth, and is narrow. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "eval/quantile.h"

enum { VALUES = 20000 };

struct stream {
	const char *name;
	double (*value)(unsigned i);
	double width; /* the interval may be this share of the value, with many bins */
};

static double uniform(uint64_t i)
{
	return (double)(hash_u64(i + 1) >> 11) * 0x1p-53;
}

static double round_trips(unsigned i)
{
	return exp(log(1e-5) + uniform(i) * log(1e6));
}

static double often_zero(unsigned i)
{
	return i % 3 ? 0 : uniform(i) * 1e9;
}

static double signed_values(unsigned i)
{
	return (uniform(i) - 0.5) * 1000;
}

static double constant(unsigned i)
{
	(void)i;
	return 0.2;
}

static double ascending(unsigned i)
{
	return i;
}

static double descending(unsigned i)
{
	return VALUES - i;
}

/* Every exponent there is, both signs. */
static double hostile(unsigned i)
{
	uint64_t bits = hash_u64(i + 1);
	double x;

	memcpy(&x, &bits, sizeof x);
	return isnan(x) ? (i % 2 ? INFINITY : -INFINITY) : x;
}

static double infinite(unsigned i)
{
	return i % 2 ? INFINITY : -INFINITY;
}

static const struct stream streams[] = {
	{ "round trips", round_trips, 0.032 }, { "often zero", often_zero, 0.032 },
	{ "signed", signed_values, 0.07 },     { "constant", constant, 0 },
	{ "ascending", ascending, 0.032 },     { "descending", descending, 0.032 },
	{ "hostile", hostile, INFINITY },      { "infinite", infinite, INFINITY },
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double exact(const double *sorted, unsigned n, unsigned percent)
{
	return sorted[(n * (uint64_t)percent + 99) / 100 - 1];
}

static void check(const struct stream *stream, unsigned bins, unsigned n)
{
	static const unsigned percents[] = { 50, 90, 99 };
	struct quantile *q = xcalloc(1, quantile_size(bins));
	double *values = xcalloc(n, sizeof *values), lo, hi;
	unsigned i;

	for (i = 0; i < n; i++)
		quantile_add(q, bins, values[i] = stream->value(i));
	qsort(values, n, sizeof *values, compare);
	assert_true(q->bins <= bins);
	for (i = 0; i < countof(percents); i++) {
		double truth = exact(values, n, percents[i]);

		quantile_range(q, percents[i], 0, &lo, &hi);
		if (!(lo <= truth && truth <= hi))
			fail_msg("%s, %u bins: p%u %g is not in %g to %g", stream->name, bins,
				 percents[i], truth, lo, hi);
		if (bins == 1024 && isfinite(stream->width))
			assert_true(hi - lo <= fabs(truth) * stream->width);
	}
	free(values);
	free(q);
}

static void test_interval_holds_the_truth(void **state)
{
	static const unsigned bins[] = { 4, 24, 1024 },
			      sizes[] = { 1, 2, 10, 99, 100, 101, VALUES };
	unsigned i, j, k;

	(void)state;
	for (i = 0; i < countof(streams); i++)
		for (j = 0; j < countof(bins); j++)
			for (k = 0; k < countof(sizes); k++)
				check(&streams[i], bins[j], sizes[k]);
}

/* Values left out stand for rows in doubt: wherever they belong, the interval holds. */
static void test_interval_holds_whatever_the_others_are(void **state)
{
	enum { N = 400, HIDDEN = 37 };
	double values[N], lo, hi;
	unsigned turn, i;

	(void)state;
	for (turn = 0; turn < 3; turn++) {
		struct quantile *q = xcalloc(1, quantile_size(1024));

		for (i = 0; i < N; i++)
			values[i] = signed_values(i);
		qsort(values, N, sizeof *values, compare);
		for (i = 0; i < N; i++)
			if (turn == 0	? i >= HIDDEN
			    : turn == 1 ? i < N - HIDDEN
					: i % 10 || i / 10 >= HIDDEN)
				quantile_add(q, 1024, values[i]);
		for (i = 1; i <= 99; i++) {
			quantile_range(q, i, HIDDEN, &lo, &hi);
			assert_true(lo <= exact(values, N, i) && exact(values, N, i) <= hi);
		}
		quantile_range(q, 99, HIDDEN, &lo, &hi);
		assert_true(isfinite(lo) && isinf(hi));
		free(q);
	}
}

static void test_one_value_is_exact(void **state)
{
	struct quantile *q = xcalloc(1, quantile_size(24));
	double lo, hi;

	(void)state;
	quantile_add(q, 24, 0.0421);
	quantile_range(q, 90, 0, &lo, &hi);
	assert_true(lo == 0.0421 && hi == 0.0421);
	free(q);
}

static void test_order_does_not_matter(void **state)
{
	struct quantile *a = xcalloc(1, quantile_size(24)), *b = xcalloc(1, quantile_size(24));
	unsigned i;

	(void)state;
	for (i = 0; i < VALUES; i++) {
		quantile_add(a, 24, round_trips(i));
		quantile_add(b, 24, round_trips(VALUES - 1 - i));
	}
	assert_memory_equal(a, b, quantile_size(a->bins));
	free(a);
	free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval_holds_the_truth),
		cmocka_unit_test(test_interval_holds_whatever_the_others_are),
		cmocka_unit_test(test_one_value_is_exact),
		cmocka_unit_test(test_order_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
