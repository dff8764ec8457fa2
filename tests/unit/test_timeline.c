/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/timeline.h: when findings began and how they went, as each format prints it. */
#include "history_world.h"

static const char *print(struct world *w, const char *format, const char *rule, struct buf *out)
{
	struct timeline *timeline = world_timeline(w, rule, 0);
	unsigned i;

	buf_clear(out);
	for (i = 0; timeline_formats[i].name; i++)
		if (strcmp(timeline_formats[i].name, format) == 0)
			timeline_formats[i].print(out, timeline, &(struct look){ 80, false, false });
	timeline_free(timeline);
	return buf_text(out);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void test_formats_say_when_and_how_much(void **state)
{
	autobuf struct buf out = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 100; i++) {
		world_pass(&w, STEP);
		world_find(&w, &full, "10.0.0.1:80 | <b>", i < 50 ? i : 100 - i);
		world_store(&w);
	}
	assert_has(print(&w, "text", NULL, &out), "critical: The queue is full [full]\n");
	assert_has(out.text, "since 2025-06-15 15:11Z, for 8 h 15 min, in 100 runs\n");
	assert_has(out.text, "sockets:  ___..---===+++**%%%######%%%***++===---...__  0 to 50, last 1");
	assert_has(out.text, "0 to 50, last 1\n");
	assert_has(print(&w, "json", "full", &out), "\"time\": \"2025-06-15T15:11:40Z\",\n              \"value\": 0\n");
	assert_has(print(&w, "markdown", "full", &out), "| time (UTC) | sockets |\n|---|--:|\n");
	assert_has(out.text, "| 50 |\n");
	assert_has(out.text, "36 equal parts");
	assert_null(strstr(out.text, "\n| 2025-06-15 15:11Z | 0 |\n| 2025-06-15 15:16Z | 1 |\n"));
	assert_has(print(&w, "text", "leak", &out), "nothing was found of leak in 100 runs");
	world_fini(&w);
}

/* A label that leaves no room gets a line, a number that never changed no curve; once is no time. */
static void test_what_a_person_reads(void **state)
{
	static const char label[] = "tracked connections in this namespace";
	autobuf struct buf out = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 8; i++) {
		world_pass(&w, STEP);
		world_find(&w, &full, "host", 10 * i);
		w.findings[0].evidence[0].name = label;
		if (i < 6)
			world_find(&w, &leak, "host", 7);
		if (i == 3)
			world_find(&w, &leak, "10.0.0.1", 7);
		world_store(&w);
	}
	print(&w, "text", NULL, &out);
	assert_has(out.text, "  tracked connections in this namespace:\n    _.-=+*%#  0 to 70, last 70\n");
	assert_has(out.text, "  2025-06-15 15:11Z to 2025-06-15 15:36Z, for 25 min, in 6 runs; not gone"
			     " yet\n  sockets:  7\n");
	assert_has(out.text, "  10.0.0.1\n  once, 2025-06-15 15:26Z\n  sockets:  7\n");
	assert_has(print(&w, "markdown", "leak", &out), "- once: 2025-06-15 15:26Z\n");
	assert_has(out.text, ", the last by rulebook `1 abc`.\n");
	/* By hand, six seconds apart: each run has its row. */
	for (i = 0; i < 2; i++) {
		world_pass(&w, 6);
		world_find(&w, &leak, "host", 8 + i);
		world_store(&w);
	}
	assert_has(print(&w, "markdown", "leak", &out), "| 2025-06-15T15:46:46Z | 8 |\n"
							"| 2025-06-15T15:46:52Z | 9 |\n");
	world_fini(&w);
}

/* A show item without a label is called by its expression; a subject may be a process of any name. */
static void test_names_with_quotes(void **state)
{
	static const char label[] = "count(congestion == \"bbr\")", subject[] = "\"a\\x1b\"[812]";
	autobuf struct buf out = BUF_INIT;
	struct world w;
	unsigned i;

	(void)state;
	world_init(&w);
	for (i = 0; i < 4; i++) {
		world_pass(&w, STEP);
		world_find(&w, &leak, subject, 7);
		w.findings[0].evidence[0].name = label;
		world_store(&w);
	}
	assert_has(print(&w, "text", NULL, &out), "  \"a\\x1b\"[812]\n");
	assert_has(out.text, "  count(congestion == \"bbr\"):  7\n");
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_say_when_and_how_much),
		cmocka_unit_test(test_what_a_person_reads),
		cmocka_unit_test(test_names_with_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
