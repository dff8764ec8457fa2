/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked for by its path on a live host is looked for where programs that capture hosts put
 * it: a copy of the file, the output of 'sysctl -a', the output of another command. Of another
 * network namespace than the first there is only what commands printed there; what the whole host
 * shares, the first one has. */
#include "collect/capture.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/capture_about.h"
#include "collect/capture_printed.h"
#include "collect/capture_wants.h"
#include "collect/manifest.h"
#include "collect/netstattext.h"
#include "collect/nstattext.h"
#include "collect/sstext.h"
#include "collect/sysctltext.h"
#include "config/config.h"

struct capture {
	struct source source; /* first: a source is the capture it begins */
	struct capture_files *files;
	struct arena *arena;
	const char *netns;  /* as its files are called; NULL: the first one */
	struct buf sysctls; /* of this namespace ... */
	struct buf host;    /* ... and of the first, where that is another */
	struct buf nstat;
	struct buf netstat;   /* read where ss did not run */
	struct buf sockets; /* as ss printed them */
	struct sstext ss;
	const char *ss_path;
	int no_ss; /* 0, or the errno of why it is not read; ENODATA: there is none */
};

/* ---- files ---- */

/* Where sos puts what a file says, other than in a copy of it. */
static const struct copy {
	const char *path, *in;
} places[] = {
	{ "proc/sys/kernel/hostname", "sos_commands/host/hostname" },
	{ "proc/sys/kernel/hostname", "sos_commands/general/hostname" },
};

static int find_sysctl(const struct buf *sysctls, const char *path, struct buf *out)
{
	static const char root[] = "proc/sys/";
	char key[CONFIG_KEY_MAX];

	if (strncmp(path, root, strlen(root)) != 0)
		return ENODATA;
	config_dotted(key, path + strlen(root));
	return sysctltext_find(sysctls, key, out);
}

/* A file of the host, and of its first namespace. */
static int read_first(const struct capture *capture, const struct buf *sysctls, const char *path,
		      struct buf *out)
{
	int error = capture_files_read(capture->files, path, RECORDING_FILE_MAX, out);
	size_t i;

	if (error == ENODATA)
		error = find_sysctl(sysctls, path, out);
	for (i = 0; error == ENODATA && i < countof(places); i++)
		if (strcmp(places[i].path, path) == 0)
			error = capture_files_read(capture->files, places[i].in, RECORDING_FILE_MAX,
						   out);
	return error;
}

static bool is_host_wide(const char *path)
{
	unsigned i;

	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].path && strcmp(fact_catalogue[i].path, path) == 0)
			return fact_catalogue[i].host_wide;
	return false;
}

static bool begins(const char *path, const char *folder)
{
	return strncmp(path, folder, strlen(folder)) == 0;
}

/* A file as another namespace shows it: what is of the whole host is not there. Other settings are
 * what sysctl(8) printed there; other tables nobody captured. */
static int read_other(const struct capture *capture, const char *path, struct buf *out)
{
	int error;

	if (!begins(path, "proc/sys/net/") && !begins(path, "proc/net/"))
		return read_first(capture, &capture->host, path, out);
	error = find_sysctl(&capture->sysctls, path, out);
	return error == ENODATA && is_host_wide(path) ? ENOENT : error;
}

static int capture_read(struct source *source, unsigned sample, const char *path, struct buf *out)
{
	const struct capture *capture = (struct capture *)source;
	int error = ENODATA;

	buf_clear(out);
	if (capture_of_a_process(path))
		return ENODATA;
	if (sample == SAMPLE_NOW)
		error = capture->netns ? read_other(capture, path, out)
				       : read_first(capture, &capture->sysctls, path, out);
	else if (sample == SAMPLE_FIRST && capture->netns)
		error = read_first(capture, &capture->host, path, out);
	if (error == ENODATA && sample == SAMPLE_NOW && capture->nstat.len)
		error = nstattext_table(&capture->nstat, path, out);
	return error;
}

