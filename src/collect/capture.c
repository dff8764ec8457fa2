/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked for by its path on a live host is looked for where programs that capture hosts put
 * it: a copy of the file, the output of 'sysctl -a', the output of another command. */
#include "collect/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/beneath.h"
#include "collect/capture_about.h"
#include "collect/manifest.h"
#include "collect/sstext.h"
#include "collect/sysctltext.h"
#include "collect/tarball.h"
#include "config/config.h"

enum {
	SYSCTLS_MAX = 16 << 20, /* a host with a thousand interfaces prints 5 MB */
	TABLE_MAX = 64 << 20,	/* proc/net/tcp: 150 bytes a socket */
	SS_MAX = 192 << 20,	/* what ss printed: 600 bytes a socket, and often as many blanks */
	HEAD = 512,		/* a block of tar */
};

struct capture {
	struct source source; /* first: a source is the capture it begins */
	const char *name;     /* printable */
	struct arena *arena;
	int dir;	      /* -1: no folder */
	struct tarball *tarball;
	struct buf sysctls;
	struct buf printed; /* by ss */
	struct sstext ss;
	int no_ss;	    /* 0, or the errno of why it is not read; ENODATA: there is none */
};

/* ---- places ---- */

static const char sysctl_a[] = "sos_commands/kernel/sysctl_-a";
static const char ss_text[] = "sos_commands/networking/ss_-peaonmi";
static const char recorded[] = "manifest.ini";

/* Where sos puts what a file says, other than in a copy of it. */
static const struct copy {
	const char *path, *in;
} places[] = {
	{ "proc/sys/kernel/hostname", "sos_commands/host/hostname" },
	{ "proc/sys/kernel/hostname", "sos_commands/general/hostname" },
};

/* What an archive is read for. A path that ends in a slash is a folder, of which .conf files. */
static const struct {
	const char *path;
	size_t max;
} wants[] = {
	{ recorded, RECORDING_FILE_MAX }, /* only whether it is there */
	{ sysctl_a, SYSCTLS_MAX },
	{ ss_text, SS_MAX },
	{ "sos_commands/kernel/uname_-a", RECORDING_FILE_MAX },
	{ "sos_commands/host/hostname", RECORDING_FILE_MAX },
	{ "sos_commands/general/hostname", RECORDING_FILE_MAX },
	{ "sos_commands/date/date_--utc", RECORDING_FILE_MAX },
	{ "sos_commands/date/date", RECORDING_FILE_MAX },
	{ "sos_commands/general/date", RECORDING_FILE_MAX },
	{ "proc/net/tcp", TABLE_MAX },
	{ "proc/net/tcp6", TABLE_MAX },
	{ "etc/sysctl.conf", RECORDING_FILE_MAX },
	{ "etc/sysctl.d/", RECORDING_FILE_MAX },
	{ "run/sysctl.d/", RECORDING_FILE_MAX },
	{ "usr/local/lib/sysctl.d/", RECORDING_FILE_MAX },
	{ "usr/lib/sysctl.d/", RECORDING_FILE_MAX },
	{ "lib/sysctl.d/", RECORDING_FILE_MAX },
};

/* Its process was not ours: what it might see says nothing of what we may. */
static bool is_of_a_process(const char *path)
{
	return strncmp(path, "proc/self/", strlen("proc/self/")) == 0;
}

static size_t wanted(const char *path)
{
	size_t i, len;

	for (i = 0; i < countof(wants); i++) {
		len = strlen(wants[i].path);
		if (wants[i].path[len - 1] == '/' ? strncmp(path, wants[i].path, len) == 0 &&
							    !strchr(path + len, '/') && path[len] :
						    strcmp(path, wants[i].path) == 0)
			return wants[i].max;
	}
	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].path && strcmp(path, fact_catalogue[i].path) == 0)
			return is_of_a_process(path) ? 0 : RECORDING_FILE_MAX;
	return 0;
}

