/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of owners.txt and cgroups.txt, good and bad, and what sockets are told of them. */
#include "unit.h"

#include "collect/owners.h"

#include <errno.h>
#include <string.h>

/* A source that has these lines; NULL: it has not, for this reason. */
struct lines {
	struct source source;
	const char *owners, *cgroups;
	int error;
	unsigned looks;
};

static int give(const struct lines *lines, const char *text, struct buf *out)
{
	buf_puts(out, text ? text : "");
	return text ? 0 : lines->error;
}

static int lines_owners(struct source *source, struct inodes *wanted, bool descriptors,
			struct buf *out)
{
	struct lines *lines = (struct lines *)source;

	(void)wanted;
	(void)descriptors;
	lines->looks++;
	return give(lines, lines->owners, out);
}

static int lines_cgroups(struct source *source, struct buf *out)
{
	const struct lines *lines = (struct lines *)source;

	return give(lines, lines->cgroups, out);
}

static const struct source_ops ops = { .owners = lines_owners, .cgroups = lines_cgroups };

static struct lines lines_of(const char *owners, const char *cgroups)
{
	return (struct lines){ .source = { .ops = &ops }, .owners = owners, .cgroups = cgroups,
			       .error = ENODATA };
}

struct world {
	struct names *names;
	struct owners *owners;
	struct lines lines;
};

/* Sockets 1 to 9 are wanted. */
static struct world world_new(const char *owners, const char *cgroups)
{
	struct world world = { .names = names_new(), .lines = lines_of(owners, cgroups) };
	struct who who = { .uid = 33 };

	world.owners = owners_new(world.names);
	owners_read_services(world.owners, &world.lines.source);
	for (who.inode = 1; who.inode <= 9; who.inode++)
		owners_want(world.owners, &who, true);
	owners_find(world.owners, &world.lines.source, false);
	return world;
}

static void world_free(struct world *world)
{
	owners_free(world->owners);
	names_free(world->names);
}

static const struct owner *owner_of(struct world *world, uint32_t inode, uint64_t cgroup)
{
	const struct who who = { inode, 33, cgroup };

	return owners_at(world->owners, owners_number(world->owners, &who));
}

static const char *note_of(struct world *world, struct buf *out)
{
	buf_clear(out);
	owners_note(world->owners, false, out);
	return buf_text(out);
}

#define NGINX "process\t812\t33\t/system.slice/nginx.service\tnginx\n"
#define NAMES "user\t33\twww-data\nuser\t33\tother\n"

static void test_a_holder(void **state)
{
	struct world world = world_new(NGINX "holds\t1 2\nprocess\t813\t33\t\tnginx\nholds\t1\n"
				       "process\t814\t0\t\tx\nholds\t1 2 3\n" NAMES
				       "end\tcomplete\t0\t1\n", NULL);
	const struct owner *owner = owner_of(&world, 1, 0);
	autobuf struct buf note = BUF_INIT;

	(void)state;
	assert_int_equal(owner->kind, OWNER_SEEN);
	assert_int_equal(owner->pid, 812);
	assert_string_equal(owner->command, "nginx");
	assert_string_equal(owner->user, "www-data");
	assert_string_equal(owner->service, "nginx.service");
	assert_int_equal(owner->sharers, 2);
	assert_ptr_equal(owner_of(&world, 2, 0), owner);
	assert_int_equal(owner_of(&world, 3, 0)->pid, 814);
	assert_null(owner_of(&world, 3, 0)->user);
	assert_null(owner_of(&world, 3, 0)->service);
	/* Looked for everywhere and not found: nobody holds it. Without an inode nobody can. */
	assert_int_equal(owner_of(&world, 4, 0)->kind, OWNER_NOBODY);
	assert_null(owner_of(&world, 0, 0));
	assert_int_equal(owner_of(&world, 77, 0)->kind, OWNER_UNKNOWN); /* never wanted */
	assert_string_equal(note_of(&world, &note), "");
	world_free(&world);
}

