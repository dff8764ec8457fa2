/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What processes have open: over trees that look like /proc, and of this process, as the kernel has it. */
#include "recordings.h"

#include "collect/census.h"
#include "collect/descriptors.h"
#include "collect/holders.h"
#include "collect/openfiles.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>

/* ---- a tree ---- */

static void put(const struct scratch *scratch, unsigned pid, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%u/%s", pid, name);
	scratch_write(scratch, path, text);
}

static void put_link(const struct scratch *scratch, const char *path, const char *to)
{
	assert_int_equal(symlinkat(to, scratch->dir, path), 0);
}

static void put_netns(const struct scratch *scratch, const char *who, const char *netns)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%s/ns/x", who);
	scratch_write(scratch, path, ""); /* makes the folder */
	snprintf(path, sizeof path, "proc/%s/ns/net", who);
	put_link(scratch, path, netns);
}

static void put_limits(const struct scratch *scratch, unsigned pid, const char *soft)
{
	autobuf struct buf text = BUF_INIT;

	buf_printf(&text, "Limit                     Soft Limit           Hard Limit           Units\n"
			  "Max processes             95                   95                   processes\n"
			  "Max open files            %-20s 4096                 files\n", soft);
	put(scratch, pid, "limits", text.text);
}

/* A process with so many sockets, from this inode on; 'netns' stands for its network namespace. */
static void put_process(const struct scratch *scratch, unsigned pid, const char *command,
			const char *netns, uint32_t inode, unsigned sockets)
{
	char path[64], link[32], who[16];
	unsigned i;

	put(scratch, pid, "fd/x", "");
	if (command)
		put(scratch, pid, "comm", command);
	for (i = 0; i < sockets; i++) {
		snprintf(path, sizeof path, "proc/%u/fd/%u", pid, i);
		snprintf(link, sizeof link, "socket:[%u]", inode + i);
		put_link(scratch, path, link);
	}
	snprintf(who, sizeof who, "%u", pid);
	put_netns(scratch, who, netns);
}

