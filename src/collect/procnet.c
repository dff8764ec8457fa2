/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of /proc/net/tcp and tcp6 (net/ipv4/tcp_ipv4.c get_tcp4_sock(), get_timewait4_sock(),
 * get_openreq4(); net/ipv6/tcp_ipv6.c alike) as sock_diag messages:
 *
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *    0: 0100007F:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4711
 */
#include "collect/procnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/dumpfile.h"

enum {
	TICKS_PER_SECOND = 100, /* USER_HZ, on every architecture Debian has */
	LINE_BYTES_MAX = 512,
};

struct message {
	struct nlmsghdr header;
	struct inet_diag_msg diag;
};

struct stream {
	int fd;
	const char *path;
	int family;
	unsigned states;
	datagram_fn *fn;
	void *arg;
	struct buf *reason;
	bool head; /* the line of titles has passed */
	size_t in_len, out_len; /* bytes */
	char in[SOURCE_DATAGRAM];
	_Alignas(8) unsigned char out[SOURCE_DATAGRAM];
};

/* ---- one line ---- */

/* Where in a line we are; NULL once something was not as expected. */
struct cursor {
	const char *p, *end;
};

static void skip_blanks(struct cursor *c)
{
	while (c->p && c->p < c->end && *c->p == ' ')
		c->p++;
}

static void expect(struct cursor *c, char what)
{
	if (c->p)
		c->p = c->p < c->end && *c->p == what ? c->p + 1 : NULL;
}

static int digit_value(char digit)
{
	return digit >= '0' && digit <= '9' ? digit - '0' :
	       digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 :
	       digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 :
					      16;
}

/* A number of at most 'width' digits. */
static uint64_t number(struct cursor *c, int base, unsigned width)
{
	uint64_t value = 0;
	unsigned digits;
	int digit;

	for (digits = 0; c->p && c->p < c->end; digits++, c->p++) {
		digit = digit_value(*c->p);
		if (digit >= base)
			break;
		if (digits == width) {
			c->p = NULL;
			return 0;
		}
		value = value * (uint64_t)base + (uint64_t)digit;
	}
	if (digits == 0)
		c->p = NULL;
	return value;
}

static uint64_t hex(struct cursor *c, unsigned width)
{
	return number(c, 16, width);
}

static uint64_t decimal(struct cursor *c)
{
	skip_blanks(c);
	return number(c, 10, 19);
}

/* Each 32-bit word of an address is printed as a number of this machine: its bytes in memory
 * are those of the address. Exactly eight digits each. */
static void endpoint(struct cursor *c, int family, uint32_t *address, uint16_t *port)
{
	const int words = family == AF_INET6 ? 4 : 1;
	const char *start;
	struct cursor word;
	int i;

	skip_blanks(c);
	for (i = 0; i < words && c->p; i++) {
		start = c->p;
		word = (struct cursor){ start, c->end - start > 8 ? start + 8 : c->end };
		address[i] = (uint32_t)hex(&word, 8);
		c->p = word.p == start + 8 ? word.p : NULL;
	}
	expect(c, ':');
	*port = htons((uint16_t)hex(c, 4));
}

/* idiag_retrans counts what its timer repeats: the probes for keepalive and zero window. */
static uint8_t repeats(unsigned timer, uint64_t retransmits, uint64_t probes)
{
	uint64_t count = timer == 1 ? retransmits : timer == 2 || timer == 4 ? probes : 0;

	return (uint8_t)(count < 255 ? count : 255);
}

static uint32_t milliseconds(uint64_t ticks)
{
	const uint32_t each = 1000 / TICKS_PER_SECOND;

	return ticks < UINT32_MAX / each ? (uint32_t)ticks * each : UINT32_MAX;
}

/* Returns false when the line is no socket. */
static bool parse_line(struct cursor c, int family, struct inet_diag_msg *diag)
{
	uint64_t retransmits, probes, ticks;

	*diag = (struct inet_diag_msg){ .idiag_family = (uint8_t)family };
	decimal(&c);
	expect(&c, ':');
	endpoint(&c, family, diag->id.idiag_src, &diag->id.idiag_sport);
	endpoint(&c, family, diag->id.idiag_dst, &diag->id.idiag_dport);
	skip_blanks(&c);
	diag->idiag_state = (uint8_t)hex(&c, 2);
	skip_blanks(&c);
	diag->idiag_wqueue = (uint32_t)hex(&c, 8);
	expect(&c, ':');
	diag->idiag_rqueue = (uint32_t)hex(&c, 8);
	skip_blanks(&c);
	diag->idiag_timer = (uint8_t)hex(&c, 2);
	expect(&c, ':');
	ticks = hex(&c, 16);
	skip_blanks(&c);
	retransmits = hex(&c, 8);
	diag->idiag_uid = (uint32_t)decimal(&c);
	probes = decimal(&c);
	diag->idiag_inode = (uint32_t)decimal(&c);
	diag->idiag_retrans = repeats(diag->idiag_timer, retransmits, probes);
	diag->idiag_expires = milliseconds(ticks);
	if (diag->idiag_state == STATE_LISTEN)
		diag->idiag_wqueue = 0;
	return c.p != NULL;
}