/* What may be known of it without privilege is its user and its service. */
static void test_hidden_holders(void **state)
{
	struct world world = world_new(NGINX "holds\t1\n" NAMES "end\tcomplete\t12\t0\n",
				       "44\t/system.slice/redis.service\n");
	autobuf struct buf note = BUF_INIT;
	const struct owner *owner;

	(void)state;
	assert_int_equal(owner_of(&world, 1, 0)->pid, 812);
	owner = owner_of(&world, 2, 44);
	assert_int_equal(owner->kind, OWNER_HIDDEN);
	assert_string_equal(owner->user, "www-data");
	assert_string_equal(owner->service, "redis.service");
	assert_ptr_equal(owner_of(&world, 3, 44), owner);
	assert_string_equal(owner_of(&world, 3, 45)->service, "cgroup 45");
	assert_null(owner_of(&world, 3, 0)->service);
	assert_string_equal(note_of(&world, &note),
			    "the owners of 8 sockets need CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
	world_free(&world);
}

/* A recording may name more processes than are kept: then nobody new is. */
static void test_more_processes_than_are_kept(void **state)
{
	enum { PROCESSES = 1 << 16, USERS = 500 };
	autobuf struct buf lines = BUF_INIT;
	struct who who = { .inode = 1 };
	struct world world;
	unsigned i;

	(void)state;
	for (i = 1; i <= PROCESSES; i++)
		buf_printf(&lines, "process\t%u\t0\t\tx\n", i);
	world = world_new(buf_text(&lines), NULL);
	for (; who.uid < USERS; who.uid++)
		assert_int_equal(owners_number(world.owners, &who), 0);
	assert_non_null(owners_at(world.owners, PROCESSES));
	world_free(&world);
}

/* With the capabilities, but denied all the same (a security module): not "nobody". */
static void test_denied_is_not_nobody(void **state)
{
	struct world world = world_new("end\tcomplete\t1\t1\n", NULL);

	(void)state;
	assert_int_equal(owner_of(&world, 2, 0)->kind, OWNER_HIDDEN);
	world_free(&world);
}

static void test_unknown_owners(void **state)
{
	static const struct {
		const char *owners, *note;
	} cases[] = {
		{ NULL, "" }, /* not recorded: that is said of the rules that need it */
		{ "end\tdeadline\t0\t1\n",
		  "looking for the owners of sockets took too long: 9 were not found" },
		{ "", "the owners of 9 sockets need CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct world world = world_new(cases[i].owners, NULL);
		autobuf struct buf note = BUF_INIT;

		assert_int_equal(owner_of(&world, 2, 0)->kind, i == 2 ? OWNER_HIDDEN : OWNER_UNKNOWN);
		assert_string_equal(note_of(&world, &note), cases[i].note);
		world_free(&world);
	}
}

/* A second look gives its lines anew; the process is the same, its sharers are not counted twice. */
static void test_two_looks(void **state)
{
	struct world world = world_new(NGINX "holds\t1\nprocess\t813\t33\t\tw\nholds\t1 10\n"
				       "end\tcomplete\t0\t1\n", NULL);
	const struct who who = { 10, 33, 0 };
	unsigned first = owners_number(world.owners, &(struct who){ 1, 33, 0 });

	(void)state;
	owners_want(world.owners, &who, true);
	owners_find(world.owners, &world.lines.source, false);
	assert_int_equal(owners_number(world.owners, &(struct who){ 1, 33, 0 }), first);
	assert_int_equal(owners_at(world.owners, first)->sharers, 1);
	assert_int_equal(owner_of(&world, 10, 0)->pid, 813);
	assert_int_equal(world.lines.looks, 2);
	world_free(&world);
}

/* What was only wanted for a recording is not missed. */
static void test_not_asked(void **state)
{
	struct lines lines = lines_of("end\tcomplete\t3\t0\n", NULL);
	struct names *names = names_new();
	struct owners *owners = owners_new(names);
	autobuf struct buf note = BUF_INIT;

	(void)state;
	owners_want(owners, &(struct who){ 1, 0, 0 }, false);
	owners_find(owners, &lines.source, false);
	owners_note(owners, true, &note);
	assert_string_equal(buf_text(&note), "");
	owners_free(owners);
	names_free(names);
}

/* Said where a finding has sockets, and else not. */
static void test_not_recorded(void **state)
{
	struct lines lines = lines_of(NULL, NULL);
	struct names *names = names_new();
	struct owners *owners = owners_new(names);
	autobuf struct buf note = BUF_INIT;

	(void)state;
	owners_note(owners, true, &note); /* nobody looked */
	assert_string_equal(buf_text(&note), "");
	owners_want(owners, &(struct who){ 1, 0, 0 }, true);
	owners_find(owners, &lines.source, false);
	owners_note(owners, false, &note);
	assert_string_equal(buf_text(&note), "");
	owners_note(owners, true, &note);
	assert_string_equal(buf_text(&note), "who holds the sockets of findings was not recorded");
	owners_free(owners);
	names_free(names);
}

static void test_services(void **state)
{
	struct world world = world_new("", "1\t/\n44\t/system.slice/a.service\n"
				       "18446744073709551615\t/b\x1b\nx\t/c\n7\tno\n8\n\n9\t/d");
	static const struct {
		uint64_t cgroup;
		const char *service;
	} cases[] = {
		{ 44, "a.service" }, { 44, "a.service" }, { 1, "/" }, { UINT64_MAX, "/b\\x1b" },
		{ 7, "cgroup 7" }, { 8, "cgroup 8" }, { 9, "/d" },
	};
	size_t i;

	(void)state;
	assert_int_equal(owners_services_why(world.owners), WHY_KNOWN);
	for (i = 0; i < countof(cases); i++)
		assert_string_equal(names_text(world.names,
					       owners_service(world.owners, cases[i].cgroup)),
				    cases[i].service);
	world_free(&world);
}

/* Version 1 only, and a recording that does not say. */
static void test_no_services(void **state)
{
	struct world world = world_new("", ""), old = world_new("", NULL);

	(void)state;
	assert_int_equal(owners_services_why(world.owners), WHY_NO_CGROUPS);
	assert_int_equal(owners_services_why(old.owners), WHY_NOT_RECORDED);
	world_free(&world);
	world_free(&old);
}

/* A recording that has the files, which cannot be read. */
static void test_why_nothing_is_known(void **state)
{
	static const struct {
		int error;
		enum why why;
	} cases[] = {
		{ ENODATA, WHY_NOT_RECORDED }, { EACCES, WHY_DENIED }, { EFBIG, WHY_MALFORMED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct world world = world_new("", NULL);

		assert_int_equal(owners_why(world.owners), WHY_KNOWN);
		world.lines = lines_of(NULL, NULL);
		world.lines.error = cases[i].error;
		owners_find(world.owners, &world.lines.source, false);
		owners_read_services(world.owners, &world.lines.source);
		assert_int_equal(owners_why(world.owners), cases[i].why);
		assert_int_equal(owners_services_why(world.owners), cases[i].why);
		world_free(&world);
	}
}

/* Nothing is believed, nothing is read past its end. */
static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"\n\n\t\n\t\t\t\n",
		"process\n", "process\t\n", "process\t1\n", "process\t1\t2\n", "process\t1\t2\t3\n",
		"process\tx\t2\t/\tc\n", "process\t99999999999\t2\t/\tc\nholds\t1\n",
		"process\t-1\t2\t/\tc\nholds\t1\n", "process\t1\t4294967296\t/\tc\nholds\t1\n",
		"holds\t1 2 3\n", "holds\n", "holds\t\n",
		"process\t0\t2\t/\tc\nholds\t1\n",
		"user\n", "user\t\n", "user\tx\ty\n", "user\t1\n", "end\n", "end\tcomplete\n",
		"end\tcomplete\tx\t1\n", "end\tcomplete\t0\t2\n", "unknown\t1\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(lines); i++) {
		struct world world = world_new(lines[i], lines[i]);

		assert_int_equal(owner_of(&world, 1, 0)->kind, OWNER_HIDDEN);
		world_free(&world);
	}
}

static void test_hostile_names(void **state)
{
	struct world world = world_new("process\t1\t2\t/a\x1b.service\tx\x1b[2J\xff\\x1b\nholds\t1\n",
				       NULL);

	(void)state;
	assert_string_equal(owner_of(&world, 1, 0)->command, "x\\x1b[2J\\xff\\x1b");
	assert_string_equal(owner_of(&world, 1, 0)->service, "a\\x1b.service");
	world_free(&world);
}

/* However many users and services there are, they take bounded room. */
static void test_many_users(void **state)
{
	struct world world = world_new("", NULL);
	const struct owner *owner = NULL;
	uint32_t uid;

	(void)state;
	for (uid = 0; uid < 1000; uid++)
		owner = owners_at(world.owners,
				  owners_number(world.owners, &(struct who){ 1, uid, 0 }));
	assert_string_equal(owner->user, "other users");
	assert_null(owners_at(world.owners, 66));
	assert_non_null(owners_at(world.owners, 65));
	world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_holder),
		cmocka_unit_test(test_hidden_holders),
		cmocka_unit_test(test_denied_is_not_nobody),
		cmocka_unit_test(test_more_processes_than_are_kept),
		cmocka_unit_test(test_unknown_owners),
		cmocka_unit_test(test_two_looks),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_not_recorded),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_no_services),
		cmocka_unit_test(test_why_nothing_is_known),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_many_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
