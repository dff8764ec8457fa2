/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for people. Nothing here asks the locale for a comma. */
#include "fact/unit.h"

#include <math.h>

static const char *const unit_names[UNITS] = {
	[UNIT_COUNT] = "count",
	[UNIT_RATIO] = "ratio",
	[UNIT_BYTES] = "bytes",
	[UNIT_SECONDS] = "seconds",
	[UNIT_PAGES] = "pages",
	[UNIT_PER_SECOND] = "per second",
	[UNIT_BYTES_PER_SECOND] = "bytes per second",
	[UNIT_PORT] = "port",
	[UNIT_ID] = "id",
	[UNIT_BOOL] = "condition",
	[UNIT_SYMBOL] = "symbol",
	[UNIT_TEXT] = "text",
	[UNIT_KEY] = "key",
};

const char *unit_name(enum unit unit)
{
	return (unsigned)unit < UNITS ? unit_names[unit] : "unknown";
}

/* A whole number with commas: 1,234,567. */
static void put_whole(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_putc(out, ',');
		buf_putc(out, digits[i]);
	}
}

enum trim { TRIM_NONE, TRIM_TO_ONE, TRIM_ALL }; /* zeros at the end of the decimals */

/* Rounded to so many decimals, at most 9; x must be below 10^9. */
static void put_decimals(struct buf *out, double x, unsigned decimals, enum trim trim)
{
	char digits[24];
	uint64_t power = 1, n;

	for (unsigned i = 0; i < decimals; i++)
		power *= 10;
	n = (uint64_t)llround(x * (double)power);
	put_whole(out, n / power);
	snprintf(digits, sizeof(digits), "%0*llu", (int)decimals, (unsigned long long)(n % power));
	while (decimals > (trim == TRIM_TO_ONE ? 1 : 0) && trim && digits[decimals - 1] == '0')
		decimals--;
	if (!decimals)
		return;
	buf_putc(out, '.');
	buf_write(out, digits, decimals);
}

/* The decimals that show three digits of x, or one at least. */
static unsigned decimals_for(double x)
{
	unsigned decimals = x >= 10 ? 1 : 2;

	for (; x < 1 && decimals < 9; x *= 10)
		decimals++;
	return decimals;
}

struct step {
	double size;
	const char *name;
};

static void put_large(struct buf *out, double x)
{
	static const struct step steps[] = {
		{ 1e12, "trillion" }, { 1e9, "billion" }, { 1e6, "million" },
	};
	unsigned i = 0;

	while (x < steps[i].size * 0.9995)
		i++;
	x /= steps[i].size;
	if (x < 1e9)
		put_decimals(out, x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2, TRIM_TO_ONE);
	else
		buf_printf(out, "%.0f", x);
	buf_printf(out, " %s", steps[i].name);
}

static void put_count(struct buf *out, double x)
{
	if (x >= 1e7)
		put_large(out, x);
	else if (x == floor(x))
		put_whole(out, (uint64_t)x);
	else
		put_decimals(out, x, decimals_for(x), TRIM_TO_ONE);
}

/* Full is said of nothing that is not quite full. */
static double away_from_full(double percent)
{
	return percent < 100 ? floor(percent * 10) / 10 : ceil(percent * 10) / 10;
}

static void put_ratio(struct buf *out, double x)
{
	double percent = x * 100;

	if (percent > 0 && percent < 0.001)
		buf_puts(out, "<0.001");
	else if (percent != 100 && percent >= 99.5 && percent < 100.5)
		put_decimals(out, away_from_full(percent), 1, TRIM_NONE);
	else if (percent >= 1e9)
		put_large(out, percent);
	else if (percent >= 9.95)
		put_decimals(out, percent, 0, TRIM_ALL);
	else
		put_decimals(out, percent, percent >= 0.995 ? 1 : percent >= 0.0995 ? 2 : 3,
			     TRIM_ALL);
	buf_putc(out, '%');
}

static void put_bytes(struct buf *out, double x)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned i = 0;

	if (x < 1023.5) {
		put_count(out, x);
		buf_puts(out, " B");
		return;
	}
	for (x /= 1024; x >= 1023.5 && i + 1 < countof(units); x /= 1024)
		i++;
	if (x < 1e9)
		put_decimals(out, x, x < 99.95 ? 1 : 0, TRIM_NONE);
	else
		put_large(out, x);
	buf_printf(out, " %s", units[i]);
}

static void put_short_time(struct buf *out, double x)
{
	static const struct step steps[] = {
		{ 1, "s" }, { 1e-3, "ms" }, { 1e-6, "us" }, { 1e-9, "ns" },
	};
	unsigned i = 0;

	while (i + 1 < countof(steps) && x < steps[i].size * 0.9995)
		i++;
	x /= steps[i].size;
	put_decimals(out, x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2, TRIM_ALL);
	buf_printf(out, " %s", steps[i].name);
}

/* The two largest of days, hours, minutes and seconds: "2 h 11 min". */
static void put_long_time(struct buf *out, uint64_t n)
{
	static const struct {
		unsigned size;
		const char *name;
	} steps[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	unsigned i = 0;

	while (n < steps[i].size)
		i++;
	put_whole(out, n / steps[i].size);
	buf_printf(out, " %s", steps[i].name);
	n %= steps[i].size;
	if (n && n >= steps[i + 1].size)
		buf_printf(out, " %u %s", (unsigned)(n / steps[i + 1].size), steps[i + 1].name);
}

static void put_seconds(struct buf *out, double x)
{
	if (x == 0)
		buf_puts(out, "0 s");
	else if (x < 9.995)
		put_short_time(out, x);
	else if (x < 119.5)
		buf_printf(out, "%.0f s", x);
	else if (x < 1e15)
		put_long_time(out, (uint64_t)llround(x));
	else
		buf_printf(out, "%.0f s", x);
}

static void put_pages(struct buf *out, double x)
{
	put_count(out, x);
	buf_puts(out, x == 1 ? " page" : " pages");
}

static void put_per_second(struct buf *out, double x)
{
	put_count(out, x);
	buf_puts(out, "/s");
}

static void put_bytes_per_second(struct buf *out, double x)
{
	put_bytes(out, x);
	buf_puts(out, "/s");
}

static void put_plain(struct buf *out, double x)
{
	buf_printf(out, "%.0f", x);
}

static void put_bool(struct buf *out, double x)
{
	buf_puts(out, x == 0 ? "no" : "yes");
}

void unit_print(struct buf *out, enum unit unit, double value)
{
	static void (*const printers[UNITS])(struct buf *out, double x) = {
		[UNIT_COUNT] = put_count,
		[UNIT_RATIO] = put_ratio,
		[UNIT_BYTES] = put_bytes,
		[UNIT_SECONDS] = put_seconds,
		[UNIT_PAGES] = put_pages,
		[UNIT_PER_SECOND] = put_per_second,
		[UNIT_BYTES_PER_SECOND] = put_bytes_per_second,
		[UNIT_PORT] = put_plain,
		[UNIT_ID] = put_plain,
		[UNIT_BOOL] = put_bool,
		[UNIT_SYMBOL] = put_plain,
		[UNIT_TEXT] = put_plain,
		[UNIT_KEY] = put_plain,
	};

	if (isnan(value)) {
		buf_puts(out, "unknown");
		return;
	}
	if (value < 0)
		buf_putc(out, '-');
	if (isinf(value))
		buf_puts(out, "unlimited");
	else
		((unsigned)unit < UNITS ? printers[unit] : put_count)(out, fabs(value));
}