/* ---- files ---- */

/* What is not in a capture, or is a link there, nobody captured. */
static int not_there(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EINVAL ? ENODATA :
											  error;
}

static int fetch(const struct capture *capture, const char *path, size_t max, struct buf *out)
{
	if (capture->tarball)
		return tarball_read(capture->tarball, path, out);
	return capture->dir < 0 ? ENODATA : not_there(beneath_read(capture->dir, path, max, out));
}

static int fetch_sysctl(const struct capture *capture, const char *path, struct buf *out)
{
	static const char root[] = "proc/sys/";
	char key[CONFIG_KEY_MAX];

	if (strncmp(path, root, strlen(root)) != 0)
		return ENODATA;
	config_dotted(key, path + strlen(root));
	return sysctltext_find(&capture->sysctls, key, out);
}

static int capture_read(struct source *source, unsigned sample, const char *path, struct buf *out)
{
	const struct capture *capture = (struct capture *)source;
	size_t i;
	int error;

	buf_clear(out);
	if (sample != SAMPLE_NOW || is_of_a_process(path))
		return ENODATA;
	error = fetch(capture, path, RECORDING_FILE_MAX, out);
	if (error == ENODATA)
		error = fetch_sysctl(capture, path, out);
	for (i = 0; error == ENODATA && i < countof(places); i++)
		if (strcmp(places[i].path, path) == 0)
			error = fetch(capture, places[i].in, RECORDING_FILE_MAX, out);
	return error;
}

