/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table of forms that strptime() knows, and two that it does not: words and durations. */
#include "history/since.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

static struct tm day_of(int64_t now, bool utc)
{
	time_t seconds = (time_t)now;
	struct tm tm = { .tm_year = 70 };

	if (utc)
		gmtime_r(&seconds, &tm);
	else
		localtime_r(&seconds, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return tm;
}

/* mktime() takes day 0 of a month for the last one of the month before. */
static int64_t seconds_of(struct tm tm, bool utc)
{
	return (int64_t)(utc ? timegm(&tm) : mktime(&tm));
}

static bool parse_word(int64_t *time, const char *text, int64_t now)
{
	static const struct {
		const char *word;
		int days;
	} words[] = { { "today", 0 }, { "yesterday", 1 } };
	struct tm tm = day_of(now, false);
	unsigned i;

	for (i = 0; i < countof(words); i++)
		if (strcmp(text, words[i].word) == 0) {
			tm.tm_mday -= words[i].days;
			*time = seconds_of(tm, false);
			return true;
		}
	return false;
}

static bool parse_duration(int64_t *time, const char *text, int64_t now)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 } };
	size_t digits = strspn(text, "0123456789");
	autofree char *number = strndup(text, digits);
	uint64_t count;
	unsigned i;

	if (!number || !text_u64(number, &count) || count > 1000000)
		return false;
	for (i = 0; i < countof(units); i++)
		if (strcmp(text + digits, units[i].unit) == 0) {
			*time = now - (int64_t)count * units[i].seconds;
			return true;
		}
	return false;
}

static bool parse_date(int64_t *time, const char *text, int64_t now)
{
	static const char *const forms[] = {
		"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%H:%M", "%H:%M:%S",
	};
	size_t len = strlen(text);
	bool utc = len > 0 && text[len - 1] == 'Z';
	autofree char *body = strndup(text, utc ? len - 1 : len);
	unsigned i;

	for (i = 0; body && i < countof(forms); i++) {
		struct tm tm = day_of(now, utc);
		const char *end = strptime(body, forms[i], &tm);

		if (!end || *end)
			continue;
		tm.tm_isdst = -1;
		*time = seconds_of(tm, utc);
		return true;
	}
	return false;
}

int since_parse(int64_t *time, const char *text, int64_t now, struct errors *errors)
{
	uint64_t seconds;

	if (text[0] == '@' && text_u64(text + 1, &seconds) && seconds < UINT64_C(1) << 40) {
		*time = (int64_t)seconds;
		return 0;
	}
	if (parse_word(time, text, now) || parse_duration(time, text, now) ||
	    parse_date(time, text, now))
		return 0;
	return errors_add(errors, "--since %s: expected how long ago, such as 2h or 7d, 'yesterday', "
			  "or a date, such as 2026-11-20 or '2026-11-20 15:40'", text);
}
