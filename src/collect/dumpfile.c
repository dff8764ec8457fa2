/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a dump file: whole messages are found in the buffer, and those asked for are delivered
 * where they lie, as many at a time as stand side by side. */
#include "collect/dumpfile.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdalign.h>
#include <string.h>

struct window {
	struct dumpfile *file;
	datagram_fn *fn;
	void *arg;
	struct buf *reason;
	uint64_t offset; /* of data[0] in the file */
	size_t len;	 /* bytes in data */
	bool at_done;	 /* the message before data[0] was an NLMSG_DONE */
	alignas(8) unsigned char data[SOURCE_DATAGRAM];
};

enum step { STEP_MORE, STEP_COMPLETE, STEP_CUT };

static enum step cut_at(const struct window *window, size_t pos)
{
	buf_printf(window->reason, "recording is cut at byte %llu of %s",
		   (unsigned long long)(window->offset + pos), window->file->name);
	return STEP_CUT;
}

static bool wanted(const struct dumpfile *file, const struct nlmsghdr *msg)
{
	struct inet_diag_msg diag;

	if (msg->nlmsg_type < NLMSG_MIN_TYPE)
		return false;
	if (msg->nlmsg_len < NLMSG_LENGTH(sizeof diag))
		return true; /* no socket: for the receiver to count */
	memcpy(&diag, NLMSG_DATA(msg), sizeof diag);
	return (!file->family || diag.idiag_family == file->family) &&
	       (!file->states || dump_asks(file->states, diag.idiag_state));
}

/* Delivers data[from, to). */
static enum step flush(struct window *window, size_t from, size_t to)
{
	if (from == to || window->fn(window->arg, window->data + from, to - from) == 0)
		return STEP_MORE;
	buf_puts(window->reason, "the list of sockets was not read to its end");
	return STEP_CUT;
}

/* No message, or one that says that the dump failed. */
static bool is_broken(const struct nlmsghdr *msg)
{
	return msg->nlmsg_len < sizeof *msg || msg->nlmsg_len % NLMSG_ALIGNTO ||
	       msg->nlmsg_len > SOURCE_DATAGRAM || msg->nlmsg_type == NLMSG_ERROR;
}

/* A refused dump ends with a negative errno in its NLMSG_DONE. */
static enum step done(struct window *window, const struct nlmsghdr *msg)
{
	int error = 0;

	if (msg->nlmsg_len >= NLMSG_LENGTH(sizeof error))
		memcpy(&error, NLMSG_DATA(msg), sizeof error);
	if (error < 0) {
		buf_printf(window->reason, "the dump in %s failed", window->file->name);
		return STEP_CUT;
	}
	window->file->dones++;
	return window->file->past_done ? STEP_MORE : STEP_COMPLETE;
}

/* Takes the whole messages at the front of the window; *used is how far they reach. */
static enum step take(struct window *window, size_t *used)
{
	size_t pos = 0, from = 0;
	enum step step = STEP_MORE;
	const struct nlmsghdr *msg;

	for (; step == STEP_MORE && window->len - pos >= sizeof *msg; pos += msg->nlmsg_len) {
		msg = (const struct nlmsghdr *)(window->data + pos);
		if (is_broken(msg))
			return flush(window, from, pos) == STEP_MORE ? cut_at(window, pos)
								     : STEP_CUT;
		if (msg->nlmsg_len > window->len - pos)
			break;
		window->at_done = msg->nlmsg_type == NLMSG_DONE;
		if (wanted(window->file, msg))
			continue;
		step = flush(window, from, pos);
		from = pos + msg->nlmsg_len;
		if (window->at_done && step == STEP_MORE)
			step = done(window, msg);
	}
	*used = pos;
	return step == STEP_MORE ? flush(window, from, pos) : step;
}

/* Reads on behind what the window holds. Returns as read(). */
static ssize_t fill(struct window *window)
{
	ssize_t n;

	do
		n = read(window->file->fd, window->data + window->len,
			 sizeof window->data - window->len);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		window->len += (size_t)n;
	return n;
}

enum dump_end dumpfile_deliver(struct dumpfile *file, datagram_fn *fn, void *arg,
			       struct buf *reason)
{
	struct window window = { .file = file, .fn = fn, .arg = arg, .reason = reason };
	enum step step = STEP_MORE;
	size_t used = 0;
	ssize_t n;

	file->dones = 0;
	while (step == STEP_MORE) {
		n = fill(&window);
		if (n < 0) {
			buf_printf(reason, "cannot read %s: %s", file->name, strerror(errno));
			return DUMP_CUT;
		}
		if (n == 0)
			step = window.len == 0 && window.at_done ? STEP_COMPLETE
								 : cut_at(&window, window.len);
		else
			step = take(&window, &used);
		if (step == STEP_MORE) {
			memmove(window.data, window.data + used, window.len - used);
			window.len -= used;
			window.offset += used;
		}
	}
	return step == STEP_COMPLETE ? DUMP_COMPLETE : DUMP_CUT;
}

void dumpfile_done(struct buf *out)
{
	const struct {
		struct nlmsghdr header;
		int error;
	} done = {
		.header = {
			.nlmsg_len = sizeof done,
			.nlmsg_type = NLMSG_DONE,
			.nlmsg_flags = NLM_F_MULTI,
		},
	};

	buf_write(out, &done, sizeof done);
}
