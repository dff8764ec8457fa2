/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files made by 'ss -D': every pass is served from the same messages. The file says neither what
 * ss was asked for nor what it did not get, so it is searched once for what it holds, and what
 * it does not hold at all counts as not recorded rather than as none. */
#include "collect/ssfile.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/text.h"
#include "collect/dumpfile.h"

struct ssfile {
	struct source source; /* first: a source is the file's source it begins */
	int fd;
	char *name;	      /* printable */
	bool families[2];     /* sockets of AF_INET, AF_INET6 seen */
	bool both;	      /* two dumps seen, then they are one of each */
	unsigned states;      /* 1 << enum tcp_state, seen */
	bool info;	      /* tcp_info seen */
};

/* ---- what it holds ---- */

static bool has_info(const struct nlmsghdr *msg)
{
	size_t pos = NLMSG_LENGTH(sizeof(struct inet_diag_msg));
	struct nlattr attr;

	for (; pos + sizeof attr <= msg->nlmsg_len; pos += NLA_ALIGN(attr.nla_len)) {
		memcpy(&attr, (const char *)msg + pos, sizeof attr);
		if ((attr.nla_type & NLA_TYPE_MASK) == INET_DIAG_INFO)
			return true;
		if (attr.nla_len < sizeof attr)
			break;
	}
	return false;
}

static void survey_message(struct ssfile *file, const struct nlmsghdr *msg)
{
	struct inet_diag_msg diag;

	if (msg->nlmsg_len < NLMSG_LENGTH(sizeof diag))
		return;
	memcpy(&diag, NLMSG_DATA(msg), sizeof diag);
	if (diag.idiag_family == AF_INET || diag.idiag_family == AF_INET6)
		file->families[diag.idiag_family == AF_INET6] = true;
	if (diag.idiag_state < STATES)
		file->states |= 1u << diag.idiag_state;
	file->info = file->info || has_info(msg);
}

static int survey(void *arg, const void *data, size_t len)
{
	const char *p = data, *end = p + len;

	for (; p < end; p += ((const struct nlmsghdr *)p)->nlmsg_len)
		survey_message(arg, (const struct nlmsghdr *)p);
	return 0;
}

/* What 'ss' must have been asked for so that the file can serve a pass, or NULL. */
static const char *missing(const struct ssfile *file, enum pass pass, int family)
{
	/* ss asks for IPv4, then for IPv6; 'ss -4' and 'ss -6' for one of them only. */
	if (!file->families[family == AF_INET6] && !file->both)
		return family == AF_INET6 ? "IPv6 sockets" : "IPv4 sockets";
	if (pass == PASS_LISTEN)
		return file->states & STATES_LISTEN ? NULL : "listening sockets";
	if (!(file->states & ~STATES_LISTEN))
		return "connections";
	return pass == PASS_INFO && !file->info ? "tcp_info" : NULL;
}

/* ---- the source ---- */

static int ssfile_read(struct source *source, unsigned sample, const char *path, struct buf *out)
{
	(void)source;
	(void)sample;
	(void)path;
	buf_clear(out);
	return ENODATA;
}

static int ssfile_open(struct source *source, unsigned sample, const char *path)
{
	(void)source;
	(void)sample;
	(void)path;
	return -ENODATA;
}

static int ssfile_list(struct source *source, const char *path, struct buf *names)
{
	(void)source;
	(void)path;
	(void)names;
	return ENODATA;
}

static enum dump_end ssfile_dump(struct source *source, unsigned sample, enum pass pass, int family,
				 const struct query *query, datagram_fn *fn, void *arg,
				 struct buf *reason)
{
	struct ssfile *file = (struct ssfile *)source;
	struct dumpfile dump = {
		.fd = file->fd,
		.name = file->name,
		.past_done = true,
		.family = family,
		.states = query->states,
	};
	const char *what = sample == 0 ? "earlier sockets" : missing(file, pass, family);

	if (what) {
		buf_printf(reason, "%s holds no %s; 'ss -tani -D FILE' records all there is",
			   file->name, what);
		return DUMP_NOT_RECORDED;
	}
	if (lseek(file->fd, 0, SEEK_SET) < 0) {
		buf_printf(reason, "cannot read %s: %s", file->name, strerror(errno));
		return DUMP_CUT;
	}
	return dumpfile_deliver(&dump, fn, arg, reason);
}

static void ssfile_wait(struct source *source, double seconds)
{
	(void)source;
	(void)seconds;
}

static int ssfile_close(struct source *source, struct errors *errors)
{
	struct ssfile *file = (struct ssfile *)source;

	(void)errors;
	close(file->fd);
	free(file->name);
	free(file);
	return 0;
}

static const struct source_ops ssfile_ops = {
	.read = ssfile_read,
	.open = ssfile_open,
	.list = ssfile_list,
	.dump = ssfile_dump,
	.wait = ssfile_wait,
	.close = ssfile_close,
};

struct source *source_ssfile(int fd, const char *path, struct errors *errors)
{
	struct ssfile *file = xcalloc(1, sizeof *file);
	struct dumpfile dump = { .fd = fd, .name = path, .past_done = true };
	autobuf struct buf reason = BUF_INIT;
	autobuf struct buf name = BUF_INIT;
	struct stat st = { .st_mtime = 0 };

	fstat(fd, &st);
	text_printable(&name, path, strlen(path));
	file->fd = fd;
	file->name = buf_steal(&name);
	file->source.ops = &ssfile_ops;
	file->source.manifest = (struct manifest){ .kind = "ss", .time = st.st_mtime };
	dumpfile_deliver(&dump, survey, file, &reason);
	file->both = dump.dones > 1;
	if (file->states || dump.dones)
		return &file->source;
	errors_add(errors, "%s: is neither a recording nor a file made by 'ss -D', a tar archive or the"
		   " output of 'sysctl -a'", path);
	ssfile_close(&file->source, NULL);
	return NULL;
}
