/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for who holds sockets, over trees that look like /proc, and over the one there is. */
#include "recordings.h"

#include "collect/holders.h"
#include "collect/procfd.h"
#include "collect/watched.h"

#include <sys/wait.h>

/* ---- a tree ---- */

struct process {
	unsigned pid;
	const char *comm; /* NULL: it has ended */
	const char *cgroup, *children;
	uint32_t inodes[4]; /* of its descriptors 0, 1, ...; 0: a file */
	unsigned count;
};

static const char status[] = "Name:\ttest\nCapEff:\t000001ffffffffff\n";

static void put_file(const struct scratch *scratch, unsigned pid, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%u/%s", pid, name);
	scratch_write(scratch, path, text);
}

static void put_descriptor(const struct scratch *scratch, unsigned pid, unsigned fd, uint32_t inode)
{
	char path[64], link[32] = "/dev/null";

	snprintf(path, sizeof path, "proc/%u/fd/%u", pid, fd);
	if (inode)
		snprintf(link, sizeof link, "socket:[%u]", inode);
	assert_int_equal(symlinkat(link, scratch->dir, path), 0);
}

static void put_process(const struct scratch *scratch, const struct process *process)
{
	char path[64];
	unsigned i;

	put_file(scratch, process->pid, "fd/x", ""); /* makes the folder */
	if (process->comm)
		put_file(scratch, process->pid, "comm", process->comm);
	if (process->cgroup)
		put_file(scratch, process->pid, "cgroup", process->cgroup);
	snprintf(path, sizeof path, "task/%u/children", process->pid);
	if (process->children)
		put_file(scratch, process->pid, path, process->children);
	for (i = 0; i < process->count; i++)
		put_descriptor(scratch, process->pid, i, process->inodes[i]);
}

static struct inodes wanted_of(const uint32_t *inodes, unsigned count)
{
	struct inodes wanted = { .entries = NULL };
	unsigned i;

	for (i = 0; i < count; i++)
		assert_non_null(inodes_add(&wanted, inodes[i], 65432));
	return wanted;
}

