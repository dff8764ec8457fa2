/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket has one line, and others that begin with a tab. The text is read as often as it is asked
 * for, after one look for what ss of this version says at all. */
#include "collect/sstext.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/socket.h>

#include "base/text.h"
#include "collect/dumpfile.h"

enum {
	HEAD_LINES = 20,  /* what sos caught of stderr may come first */
	USERS_MAX = 4096, /* of a socket */
	INIT = 1,
};

/* ---- lines ---- */

static bool next_line(struct span *rest, struct span *line)
{
	const char *newline = memchr(rest->p, '\n', (size_t)(rest->end - rest->p));

	if (!newline)
		return false;
	*line = (struct span){ rest->p, newline };
	rest->p = newline + 1;
	return true;
}

static bool continues(struct span rest)
{
	return rest.p < rest.end && *rest.p == '\t';
}

/* The lines of the next socket. */
static bool next_lines(struct span *rest, struct sslines *lines)
{
	struct span line;

	do
		if (!next_line(rest, &lines->first))
			return false;
	while (lines->first.p < lines->first.end && *lines->first.p == '\t');
	lines->more = (struct span){ rest->p, rest->p };
	while (continues(*rest) && next_line(rest, &line))
		lines->more.end = line.end;
	return true;
}

/* "Netid State Recv-Q Send-Q Local Address:Port ..." */
static bool is_head(struct span line, struct ssform *form)
{
	struct span word;
	const bool any = span_word(&line, &word);

	form->netid = any && span_is(word, "Netid");
	if (form->netid && !span_word(&line, &word))
		return false;
	return any && span_is(word, "State") && span_word(&line, &word) && span_is(word, "Recv-Q");
}

/* Puts the text behind its titles. Where sos had to cut what was printed, it kept the end, which
 * has none: then its columns are as always with these options. */
static void find_head(struct sstext *text)
{
	struct span rest = text->text, line;
	unsigned i;

	for (i = 0; i < HEAD_LINES && next_line(&rest, &line); i++)
		if (is_head(line, &text->form)) {
			text->head = true;
			text->text.p = rest.p;
			return;
		}
	text->form.netid = true;
}

static bool is_tcp(const struct sstext *text, struct span line)
{
	struct span word;

	return !text->form.netid || (span_word(&line, &word) && span_is(word, "tcp"));
}

bool sstext_open(struct sstext *text, struct span what, const char *name)
{
	struct sslines lines;
	struct span rest;

	*text = (struct sstext){ .text = what, .name = name };
	sstongue_init(&text->tongue);
	text->whole = what.p < what.end && what.end[-1] == '\n';
	find_head(text);
	rest = text->text;
	while (next_lines(&rest, &lines)) {
		if (!is_tcp(text, lines.first))
			continue;
		text->sockets++;
		text->form.bare |= ssplace_is_bare(lines.first);
		text->users |= memmem(lines.first.p, (size_t)(lines.first.end - lines.first.p),
				      " users:(", 8) != NULL;
		text->cgroups |= memmem(lines.first.p, (size_t)(lines.first.end - lines.first.p),
					" cgroup:", 8) != NULL;
		ssline_hear(&text->tongue, lines.more);
	}
	return text->head || text->sockets;
}

/* ---- sockets ---- */

/* Messages on their way, as many as fit. */
struct outgoing {
	datagram_fn *fn;
	void *arg;
	size_t len;
	_Alignas(8) unsigned char bytes[SOURCE_DATAGRAM];
};

static bool flush(struct outgoing *out)
{
	size_t len = out->len;

	out->len = 0;
	return len == 0 || out->fn(out->arg, out->bytes, len) == 0;
}

static bool send_message(struct outgoing *out, const struct ssline *line)
{
	if (sizeof out->bytes - out->len < line->len && !flush(out))
		return false;
	memcpy(out->bytes + out->len, line->message, line->len);
	out->len += line->len;
	return true;
}

/* What is not understood is told once, with IPv4. */
static bool is_asked(const struct ssline *line, enum ssline_kind kind, int family, unsigned states)
{
	if (kind == SSLINE_BROKEN)
		return family == AF_INET;
	return kind == SSLINE_TCP && line->said.diag.idiag_family == family &&
	       dump_asks(states, line->said.diag.idiag_state);
}

