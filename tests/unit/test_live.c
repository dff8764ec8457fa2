/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This kernel as a source, in a network namespace of the test's own. */
#include "recordings.h"

#include "base/errors.h"
#include "collect/procnet.h"
#include "collect/sockdiag.h"
#include "collect/watched.h"

#include <arpa/inet.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { INFO = 1 << (INET_DIAG_INFO - 1) };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct source *live(double deadline)
{
	const struct source_live_options options = { .info_deadline = deadline };
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source = source_live(&options, &errors);

	assert_non_null(source);
	return source;
}

/* ---- sockets of the test ---- */

static int listener(int family, uint16_t *port)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in v4 = {
		.sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct sockaddr *address = family == AF_INET6 ? (void *)&v6 : (void *)&v4;
	socklen_t len = family == AF_INET6 ? sizeof v6 : sizeof v4;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, address, len), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, address, &len), 0);
	*port = family == AF_INET6 ? v6.sin6_port : v4.sin_port;
	return fd;
}

/* A connection to a listener: pair[0] is the client's end. */
static void connection(int listen_fd, int pair[2])
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;

	assert_int_equal(getsockname(listen_fd, (struct sockaddr *)&address, &len), 0);
	pair[0] = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(pair[0], (struct sockaddr *)&address, len), 0);
	pair[1] = accept(listen_fd, NULL, NULL);
	assert_true(pair[1] >= 0);
}

/* ---- dumps ---- */

static void test_listener_is_seen(void **state)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct source *source = live(2);
	struct received received = { 0 };
	struct inet_diag_msg diag;
	uint16_t port;
	size_t i;

	(void)state;
	for (i = 0; i < countof(families); i++) {
		int fd = listener(families[i], &port);

		receive_dump(source, 1, PASS_LISTEN, families[i], STATES_LISTEN, &received);
		assert_int_equal(received.end, DUMP_COMPLETE);
		assert_int_equal(received.sockets, 1);
		memcpy(&diag, received.bytes.text + NLMSG_HDRLEN, sizeof diag);
		assert_int_equal(diag.idiag_family, families[i]);
		assert_int_equal(diag.id.idiag_sport, port);
		assert_int_equal(diag.idiag_wqueue, 64);
		close(fd);
	}
	received_fini(&received);
	source->ops->close(source, NULL);
}

static void test_one_walk_brings_both_families(void **state)
{
	struct source *source = live(2);
	struct received received = { 0 };
	uint16_t port;
	int v4 = listener(AF_INET, &port), v6 = listener(AF_INET6, &port);

	(void)state;
	receive_dump(source, 1, PASS_LISTEN, AF_UNSPEC, STATES_LISTEN, &received);
	assert_int_equal(received.end, DUMP_COMPLETE);
	assert_int_equal(received.sockets, 2);
	close(v4);
	close(v6);
	received_fini(&received);
	source->ops->close(source, NULL);
}

static void test_manifest_and_files_are_of_this_namespace(void **state)
{
	struct source *source = live(2);
	struct buf text = BUF_INIT, names = BUF_INIT;
	char netns[64] = "";

	(void)state;
	assert_true(readlink("/proc/thread-self/ns/net", netns, sizeof netns - 1) > 0);
	assert_string_equal(source->manifest.netns, netns);
	assert_string_equal(source->manifest.kind, "kernel");
	assert_non_null(source->manifest.kernel);
	assert_true(source->manifest.page_size >= 4096);
	/* tcp_mem is of the first namespace only; this one has nothing in use. */
	assert_int_equal(source->ops->read(source, 1, "proc/sys/net/ipv4/tcp_mem", &text), ENOENT);
	assert_int_equal(source->ops->read(source, 1, "proc/net/sockstat", &text), 0);
	assert_non_null(strstr(text.text, "TCP: inuse 0"));
	assert_int_equal(source->ops->open(source, 1, "proc/net/absent"), -ENOENT);
	assert_int_equal(source->ops->list(source, "proc/absent", &names), ENOENT);
	assert_int_equal(source->ops->list(source, "proc/self/ns", &names), 0);
	assert_non_null(memmem(names.text, names.len, "net\0pid", 8));
	buf_fini(&text);
	buf_fini(&names);
	source->ops->close(source, NULL);
}

static void test_window_is_measured(void **state)
{
	struct source *source = live(2);
	struct buf text = BUF_INIT;

	(void)state;
	assert_true(source->manifest.window == 0);
	source->ops->read(source, 0, "proc/net/netstat", &text);
	source->ops->wait(source, 0.05);
	assert_true(source->manifest.window >= 0.05 && source->manifest.window < 5);
	buf_fini(&text);
	source->ops->close(source, NULL);
}

