/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of words and signs. */
#include "expr/words.h"

#include <string.h>

const struct binary_word binary_words[] = {
	[BINARY_OR] = { "or", LEVEL_OR },	[BINARY_AND] = { "and", LEVEL_AND },
	[BINARY_EQ] = { "==", LEVEL_COMPARE },	[BINARY_NE] = { "!=", LEVEL_COMPARE },
	[BINARY_LT] = { "<", LEVEL_COMPARE },	[BINARY_LE] = { "<=", LEVEL_COMPARE },
	[BINARY_GT] = { ">", LEVEL_COMPARE },	[BINARY_GE] = { ">=", LEVEL_COMPARE },
	[BINARY_ADD] = { "+", LEVEL_SUM },	[BINARY_SUB] = { "-", LEVEL_SUM },
	[BINARY_MUL] = { "*", LEVEL_PRODUCT },	[BINARY_DIV] = { "/", LEVEL_PRODUCT },
	[BINARY_GIVEN] = { "given", LEVEL_GIVEN },
};
const unsigned binary_count = countof(binary_words);

const struct aggregate_word aggregate_words[] = {
	[AGGREGATE_COUNT] = { .name = "count" },
	[AGGREGATE_SHARE] = { .name = "share", .second = true },
	[AGGREGATE_SUM] = { .name = "sum", .operand = true },
	[AGGREGATE_MIN] = { .name = "min", .operand = true },
	[AGGREGATE_MAX] = { .name = "max", .operand = true },
	[AGGREGATE_P50] = { .name = "p50", .operand = true },
	[AGGREGATE_P90] = { .name = "p90", .operand = true },
	[AGGREGATE_P99] = { .name = "p99", .operand = true },
	[AGGREGATE_DISTINCT] = { .name = "distinct", .key = true },
	[AGGREGATE_TOP] = { .name = "top", .key = true, .show_only = true },
};
const unsigned aggregate_count = countof(aggregate_words);

const char *const call_words[] = {
	[CALL_VALUE] = "",	    [CALL_DELTA] = "delta",	[CALL_RATE] = "rate",
	[CALL_LIFETIME] = "lifetime", [CALL_PRESENT] = "present", [CALL_CONFIGURED] = "configured",
};
const unsigned call_count = countof(call_words);

/* Smaller before larger within a unit: the printer takes the largest that divides. */
const struct unit_word unit_words[] = {
	{ "%", UNIT_RATIO, 0.01 },
	{ "B", UNIT_BYTES, 1 },
	{ "kB", UNIT_BYTES, 1e3 },
	{ "KiB", UNIT_BYTES, 1024 },
	{ "MB", UNIT_BYTES, 1e6 },
	{ "MiB", UNIT_BYTES, 1048576 },
	{ "GB", UNIT_BYTES, 1e9 },
	{ "GiB", UNIT_BYTES, 1073741824 },
	{ "us", UNIT_SECONDS, 1e-6 },
	{ "ms", UNIT_SECONDS, 1e-3 },
	{ "s", UNIT_SECONDS, 1 },
	{ "min", UNIT_SECONDS, 60 },
	{ "h", UNIT_SECONDS, 3600 },
	{ "d", UNIT_SECONDS, 86400 },
	{ "pages", UNIT_PAGES, 1 },
};
const unsigned unit_count = countof(unit_words);

bool expr_is_keyword(const char *word)
{
	static const char *const keywords[] = { "and", "or", "not", "as", "given", "everywhere" };
	unsigned i;

	for (i = 0; i < countof(keywords); i++)
		if (word[0] == keywords[i][0] && strcmp(word, keywords[i]) == 0)
			return true;
	return false;
}
