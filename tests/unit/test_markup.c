/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/markdown.h, base/roff.h: that text stays text. tests/reference.sh does the same to whole
 * rules. */
#include "unit.h"

#include "base/markdown.h"
#include "base/roff.h"

static void test_markdown_shows_words_as_they_are(void **state)
{
	static const struct { const char *text, *expected; } rows[] = {
		{ "", "" },
		{ "  two \t words \n", "two words" },
		{ "net.ipv4.tcp_rmem", "net.ipv4.tcp_rmem" },
		{ "_a_ __b x_", "\\_a\\_ \\_\\_b x\\_" },
		{ "*a* `b` [c](d) ![e](f)", "\\*a\\* \\`b\\` \\[c\\](d) !\\[e\\](f)" },
		{ "a < b > c | d ~e~ \\", "a \\< b > c \\| d \\~e\\~ \\\\" },
		{ "&amp; &#60; a & b &&", "\\&amp; \\&#60; a & b &&" },
		{ "http://a.b www.a.b a:b", "http\\://a.b www\\.a.b a:b" },
		{ "# a # b", "\\# a # b" },
		{ "> a", "\\> a" },
		{ ">= 4.11", "\\>= 4.11" },
		{ "- a - b", "\\- a - b" },
		{ "-ltn", "-ltn" },
		{ "1. a 2. b", "1\\. a 2. b" },
		{ "12) a", "12\\) a" },
		{ "1.5 a", "1.5 a" },
		{ ":--: a", "\\:--: a" },
		{ "===", "\\===" },
		{ "a @b c@d.e", "a `@b` `c@d.e`" },
		{ "#12 a#1", "`#12` `a#1`" },
		{ "@`x`|", "`` @`x`| ``" },
		{ ">@b a", "`>@b` a" },
		{ "@b", "`@b`" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		markdown_words(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static void test_markdown_cells_keep_their_bars(void **state)
{
	static const struct { const char *text, *expected; } rows[] = {
		{ "", "  |" },
		{ "a | b", " a \\| b |" },
		{ "|", " \\| |" },
		{ "a \\| b", " a \\| b |" },
		{ "`a|b`", " `a\\|b` |" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		markdown_cell(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static void test_markdown_watches_what_wrapping_brings_to_the_front(void **state)
{
	autobuf struct buf line = BUF_INIT, out = BUF_INIT;

	(void)state;
	markdown_words(&line, "a word > then - and 1. or # too =");
	markdown_wrap(&out, buf_text(&line), 7);
	assert_string_equal(out.text, "a word\n\\> then\n\\- and\n1\\. or #\ntoo =\n");
}

static void test_markdown_code_has_fences_longer_than_its_own(void **state)
{
	static const struct { const char *text, *span, *block; } rows[] = {
		{ "a < b", "`a < b`", "```\na < b\n```\n" },
		{ "a\tb\nc", "`a b c`", "```\na\tb\nc\n```\n" },
		{ "`", "`` ` ``", "```\n`\n```\n" },
		{ "a ```` b", "````` a ```` b `````", "`````\na ```` b\n`````\n" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf span = BUF_INIT, block = BUF_INIT;

		markdown_code(&span, rows[i].text);
		markdown_block(&block, rows[i].text, 80);
		assert_string_equal(span.text, rows[i].span);
		assert_string_equal(block.text, rows[i].block);
	}
}

static void test_roff_takes_no_orders(void **state)
{
	static const struct { const char *text, *expected; } rows[] = {
		{ "", "" },
		{ " \n ", "" },
		{ ".Sh NAME", "\\&.Sh NAME\n" },
		{ "'br", "\\&'br\n" },
		{ "a .b 'c d.e", "a \\&.b \\&'c d.e\n" },
		{ "\\fB \\", "\\efB \\e\n" },
		{ "One. Two! three. Four", "One.\nTwo! three.\nFour\n" },
		{ "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80",
		  "gr\\[u00FC]\\[u00DF] \\[u65E5] \\[u1F600]\n" },
		{ "\xff \xc3 \xe6\x97 \xc2\x9b \033 \x7f", "? ? ?? ?? ? ?\n" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		autobuf struct buf out = BUF_INIT;

		roff_text(&out, rows[i].text);
		assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static void test_roff_keeps_the_lines_of_a_display(void **state)
{
	autobuf struct buf out = BUF_INIT;

	(void)state;
	roff_literal(&out, "a = 1\n.b = \\2 and 3\n'c", 9);
	assert_string_equal(out.text, "a = 1\n\\&.b = \\e2\nand 3\n\\&'c\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_shows_words_as_they_are),
		cmocka_unit_test(test_markdown_cells_keep_their_bars),
		cmocka_unit_test(test_markdown_watches_what_wrapping_brings_to_the_front),
		cmocka_unit_test(test_markdown_code_has_fences_longer_than_its_own),
		cmocka_unit_test(test_roff_takes_no_orders),
		cmocka_unit_test(test_roff_keeps_the_lines_of_a_display),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