/* The common part of what both ways say of each socket. */
struct seen {
	struct {
		unsigned state, sport, dport, rqueue, wqueue, inode, timer;
		uint32_t src[4], dst[4];
	} socket[64];
	unsigned count;
};

static int see(void *arg, const void *data, size_t len)
{
	struct seen *seen = arg;
	const char *p = data, *end = p + len;

	for (; p < end; p += ((const struct nlmsghdr *)p)->nlmsg_len) {
		const struct inet_diag_msg *diag = (const void *)(p + NLMSG_HDRLEN);

		assert_true(seen->count < countof(seen->socket));
		seen->socket[seen->count].state = diag->idiag_state;
		seen->socket[seen->count].sport = diag->id.idiag_sport;
		seen->socket[seen->count].dport = diag->id.idiag_dport;
		seen->socket[seen->count].rqueue = diag->idiag_rqueue;
		seen->socket[seen->count].wqueue =
			diag->idiag_state == STATE_LISTEN ? 0 : diag->idiag_wqueue;
		seen->socket[seen->count].inode = diag->idiag_inode;
		seen->socket[seen->count].timer = diag->idiag_timer;
		memcpy(seen->socket[seen->count].src, diag->id.idiag_src, 16);
		memcpy(seen->socket[seen->count++].dst, diag->id.idiag_dst, 16);
	}
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof ((struct seen *)0)->socket[0]);
}

static void test_proc_says_the_same(void **state)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct query query = { .states = STATES_ALL & ~(1 << STATE_BOUND_INACTIVE) };
	struct source *source = live(2);
	struct buf reason = BUF_INIT;
	int listeners[2], pairs[4][2];
	uint16_t port;
	size_t i;

	(void)state;
	for (i = 0; i < countof(families); i++) {
		struct seen diag = { .count = 0 }, proc = { .count = 0 };

		listeners[i] = listener(families[i], &port);
		connection(listeners[i], pairs[2 * i]);
		connection(listeners[i], pairs[2 * i + 1]);
		assert_int_equal(send(pairs[2 * i][0], "12345", 5, 0), 5);
		close(pairs[2 * i + 1][1]); /* CLOSE_WAIT there, FIN_WAIT2 here */
		usleep(20000);
		source->ops->dump(source, 1, PASS_SOCKETS, families[i], &query, see, &diag,
				  &reason);
		procnet_dump(source, 1, families[i], &query, see, &proc, &reason);
		assert_int_equal(reason.len, 0);
		assert_int_equal(diag.count, 5);
		assert_int_equal(proc.count, 5);
		qsort(diag.socket, diag.count, sizeof diag.socket[0], by_bytes);
		qsort(proc.socket, proc.count, sizeof proc.socket[0], by_bytes);
		assert_memory_equal(&diag, &proc, sizeof diag);
		close(pairs[2 * i][0]);
		close(pairs[2 * i][1]);
		close(pairs[2 * i + 1][0]);
		close(listeners[i]);
	}
	buf_fini(&reason);
	source->ops->close(source, NULL);
}

static void *one_buffer(void *holder)
{
	return holder;
}

/* A family without a handler is refused with an errno in NLMSG_DONE or NLMSG_ERROR. */
static void test_refusals_say_why(void **state)
{
	static _Alignas(8) char buffer[SOURCE_DATAGRAM];
	struct received received = { 0 };
	const struct sockdiag_sink sink = {
		.buffer = one_buffer, .holder = buffer, .fn = receive_datagram, .arg = &received,
	};
	const struct query query = { .states = STATES_ALL };
	struct rlimit old, none = { .rlim_cur = 0 };

	(void)state;
	assert_int_equal(sockdiag_dump(AF_APPLETALK, &query, &sink, &received.reason), DUMP_NO_DIAG);
	assert_string_equal(received.reason.text, "this kernel has no tcp_diag");
	buf_clear(&received.reason);
	getrlimit(RLIMIT_NOFILE, &old);
	none.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(sockdiag_dump(AF_INET, &query, &sink, &received.reason), DUMP_REFUSED);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_non_null(strstr(received.reason.text, "Too many open files"));
	assert_int_equal(received.datagrams, 0);
	received_fini(&received);
}

/* ---- the watched pass ---- */

static enum dump_end info(struct source *source, int family, struct received *received)
{
	const struct query query = { .states = STATES_ALL, .ext = INFO };

	received_fini(received);
	received->end = source->ops->dump(source, 1, PASS_INFO, family, &query, receive_datagram,
					  received, &received->reason);
	return received->end;
}

