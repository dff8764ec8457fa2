/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bounded table of groups against an exact count: whatever comes in whatever order, a group's
 * rows lie within what the table says of it. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/hash.h"
#include "eval/groups.h"
#include "eval/key.h"

enum {
	KEYS = 50000,
	ROWS = 300000,
	BYTES = 128 << 10,
};

static struct key make_key(unsigned number)
{
	struct key key;

	memset(&key, 0, sizeof key);
	key.kind = SOCKET_DESTINATION;
	key.remote.family = AF_INET;
	memcpy(key.remote.bytes, &number, sizeof number);
	key.remote_port = 443;
	return key;
}

/* ---- streams: the key of row i ---- */

static unsigned all_distinct(unsigned i)
{
	return i % KEYS;
}

/* Roughly harmonic: key k about 1/k as often as key 1. */
static unsigned zipf(unsigned i)
{
	uint64_t random = hash_u64(i + 1);
	unsigned range = 1u << (random % 16);

	return (unsigned)((random >> 32) % range);
}

static unsigned sorted(unsigned i)
{
	return i / (ROWS / KEYS);
}

/* A heavy key once for each new light one. */
static unsigned interleaved(unsigned i)
{
	return i % 2 ? i % KEYS : 7;
}

/* Comes, is forgotten, comes back. */
static unsigned returning(unsigned i)
{
	return i % 1000 < 10 ? 3 : (unsigned)(hash_u64(i) % KEYS);
}

/* Period 16, of which one light: what even sampling would fall in with. */
static unsigned periodic(unsigned i)
{
	return i % 16 == 0 ? 1000 + i / 16 % 40000 : i % 512;
}

struct stream {
	const char *name;
	unsigned (*key)(unsigned i);
};
static const struct stream streams[] = {
	{ "all distinct", all_distinct }, { "zipf", zipf },	      { "sorted", sorted },
	{ "interleaved", interleaved },	  { "returning", returning }, { "periodic", periodic },
};

static struct groups *fill(const struct stream *stream, uint64_t *exact, size_t bytes)
{
	size_t memory = 1 << 20;
	struct groups *groups = groups_new(sizeof(uint64_t), bytes, &memory);
	unsigned i;

	for (i = 0; i < ROWS; i++) {
		unsigned number = stream->key(i);
		struct key key = make_key(number);
		struct group *group = groups_touch(groups, &key, key_hash(&key), 0);

		exact[number]++;
		++*(uint64_t *)group_tail(group);
	}
	return groups;
}

static void check_bounds(const struct groups *groups, uint64_t *exact)
{
	unsigned i, number;

	for (i = 0; i < groups_count(groups); i++) {
		const struct group *group = groups_at(groups, i);

		memcpy(&number, group->key.remote.bytes, sizeof number);
		assert_true(group->weight <= exact[number]);
		assert_true(exact[number] <= group->weight + group->missed);
		assert_int_equal(*(uint64_t *)group_tail(group), group->weight);
		exact[number] = 0;
	}
	for (i = 0; i < KEYS; i++)
		assert_true(exact[i] <= groups_offset(groups));
}

static void test_bounds_hold_for_every_stream(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < countof(streams); i++) {
		autofree uint64_t *exact = xcalloc(KEYS, sizeof *exact);
		struct groups *groups = fill(&streams[i], exact, BYTES);

		print_message("%-12s %5u groups, offset %" PRIu64 "\n", streams[i].name,
			      groups_count(groups), groups_offset(groups));
		assert_true(groups_bytes(groups) <= BYTES);
		check_bounds(groups, exact);
		groups_free(groups);
	}
}

