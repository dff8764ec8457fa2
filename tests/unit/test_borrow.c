/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of sockets that another process holds, and of those it holds no more. */
#include "unit.h"

#include "collect/borrow.h"
#include "collect/watched.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { LINGER_S = 3, BOUND_S = 20 };

/* ---- a process that holds sockets ---- */

/* It starts with our descriptors, which are then its own. */
static pid_t holder(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int listener(void)
{
	const struct linger linger = { 1, LINGER_S };
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* A connection that lingers and has more to send than its peer takes. */
static int stuck_connection(int listen_fd, int *client)
{
	struct sockaddr_in there;
	socklen_t len = sizeof there;
	static const char much[1 << 16];
	int fd;

	assert_int_equal(getsockname(listen_fd, (struct sockaddr *)&there, &len), 0);
	*client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(*client, (struct sockaddr *)&there, len), 0);
	fd = accept(listen_fd, NULL, NULL);
	while (send(fd, much, sizeof much, MSG_DONTWAIT) > 0)
		;
	return fd;
}

static struct loan loan_of(pid_t pid, int fd)
{
	struct loan loan = { .pid = (unsigned)pid, .fd = (unsigned)fd };
	socklen_t len = sizeof loan.cookie;
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	loan.inode = (uint32_t)st.st_ino;
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &loan.cookie, &len), 0);
	return loan;
}

static void ask(const struct loan *loans, unsigned count, double seconds, struct answer *answers)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	borrow(proc, loans, count, seconds, answers);
	close(proc);
}

static int32_t option(const struct answer *answer, const char *name)
{
	unsigned short facts[OPTIONS_MAX];
	unsigned count = option_facts(facts), i;

	for (i = 0; i < count; i++)
		if (facts[i] == fact_find(name))
			return answer->missing[i] ? -2 : answer->raw[i];
	return -3;
}

