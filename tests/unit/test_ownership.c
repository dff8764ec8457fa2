/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners in words: no name can say more than one name does. */
#include "unit.h"

#include "report/ownership.h"

#include <errno.h>
#include <string.h>

static const struct {
	struct owner owner;
	const char *text;
} cases[] = {
	{ { OWNER_SEEN, 812, 33, 0, "nginx", "www-data", "nginx.service" },
	  "nginx[812] (www-data, nginx.service)" },
	{ { OWNER_SEEN, 812, 33, 1, "nginx", NULL, NULL }, "nginx[812] (user 33, shared with 1 child)" },
	{ { OWNER_SEEN, 812, 0, 4, "nginx", "root", NULL },
	  "nginx[812] (root, shared with 4 children)" },
	{ { OWNER_HIDDEN, 0, 33, 0, NULL, "www-data", "nginx.service" },
	  "a process of www-data in nginx.service" },
	{ { OWNER_HIDDEN, 0, 33, 0, NULL, NULL, NULL }, "a process of user 33" },
	{ { OWNER_UNKNOWN, 0, 33, 0, NULL, NULL, NULL }, "a process of user 33" },
	{ { OWNER_NOBODY, 0, 0, 0, NULL, "root", NULL }, "no process that /proc shows (root)" },
	{ { OWNER_SEEN, 1, 0, 0, "kworker/u8:4+x", "root", NULL }, "kworker/u8:4+x[1] (root)" },
	/* 15 bytes of a process's own choice */
	{ { OWNER_SEEN, 7, 0, 0, "Web Content", "root", NULL }, "\"Web Content\"[7] (root)" },
	{ { OWNER_SEEN, 7, 0, 0, "", "root", NULL }, "\"\"[7] (root)" },
	{ { OWNER_SEEN, 7, 0, 0, "sshd[1] (root),", "me", NULL }, "\"sshd[1] (root),\"[7] (me)" },
	{ { OWNER_SEEN, 7, 0, 0, "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"", "me", NULL },
	  "\"\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\\x22\"[7] (me)" },
	{ { OWNER_SEEN, 7, 0, 0, "\\x0auser", "a, b", NULL }, "\"\\x0auser\"[7] (\"a, b\")" },
};

static void test_one_owner(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf out = BUF_INIT;

		owner_print(&out, &cases[i].owner);
		assert_string_equal(buf_text(&out), cases[i].text);
	}
}

/* ---- of a finding ---- */

static const char lines[] = "process\t5\t0\t/\ta\nholds\t1 2 3\nprocess\t6\t0\t/\tb\nholds\t4\n"
			    "process\t7\t0\t/\tc\nholds\t5\nprocess\t8\t0\t/\td\nholds\t6\n"
			    "process\t9\t0\t/\te\nholds\t7\nend\tcomplete\t0\t1\n";

static int give_lines(struct source *source, struct inodes *wanted, bool descriptors,
		      struct buf *out)
{
	(void)source;
	(void)wanted;
	(void)descriptors;
	buf_puts(out, lines);
	return 0;
}

static int give_none(struct source *source, struct inodes *wanted, bool descriptors,
		      struct buf *out)
{
	(void)source;
	(void)wanted;
	(void)descriptors;
	(void)out;
	return ENODATA;
}

static void check(unsigned sockets, bool recorded, const char *expected)
{
	const struct source_ops ops = { .owners = recorded ? give_lines : give_none };
	struct source source = { .ops = &ops };
	struct names *names = names_new();
	struct who *who = xcalloc(sockets + 1, sizeof *who);
	struct verdict *verdict = xcalloc(1, sizeof *verdict);
	struct report_finding *finding = xcalloc(1, sizeof *finding);
	struct wording wording = { .arena = arena_new(), .owners = owners_new(names) };

	for (; verdict->witness_count < sockets; verdict->witness_count++) {
		who[verdict->witness_count].inode = verdict->witness_count + 1;
		owners_want(wording.owners, &who[verdict->witness_count], true);
	}
	verdict->witnesses = who;
	owners_find(wording.owners, &source, false);
	word_owners(finding, verdict, &wording);
	if (expected)
		assert_string_equal(finding->by, expected);
	else
		assert_null(finding->by);
	owners_free(wording.owners);
	arena_free(wording.arena);
	names_free(names);
	free(finding);
	free(verdict);
	free(who);
}

static void test_owners_of_a_finding(void **state)
{
	(void)state;
	check(0, true, NULL);
	check(3, true, "a[5] (user 0)");
	check(4, true, "a[5] (user 0): 3; b[6] (user 0): 1 of 4 sockets looked at");
	check(7, true, "a[5] (user 0): 3; b[6] (user 0): 1; c[7] (user 0): 1; d[8] (user 0): 1; "
		       "1 more of 7 sockets looked at");
	check(3, false, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_owner),
		cmocka_unit_test(test_owners_of_a_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
