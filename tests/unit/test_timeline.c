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
	assert_has(out.text, "began 2025-06-15 15:11Z, has lasted 8 h 15 min; 100 runs found it\n");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_say_when_and_how_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