/* A file in memory, for who wants to stream it. Returns a descriptor or a negative errno. */
static int in_memory(const struct buf *text)
{
	int fd = memfd_create("tcp-advise", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;

	while (fd >= 0 && done < text->len) {
		n = write(fd, text->text + done, text->len - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || n < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		int error = errno;

		cleanup_close(&fd);
		return -error;
	}
	return fd;
}

static int capture_open(struct source *source, unsigned sample, const char *path)
{
	const struct capture *capture = (struct capture *)source;
	autobuf struct buf text = BUF_INIT;
	int fd, error;

	if (sample != SAMPLE_NOW)
		return -ENODATA;
	if (capture->dir >= 0) {
		fd = beneath_open(capture->dir, path);
		return fd < 0 ? -not_there(-fd) : fd;
	}
	error = fetch(capture, path, TABLE_MAX, &text);
	return error ? -error : in_memory(&text);
}

static int capture_list(struct source *source, const char *path, struct buf *names)
{
	const struct capture *capture = (struct capture *)source;
	int fd, error;

	if (capture->tarball) {
		error = tarball_names(capture->tarball, path, names);
		names_sort(names);
		return error;
	}
	fd = capture->dir < 0 ? -ENODATA : beneath_folder(capture->dir, path);
	return fd < 0 ? not_there(-fd) : folder_names(fd, names);
}

/* ---- sockets ---- */

/* Whether it has a file, of any size. */
static bool holds(struct capture *capture, const char *path)
{
	autobuf struct buf text = BUF_INIT;
	autoclose int fd = -1;

	if (capture->tarball)
		return tarball_read(capture->tarball, path, &text) != ENODATA;
	fd = capture->dir < 0 ? -1 : beneath_open(capture->dir, path);
	return fd >= 0;
}

static enum dump_end not_recorded(const struct capture *capture, const char *what, struct buf *reason)
{
	buf_printf(reason, "%s holds no %s", capture->name, what);
	return DUMP_NOT_RECORDED;
}

/* What ss printed is a dump; without it the receiver goes on to ask for proc/net/tcp, or nothing was
 * recorded. */
static enum dump_end capture_dump(struct source *source, unsigned sample, enum pass pass, int family,
				  const struct query *query, datagram_fn *fn, void *arg,
				  struct buf *reason)
{
	struct capture *capture = (struct capture *)source;
	const char *table = family == AF_INET6 ? "proc/net/tcp6" : "proc/net/tcp";

	if (sample != SAMPLE_NOW)
		return not_recorded(capture, "earlier sockets", reason);
	if (!capture->no_ss)
		return sstext_dump(&capture->ss, family, query, fn, arg, reason);
	if (capture->no_ss != ENODATA)
		buf_printf(reason, "%s is not read: %s; ", ss_text, strerror(capture->no_ss));
	if (pass == PASS_INFO)
		return not_recorded(capture, "tcp_info, which only ss prints", reason);
	if (!holds(capture, table)) {
		not_recorded(capture, ss_text, reason);
		buf_printf(reason, " and no %s", table);
		return DUMP_NOT_RECORDED;
	}
	not_recorded(capture, ss_text, reason);
	return DUMP_NO_DIAG;
}

static int capture_owners(struct source *source, struct inodes *wanted, bool descriptors,
			  struct buf *out)
{
	const struct capture *capture = (struct capture *)source;

	(void)descriptors; /* ss does not print them */
	return capture->no_ss ? ENODATA : sstext_owners(&capture->ss, wanted, out);
}

static int capture_cgroups(struct source *source, struct buf *out)
{
	const struct capture *capture = (struct capture *)source;

	return capture->no_ss ? ENODATA : sstext_cgroups(&capture->ss, out);
}

/* ss is richer than /proc/net/tcp, and was run at another moment: one of them is read. */
static void take_in_ss(struct capture *capture)
{
	capture->no_ss = fetch(capture, ss_text, SS_MAX, &capture->printed);
	if (!capture->no_ss && !sstext_open(&capture->ss,
					    (struct span){ buf_text(&capture->printed),
							   buf_text(&capture->printed) +
								   capture->printed.len },
					    ss_text))
		capture->no_ss = EBADMSG;
	if (!capture->no_ss)
		capture->source.manifest.sockets = ss_text;
}

/* ---- the rest ---- */

static void capture_wait(struct source *source, double seconds)
{
	(void)source;
	(void)seconds;
}

static int capture_close(struct source *source, struct errors *errors)
{
	struct capture *capture = (struct capture *)source;

	(void)errors;
	cleanup_close(&capture->dir);
	tarball_free(capture->tarball);
	buf_fini(&capture->sysctls);
	buf_fini(&capture->printed);
	arena_free(capture->arena);
	free(capture);
	return 0;
}

static const struct source_ops capture_ops = {
	.read = capture_read,
	.open = capture_open,
	.list = capture_list,
	.printed = true,
	.dump = capture_dump,
	.owners = capture_owners,
	.cgroups = capture_cgroups,
	.wait = capture_wait,
	.close = capture_close,
};

/* ---- opening ---- */

static const struct tarball_limits limits = {
	.bytes = (uint64_t)4 << 30, /* with all logs a sosreport may have more: unpack it first */
	.entries = 1000000,
	.depth = 64,
	.files = 4096,
	.kept = 256 << 20,
};

static int take_in_archive(struct capture *capture, int fd, struct errors *errors)
{
	capture->tarball = tarball_load(fd, capture->name, &limits, wanted, errors);
	if (!capture->tarball)
		return -1;
	if (holds(capture, recorded))
		return errors_add(errors, "%s: is a recording in an archive: unpack it, and name"
				  " its folder", capture->name);
	if (tarball_second(capture->tarball))
		return errors_add(errors, "%s: holds more than one capture: '%.200s' belongs to a"
				  " second one", capture->name, tarball_second(capture->tarball));
	if (tarball_is_empty(capture->tarball))
		return errors_add(errors, "%s: holds nothing of what is read of a sosreport",
				  capture->name);
	return 0;
}

static bool is_folder(int dirfd, const char *path)
{
	autoclose int fd = beneath_folder(dirfd, path);

	return fd >= 0;
}

static enum capture_kind folder_kind(int fd)
{
	autoclose int manifest = beneath_open(fd, recorded);

	return manifest == -ENOENT && (is_folder(fd, "sos_commands") || is_folder(fd, "proc/net")) ?
		       CAPTURE_FOLDER :
		       CAPTURE_NONE;
}

static enum capture_kind text_kind(int fd)
{
	static const enum capture_kind kinds[] = {
		[SYSCTLTEXT_NONE] = CAPTURE_NONE,
		[SYSCTLTEXT_OUTPUT] = CAPTURE_SYSCTLS,
		[SYSCTLTEXT_CONF] = CAPTURE_CONF,
	};
	autobuf struct buf text = BUF_INIT;
	const int error = file_read_fd(fd, SYSCTLS_MAX, &text);

	lseek(fd, 0, SEEK_SET);
	return error ? CAPTURE_NONE : kinds[sysctltext_kind(&text)];
}

static bool is_archive(const char *head)
{
	static const struct {
		size_t at, len;
		const char *bytes;
	} magic[] = {
		{ 0, 2, "\x1f\x8b" },		    /* gzip, RFC 1952 */
		{ 0, 6, "\xfd\x37zXZ\0" },	    /* xz */
		{ 257, 5, "ustar" },		    /* tar, POSIX and GNU */
	};
	size_t i;

	for (i = 0; i < countof(magic); i++)
		if (memcmp(head + magic[i].at, magic[i].bytes, magic[i].len) == 0)
			return true;
	return false;
}

enum capture_kind capture_kind(int fd, const struct stat *st)
{
	char head[HEAD] = { 0 };

	if (S_ISDIR(st->st_mode))
		return folder_kind(fd);
	if (!S_ISREG(st->st_mode) || pread(fd, head, sizeof head, 0) < 0)
		return CAPTURE_NONE;
	return is_archive(head) ? CAPTURE_ARCHIVE : text_kind(fd);
}

/* Takes in what is not read again later; the archive's file is done with then. */
static int take_in(struct capture *capture, int fd, enum capture_kind kind, struct errors *errors)
{
	int error = 0;

	if (kind == CAPTURE_CONF)
		return errors_add(errors, "%s: is a sysctl.conf, not the output of 'sysctl -a', and"
				  " does not say what ran; 'tcp-advise lint' judges such files",
				  capture->name);
	if (kind == CAPTURE_ARCHIVE && take_in_archive(capture, fd, errors) < 0)
		return -1;
	error = kind == CAPTURE_SYSCTLS ? file_read_fd(fd, SYSCTLS_MAX, &capture->sysctls) :
					  fetch(capture, sysctl_a, SYSCTLS_MAX, &capture->sysctls);
	if (error && error != ENODATA)
		return errors_add(errors, "%s%s%s: %s", capture->name,
				  kind == CAPTURE_SYSCTLS ? "" : ": ",
				  kind == CAPTURE_SYSCTLS ? "" : sysctl_a, strerror(error));
	return 0;
}

struct source *source_capture(int fd, enum capture_kind kind, const char *path,
			      struct errors *errors)
{
	struct capture *capture = xcalloc(1, sizeof *capture);
	autobuf struct buf name = BUF_INIT;
	struct stat st = { .st_mtime = 0 };
	int result;

	text_printable(&name, path, strlen(path));
	capture->source.ops = &capture_ops;
	capture->arena = arena_new();
	capture->name = arena_strdup(capture->arena, buf_text(&name));
	capture->dir = kind == CAPTURE_FOLDER ? fd : -1;
	result = take_in(capture, fd, kind, errors);
	fstat(fd, &st);
	if (result == 0) {
		capture_about(&capture->source, capture->arena, st.st_mtime);
		take_in_ss(capture);
	}
	if (kind != CAPTURE_FOLDER)
		close(fd);
	if (result == 0)
		return &capture->source;
	capture_close(&capture->source, NULL);
	return NULL;
}
