/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rows are kept as witnesses. */
#include "unit.h"

#include "eval/witness.h"

#include <string.h>

enum { ROOM = 8 };

union kept {
	struct witnesses witnesses;
	struct {
		uint32_t count;
		struct who list[ROOM];
	} room;
};

static void add(union kept *kept, uint32_t inode)
{
	const struct who who = { inode, inode / 100, inode * 3 };

	witnesses_add(&kept->witnesses, ROOM, &who);
}

static void test_few_are_all_kept(void **state)
{
	union kept kept = { .room = { .count = 0 } };
	uint32_t inode;

	(void)state;
	for (inode = 1; inode <= ROOM; inode++)
		add(&kept, inode);
	assert_int_equal(kept.witnesses.count, ROOM);
	add(&kept, 3); /* again */
	add(&kept, 0); /* nobody can hold it */
	assert_int_equal(kept.witnesses.count, ROOM);
	for (inode = 0; inode < ROOM; inode++)
		assert_int_equal(kept.room.list[inode].cgroup, kept.room.list[inode].inode * 3);
}

/* IPv4 first or both families mixed: live and recorded rows come in another order. */
static void test_order_does_not_matter(void **state)
{
	union kept up = { .room = { .count = 0 } }, down = up, mixed = up;
	uint32_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		add(&up, 1 + i);
		add(&down, 1000 - i);
		add(&mixed, 1 + i * 7 % 1000);
	}
	assert_int_equal(up.witnesses.count, ROOM);
	assert_memory_equal(&up, &down, sizeof up);
	assert_memory_equal(&up, &mixed, sizeof up);
}

/* Half of the rows are half of the sample, whichever half. */
static void test_sample_is_fair(void **state)
{
	unsigned first = 0, sample, i;

	(void)state;
	for (sample = 0; sample < 100; sample++) {
		union kept kept = { .room = { .count = 0 } };

		for (i = 0; i < 1000; i++)
			add(&kept, 1 + sample * 1000 + i);
		for (i = 0; i < ROOM; i++)
			first += (kept.room.list[i].inode - 1) % 1000 < 500;
	}
	assert_in_range(first, 100 * ROOM * 4 / 10, 100 * ROOM * 6 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_are_all_kept),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_sample_is_fair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
