/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history/since.h: points in time as people write them. */
#include "unit.h"

#include <stdlib.h>

#include "history/since.h"

enum { DAY = 86400 };

static void test_since(void **state)
{
	static const struct {
		const char *text;
		int64_t time; /* 0: an error */
	} rows[] = {
		{ "2h", 1750000000 - 7200 },
		{ "7d", 1750000000 - 7 * DAY },
		{ "90s", 1750000000 - 90 },
		{ "5min", 1750000000 - 300 },
		{ "today", 1749945600 },
		{ "yesterday", 1749859200 },
		{ "2025-06-14", 1749859200 },
		{ "2025-06-14 15:40", 1749859200 + 15 * 3600 + 2400 },
		{ "2025-06-14T15:40:07Z", 1749859200 + 15 * 3600 + 2407 },
		{ "2025-06-14 15:40Z", 1749859200 + 15 * 3600 + 2400 },
		{ "15:40", 1749945600 + 15 * 3600 + 2400 },
		{ "@1750000000", 1750000000 },
		{ "", 0 }, { "2", 0 }, { "2 h", 0 }, { "h", 0 }, { "-2h", 0 }, { "tomorrow", 0 },
		{ "2025-13-14", 0 }, { "2025-06-14 25:00", 0 }, { "2025-06-14 15:40 ", 0 },
		{ "99999999999999999999d", 0 }, { "@", 0 }, { "Z", 0 },
	};
	unsigned i;

	(void)state;
	setenv("TZ", "UTC0", 1);
	for (i = 0; i < countof(rows); i++) {
		autoerrors struct errors errors = ERRORS_INIT;
		int64_t time = 0;
		int result = since_parse(&time, rows[i].text, 1750000000, &errors);

		if (result != (rows[i].time ? 0 : -1) || time != rows[i].time)
			fail_msg("'%s' is %lld", rows[i].text, (long long)time);
		assert_int_equal(errors.count, rows[i].time ? 0 : 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