/* What the search says, with the scratch's owner as UID. */
static void check(const struct process *processes, unsigned count, const uint32_t *inodes,
		  unsigned inode_count, const char *expected)
{
	struct inodes wanted = wanted_of(inodes, inode_count);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT, text = BUF_INIT;
	unsigned i;

	scratch_write(&scratch, "proc/self/status", status);
	for (i = 0; i < count; i++)
		put_process(&scratch, &processes[i]);
	holders_find(scratch.dir, &wanted, NULL, 60, &out);
	for (; *expected; expected++)
		if (*expected == '@')
			buf_printf(&text, "%u", (unsigned)geteuid());
		else
			buf_putc(&text, *expected);
	assert_string_equal(buf_text(&out), buf_text(&text));
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

static void test_holders(void **state)
{
	static const struct process processes[] = {
		{ 1, "systemd\n", "0::/init.scope\n", "812", { 4711, 4714 }, 2 },
		{ 812, "nginx\n", "2:cpu:/0::/x\n0::/system.slice/nginx.service\n", "813 814",
		  { 0, 4711, 0 }, 3 },
		{ 813, "nginx\n", "0::/system.slice/nginx.service\n", "", { 4711 }, 1 },
		{ 814, "nginx\n", NULL, NULL, { 99 }, 1 },
	};
	static const uint32_t inodes[] = { 4711, 4714 };

	(void)state;
	/* init is named for what nobody else holds, the parent before its children. */
	check(processes, 4, inodes, 1,
	      "process\t812\t@\t/system.slice/nginx.service\tnginx\nholds\t4711\n"
	      "process\t813\t@\t/system.slice/nginx.service\tnginx\nholds\t4711\n"
	      "end\tcomplete\t0\t1\n");
	check(processes, 4, inodes + 1, 1,
	      "process\t1\t@\t/init.scope\tsystemd\nholds\t4714\nend\tcomplete\t0\t1\n");
}

/* One that ended between its descriptors and its name holds nothing any more. */
static void test_processes_that_die(void **state)
{
	static const struct process processes[] = {
		{ 7, NULL, NULL, NULL, { 4711 }, 1 },
		{ 8, "b\n", NULL, NULL, { 4712 }, 1 },
	};
	static const uint32_t inodes[] = { 4711, 4712 };

	(void)state;
	check(processes, 2, inodes, 2, "process\t8\t@\t\tb\nholds\t4712\nend\tcomplete\t0\t1\n");
}

static void test_hostile_names(void **state)
{
	static const struct {
		const char *comm, *shown;
	} cases[] = {
		{ "\x1b[31mred\n", "\\x1b[31mred" },
		{ "a\nuser\t0\tme\n", "a\\x0auser\\x090\\x09me" },
		{ "\xff\xfe\n", "\\xff\\xfe" },
		{ "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n", "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"" },
		{ "\\x41\n", "\\x5cx41" },
	};
	static const uint32_t inodes[] = { 4711 };
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		const struct process process = { 9, cases[i].comm, "0::/\x1b]0;x\x07.service\n",
						 NULL, { 4711 }, 1 };
		autobuf struct buf expected = BUF_INIT;

		buf_printf(&expected, "process\t9\t@\t/\\x1b]0;x\\x07.service\t%s\nholds\t4711\n"
			   "end\tcomplete\t0\t1\n", cases[i].shown);
		check(&process, 1, inodes, 1, expected.text);
	}
}

static void test_descriptors_that_are_no_sockets(void **state)
{
	static const char *const links[] = {
		"socket:[]", "socket:[4711", "socket:[4711]x", "socket:[x4711]", "socket:[99999999999]",
		"socket:4711", "anon_inode:[eventfd]", "socket:[ 4711]", "socket:[-4711]",
	};
	static const uint32_t inodes[] = { 4711 };
	struct inodes wanted = wanted_of(inodes, 1);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;
	const struct process process = { 5, "x\n", NULL, NULL, { 0 }, 0 };
	char path[64];
	size_t i;

	(void)state;
	put_process(&scratch, &process);
	for (i = 0; i < countof(links); i++) {
		snprintf(path, sizeof path, "proc/5/fd/%zu", i);
		assert_int_equal(symlinkat(links[i], scratch.dir, path), 0);
	}
	holders_find(scratch.dir, &wanted, NULL, 60, &out);
	assert_string_equal(buf_text(&out), "end\tcomplete\t0\t0\n");
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

/* ---- refusals ---- */

static void test_no_proc(void **state)
{
	static const uint32_t inodes[] = { 4711 };
	struct inodes wanted = wanted_of(inodes, 1);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	holders_find(scratch.dir, &wanted, NULL, 60, &out);
	assert_string_equal(buf_text(&out), "end\tcomplete\t0\t0\n");
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

static void put_netns(const struct scratch *scratch, const char *who, const char *netns)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%s/ns/x", who);
	scratch_write(scratch, path, ""); /* makes the folder */
	snprintf(path, sizeof path, "proc/%s/ns/net", who);
	assert_int_equal(symlinkat(netns, scratch->dir, path), 0);
}

/* Those of another namespace are only looked into for what nobody here holds; all are of the user who
 * runs this. */
static void test_likely_ones_first(void **state)
{
	static const struct process there = { 7, "there\n", NULL, NULL, { 4711, 4712 }, 2 };
	static const struct process here = { 8, "here\n", NULL, NULL, { 4711 }, 1 };
	static const uint32_t inodes[] = { 4711, 4712 };
	struct scratch scratch = scratch_new();
	unsigned count;

	(void)state;
	put_process(&scratch, &there);
	put_process(&scratch, &here);
	put_netns(&scratch, "7", "net:[2]");
	put_netns(&scratch, "8", "net:[1]");
	put_netns(&scratch, "thread-self", "net:[1]");
	for (count = 1; count <= 2; count++) {
		struct inodes wanted = { .entries = NULL };
		autobuf struct buf out = BUF_INIT;
		unsigned i;

		for (i = 0; i < count; i++)
			assert_non_null(inodes_add(&wanted, inodes[i], geteuid()));
		holders_find(scratch.dir, &wanted, NULL, 60, &out);
		assert_non_null(strstr(buf_text(&out), "\there\nholds\t4711\n"));
		assert_int_equal(strstr(buf_text(&out), "\tthere\nholds\t4712\n") != NULL, count == 2);
		inodes_fini(&wanted);
	}
	scratch_free(&scratch);
}

/* The small process is found, and then there is no need for the other. */
static void test_large_ones_last(void **state)
{
	enum { LARGE = 1500 }; /* a folder of so many names has more than 4096 bytes */
	static const struct process large = { 7, "large\n", NULL, NULL, { 4711 }, 1 };
	static const struct process small = { 8, "small\n", NULL, NULL, { 4711 }, 1 };
	static const uint32_t inodes[] = { 4711 };
	struct inodes wanted = wanted_of(inodes, 1);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;
	unsigned i;

	(void)state;
	put_process(&scratch, &large);
	put_process(&scratch, &small);
	for (i = 1; i < LARGE; i++)
		put_descriptor(&scratch, 7, 1000 + i, 10000 + i);
	holders_find(scratch.dir, &wanted, NULL, 60, &out);
	assert_non_null(strstr(buf_text(&out), "\tsmall\nholds\t4711\n"));
	assert_null(strstr(buf_text(&out), "\tlarge\n"));
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

static void test_deadline(void **state)
{
	static const struct process process = { 7, "a\n", NULL, NULL, { 4711 }, 1 };
	static const uint32_t inodes[] = { 4711 };
	struct inodes wanted = wanted_of(inodes, 1);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	put_process(&scratch, &process);
	holders_find(scratch.dir, &wanted, NULL, -1, &out);
	assert_string_equal(buf_text(&out), "end\tdeadline\t0\t0\n");
	assert_false(inodes_find(&wanted, 4711)->held);
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

/* Names are asked for the users of sockets, too, and for no others. */
static void test_users(void **state)
{
	static const uint32_t inodes[] = { 4711 };
	struct inodes wanted = wanted_of(inodes, 1);
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	scratch_write(&scratch, "etc/passwd",
		      "daemon:x:1:1::/:/bin/sh\n\nbroken\n:x:65432:\nweb\x1b:x:65432:7::/:/bin/sh\n"
		      "more:x:65432x:7::/:\nnone:x::7\nlast:x:65432");
	holders_find(scratch.dir, &wanted, NULL, 60, &out);
	assert_string_equal(buf_text(&out),
			    "user\t65432\tweb\\x1b\nuser\t65432\tlast\nend\tcomplete\t0\t0\n");
	inodes_fini(&wanted);
	scratch_free(&scratch);
}

/* ---- many descriptors ---- */

struct counts {
	unsigned long sockets, descriptors;
};

static void count_socket(void *arg, const struct procfd_process *process, int fds, const char *name,
			 uint32_t inode)
{
	(void)process;
	(void)fds;
	(void)name;
	(void)inode;
	((struct counts *)arg)->sockets++;
}

static void count_descriptors(void *arg, const struct procfd_process *process,
			      unsigned long descriptors)
{
	(void)process;
	((struct counts *)arg)->descriptors += descriptors;
}

static void test_many_descriptors(void **state)
{
	enum { MANY = 3000 };
	static const struct process process = { 7, "a\n", NULL, NULL, { 0 }, 0 };
	struct counts tally = { 0, 0 };
	const struct procfd_visitor visitor = {
		.socket = count_socket, .leave = count_descriptors, .arg = &tally,
	};
	struct scratch scratch = scratch_new();
	struct procfd look = { .until = watched_now() + 600 };
	unsigned i;

	(void)state;
	put_process(&scratch, &process);
	for (i = 0; i < MANY; i++)
		put_descriptor(&scratch, 7, i, i % 3 ? 10000 + i : 0);
	look.proc = openat(scratch.dir, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	procfd_all(&look, &visitor);
	assert_int_equal(tally.sockets, MANY * 2 / 3);
	assert_int_equal(tally.descriptors, MANY + 1); /* and "x" */
	assert_false(look.late);
	close(look.proc);
	scratch_free(&scratch);
}

/* ---- this kernel ---- */

/* Finds a socket of this process below the real /proc; in a child as nobody, it must be told that
 * others cannot be looked into. */
static void test_this_process(void **state)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd = socket(AF_INET, SOCK_STREAM, 0);
	autobuf struct buf out = BUF_INIT;
	struct inodes wanted = { .entries = NULL };
	struct stat st;
	char line[64];

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	inodes_add(&wanted, (uint32_t)st.st_ino, geteuid());
	holders_find(root, &wanted, NULL, 60, &out);
	snprintf(line, sizeof line, "process\t%u\t%u\t", (unsigned)getpid(), (unsigned)geteuid());
	assert_non_null(strstr(buf_text(&out), line));
	assert_non_null(strstr(buf_text(&out), "\ttest_holders\nholds\t"));
	inodes_fini(&wanted);
	close(fd);
	close(root);
}

static int look_as_nobody(uint32_t inode)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inodes wanted = { .entries = NULL };
	autobuf struct buf out = BUF_INIT;
	uint64_t denied = 0;
	const char *end;

	if (setgid(65534) < 0 || setuid(65534) < 0)
		return 1;
	inodes_add(&wanted, inode, 0);
	holders_find(root, &wanted, NULL, 60, &out);
	end = strstr(buf_text(&out), "end\tcomplete\t");
	if (end)
		denied = strtoull(end + strlen("end\tcomplete\t"), NULL, 10);
	/* Where /proc hides them (hidepid=2), none is denied: the capabilities tell. */
	return end && !strstr(buf_text(&out), "holds") && end[strlen(end) - 2] == '0' &&
	       (denied > 0 || access("/proc/1/fd", F_OK) < 0) ? 0 : 2;
}

static void test_nobody(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), status_of;
	struct stat st;
	pid_t child;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(fstat(fd, &st), 0);
	child = fork();
	if (child == 0) {
		close(fd);
		_exit(look_as_nobody((uint32_t)st.st_ino));
	}
	assert_int_equal(waitpid(child, &status_of, 0), child);
	assert_int_equal(status_of, 0);
	close(fd);
}

/* ---- inodes ---- */

static void test_inodes(void **state)
{
	struct inodes inodes = { .entries = NULL };
	uint32_t i;

	(void)state;
	assert_null(inodes_find(&inodes, 1));
	assert_null(inodes_add(&inodes, 0, 0));
	for (i = 1; i <= 5000; i++)
		inodes_add(&inodes, i * 7, i)->number = i;
	assert_int_equal(inodes.count, 5000);
	assert_int_equal(inodes.user_count, INODES_USERS);
	inodes_add(&inodes, 7 * 5001, 3);
	assert_int_equal(inodes.users[0], 3);
	assert_int_equal(inodes.user_count, INODES_USERS);
	for (i = 1; i <= 5000; i++) {
		assert_int_equal(inodes_find(&inodes, i * 7)->number, i);
		assert_int_equal(inodes_add(&inodes, i * 7, 0)->number, i);
		assert_null(inodes_find(&inodes, i * 7 + 1));
	}
	assert_int_equal(inodes.count, 5001);
	for (i = 0; i < INODES_MAX - 5001; i++)
		assert_non_null(inodes_add(&inodes, 100000 + i, 0));
	assert_null(inodes_add(&inodes, 99999, 0));
	assert_int_equal(inodes.refused, 1);
	assert_non_null(inodes_add(&inodes, 7, 0));
	inodes_fini(&inodes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_processes_that_die),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_descriptors_that_are_no_sockets),
		cmocka_unit_test(test_no_proc),
		cmocka_unit_test(test_likely_ones_first),
		cmocka_unit_test(test_large_ones_last),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_many_descriptors),
		cmocka_unit_test(test_this_process),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_inodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