/* The lines of the tree after inodes 100 to 102 were listed, less those of 'end'. */
static void look(const struct scratch *scratch, struct descriptors *d, bool listed, struct buf *out)
{
	struct inodes wanted = { .entries = NULL };
	int proc = openat(scratch->dir, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint32_t inode;

	holders_find(scratch->dir, &wanted, d, 60, out);
	buf_clear(out);
	if (descriptors_begin(d, proc))
		for (inode = 100; listed && inode <= 102; inode++)
			descriptors_listed(d, inode);
	descriptors_write(d, proc, listed, out);
	close(proc);
}

static void assert_lines(const struct buf *out, const char *expected)
{
	autobuf struct buf text = BUF_INIT;

	for (; *expected; expected++)
		if (*expected == '@')
			buf_printf(&text, "%u", (unsigned)geteuid());
		else
			buf_putc(&text, *expected);
	assert_string_equal(buf_text(out), buf_text(&text));
}

static void test_tree(void **state)
{
	struct descriptors *d = descriptors_new();
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	put_netns(&scratch, "thread-self", "net:[1]");
	put_process(&scratch, 7, "seven\n", "net:[1]", 100, 3);
	put_limits(&scratch, 7, "1024");
	put_process(&scratch, 8, "eight\n", "net:[1]", 102, 2); /* 102 is of both */
	put_limits(&scratch, 8, "unlimited");
	put_process(&scratch, 9, "elsewhere\n", "net:[2]", 200, 4);
	put_process(&scratch, 10, NULL, "net:[1]", 300, 4); /* has ended */
	put_process(&scratch, 11, "none\n", "net:[1]", 400, 0);
	look(&scratch, d, true, &out);
	/* Nothing is told of 103: the tree has no protocol. The folder has a file 'x'. */
	assert_lines(&out, "process\t7\t@\t\tseven\nfiles\t7\t4\t1024\t3\t3\t0\n"
			   "process\t8\t@\t\teight\nfiles\t8\t3\t-\t2\t1\t0\n"
			   "descriptors\tcomplete\n");
	/* Without a list TCP is not told from others. */
	buf_clear(&out);
	look(&scratch, d, false, &out);
	assert_lines(&out, "process\t7\t@\t\tseven\nfiles\t7\t4\t1024\t3\t-\t-\n"
			   "process\t8\t@\t\teight\nfiles\t8\t3\t-\t2\t-\t-\n"
			   "descriptors\tcomplete\n");
	descriptors_free(d);
	scratch_free(&scratch);
}

/* The pass is not made again: what is new since is not seen, and the other namespace's are. */
static void test_another_namespace(void **state)
{
	struct descriptors *d = descriptors_new();
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	put_netns(&scratch, "thread-self", "net:[1]");
	put_process(&scratch, 7, "seven\n", "net:[1]", 100, 3);
	put_process(&scratch, 9, "nine\n", "net:[2]", 101, 2);
	look(&scratch, d, true, &out);
	assert_lines(&out, "process\t7\t@\t\tseven\nfiles\t7\t4\t-\t3\t3\t0\n"
			   "descriptors\tcomplete\n");
	put_process(&scratch, 12, "new\n", "net:[2]", 500, 2);
	unlinkat(scratch.dir, "proc/thread-self/ns/net", 0);
	put_link(&scratch, "proc/thread-self/ns/net", "net:[2]");
	look(&scratch, d, true, &out);
	assert_lines(&out, "process\t9\t@\t\tnine\nfiles\t9\t3\t-\t2\t2\t0\n"
			   "descriptors\tcomplete\n");
	descriptors_free(d);
	scratch_free(&scratch);
}

static void test_late(void **state)
{
	struct descriptors *d = descriptors_new();
	struct inodes wanted = { .entries = NULL };
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	put_process(&scratch, 7, "seven\n", "net:[1]", 100, 3);
	holders_find(scratch.dir, &wanted, d, -1, &out);
	assert_non_null(strstr(buf_text(&out), "end\tdeadline\t"));
	buf_clear(&out);
	descriptors_write(d, -1, true, &out);
	assert_string_equal(buf_text(&out), "descriptors\tdeadline\n");
	descriptors_free(d);
	scratch_free(&scratch);
}

/* ---- limits ---- */

static uint64_t limit_of(const char *text)
{
	struct scratch scratch = scratch_new();
	uint64_t limit;

	scratch_write(&scratch, "limits", text);
	limit = openfiles_limit(scratch.dir);
	scratch_free(&scratch);
	return limit;
}

static void test_limits(void **state)
{
	struct scratch scratch = scratch_new();

	(void)state;
	assert_int_equal(openfiles_limit(scratch.dir), 0); /* no such file */
	scratch_free(&scratch);
	assert_int_equal(limit_of(""), 0);
	assert_int_equal(limit_of("x\nMax open files"), 0);
	assert_int_equal(limit_of("x\nMax open files  unlimited  unlimited  files\n"), 0);
	assert_int_equal(limit_of("x\nMax open files  99999999999999999999999 1 files\n"), 0);
	assert_int_equal(limit_of("x\nMax open files            20000                20000 files\n"), 20000);
}

/* Of files 50 of 100, 40 of 64, and 20 of 20, which are too few to count. */
static void test_fullest(void **state)
{
	struct scratch scratch = scratch_new();
	autobuf struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(openfiles_fullest(scratch.dir, &out), ENOENT);
	put_process(&scratch, 7, "a\n", "net:[1]", 100, 49);
	put_limits(&scratch, 7, "100");
	assert_int_equal(openfiles_fullest(scratch.dir, &out), EACCES); /* hidepid=2: there is no 1 */
	put_process(&scratch, 1, "init\n", "net:[1]", 200, 19);
	put_limits(&scratch, 1, "20");
	put_process(&scratch, 8, "b\n", "net:[1]", 300, 39);
	put_limits(&scratch, 8, "64");
	assert_int_equal(openfiles_fullest(scratch.dir, &out), 0);
	assert_string_equal(out.text, "PartsPerMillion: 625000\n");
	scratch_free(&scratch);
}

/* ---- this kernel ---- */

enum { DEAD = 5, FRESH = 3, OPEN = 2 };

/* Both ends; the client's first. */
static void connect_pair(int listener, int pair[2])
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;

	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(pair[0], (struct sockaddr *)&address, sizeof address), 0);
	pair[1] = accept(listener, NULL, NULL);
	assert_true(pair[1] >= 0);
}

