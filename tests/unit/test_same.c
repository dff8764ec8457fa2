/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sockets a rule fires for, and for how long they are surely the same. */
#include "eval_world.h"

#include "base/hash.h"
#include "history/same.h"

static const char rules[] =
	"[leak]\ntitle = t\nseverity = info\nwhen = count(state == close_wait and remote_port == 443) >= 2\n"
	"[one]\ntitle = t\nseverity = info\nper = remote\nwhen = count(state == close_wait) >= 1\n"
	"[share]\ntitle = t\nseverity = info\nwhen = share(state == close_wait, state != listen) > 0%\n";

/* Feeds CLOSE_WAIT sockets with these cookies, all of one peer but the last. */
static void feed(struct world *w, uint64_t first, unsigned count, bool backwards)
{
	unsigned i, n;

	for (i = 0; i < count; i++) {
		n = backwards ? count - 1 - i : i;
		world_row(w, STATE_CLOSE_WAIT, n == count - 1);
		world_set(w, "remote_port", 443);
		w->row.cookie = first + n;
		world_feed(w, PASS_SOCKETS);
	}
	world_row(w, STATE_ESTABLISHED, 0);
	world_set(w, "remote_port", 443);
	world_feed(w, PASS_SOCKETS);
	world_complete(w);
	world_judge(w);
}

static const struct verdict *find(const struct world *w, const char *id)
{
	unsigned i;

	for (i = 0; i < w->count; i++)
		if (strcmp(w->verdicts[i].spec->rule->id, id) == 0)
			return &w->verdicts[i];
	fail_msg("no verdict on %s", id);
	return NULL;
}

static void test_the_sum_is_that_of_the_set(void **state)
{
	struct world w;
	uint64_t sum;

	(void)state;
	world_init(&w, rules);
	world_host(&w, 0);
	feed(&w, 1000, 500, false);
	assert_int_equal(find(&w, "leak")->flagged.count, 500);
	assert_int_equal(find(&w, "leak")->flagged.hash_count, 256);
	sum = find(&w, "leak")->flagged.sum;
	world_again(&w);
	world_host(&w, 0);
	feed(&w, 1000, 500, true);
	assert_true(find(&w, "leak")->flagged.sum == sum);
	world_again(&w);
	world_host(&w, 0);
	feed(&w, 1001, 500, true);
	assert_int_equal(find(&w, "leak")->flagged.count, 500);
	assert_true(find(&w, "leak")->flagged.sum != sum);
	world_fini(&w);
}

static void test_a_group_has_its_own(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, rules);
	world_host(&w, 0);
	feed(&w, 1000, 5, false);
	assert_int_equal(find(&w, "one")->flagged.count, 4);
	assert_int_equal(find(&w, "one")[1].flagged.count, 1);
	assert_int_equal(find(&w, "one")->flagged.hash_count, 0);
	assert_true(find(&w, "one")->flagged.sum + find(&w, "one")[1].flagged.sum ==
		    find(&w, "leak")->flagged.sum);
	assert_int_equal(find(&w, "share")->flagged.count, 5);
	world_fini(&w);
}

/* ---- over time ---- */

enum { MANY = 300 };

struct moment {
	double age;	       /* seconds */
	unsigned first, count; /* the hashes that are there: first, first + 1, ... */
	const char *phrase;
};

static void play(const struct moment *moments, unsigned count, unsigned most)
{
	autobuf struct buf last = BUF_INIT;
	uint64_t hash[MANY];
	unsigned i, j;

	for (i = 0; i < count; i++) {
		autobuf struct buf keep = BUF_INIT, phrase = BUF_INIT;
		struct flagged flagged = { .count = moments[i].count, .hash = hash };

		for (j = 0; j < moments[i].count; j++) {
			flagged.sum += hash_u64(moments[i].first + j);
			if (j < most)
				hash[flagged.hash_count++] = moments[i].first + j;
		}
		same_advance(&keep, &phrase, buf_text(&last), &flagged, moments[i].age);
		if (strcmp(buf_text(&phrase), moments[i].phrase) != 0)
			fail_msg("%u: expected '%s', not '%s'", i, moments[i].phrase,
				 buf_text(&phrase));
		buf_clear(&last);
		buf_puts(&last, keep.text);
	}
}

static void test_the_same_are_told_from_some(void **state)
{
	static const struct moment moments[] = {
		{ 0, 100, 20, "" },
		{ 300, 100, 20, "the same 20 sockets as 5 min ago" },
		{ 1500, 100, 20, "the same 20 sockets as 25 min ago" },
		{ 1800, 105, 20, "15 of these 20 sockets were there 30 min ago" },
		{ 2100, 115, 20, "10 of these 20 sockets were there 5 min ago" },
		{ 2400, 500, 20, "" },
		{ 2700, 500, 1, "1 of these 1 socket was there 5 min ago" },
		{ 3000, 500, 1, "the same 1 socket as 5 min ago" },
	};

	(void)state;
	play(moments, countof(moments), MANY);
}

/* Of many only some are known, of a group only the sum. */
static void test_what_is_not_known_is_not_said(void **state)
{
	static const struct moment moments[] = {
		{ 0, 100, 300, "" },
		{ 300, 100, 300, "the same 300 sockets as 5 min ago" },
		{ 600, 100, 290, "at least 10 of these 290 sockets were there 10 min ago" },
		{ 900, 105, 290, "at least 5 of these 290 sockets were there 15 min ago" },
	}, of_group[] = {
		{ 0, 100, 300, "" },
		{ 300, 100, 300, "the same 300 sockets as 5 min ago" },
		{ 600, 100, 290, "" },
	};

	(void)state;
	play(moments, countof(moments), 10);
	play(of_group, countof(of_group), 0);
}

static void test_hostile_memories(void **state)
{
	static const char *const texts[] = {
		"", "[", "[]", "{}", "{\"n\":1}", "{\"n\":2,\"sum\":3,\"since\":1e308,\"seen\":[]}",
		"{\"n\":2,\"sum\":3,\"since\":-5,\"seen\":[[],[1],[null,null],[1,\"a\"],[2,-1e308],7]}",
		"{\"n\":2,\"sum\":3,\"since\":\"x\",\"seen\":{}}",
	};
	const uint64_t hash[] = { 1, 2 };
	const struct flagged flagged = { 2, 3, hash, 2 };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(texts); i++) {
		autobuf struct buf keep = BUF_INIT, phrase = BUF_INIT;

		same_advance(&keep, &phrase, texts[i], &flagged, 100);
		assert_non_null(strstr(keep.text, "\"n\":2"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_sum_is_that_of_the_set),
		cmocka_unit_test(test_a_group_has_its_own),
		cmocka_unit_test(test_the_same_are_told_from_some),
		cmocka_unit_test(test_what_is_not_known_is_not_said),
		cmocka_unit_test(test_hostile_memories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