/* ---- the file ---- */

/* What became of a line. STOP: no later line can be asked for; REFUSED: the receiver stopped. */
enum taken { TAKEN, STOP, REFUSED };

static enum taken flush(struct stream *stream)
{
	size_t len = stream->out_len;

	stream->out_len = 0;
	return len && stream->fn(stream->arg, stream->out, len) ? REFUSED : TAKEN;
}

/* Appends a line's message if the query asks for it. */
static enum taken take_line(struct stream *stream, const char *line, size_t len)
{
	struct message message = { .header = {
		.nlmsg_len = sizeof message,
		.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_MULTI,
	} };
	const struct cursor cursor = { line, line + len };
	enum taken taken = TAKEN;

	if (!parse_line(cursor, stream->family, &message.diag))
		message.header.nlmsg_len = NLMSG_LENGTH(0);
	else if (!dump_asks(stream->states, message.diag.idiag_state))
		/* Listeners and requests to them come first (tcp_seq_start), then the table of
		 * connections, however large. */
		return stream->states == STATES_LISTEN &&
		       message.diag.idiag_state != STATE_SYN_RECV ? STOP : TAKEN;
	if (sizeof stream->out - stream->out_len < sizeof message)
		taken = flush(stream);
	memcpy(stream->out + stream->out_len, &message, message.header.nlmsg_len);
	stream->out_len += message.header.nlmsg_len;
	return taken;
}

/* Takes the whole lines at the front of the buffer and moves the rest there. */
static enum taken take_lines(struct stream *stream)
{
	const char *p = stream->in, *end = p + stream->in_len, *newline;
	enum taken taken = TAKEN;

	while (taken == TAKEN && (newline = memchr(p, '\n', (size_t)(end - p)))) {
		if (stream->head)
			taken = take_line(stream, p, (size_t)(newline - p));
		stream->head = true;
		p = newline + 1;
	}
	stream->in_len = (size_t)(end - p);
	memmove(stream->in, p, stream->in_len);
	return taken;
}

/* What was read before it is good. */
static enum dump_end cut(struct stream *stream, const char *why)
{
	flush(stream);
	buf_printf(stream->reason, "%s ended early: %s", stream->path, why);
	return DUMP_CUT;
}

static enum dump_end run(struct stream *stream)
{
	enum taken taken = TAKEN;
	ssize_t n;

	while (taken == TAKEN) {
		if (stream->in_len > LINE_BYTES_MAX)
			return cut(stream, "a line is too long");
		n = read(stream->fd, stream->in + stream->in_len,
			 sizeof stream->in - stream->in_len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cut(stream, strerror(errno));
		if (n == 0)
			break;
		stream->in_len += (size_t)n;
		taken = take_lines(stream);
	}
	if (taken == REFUSED || flush(stream) == REFUSED)
		return cut(stream, "it was not read further");
	if (taken == TAKEN && (stream->in_len > 0 || !stream->head))
		return cut(stream, "its last line is not whole");
	return DUMP_COMPLETE;
}

static enum dump_end unopened(const char *path, int family, int error, struct buf *reason)
{
	if (error == ENOENT && family == AF_INET6)
		return DUMP_COMPLETE; /* a kernel without IPv6 */
	if (error == ENODATA) {
		buf_printf(reason, "the recording has no %s", path);
		return DUMP_NOT_RECORDED;
	}
	buf_printf(reason, "cannot read /%s: %s", path, strerror(error));
	return DUMP_REFUSED;
}

enum dump_end procnet_dump(struct source *source, unsigned sample, int family,
			   const struct query *query, datagram_fn *fn, void *arg,
			   struct buf *reason)
{
	const char *path = family == AF_INET6 ? "proc/net/tcp6" : "proc/net/tcp";
	autoclose int fd = source->ops->open(source, sample, path);
	autofree struct stream *stream = NULL;

	if (fd < 0)
		return unopened(path, family, -fd, reason);
	stream = xcalloc(1, sizeof *stream);
	stream->fd = fd;
	stream->path = path;
	stream->family = family;
	stream->states = query->states;
	stream->fn = fn;
	stream->arg = arg;
	stream->reason = reason;
	return run(stream);
}
