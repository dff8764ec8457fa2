/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child asks about one listener after the other and sends an answer for each; the parent waits
 * with a deadline, and sends another child after one that ended early. */
#include "collect/borrow.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "collect/child.h"
#include "collect/watched.h"

/* Milliseconds for one listener: the lock of a socket may be held by a process that sleeps. */
enum { ALARM_MS = 200, CHILDREN_LOST = 3 };

struct lender {
	const struct loan *loans;
	unsigned first, count;
	int proc, answers[2];
	unsigned short facts[OPTIONS_MAX];
	unsigned fact_count;
};

/* What the child sends. */
struct reply {
	unsigned number; /* of the loan */
	struct answer answer;
};
_Static_assert(sizeof(struct reply) <= PIPE_BUF, "a reply is written as a whole");

unsigned option_facts(unsigned short facts[OPTIONS_MAX])
{
	unsigned i, count = 0;

	for (i = 0; i < fact_count && count < OPTIONS_MAX; i++)
		if (fact_catalogue[i].origin == FROM_OPTION)
			facts[count++] = (unsigned short)i;
	return count;
}

/* ---- the child ---- */

static enum loan_end end_of(int error)
{
	if (error == EPERM || error == EACCES)
		return LOAN_DENIED;
	return error == ENOSYS ? LOAN_UNABLE : LOAN_GONE;
}

/* One option may have several facts. */
static void read_options(const struct lender *lender, int fd, struct answer *answer)
{
	const struct fact *fact, *last = NULL;
	char value[8] = "";
	bool missing = true;
	socklen_t len;
	unsigned i;

	for (i = 0; i < lender->fact_count; i++, last = fact) {
		fact = &fact_catalogue[lender->facts[i]];
		len = sizeof value;
		if (!last || last->level != fact->level || last->option != fact->option)
			missing = getsockopt(fd, fact->level, fact->option, value, &len) < 0;
		answer->missing[i] = missing;
		memcpy(&answer->raw[i], value + fact->offset, sizeof answer->raw[i]);
	}
}

/* Whether it is the listener we mean, and listens. */
static bool is_meant(int fd, const struct loan *loan)
{
	uint64_t cookie = 0;
	int listens = 0;
	socklen_t len = sizeof cookie, listens_len = sizeof listens;

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0 &&
	       cookie == loan->cookie &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_len) == 0 && listens;
}

/* Gives up the processor before, so that the kernel does not take it away in the middle, and runs
 * through everything once, so that no page has to be fetched. */
static void rehearse(const struct lender *lender, const struct loan *loan)
{
	const struct timespec blink = { .tv_nsec = 1000 };
	struct answer answer;

	is_meant(-1, loan);
	read_options(lender, -1, &answer);
	nanosleep(&blink, NULL);
}

/* Returns false when the descriptor is another one by now: it is still open, and left so. */
static bool ask(const struct lender *lender, int process, const struct loan *loan,
		struct answer *answer)
{
	double since = watched_now();
	int fd = (int)syscall(SYS_pidfd_getfd, process, loan->fd, 0);

	if (fd < 0) {
		answer->end = end_of(errno);
		return true;
	}
	if (!is_meant(fd, loan)) {
		answer->end = LOAN_GONE;
		return false;
	}
	read_options(lender, fd, answer);
	close(fd);
	answer->held = (float)(watched_now() - since);
	answer->end = LOAN_READ;
	return true;
}

/* The link is read after the process is pinned: what it says is of that process. */
static bool is_there(const struct lender *lender, const struct loan *loan)
{
	char path[48], link[32], expected[32];
	ssize_t len;

	snprintf(path, sizeof path, "%u/fd/%u", loan->pid, loan->fd);
	snprintf(expected, sizeof expected, "socket:[%u]", loan->inode);
	len = readlinkat(lender->proc, path, link, sizeof link);
	return len == (ssize_t)strlen(expected) && memcmp(link, expected, (size_t)len) == 0;
}

static bool visit(const struct lender *lender, const struct loan *loan, struct answer *answer)
{
	const struct itimerval bell = { .it_value = { .tv_usec = ALARM_MS * 1000 } };
	int process = (int)syscall(SYS_pidfd_open, loan->pid, 0);
	bool closed = true;

	if (process < 0) {
		answer->end = end_of(errno);
		return true;
	}
	answer->end = LOAN_GONE;
	setitimer(ITIMER_REAL, &bell, NULL);
	rehearse(lender, loan);
	if (is_there(lender, loan))
		closed = ask(lender, process, loan, answer);
	close(process);
	return closed;
}

static int lend(void *arg)
{
	const struct lender *lender = arg;
	struct reply reply;
	bool closed = true;
	unsigned i;

	for (i = lender->first; i < lender->count && closed; i++) {
		memset(&reply, 0, sizeof reply);
		reply.number = i;
		closed = visit(lender, &lender->loans[i], &reply.answer);
		if (write(lender->answers[1], &reply, sizeof reply) != (ssize_t)sizeof reply)
			return 1;
	}
	return 0;
}

/* ---- the parent ---- */

/* Takes what one child answers. Returns the number of the loan after its last. */
static unsigned take_replies(const struct lender *lender, double until, struct answer *answers)
{
	struct pollfd ready = { .fd = lender->answers[0], .events = POLLIN };
	unsigned next = lender->first;
	struct reply reply;
	double left;

	while (next < lender->count && (left = until - watched_now()) > 0) {
		ready.revents = 0; /* poll() leaves it alone when a signal ends it */
		if (poll(&ready, 1, (int)(left * 1000) + 1) < 0 && errno != EINTR)
			break;
		if (!ready.revents)
			continue;
		if (read(ready.fd, &reply, sizeof reply) != (ssize_t)sizeof reply ||
		    reply.number != next)
			break;
		answers[next++] = reply.answer;
	}
	return next;
}

static unsigned send_child(struct lender *lender, double until, struct answer *answers)
{
	struct child child = { .pid = 0 };
	unsigned next = lender->first;

	if (pipe2(lender->answers, O_CLOEXEC) < 0)
		return next;
	if (child_start(&child, lender->proc, lender->answers[1], lend, lender) == 0) {
		close(lender->answers[1]);
		lender->answers[1] = -1;
		next = take_replies(lender, until, answers);
		child_end(&child);
	}
	cleanup_close(&lender->answers[0]);
	cleanup_close(&lender->answers[1]);
	return next;
}

/* Process numbers of /proc mean something to us only if it is of our own process namespace. */
static bool proc_is_ours(int proc)
{
	char name[16], self[16];
	ssize_t len = readlinkat(proc, "self", name, sizeof name - 1);

	snprintf(self, sizeof self, "%d", (int)getpid());
	return len > 0 && (size_t)len == strlen(self) && memcmp(name, self, (size_t)len) == 0;
}

/* A child that does not answer waits for a lock, or was killed for trying, as by a seccomp filter:
 * then the next one will be, too. */
void borrow(int proc, const struct loan *loans, unsigned count, double seconds,
	    struct answer *answers)
{
	struct lender lender = { .loans = loans, .count = count, .proc = proc };
	const double until = watched_now() + seconds;
	unsigned next, died = 0, i;

	for (i = 0; i < count; i++)
		answers[i].end = LOAN_LATE;
	lender.fact_count = option_facts(lender.facts);
	while (lender.first < count && proc_is_ours(proc) && died < CHILDREN_LOST &&
	       watched_now() < until) {
		next = send_child(&lender, until, answers);
		died += next == lender.first;
		lender.first = next == lender.first ? next + 1 : next;
	}
}