static void test_watched_pass_delivers(void **state)
{
	struct source *source = live(5);
	struct received received = { 0 };
	int pairs[200][2];
	uint16_t port;
	int fd = listener(AF_INET, &port);
	size_t i;

	(void)state;
	for (i = 0; i < countof(pairs); i++)
		connection(fd, pairs[i]);
	/* 400 sockets of 400 bytes: more than the ring has room for at once or in one turn. */
	assert_int_equal(info(source, AF_INET, &received), DUMP_COMPLETE);
	assert_true(received.sockets >= 401);
	assert_true(received.datagrams >= 5);
	assert_int_equal(info(source, AF_INET6, &received), DUMP_COMPLETE);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);

	received_fini(&received);
	received.stop_after = 1;
	source->ops->dump(source, 1, PASS_INFO, AF_INET,
			  &(struct query){ .states = STATES_ALL, .ext = INFO }, receive_datagram,
			  &received, &received.reason);
	assert_int_equal(received.datagrams, 1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);

	/* A caller that ignores SIGCHLD takes nothing from us, nor we from it. */
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(info(source, AF_INET, &received), DUMP_COMPLETE);
	assert_ptr_equal(signal(SIGCHLD, SIG_DFL), SIG_IGN);
	for (i = 0; i < countof(pairs); i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
	close(fd);
	received_fini(&received);
	source->ops->close(source, NULL);
}

/* A process that owns the socket's lock for as long as it lives: send() waits for a page that
 * never comes. Returns 0 where that is not permitted. */
static pid_t lock_holder(int fd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	const size_t page = 4096;
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	pid_t pid;

	if (uffd < 0)
		return 0;
	close(uffd);
	pid = fork();
	if (pid)
		return pid;
	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	range.range.start = (uintptr_t)mmap(NULL, page, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.len = page;
	if (ioctl(uffd, UFFDIO_API, &api) == 0 && ioctl(uffd, UFFDIO_REGISTER, &range) == 0)
		send(fd, (void *)(uintptr_t)range.range.start, page, 0);
	_exit(1);
}

static void test_stalled_pass_meets_its_deadline(void **state)
{
	struct source *source = live(0.3);
	struct received received = { 0 };
	int pair[2], cron[2];
	uint16_t port;
	int fd = listener(AF_INET, &port);
	double began;
	pid_t holder;
	char byte;

	(void)state;
	connection(fd, pair);
	holder = lock_holder(pair[0]);
	if (!holder) {
		close(pair[0]);
		close(pair[1]);
		close(fd);
		source->ops->close(source, NULL);
		print_message("userfaultfd is not permitted\n");
		skip();
	}
	usleep(200000);
	assert_int_equal(waitpid(holder, NULL, WNOHANG), 0);
	assert_int_equal(pipe2(cron, O_CLOEXEC), 0);

	/* Without tcp_info there is no stall. */
	began = seconds();
	receive_dump(source, 1, PASS_SOCKETS, AF_INET, STATES_ALL, &received);
	assert_int_equal(received.end, DUMP_COMPLETE);
	assert_true(seconds() - began < 0.25);

	began = seconds();
	assert_int_equal(info(source, AF_INET, &received), DUMP_DEADLINE);
	assert_true(seconds() - began < 0.6);
	assert_string_equal(received.reason.text, "reading tcp_info stalled: a process holds a"
						  " socket's lock (0.3 s deadline)");
	/* Nothing is left for the other family. */
	began = seconds();
	assert_int_equal(info(source, AF_INET6, &received), DUMP_DEADLINE);
	assert_true(seconds() - began < 0.05);

	/* The child is still there, asleep in the kernel, but holds nothing of ours. */
	close(cron[1]);
	assert_int_equal(poll(&(struct pollfd){ .fd = cron[0], .events = POLLIN }, 1, 100), 1);
	assert_int_equal(read(cron[0], &byte, 1), 0);
	close(cron[0]);

	/* It dies with the lock, and a new run of the pass has all its time again. */
	kill(holder, SIGKILL);
	assert_int_equal(waitpid(holder, NULL, 0), holder);
	assert_true(waitpid(-1, NULL, 0) > 0);
	assert_int_equal(info(source, AF_INET, &received), DUMP_COMPLETE);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	close(pair[0]);
	close(pair[1]);
	close(fd);
	received_fini(&received);
	source->ops->close(source, NULL);
}

/* ---- the namespace ---- */

static int enter_namespace(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd, result;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	result = ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return result;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manifest_and_files_are_of_this_namespace),
		cmocka_unit_test(test_listener_is_seen),
		cmocka_unit_test(test_one_walk_brings_both_families),
		cmocka_unit_test(test_window_is_measured),
		cmocka_unit_test(test_proc_says_the_same),
		cmocka_unit_test(test_refusals_say_why),
		cmocka_unit_test(test_watched_pass_delivers),
		cmocka_unit_test(test_stalled_pass_meets_its_deadline),
	};

	if (enter_namespace() < 0) {
		fprintf(stderr, "skipped: no network namespace can be made here\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
