/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump of the listeners, a look at /proc for who has them, and a visit to each. */
#include "collect/lenders.h"

#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "collect/message.h"
#include "collect/option_table.h"
#include "collect/procfd.h"
#include "collect/sockdiag.h"
#include "collect/watched.h"

/* Seconds to look for processes, and to ask them. */
static const double LOOK = 2, ASK = 2;

struct lenders {
	struct loan *loans; /* by inode; pid 0: nobody was found */
	unsigned count, size, found;
	_Alignas(8) unsigned char datagram[SOURCE_DATAGRAM];
};

/* ---- listeners ---- */

static void *give_buffer(void *holder)
{
	return ((struct lenders *)holder)->datagram;
}

static void add_listener(struct lenders *lenders, const struct message *m)
{
	struct loan loan = {
		.inode = DIAG_U32(m, idiag_inode),
		.cookie = (uint64_t)DIAG_U32(m, id.idiag_cookie[1]) << 32 |
			  DIAG_U32(m, id.idiag_cookie[0]),
	};

	if (lenders->count == lenders->size) {
		lenders->size = lenders->size ? 2 * lenders->size : 32;
		lenders->loans = xrealloc(lenders->loans, lenders->size, sizeof *lenders->loans);
	}
	lenders->loans[lenders->count++] = loan;
}

static int take_datagram(void *arg, const void *data, size_t left)
{
	struct messages messages = { data, left };
	struct message message = { .diag = NULL };
	unsigned type;
	size_t len;

	while (messages_next(&messages, &type, &message.diag, &len))
		if (type >= NLMSG_MIN_TYPE && len >= MESSAGE_SIZE &&
		    DIAG_U8(&message, idiag_state) == STATE_LISTEN)
			add_listener(arg, &message);
	return 0;
}

static int by_inode(const void *a, const void *b)
{
	const struct loan *x = a, *y = b;

	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static void list_listeners(struct lenders *lenders)
{
	const struct query query = { .states = STATES_LISTEN };
	const struct sockdiag_sink sink = {
		.buffer = give_buffer, .holder = lenders, .fn = take_datagram, .arg = lenders,
	};
	autobuf struct buf reason = BUF_INIT;

	sockdiag_dump(AF_UNSPEC, &query, &sink, &reason);
	if (lenders->count)
		qsort(lenders->loans, lenders->count, sizeof *lenders->loans, by_inode);
}

/* ---- processes ---- */

static void take_socket(void *arg, const struct procfd_process *process, int fds, const char *name,
			uint32_t inode)
{
	struct lenders *lenders = arg;
	const struct loan key = { .inode = inode };
	struct loan *loan = bsearch(&key, lenders->loans, lenders->count, sizeof key, by_inode);
	uint64_t fd;

	(void)fds;
	if (!loan || loan->pid || !text_u64(name, &fd) || fd > INT32_MAX)
		return;
	loan->pid = process->pid;
	loan->fd = (unsigned)fd;
	lenders->found++;
}

static bool all_found(void *arg)
{
	const struct lenders *lenders = arg;

	return lenders->found == lenders->count;
}

static int found_first(const void *a, const void *b)
{
	const struct loan *x = a, *y = b;

	if (!x->pid != !y->pid)
		return x->pid ? -1 : 1;
	return by_inode(a, b);
}

/* Those that were found come first. Returns why the others were not. */
static enum loan_end find_processes(int proc, struct lenders *lenders)
{
	const struct procfd_visitor visitor = {
		.socket = take_socket, .enough = all_found, .arg = lenders,
	};
	struct procfd look = {
		.proc = proc,
		.until = watched_now() + LOOK,
	};

	procfd_all(&look, &visitor);
	qsort(lenders->loans, lenders->count, sizeof *lenders->loans, found_first);
	return look.denied ? LOAN_DENIED : look.late ? LOAN_LATE : LOAN_NOBODY;
}

void lenders_ask(int proc, struct buf *out)
{
	struct lenders lenders = { .loans = NULL };
	autofree struct answer *answers = NULL;
	enum loan_end missing = LOAN_NOBODY;
	unsigned i;

	list_listeners(&lenders);
	answers = xcalloc(lenders.count + 1, sizeof *answers);
	if (lenders.count)
		missing = find_processes(proc, &lenders);
	borrow(proc, lenders.loans, lenders.found, ASK, answers);
	for (i = lenders.found; i < lenders.count; i++)
		answers[i].end = missing;
	option_lines(out, lenders.loans, answers, lenders.count);
	free(lenders.loans);
}
