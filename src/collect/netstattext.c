/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp   0   0 10.0.0.1:80   10.0.0.2:5000   ESTABLISHED 33   4711   812/nginx: x   on (0.20/1/0)
 *
 * (net-tools netstat.c tcp_do_one). A program may have blanks in its name: the timer behind it is
 * taken from the end of the line. */
#include "collect/netstattext.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "collect/ssplace.h"

struct entry {
	struct inet_diag_msg diag;
	uint64_t ticks, retransmits, probes;
	uint64_t pid; /* 0: none is named */
	struct span program;
};

/* ---- one line ---- */

static const char *const state_names[STATES] = {
	[STATE_ESTABLISHED] = "ESTABLISHED", [STATE_SYN_SENT] = "SYN_SENT",
	[STATE_SYN_RECV] = "SYN_RECV",	     [STATE_FIN_WAIT1] = "FIN_WAIT1",
	[STATE_FIN_WAIT2] = "FIN_WAIT2",     [STATE_TIME_WAIT] = "TIME_WAIT",
	[STATE_CLOSE] = "CLOSE",	     [STATE_CLOSE_WAIT] = "CLOSE_WAIT",
	[STATE_LAST_ACK] = "LAST_ACK",	     [STATE_LISTEN] = "LISTEN",
	[STATE_CLOSING] = "CLOSING",
};

static bool take_number(struct span *rest, uint64_t max, uint64_t *number)
{
	struct span word;

	return span_word(rest, &word) && span_number(&word, 10, number) && word.p == word.end &&
	       *number <= max;
}

/* Cuts the last word off the end. */
static struct span last_word(struct span *rest)
{
	struct span word;

	while (rest->end > rest->p && strchr(" \t\r", rest->end[-1]))
		rest->end--;
	word.end = rest->end;
	while (rest->end > rest->p && rest->end[-1] != ' ')
		rest->end--;
	word.p = rest->end;
	return word;
}

/* "(59.94/1/0)": seconds in hundredths, which are the ticks of the table, retransmits, probes. */
static bool read_times(struct span text, struct entry *entry)
{
	uint64_t hundredths;

	if (!span_skip(&text, "(") || !span_number(&text, 10, &entry->ticks) ||
	    !span_skip(&text, ".") || text.end - text.p < 2 || entry->ticks > UINT32_MAX)
		return false;
	if (!span_number(&text, 10, &hundredths) || hundredths > 99)
		return false;
	entry->ticks = entry->ticks * 100 + hundredths;
	return span_skip(&text, "/") && span_number(&text, 10, &entry->retransmits) &&
	       span_skip(&text, "/") && span_number(&text, 10, &entry->probes) &&
	       span_skip(&text, ")") && text.p == text.end && entry->retransmits <= UINT32_MAX &&
	       entry->probes <= INT32_MAX;
}

static bool read_timer(struct span *rest, struct entry *entry)
{
	static const char *const names[] = { "off", "on", "keepalive", "timewait", "probe" };
	const struct span times = last_word(rest);
	struct span name = last_word(rest);
	uint64_t number;
	size_t i;

	if (!read_times(times, entry))
		return false;
	for (i = 0; i < countof(names); i++)
		if (span_is(name, names[i])) {
			entry->diag.idiag_timer = (uint8_t)i;
			return true;
		}
	/* Of older programs, that have no word for it. */
	if (!span_skip(&name, "unkn-") || !span_number(&name, 10, &number) || number > UINT8_MAX)
		return false;
	entry->diag.idiag_timer = (uint8_t)number;
	return name.p == name.end;
}

/* "812/nginx: worker", or "-". */
static void read_program(struct span rest, struct entry *entry)
{
	struct span number = rest;

	while (number.p < number.end && *number.p == ' ')
		number.p++;
	while (number.end > number.p && number.end[-1] == ' ')
		number.end--;
	entry->program = number;
	if (!span_number(&entry->program, 10, &entry->pid) || entry->pid > INT32_MAX ||
	    !span_skip(&entry->program, "/"))
		entry->pid = 0;
}