static void reset(int client, int server)
{
	const struct linger linger = { .l_onoff = 1 };
	char byte;

	setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	close(client);
	assert_int_equal(recv(server, &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
}

/* The counts of the line "files" of a process; false: there is none. */
static bool counts_of(const char *lines, pid_t pid, unsigned long counts[5])
{
	char start[32];
	const char *line;

	snprintf(start, sizeof start, "\nfiles\t%d\t", (int)pid);
	line = strstr(lines, start);
	return line && sscanf(line + strlen(start), "%lu\t%lu\t%lu\t%lu\t%lu", &counts[0], &counts[1],
			      &counts[2], &counts[3], &counts[4]) == 5;
}

static void ask(struct buf *out)
{
	const struct source_live_options options = { .info_deadline = 1 };
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source = source_live(&options, &errors);
	struct inodes wanted = { .entries = NULL };

	assert_non_null(source);
	assert_int_equal(source->ops->owners(source, &wanted, true, out), 0);
	source->ops->close(source, &errors);
}

/* The counts of this process. A dump that ended early, as one may on a busy machine, tells none. */
static void ask_counts(unsigned long counts[5])
{
	autobuf struct buf lines = BUF_INIT;
	unsigned tries = 0;

	do {
		buf_clear(&lines);
		ask(&lines);
	} while (!counts_of(buf_text(&lines), getpid(), counts) && ++tries < 20);
	assert_in_range(tries, 0, 19);
}

static void test_this_process(void **state)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2], unix_pair[2], i;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	unsigned long was[5] = { 0 }, is[5];

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 16), 0);
	ask_counts(was);
	for (i = 0; i < DEAD; i++) {
		connect_pair(listener, pair);
		reset(pair[0], pair[1]);
	}
	for (i = 0; i < FRESH; i++)
		assert_true(socket(i % 2 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 ||
			    errno == EAFNOSUPPORT);
	for (i = 0; i < OPEN; i++)
		connect_pair(listener, pair);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, unix_pair), 0);
	ask_counts(is);
	if (access("/proc/net/if_inet6", F_OK) < 0)
		skip();
	assert_int_equal(is[COUNT_FILES] - was[COUNT_FILES], DEAD + FRESH + 2 * OPEN + 2);
	assert_int_equal(is[COUNT_SOCKETS] - was[COUNT_SOCKETS], DEAD + FRESH + 2 * OPEN + 2);
	assert_int_equal(is[COUNT_TCP] - was[COUNT_TCP], DEAD + FRESH + 2 * OPEN);
	assert_int_equal(is[COUNT_TCP_UNLISTED] - was[COUNT_TCP_UNLISTED], DEAD + FRESH);
	assert_int_equal(is[COUNT_FILES_LIMIT], was[COUNT_FILES_LIMIT]);
}

/* One process with 100,000 descriptors of three sockets. */
static void test_a_hundred_thousand(void **state)
{
	enum { MANY = 100000, TRIPLES = MANY / 3 };
	const struct rlimit limit = { MANY + 200, MANY + 200 };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fresh, other;
	unsigned long counts[5] = { 0 };
	struct rlimit before;
	unsigned i;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &before);
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		skip(); /* not root */
	assert_int_equal(listen(listener, 1), 0);
	fresh = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	for (i = 0; i < TRIPLES; i++)
		assert_true(dup(listener) > 0 && dup(fresh) > 0 && dup(other) > 0);
	ask_counts(counts);
	assert_in_range(counts[COUNT_FILES], 3 * TRIPLES, 3 * TRIPLES + 100);
	assert_int_equal(counts[COUNT_FILES_LIMIT], limit.rlim_cur);
	assert_in_range(counts[COUNT_SOCKETS], 3 * TRIPLES + 3, 3 * TRIPLES + 50);
	assert_in_range(counts[COUNT_TCP], 2 * TRIPLES + 2, 2 * TRIPLES + 50);
	assert_in_range(counts[COUNT_TCP_UNLISTED], TRIPLES + 1, TRIPLES + 50);
	closefrom(other);
	setrlimit(RLIMIT_NOFILE, &before);
}

/* Reading the protocol of a descriptor keeps no file open: the peer sees the end of the connection
 * while it is read again and again. */
static void test_reading_the_protocol_delays_no_close(void **state)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2], tries = 0;
	char path[64], name[16], byte;
	pid_t reader;

	(void)state;
	assert_int_equal(listen(listener, 16), 0);
	connect_pair(listener, pair);
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), pair[1]);
	assert_true(getxattr(path, "system.sockprotoname", name, sizeof name) > 0);
	assert_string_equal(name, "TCP");
	reader = fork();
	if (reader == 0) {
		close(pair[1]);
		close(pair[0]);
		for (; tries < 200000 && getppid() != 1; tries++)
			if (getxattr(path, "system.sockprotoname", name, sizeof name) <= 0)
				break;
		_exit(0);
	}
	close(pair[1]);
	assert_int_equal(recv(pair[0], &byte, 1, 0), 0);
	assert_int_equal(waitpid(reader, NULL, 0), reader);
	close(pair[0]);
	close(listener);
}

static void test_census(void **state)
{
	struct census *census = census_new();
	autobuf struct buf first = BUF_INIT, again = BUF_INIT, none = BUF_INIT;
	int error = -1;

	(void)state;
	assert_false(census_read(census, "proc/net/sockstat", &none, &error));
	assert_true(census_read(census, "proc/PID/net/sockstat", &first, &error));
	assert_int_equal(error, 0);
	assert_memory_equal(first.text, "Unlisted: ", strlen("Unlisted: "));
	assert_true(census_read(census, "proc/PID/net/sockstat", &again, &error));
	assert_string_equal(first.text, again.text);
	assert_true(census_read(census, "proc/PID/limits", &none, &error));
	assert_true(error == 0 || error == EACCES);
	census_free(census);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_another_namespace),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_fullest),
		cmocka_unit_test(test_this_process),
		cmocka_unit_test(test_reading_the_protocol_delays_no_close),
		cmocka_unit_test(test_census),
		cmocka_unit_test(test_a_hundred_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