static bool send_all(const struct sstext *text, int family, unsigned states, struct outgoing *out)
{
	struct span rest = text->text;
	struct sslines lines;
	struct ssline line;

	while (next_lines(&rest, &lines)) {
		const enum ssline_kind kind = ssline_read(&line, &text->form, lines.first);

		/* The last socket's other line may be what is missing. */
		if (!text->whole && !memchr(rest.p, '\n', (size_t)(rest.end - rest.p)) &&
		    (rest.p == rest.end || *rest.p == '\t'))
			break;
		if (!is_asked(&line, kind, family, states))
			continue;
		ssline_message(&line, kind, &text->tongue, lines.more);
		if (!send_message(out, &line))
			return false;
	}
	return flush(out);
}

enum dump_end sstext_dump(const struct sstext *text, int family, const struct query *query,
			  datagram_fn *fn, void *arg, struct buf *reason)
{
	struct outgoing *out = xcalloc(1, sizeof *out);
	bool sent;

	out->fn = fn;
	out->arg = arg;
	sent = send_all(text, family, query->states, out);
	free(out);
	if (!sent)
		buf_puts(reason, "the list of sockets was not read to its end");
	else if (!text->head)
		buf_printf(reason, "the beginning of %s is missing, and with it sockets",
			   text->name);
	else if (!text->whole)
		buf_printf(reason, "%s ends in the middle of a line", text->name);
	return sent && text->head && text->whole ? DUMP_COMPLETE : DUMP_CUT;
}

/* ---- who holds them ---- */

/* Whom holders.h would name first: init holds listeners for services that it starts. */
static bool is_better(const struct ssuser *user, const struct ssuser *best)
{
	if (!best->name.p || (user->pid == INIT) != (best->pid == INIT))
		return !best->name.p || best->pid == INIT;
	return user->pid < best->pid;
}

static void put_holder(struct buf *out, const struct ssline *line)
{
	struct ssuser user, best = { .pid = 0 };
	struct span users = line->users;
	unsigned count;

	for (count = 0; count < USERS_MAX && ssline_user(&users, &user); count++)
		if (user.pid && is_better(&user, &best))
			best = user;
	if (!best.name.p)
		return;
	/* ss tells neither their user nor their cgroup. */
	buf_printf(out, "process\t%" PRIu64 "\t-\t\t", best.pid);
	text_printable(out, best.name.p, (size_t)(best.name.end - best.name.p));
	buf_printf(out, "\nholds\t%u\n", line->said.diag.idiag_inode);
}

int sstext_owners(const struct sstext *text, const struct inodes *wanted, struct buf *out)
{
	struct span rest = text->text;
	const struct inode *inode;
	struct sslines lines;
	struct ssline line;

	if (!text->users)
		return ENODATA;
	while (next_lines(&rest, &lines)) {
		if (ssline_read(&line, &text->form, lines.first) != SSLINE_TCP ||
		    !line.users.p)
			continue;
		inode = inodes_find(wanted, line.said.diag.idiag_inode);
		if (inode && !inode->looked)
			put_holder(out, &line);
	}
	/* sos is run by root, who sees into all processes. */
	buf_puts(out, "end\tcomplete\t0\t1\n");
	return 0;
}

int sstext_cgroups(const struct sstext *text, struct buf *out)
{
	struct span rest = text->text;
	struct inodes seen = { .entries = NULL };
	struct sslines lines;
	struct ssline line;
	uint64_t number;

	if (!text->cgroups)
		return ENODATA;
	while (next_lines(&rest, &lines)) {
		if (ssline_read(&line, &text->form, lines.first) != SSLINE_TCP ||
		    !line.cgroup.p || *line.cgroup.p != '/')
			continue;
		number = ssline_cgroup(line.cgroup);
		if (inodes_find(&seen, (uint32_t)number) || !inodes_add(&seen, (uint32_t)number, 0))
			continue;
		buf_printf(out, "%" PRIu64 "\t", number);
		text_printable(out, line.cgroup.p, (size_t)(line.cgroup.end - line.cgroup.p));
		buf_putc(out, '\n');
	}
	inodes_fini(&seen);
	return 0;
}