/* A table of sockets, of what netstat printed. */
static int open_printed(const struct capture *capture, const char *path)
{
	autobuf struct buf table = BUF_INIT;
	int family = strcmp(path, "proc/net/tcp") == 0 ? AF_INET :
		     strcmp(path, "proc/net/tcp6") == 0 ? AF_INET6 : 0;
	int error = family ? netstattext_table(&capture->netstat, family, &table) : ENODATA;

	return error ? -error : capture_files_memory(&table);
}

static int capture_open(struct source *source, unsigned sample, const char *path)
{
	const struct capture *capture = (struct capture *)source;
	int fd = -ENODATA;

	if (sample != SAMPLE_NOW)
		return -ENODATA;
	if (!capture->netns)
		fd = capture_files_open(capture->files, path, CAPTURE_TABLE_MAX);
	return fd == -ENODATA ? open_printed(capture, path) : fd;
}

static int capture_list(struct source *source, const char *path, struct buf *names)
{
	return capture_files_list(((struct capture *)source)->files, path, names);
}

/* ---- sockets ---- */

static enum dump_end not_recorded(const struct capture *capture, const char *what,
				  struct buf *reason)
{
	buf_printf(reason, "%s holds no %s", capture->files->name, what);
	return DUMP_NOT_RECORDED;
}

/* What ss printed is a dump; without it the receiver goes on to ask for proc/net/tcp, or nothing
 * was recorded. */
static enum dump_end capture_dump(struct source *source, unsigned sample, enum pass pass,
				  int family, const struct query *query, datagram_fn *fn, void *arg,
				  struct buf *reason)
{
	struct capture *capture = (struct capture *)source;
	const char *table = family == AF_INET6 ? "proc/net/tcp6" : "proc/net/tcp";

	if (sample != SAMPLE_NOW)
		return not_recorded(capture, "earlier sockets", reason);
	if (!capture->no_ss)
		return sstext_dump(&capture->ss, family, query, fn, arg, reason);
	if (capture->no_ss != ENODATA)
		buf_printf(reason, "%s is not read: %s; ", capture->ss_path,
			   strerror(capture->no_ss));
	if (pass == PASS_INFO)
		return not_recorded(capture, "tcp_info, which only ss prints", reason);
	not_recorded(capture, capture->ss_path, reason);
	if (!capture->netns && capture_files_has(capture->files, table))
		return DUMP_NO_DIAG;
	if (!capture->netns)
		buf_printf(reason, " and no %s", table);
	if (!netstattext_is(&capture->netstat))
		return DUMP_NOT_RECORDED;
	buf_puts(reason, ", and netstat was run in its place");
	return DUMP_NO_DIAG;
}

static int capture_owners(struct source *source, struct inodes *wanted, bool descriptors,
			  struct buf *out)
{
	const struct capture *capture = (struct capture *)source;

	(void)descriptors; /* ss does not print them */
	return capture->no_ss ? netstattext_owners(&capture->netstat, wanted, out) :
				sstext_owners(&capture->ss, wanted, out);
}

static int capture_cgroups(struct source *source, struct buf *out)
{
	const struct capture *capture = (struct capture *)source;

	return capture->no_ss ? ENODATA : sstext_cgroups(&capture->ss, out);
}

/* ss is richer than /proc/net/tcp, and was run at another moment: one of them is read. */
static void take_in_ss(struct capture *capture)
{
	autobuf struct buf path = BUF_INIT;
	struct span text;

	capture->no_ss =
		printed_read(capture->files, capture->netns, PRINTED_SS, &capture->sockets, &path);
	capture->ss_path = arena_strdup(capture->arena, path.text);
	text.p = buf_text(&capture->sockets);
	text.end = text.p + capture->sockets.len;
	if (!capture->no_ss && !sstext_open(&capture->ss, text, capture->ss_path))
		capture->no_ss = EBADMSG;
	if (!capture->no_ss)
		capture->source.manifest.sockets = capture->ss_path;
	else if (printed_read(capture->files, capture->netns, PRINTED_NETSTAT, &capture->netstat,
			      &path) != 0)
		buf_clear(&capture->netstat);
}

