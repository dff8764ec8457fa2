/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/recordings.h: scratch folders, dumps built message by message, and a receiver that
 * checks what every source promises of its datagrams. */
#ifndef TESTS_RECORDINGS_H
#define TESTS_RECORDINGS_H

#include "base/errors.h"
#include "base/file.h"
#include "collect/dumpfile.h"
#include "collect/source.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* ---- scratch folders ---- */

struct scratch {
	char path[64];
	int dir;
};

static inline struct scratch scratch_new(void)
{
	struct scratch scratch = { .path = "/tmp/tcp-advise-test.XXXXXX" };

	assert_non_null(mkdtemp(scratch.path));
	scratch.dir = open(scratch.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(scratch.dir >= 0);
	return scratch;
}

static inline int scratch_drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_free(struct scratch *scratch)
{
	close(scratch->dir);
	nftw(scratch->path, scratch_drop, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void scratch_write(const struct scratch *scratch, const char *path, const char *text)
{
	unlinkat(scratch->dir, path, 0);
	assert_int_equal(file_write_new(scratch->dir, path, text, strlen(text)), 0);
}

static inline void scratch_write_buf(const struct scratch *scratch, const char *path,
				     const struct buf *data)
{
	unlinkat(scratch->dir, path, 0);
	assert_int_equal(file_write_new(scratch->dir, path, buf_text(data), data->len), 0);
}

/* The path of something in a scratch folder, in a buffer the caller owns. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name,
				       struct buf *out)
{
	buf_clear(out);
	buf_printf(out, "%s/%s", scratch->path, name);
	return out->text;
}

/* ---- messages ---- */

static inline void add_bytes(struct buf *dump, unsigned type, const void *payload, size_t len)
{
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)(sizeof header + len),
		.nlmsg_type = (uint16_t)type,
		.nlmsg_flags = NLM_F_MULTI,
		.nlmsg_seq = 7,
	};

	buf_write(dump, &header, sizeof header);
	buf_write(dump, payload, len);
}

/* A socket with an attribute of attr_len bytes, or none when that is 0. */
static inline void add_socket(struct buf *dump, int family, unsigned state, unsigned attr,
			      size_t attr_len)
{
	unsigned char payload[1024] = { 0 };
	struct inet_diag_msg diag = {
		.idiag_family = (uint8_t)family,
		.idiag_state = (uint8_t)state,
		.idiag_inode = (uint32_t)dump->len,
	};
	struct nlattr nla = {
		.nla_len = (uint16_t)(sizeof nla + attr_len),
		.nla_type = (uint16_t)attr,
	};

	memcpy(payload, &diag, sizeof diag);
	memcpy(payload + sizeof diag, &nla, sizeof nla);
	add_bytes(dump, SOCK_DIAG_BY_FAMILY, payload,
		  sizeof diag + (attr_len ? sizeof nla + NLA_ALIGN(attr_len) : 0));
}

/* ---- the receiver ---- */

struct received {
	struct buf bytes;
	unsigned datagrams, sockets;
	unsigned stop_after; /* datagrams; 0: never */
	enum dump_end end;
	struct buf reason;
};

static inline int receive_datagram(void *arg, const void *data, size_t len)
{
	struct received *received = arg;
	const unsigned char *p = data, *end = p + len;
	const struct nlmsghdr *msg;

	assert_true(len > 0 && len <= SOURCE_DATAGRAM);
	assert_int_equal((uintptr_t)data % 4, 0);
	for (; p < end; p += msg->nlmsg_len) {
		msg = (const struct nlmsghdr *)p;
		assert_true((size_t)(end - p) >= sizeof *msg);
		assert_true(msg->nlmsg_len >= sizeof *msg && msg->nlmsg_len % 4 == 0);
		assert_true(msg->nlmsg_len <= (size_t)(end - p));
		assert_true(msg->nlmsg_type >= NLMSG_MIN_TYPE);
		received->sockets++;
	}
	buf_write(&received->bytes, data, len);
	return ++received->datagrams == received->stop_after;
}

static inline void received_fini(struct received *received)
{
	buf_fini(&received->bytes);
	buf_fini(&received->reason);
	*received = (struct received){ 0 };
}

static inline enum dump_end receive_dump(struct source *source, unsigned sample, enum pass pass,
					 int family, unsigned states, struct received *received)
{
	const struct query query = { .states = states };

	received_fini(received);
	received->end = source->ops->dump(source, sample, pass, family, &query, receive_datagram,
					  received, &received->reason);
	/* A dump that is not complete says why, in one line. */
	assert_true((received->end == DUMP_COMPLETE) == (received->reason.len == 0));
	assert_null(strchr(buf_text(&received->reason), '\n'));
	return received->end;
}

static inline void assert_bytes(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(buf_text(a), buf_text(b), a->len);
}

/* ---- opening ---- */

/* Opens what must be openable. */
static inline struct source *opened(const char *path)
{
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source = source_recording(path, &errors);

	if (!source)
		fail_msg("%s", buf_text(&errors.text));
	assert_int_equal(errors.count, 0);
	return source;
}

static inline void closed(struct source *source)
{
	autoerrors struct errors errors = ERRORS_INIT;

	assert_int_equal(source->ops->close(source, &errors), 0);
	assert_int_equal(errors.count, 0);
}

static inline void assert_refused(const char *path, const char *expected)
{
	autoerrors struct errors errors = ERRORS_INIT;

	assert_null(source_recording(path, &errors));
	assert_int_equal(errors.count, 1);
	if (!strstr(buf_text(&errors.text), expected))
		fail_msg("expected '%s' in: %s", expected, buf_text(&errors.text));
}

#endif