/* What follows the protocol. */
static bool read_entry(struct span rest, int family, struct entry *entry)
{
	struct inet_diag_msg *diag = &entry->diag;
	uint64_t received, sent, user, inode;
	struct span local, remote, state;

	*entry = (struct entry){ .diag = { .idiag_family = (uint8_t)family } };
	if (!take_number(&rest, UINT32_MAX, &received) || !take_number(&rest, UINT32_MAX, &sent) ||
	    !span_word(&rest, &local) || !span_word(&rest, &remote) || !span_word(&rest, &state) ||
	    !take_number(&rest, UINT32_MAX, &user) || !take_number(&rest, UINT32_MAX, &inode) ||
	    !read_timer(&rest, entry))
		return false;
	read_program(rest, entry);
	diag->idiag_rqueue = (uint32_t)received;
	diag->idiag_wqueue = (uint32_t)sent;
	diag->idiag_uid = (uint32_t)user;
	diag->idiag_inode = (uint32_t)inode;
	diag->idiag_state = (uint8_t)span_state(state, state_names);
	return diag->idiag_state &&
	       ssplace_end(local, (unsigned)family, diag->id.idiag_src, &diag->id.idiag_sport) &&
	       ssplace_end(remote, (unsigned)family, diag->id.idiag_dst, &diag->id.idiag_dport);
}

/* ---- the text ---- */

static bool next_line(struct span *rest, struct span *line)
{
	const char *newline = memchr(rest->p, '\n', (size_t)(rest->end - rest->p));

	*line = (struct span){ rest->p, newline ? newline : rest->end };
	rest->p = newline ? newline + 1 : rest->end;
	return line->end > line->p || newline;
}

static struct span whole(const struct buf *text)
{
	return (struct span){ buf_text(text), buf_text(text) + text->len };
}

static bool is_head(struct span line)
{
	struct span word;

	return span_word(&line, &word) && span_is(word, "Proto") && span_word(&line, &word) &&
	       span_is(word, "Recv-Q");
}

bool netstattext_is(const struct buf *text)
{
	struct span rest = whole(text), line;

	while (next_line(&rest, &line))
		if (is_head(line))
			return true;
	return false;
}

/* The next line about TCP; its protocol is taken off. 0: there is none. */
static int next_socket(struct span *rest, struct span *line)
{
	struct span word;

	while (next_line(rest, line)) {
		if (!span_word(line, &word))
			continue;
		if (span_is(word, "tcp"))
			return AF_INET;
		if (span_is(word, "tcp6"))
			return AF_INET6;
	}
	return 0;
}

static void put_end(struct buf *out, int family, const uint32_t address[4], uint16_t port)
{
	unsigned i;

	buf_putc(out, ' ');
	for (i = 0; i < (family == AF_INET6 ? 4 : 1); i++)
		buf_printf(out, "%08X", address[i]);
	buf_printf(out, ":%04X", ntohs(port));
}

static void put_entry(struct buf *out, const struct entry *entry)
{
	const struct inet_diag_msg *diag = &entry->diag;

	buf_puts(out, "0:");
	put_end(out, diag->idiag_family, diag->id.idiag_src, diag->id.idiag_sport);
	put_end(out, diag->idiag_family, diag->id.idiag_dst, diag->id.idiag_dport);
	buf_printf(out, " %02X %08X:%08X %02X:%08llX %08X %u %u %u\n", diag->idiag_state,
		   diag->idiag_wqueue, diag->idiag_rqueue, diag->idiag_timer,
		   (unsigned long long)entry->ticks, (unsigned)entry->retransmits,
		   diag->idiag_uid, (unsigned)entry->probes, diag->idiag_inode);
}

int netstattext_table(const struct buf *text, int family, struct buf *out)
{
	struct span rest = whole(text), line;
	struct entry entry;
	int of;

	if (!netstattext_is(text))
		return ENODATA;
	buf_puts(out, "titles\n");
	while ((of = next_socket(&rest, &line)) != 0) {
		if (of != family)
			continue;
		/* A line that breaks off breaks the table off. */
		if (line.end == buf_text(text) + text->len)
			buf_puts(out, "-");
		else if (read_entry(line, family, &entry))
			put_entry(out, &entry);
		else
			buf_puts(out, "-\n");
	}
	return 0;
}

int netstattext_owners(const struct buf *text, const struct inodes *wanted, struct buf *out)
{
	struct span rest = whole(text), line;
	struct entry entry;
	bool any = false;
	int of;

	while ((of = next_socket(&rest, &line)) != 0) {
		const struct inode *inode;

		if (!read_entry(line, of, &entry) || !entry.pid)
			continue;
		any = true;
		inode = inodes_find(wanted, entry.diag.idiag_inode);
		if (!inode || inode->looked)
			continue;
		buf_printf(out, "process\t%llu\t-\t\t", (unsigned long long)entry.pid);
		text_printable(out, entry.program.p, (size_t)(entry.program.end - entry.program.p));
		buf_printf(out, "\nholds\t%u\n", entry.diag.idiag_inode);
	}
	buf_puts(out, any ? "end\tcomplete\t0\t1\n" : "");
	return any ? 0 : ENODATA;
}
