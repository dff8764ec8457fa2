/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page that nobody fills until we say so: copying from it faults, and the fault waits for us. */
#include "slow.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "fault.h"
#include "watch.h"

/* No UFFD_USER_MODE_ONLY: it is the kernel that shall fault. */
static int open_faults(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return fault_errno("it takes userfaultfd for faults of the kernel");
	if (ioctl(fd, UFFDIO_API, &api) < 0)
		return fault_errno("cannot use userfaultfd");
	return fd;
}

int slow_permitted(void)
{
	autoclose int fd = open_faults();

	return fd < 0 ? -1 : 0;
}

struct sending {
	int fd;
	void *page;
	size_t size;
	ssize_t sent;
};

static void *send_page(void *arg)
{
	struct sending *sending = arg;

	sending->sent = send(sending->fd, sending->page, sending->size, MSG_NOSIGNAL);
	return NULL;
}

static int map_slow(int faults, struct sending *sending)
{
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	sending->size = (size_t)sysconf(_SC_PAGESIZE);
	sending->page = mmap(NULL, sending->size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (sending->page == MAP_FAILED)
		return fault_errno("no memory");
	area.range.start = (uintptr_t)sending->page;
	area.range.len = sending->size;
	return ioctl(faults, UFFDIO_REGISTER, &area) < 0 ? fault_errno("cannot watch a page") : 0;
}

/* True when the thread is inside the copy, and so holds the lock (net/ipv4/tcp.c tcp_sendmsg). */
static bool await_fault(int faults)
{
	struct pollfd wait = { .fd = faults, .events = POLLIN };
	struct uffd_msg message;

	return poll(&wait, 1, WATCH_BOUND_MS) == 1 &&
	       read(faults, &message, sizeof message) == sizeof message &&
	       message.event == UFFD_EVENT_PAGEFAULT;
}

static void fill(int faults, const struct sending *sending)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)sending->page, .len = sending->size },
	};

	ioctl(faults, UFFDIO_ZEROPAGE, &zero);
}

int slow_send(int fd, void (*fn)(void *arg), void *arg)
{
	autoclose int faults = open_faults();
	struct sending sending = { .fd = fd };
	pthread_t thread;
	bool stuck;

	if (faults < 0 || map_slow(faults, &sending) < 0)
		return -1;
	errno = pthread_create(&thread, NULL, send_page, &sending);
	if (errno)
		return fault_errno("cannot start a thread");
	stuck = await_fault(faults);
	if (stuck)
		fn(arg);
	fill(faults, &sending);
	pthread_join(thread, NULL);
	munmap(sending.page, sending.size);
	return stuck ? 0 : fault("send() does not wait for its memory");
}
