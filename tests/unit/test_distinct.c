/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The count of different keys: exact while they fit, an interval that holds the truth after. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/hash.h"
#include "eval/distinct.h"

struct stream {
	const char *name;
	uint64_t (*key)(uint64_t i, uint64_t n);
};

static uint64_t ascending(uint64_t i, uint64_t n)
{
	return i % n;
}

static uint64_t descending(uint64_t i, uint64_t n)
{
	return n - 1 - i % n;
}

static uint64_t spread(uint64_t i, uint64_t n)
{
	return i % n << 40;
}

/* All keys once, then the first few over and over. */
static uint64_t repeating(uint64_t i, uint64_t n)
{
	return i < n ? i : i % 3 % n;
}

static const struct stream streams[] = {
	{ "ascending", ascending },
	{ "descending", descending },
	{ "spread", spread },
	{ "repeating", repeating },
};

/* Hashes are fixed, so a sketch that is within its error here is so on every machine. */
static void check(const struct stream *stream, unsigned k, uint64_t n)
{
	struct distinct *distinct = xcalloc(1, distinct_size(k));
	double lo, hi;
	uint64_t i;

	for (i = 0; i < 3 * n; i++)
		distinct_add(distinct, k, hash_u64(stream->key(i, n) + 1));
	distinct_range(distinct, &lo, &hi);
	if (lo > (double)n || hi < (double)n)
		fail_msg("%s, k %u: %g to %g for %" PRIu64, stream->name, k, lo, hi, n);
	if (n <= k)
		assert_true(lo == hi);
	else
		assert_true(lo > k && hi - lo < (double)n * (k == 64 ? 0.9 : 0.22));
	free(distinct);
}

static void test_interval_holds_the_truth(void **state)
{
	static const uint64_t sizes[] = { 0,	1,    2,    63,	  64,	 65,	100,
					  1023, 1024, 1025, 2000, 50000, 300000 };
	unsigned i, j;

	(void)state;
	for (i = 0; i < countof(streams); i++)
		for (j = 0; j < countof(sizes); j++) {
			check(&streams[i], 64, sizes[j]);
			check(&streams[i], 1024, sizes[j]);
		}
}

/* Three standard errors hold 997 times of 1000; 970 leaves room for the luck of 1000 draws. */
static void test_three_standard_errors_are_what_they_say(void **state)
{
	struct distinct *distinct = xcalloc(1, distinct_size(64));
	unsigned trial, held = 0;
	double lo, hi;
	uint64_t i;

	(void)state;
	for (trial = 0; trial < 1000; trial++) {
		distinct->count = 0;
		distinct->more = false;
		for (i = 0; i < 1000; i++)
			distinct_add(distinct, 64, hash_u64((uint64_t)trial << 32 | (i + 1)));
		distinct_range(distinct, &lo, &hi);
		held += lo <= 1000 && 1000 <= hi;
	}
	print_message("%u of 1000 intervals hold the truth\n", held);
	assert_true(held >= 970);
	free(distinct);
}

static void test_order_does_not_matter(void **state)
{
	struct distinct *a = xcalloc(1, distinct_size(64)), *b = xcalloc(1, distinct_size(64));
	uint64_t i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		distinct_add(a, 64, hash_u64(i + 1));
		distinct_add(b, 64, hash_u64(5000 - i));
	}
	assert_memory_equal(a->hash, b->hash, 64 * sizeof *a->hash);
	free(a);
	free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval_holds_the_truth),
		cmocka_unit_test(test_three_standard_errors_are_what_they_say),
		cmocka_unit_test(test_order_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