static void test_with_room_everything_is_exact(void **state)
{
	autofree uint64_t *exact = xcalloc(KEYS, sizeof *exact);
	size_t memory = 64 << 20;
	struct groups *groups = groups_new(0, 64 << 20, &memory);
	unsigned i, number;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		struct key key = make_key(zipf(i));

		exact[zipf(i)]++;
		groups_touch(groups, &key, key_hash(&key), 0);
	}
	assert_int_equal(groups_offset(groups), 0);
	for (i = 0; i < groups_count(groups); i++) {
		memcpy(&number, groups_at(groups, i)->key.remote.bytes, sizeof number);
		assert_int_equal(groups_at(groups, i)->weight, exact[number]);
		assert_int_equal(groups_at(groups, i)->missed, 0);
	}
	groups_free(groups);
}

static void test_heavy_groups_survive(void **state)
{
	autofree uint64_t *exact = xcalloc(KEYS, sizeof *exact);
	struct groups *groups = fill(&streams[3], exact, BYTES);
	struct key heavy = make_key(7);
	struct group *group = groups_touch(groups, &heavy, key_hash(&heavy), 0);

	(void)state;
	assert_int_equal(group->weight, exact[7] + 1);
	assert_int_equal(group->missed, 0);
	groups_free(groups);
}

/* 300,000 rows of 50,000 keys in a table of some 800: one bound for all would be 750. */
static void test_what_was_forgotten_is_bounded_closely(void **state)
{
	autofree uint64_t *exact = xcalloc(KEYS, sizeof *exact);
	struct groups *groups = fill(&streams[0], exact, BYTES);

	(void)state;
	assert_in_range(groups_offset(groups), ROWS / KEYS, 200);
	groups_free(groups);
}

static void test_same_rows_give_same_table(void **state)
{
	autofree uint64_t *exact = xcalloc(KEYS, sizeof *exact);
	struct groups *a = fill(&streams[4], exact, BYTES), *b = fill(&streams[4], exact, BYTES);
	unsigned i;

	(void)state;
	assert_int_equal(groups_count(a), groups_count(b));
	assert_int_equal(groups_offset(a), groups_offset(b));
	for (i = 0; i < groups_count(a); i++) {
		assert_int_equal(key_compare(&groups_at(a, i)->key, &groups_at(b, i)->key), 0);
		assert_int_equal(groups_at(a, i)->weight, groups_at(b, i)->weight);
		assert_int_equal(groups_at(a, i)->missed, groups_at(b, i)->missed);
	}
	groups_free(a);
	groups_free(b);
}

static void test_scopes_keep_equal_keys_apart(void **state)
{
	size_t memory = 1 << 20;
	struct groups *groups = groups_new(0, 1 << 20, &memory);
	struct key key = make_key(1);

	(void)state;
	groups_touch(groups, &key, key_hash(&key), 1);
	groups_touch(groups, &key, key_hash(&key), 1);
	assert_int_equal(groups_touch(groups, &key, key_hash(&key), 2)->weight, 1);
	assert_int_equal(groups_touch(groups, &key, key_hash(&key), 1)->weight, 3);
	assert_int_equal(groups_count(groups), 2);
	groups_free(groups);
}

static void test_tables_share_what_memory_there_is(void **state)
{
	size_t memory = 64 << 10, total = 0;
	struct groups *groups[8];
	unsigned i, j;

	(void)state;
	for (j = 0; j < countof(groups); j++)
		groups[j] = groups_new(100, 1 << 20, &memory);
	for (i = 0; i < 20000; i++) {
		struct key key = make_key(i);

		for (j = 0; j < countof(groups); j++)
			groups_touch(groups[j], &key, key_hash(&key), 0);
	}
	for (j = 0; j < countof(groups); j++) {
		total += groups_bytes(groups[j]);
		assert_true(groups_offset(groups[j]) > 0);
		groups_free(groups[j]);
	}
	assert_true(total <= 64 << 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_hold_for_every_stream),
		cmocka_unit_test(test_with_room_everything_is_exact),
		cmocka_unit_test(test_heavy_groups_survive),
		cmocka_unit_test(test_what_was_forgotten_is_bounded_closely),
		cmocka_unit_test(test_same_rows_give_same_table),
		cmocka_unit_test(test_scopes_keep_equal_keys_apart),
		cmocka_unit_test(test_tables_share_what_memory_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