/* ---- opening ---- */

static struct capture *begin(const struct source_ops *ops, struct capture_files *files,
			     const char *netns)
{
	struct capture *capture = xcalloc(1, sizeof *capture);

	capture->source.ops = ops;
	capture->files = files;
	capture->arena = arena_new();
	capture->netns = netns ? arena_strdup(capture->arena, netns) : NULL;
	return capture;
}

/* What is not read again later. 'otherwise' is when it was, where no date tells. */
static int take_in(struct capture *capture, time_t otherwise, struct errors *errors)
{
	autobuf struct buf path = BUF_INIT;
	int error = 0;

	if (!capture->sysctls.len)
		error = printed_read(capture->files, capture->netns, PRINTED_SYSCTLS,
				     &capture->sysctls, &path);
	if (error && error != ENODATA)
		return errors_add(errors, "%s: %s: %s", capture->files->name, path.text,
				  strerror(error));
	if (printed_read(capture->files, capture->netns, PRINTED_NSTAT, &capture->nstat, &path) !=
	    0)
		buf_clear(&capture->nstat);
	capture_about(&capture->source, capture->arena, otherwise);
	take_in_ss(capture);
	return 0;
}

/* ---- network namespaces ---- */

static int capture_namespaces(struct source *source, struct buf *names)
{
	printed_namespaces(((struct capture *)source)->files, names);
	return 0;
}

static struct source *capture_inside(struct source *source, const char *name, struct errors *errors)
{
	struct capture *first = (struct capture *)source;
	struct capture *capture = begin(source->ops, capture_files_share(first->files), name);
	autobuf struct buf printable = BUF_INIT;

	text_printable(&printable, name ? name : "host", strlen(name ? name : "host"));
	buf_write(name ? &capture->host : &capture->sysctls, buf_text(&first->sysctls),
		  first->sysctls.len);
	if (take_in(capture, source->manifest.time, errors) < 0) {
		source->ops->close(&capture->source, errors);
		return NULL;
	}
	capture->source.manifest.name = arena_strdup(capture->arena, buf_text(&printable));
	return &capture->source;
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
	capture_files_drop(capture->files);
	buf_fini(&capture->sysctls);
	buf_fini(&capture->host);
	buf_fini(&capture->nstat);
	buf_fini(&capture->netstat);
	buf_fini(&capture->sockets);
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
	.namespaces = capture_namespaces,
	.inside = capture_inside,
	.wait = capture_wait,
	.close = capture_close,
};

/* ---- a file or folder ---- */

/* The file of an archive or of sysctls is done with then. */
static int take_in_file(struct capture *capture, int fd, enum capture_kind kind,
			struct errors *errors)
{
	int error;

	if (kind == CAPTURE_CONF)
		return errors_add(errors,
				  "%s: is a sysctl.conf, not the output of 'sysctl -a', and"
				  " does not say what ran; 'tcp-advise lint' judges such files",
				  capture->files->name);
	if (kind == CAPTURE_ARCHIVE)
		return capture_files_archive(capture->files, fd, capture_wants, errors);
	error = file_read_fd(fd, SYSCTLS_MAX, &capture->sysctls);
	return error ? errors_add(errors, "%s: %s", capture->files->name, strerror(error)) : 0;
}

struct source *source_capture(int fd, enum capture_kind kind, const char *path,
			      struct errors *errors)
{
	struct capture *capture = begin(&capture_ops, capture_files_new(path), NULL);
	struct stat st = { .st_mtime = 0 };
	int result = 0;

	fstat(fd, &st);
	if (kind == CAPTURE_FOLDER) {
		capture_files_folder(capture->files, fd);
	} else {
		result = take_in_file(capture, fd, kind, errors);
		close(fd);
	}
	if (result == 0 && take_in(capture, st.st_mtime, errors) == 0)
		return &capture->source;
	capture_close(&capture->source, NULL);
	return NULL;
}