static unsigned open_descriptors(void)
{
	unsigned count = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* ---- what is read ---- */

static void test_options_of_a_listener(void **state)
{
	int fd = listener();
	pid_t pid = holder();
	struct loan loan = loan_of(pid, fd);
	unsigned before = open_descriptors();
	struct answer answer;

	(void)state;
	ask(&loan, 1, BOUND_S, &answer);
	if (answer.end == LOAN_DENIED || answer.end == LOAN_UNABLE)
		skip();
	assert_int_equal(answer.end, LOAN_READ);
	assert_int_equal(option(&answer, "so_linger"), 1);
	assert_int_equal(option(&answer, "so_linger_time"), LINGER_S);
	assert_int_equal(option(&answer, "so_reuseaddr"), 0);
	assert_int_equal(option(&answer, "tcp_keepidle"), 7200);
	assert_true(answer.held > 0);
	assert_int_equal(open_descriptors(), before);
	end(pid);
	close(fd);
}

/* What cannot be asked does not keep the others from being asked. */
static void test_what_is_gone(void **state)
{
	enum { DEAD, CLOSED, OTHER_INODE, OTHER_COOKIE, CONNECTED, GOOD, COUNT };
	static const enum loan_end expected[COUNT] = {
		[DEAD] = LOAN_GONE,	    [CLOSED] = LOAN_GONE, [OTHER_INODE] = LOAN_GONE,
		[OTHER_COOKIE] = LOAN_GONE, [CONNECTED] = LOAN_GONE, [GOOD] = LOAN_READ,
	};
	int fd = listener(), client, connected = stuck_connection(fd, &client);
	pid_t dead = holder(), pid = holder();
	struct answer answers[COUNT];
	struct loan loans[COUNT];
	double began;
	unsigned i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		loans[i] = loan_of(pid, fd);
	loans[DEAD].pid = (unsigned)dead;
	loans[CLOSED].fd = 250;
	loans[OTHER_INODE].inode++;
	loans[OTHER_COOKIE].cookie++;
	loans[CONNECTED] = loan_of(pid, connected);
	end(dead);
	began = watched_now();
	ask(loans, COUNT, BOUND_S, answers);
	if (answers[GOOD].end == LOAN_DENIED || answers[GOOD].end == LOAN_UNABLE)
		skip();
	for (i = 0; i < COUNT; i++)
		if (answers[i].end != expected[i])
			fail_msg("loan %u: %d, not %d", i, answers[i].end, expected[i]);
	assert_true(watched_now() - began < BOUND_S);
	end(pid);
	close(client);
	close(connected);
	close(fd);
}

/* ---- what closing does ---- */

/* The last close of a listener does not linger. The owner closes for good while ours is open: as it
 * takes microseconds only, that is made to happen by many tries, and by nothing it may come to. */
static void test_owner_may_close_meanwhile(void **state)
{
	struct answer answers[64];
	struct loan loans[64];
	unsigned round, i;
	double began = watched_now();

	(void)state;
	for (round = 0; round < 5; round++) {
		int fds[countof(loans)];
		pid_t pid;

		for (i = 0; i < countof(loans); i++)
			fds[i] = listener();
		pid = holder();
		for (i = 0; i < countof(loans); i++) {
			loans[i] = loan_of(pid, fds[i]);
			close(fds[i]);
		}
		if (fork() == 0) {
			usleep(1000 * round);
			kill(pid, SIGKILL);
			_exit(0);
		}
		ask(loans, countof(loans), BOUND_S, answers);
		end(pid);
		wait(NULL);
		for (i = 0; i < countof(loans); i++)
			assert_true(answers[i].end != LOAN_LATE);
	}
	assert_true(watched_now() - began < BOUND_S);
}

/* ---- a kernel or a sandbox that refuses ---- */

static void refuse_by_seccomp(unsigned action)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_getfd, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { countof(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		_exit(LOAN_ENDS);
}

/* How both of two loans ended, asked below a filter. */
static int ask_below_filter(unsigned action)
{
	int fd = listener(), status;
	pid_t pid = holder(), below;
	struct loan loans[2] = { loan_of(pid, fd), loan_of(pid, fd) };
	struct answer answers[2];

	below = fork();
	if (below == 0) {
		refuse_by_seccomp(action);
		ask(loans, 2, BOUND_S, answers);
		_exit(answers[0].end == answers[1].end ? (int)answers[0].end : LOAN_ENDS + 1);
	}
	waitpid(below, &status, 0);
	end(pid);
	close(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_seccomp_refuses(void **state)
{
	static const struct {
		unsigned action;
		enum loan_end end;
	} cases[] = {
		{ SECCOMP_RET_ERRNO | EPERM, LOAN_DENIED },
		{ SECCOMP_RET_ERRNO | ENOSYS, LOAN_UNABLE },
		{ SECCOMP_RET_KILL_PROCESS, LOAN_LATE },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		int end = ask_below_filter(cases[i].action);

		if (end == LOAN_ENDS)
			skip(); /* no seccomp here */
		assert_int_equal(end, cases[i].end);
	}
}

static void test_no_time_and_no_proc(void **state)
{
	int fd = listener(), null = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pid = holder();
	struct loan loan = loan_of(pid, fd);
	struct answer answer;

	(void)state;
	ask(&loan, 1, 0, &answer);
	assert_int_equal(answer.end, LOAN_LATE);
	borrow(null, &loan, 1, BOUND_S, &answer);
	assert_int_equal(answer.end, LOAN_LATE);
	borrow(-1, &loan, 1, BOUND_S, &answer);
	assert_int_equal(answer.end, LOAN_LATE);
	close(null);
	end(pid);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_of_a_listener),
		cmocka_unit_test(test_what_is_gone),
		cmocka_unit_test(test_owner_may_close_meanwhile),
		cmocka_unit_test(test_seccomp_refuses),
		cmocka_unit_test(test_no_time_and_no_proc),
	};
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		fprintf(stderr, "skipped: no network namespace can be made here\n");
		return 77;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
