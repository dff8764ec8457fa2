/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source that writes down what another one delivers. A write that fails ends the recording,
 * not the run: the data was already delivered, and close() tells. */
#include "collect/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "collect/beneath.h"
#include "collect/dumpfile.h"
#include "collect/inventory.h"
#include "collect/manifest.h"

struct recorder {
	struct source source; /* first: a source is the recorder it begins */
	struct source *inner;
	struct arena *arena;
	int dir;
	char *name;	      /* of the folder, for errors */
	const char *program;
	struct recorded recorded;
	struct buf inventory;
	struct buf owners;    /* owners.txt */
	bool owners_known;
	int error;	      /* the first errno of a write, 0: none */
	struct buf failed;    /* ... and the file */
};

static void failed(struct recorder *recorder, const char *path, int error)
{
	if (recorder->error)
		return;
	recorder->error = error;
	buf_puts(&recorder->failed, path);
}

/* ---- files ---- */

/* Writes down what reading a file gave. A file that was read before stays as it was then, and
 * the reader gets that: a replay has one version of each. */
static int record_file(struct recorder *recorder, const char *path, int error, struct buf *data)
{
	int write_error;

	if (error) {
		inventory_add(&recorder->inventory, error, path);
		return error;
	}
	write_error = file_write_new(recorder->dir, path, buf_text(data), data->len);
	if (write_error == EEXIST)
		beneath_read(recorder->dir, path, RECORDING_FILE_MAX, data);
	else if (write_error)
		failed(recorder, path, write_error);
	return 0;
}

static int recorder_read(struct source *source, unsigned sample, const char *path, struct buf *out)
{
	struct recorder *recorder = (struct recorder *)source;
	autobuf struct buf real = BUF_INIT;
	int error = recorder->inner->ops->read(recorder->inner, sample, path, out);

	recorded_path(&real, sample, path);
	return error == ENODATA ? error : record_file(recorder, buf_text(&real), error, out);
}

/* Makes a file to be written piece by piece. Returns a descriptor, or -1 with the error noted. */
static int create(struct recorder *recorder, const char *path)
{
	int error = file_write_new(recorder->dir, path, NULL, 0), fd = -1;

	if (!error) {
		fd = openat(recorder->dir, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
		error = fd < 0 ? errno : 0;
	}
	if (error)
		failed(recorder, path, error);
	return fd;
}

/* Returns 0 or an errno. */
static int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno != EINTR)
			return errno;
		n = n < 0 ? 0 : n;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy(int from, int to)
{
	char chunk[32 * 1024];
	ssize_t n;
	int error = 0;

	do {
		n = read(from, chunk, sizeof chunk);
		if (n > 0)
			error = write_all(to, chunk, (size_t)n);
	} while (!error && (n > 0 || (n < 0 && errno == EINTR)));
	return n < 0 ? errno : error;
}

/* The reader gets the copy, made as a whole before; a large file may change while it is read. */
static int recorder_open(struct source *source, unsigned sample, const char *path)
{
	struct recorder *recorder = (struct recorder *)source;
	autobuf struct buf real = BUF_INIT;
	autoclose int from = -1;
	autoclose int to = -1;
	int fd, error;

	recorded_path(&real, sample, path);
	fd = beneath_open(recorder->dir, buf_text(&real));
	if (fd >= 0)
		return fd; /* asked for before */
	from = recorder->inner->ops->open(recorder->inner, sample, path);
	if (from < 0) {
		if (from != -ENODATA)
			inventory_add(&recorder->inventory, -from, buf_text(&real));
		return from;
	}
	to = create(recorder, buf_text(&real));
	error = to < 0 ? 0 : copy(from, to);
	if (to >= 0 && !error)
		return beneath_open(recorder->dir, buf_text(&real));
	if (to >= 0) {
		failed(recorder, buf_text(&real), error);
		unlinkat(recorder->dir, buf_text(&real), 0);
	}
	return recorder->inner->ops->open(recorder->inner, sample, path);
}

/* A folder is noted as such, so that an empty one is known; its files are recorded as they are
 * read. */
static int recorder_list(struct source *source, const char *path, struct buf *names)
{
	struct recorder *recorder = (struct recorder *)source;
	int error = recorder->inner->ops->list(recorder->inner, path, names);

	if (error != ENODATA)
		inventory_add(&recorder->inventory, error ? error : EISDIR, path);
	return error;
}

/* ---- sockets ---- */

struct tee {
	struct recorder *recorder;
	const char *path;
	int fd; /* -1: not written any more */
	datagram_fn *fn;
	void *arg;
};

static void tee_write(struct tee *tee, const void *data, size_t len)
{
	int error = tee->fd < 0 ? 0 : write_all(tee->fd, data, len);

	if (!error)
		return;
	failed(tee->recorder, tee->path, error);
	close(tee->fd);
	tee->fd = -1;
}

static int tee_datagram(void *arg, const void *data, size_t len)
{
	struct tee *tee = arg;

	tee_write(tee, data, len);
	return tee->fn(tee->arg, data, len);
}

/* A dump that was written down already is given again from there, so that a replay sees the same. */
static enum dump_end dump_again(struct recorder *recorder, unsigned number, int family,
				const struct query *query, datagram_fn *fn, void *arg,
				struct buf *reason)
{
	struct dumpfile dump = { .family = family, .states = query->states };
	autobuf struct buf path = BUF_INIT;
	autoclose int fd = -1;
	enum dump_end end;

	dump_path(&path, number);
	fd = beneath_open(recorder->dir, path.text);
	dump.fd = fd;
	dump.name = path.text;
	end = fd < 0 ? DUMP_NOT_RECORDED : dumpfile_deliver(&dump, fn, arg, reason);
	if (end != DUMP_COMPLETE || recorder->recorded.dumps[number].end == DUMP_COMPLETE)
		return end;
	if (recorder->recorded.dumps[number].reason)
		buf_puts(reason, recorder->recorded.dumps[number].reason);
	return recorder->recorded.dumps[number].end;
}

static enum dump_end recorder_dump(struct source *source, unsigned sample, enum pass pass,
				   int family, const struct query *query, datagram_fn *fn,
				   void *arg, struct buf *reason)
{
	struct recorder *recorder = (struct recorder *)source;
	const unsigned number = dump_number(sample, pass, family);
	struct tee tee = { .recorder = recorder, .fd = -1, .fn = fn, .arg = arg };
	autobuf struct buf path = BUF_INIT;
	autobuf struct buf why = BUF_INIT;
	autobuf struct buf done = BUF_INIT;
	enum dump_end end;

	if (recorder->recorded.dumps[number].known)
		return dump_again(recorder, number, family, query, fn, arg, reason);
	dump_path(&path, number);
	tee.path = path.text;
	tee.fd = create(recorder, path.text);
	end = recorder->inner->ops->dump(recorder->inner, sample, pass, family, query,
					 tee_datagram, &tee, &why);
	dumpfile_done(&done);
	tee_write(&tee, done.text, done.len);
	cleanup_close(&tee.fd);
	buf_puts(reason, buf_text(&why));
	recorder->recorded.dumps[number].known = true;
	recorder->recorded.dumps[number].end = end;
	recorder->recorded.dumps[number].reason =
		why.len ? arena_strdup(recorder->arena, why.text) : NULL;
	return end;
}

/* ---- owners ---- */

static void write_lines(struct recorder *recorder, const char *name, const struct buf *lines)
{
	int error = file_write_new(recorder->dir, name, buf_text(lines), lines->len);

	if (error)
		failed(recorder, name, error);
}

/* There may be several looks; their lines stand one after another. */
static int recorder_owners(struct source *source, struct inodes *wanted, bool descriptors,
			   struct buf *out)
{
	struct recorder *recorder = (struct recorder *)source;
	struct source *inner = recorder->inner;
	int error = inner->ops->owners ? inner->ops->owners(inner, wanted, descriptors, out) :
					 ENODATA;

	if (!error)
		buf_write(&recorder->owners, buf_text(out), out->len);
	recorder->owners_known |= !error;
	return error;
}

static int recorder_cgroups(struct source *source, struct buf *out)
{
	struct recorder *recorder = (struct recorder *)source;
	struct source *inner = recorder->inner;
	int error = inner->ops->cgroups ? inner->ops->cgroups(inner, out) : ENODATA;

	if (!error)
		write_lines(recorder, "cgroups.txt", out);
	return error;
}

/* ---- socket options ---- */

static int recorder_options(struct source *source, struct buf *out)
{
	struct recorder *recorder = (struct recorder *)source;
	struct source *inner = recorder->inner;
	int error = inner->ops->options ? inner->ops->options(inner, out) : ENODATA;

	if (!error)
		write_lines(recorder, "options.txt", out);
	return error;
}

/* ---- the rest ---- */

static void take_manifest(struct recorder *recorder)
{
	recorder->source.manifest = recorder->inner->manifest;
	recorder->source.manifest.program = recorder->program;
}

static void recorder_wait(struct source *source, double seconds)
{
	struct recorder *recorder = (struct recorder *)source;

	recorder->inner->ops->wait(recorder->inner, seconds);
	take_manifest(recorder);
}

static int recorder_free(struct recorder *recorder, struct errors *errors)
{
	int result = recorder->inner->ops->close(recorder->inner, errors);

	cleanup_close(&recorder->dir);
	arena_free(recorder->arena);
	buf_fini(&recorder->inventory);
	buf_fini(&recorder->owners);
	buf_fini(&recorder->failed);
	free(recorder->name);
	free(recorder);
	return result;
}

static int recorder_close(struct source *source, struct errors *errors)
{
	struct recorder *recorder = (struct recorder *)source;
	autobuf struct buf manifest = BUF_INIT;
	int error, result = 0;

	error = file_write_new(recorder->dir, "files.txt", buf_text(&recorder->inventory),
			       recorder->inventory.len);
	if (error)
		failed(recorder, "files.txt", error);
	if (recorder->owners_known)
		write_lines(recorder, "owners.txt", &recorder->owners);
	take_manifest(recorder);
	recorder->recorded.manifest = recorder->source.manifest;
	manifest_write(&manifest, &recorder->recorded);
	if (!recorder->error) {
		error = file_write_new(recorder->dir, "manifest.ini", manifest.text, manifest.len);
		if (error)
			failed(recorder, "manifest.ini", error);
	}
	if (recorder->error)
		result = errors_add(errors, "%s/%s: %s: the recording is not complete",
				    recorder->name, buf_text(&recorder->failed),
				    strerror(recorder->error));
	return recorder_free(recorder, errors) < 0 ? -1 : result;
}

static const struct source_ops recorder_ops = {
	.read = recorder_read,
	.open = recorder_open,
	.list = recorder_list,
	.dump = recorder_dump,
	.owners = recorder_owners,
	.cgroups = recorder_cgroups,
	.options = recorder_options,
	.wait = recorder_wait,
	.close = recorder_close,
};

/* Makes the folder, or takes an empty one. Returns a descriptor, or a negative errno: ENOTEMPTY
 * for one that holds something. Nobody else may read it: a sysctl file can hold keys. */
static int make_folder(const char *path)
{
	autobuf struct buf names = BUF_INIT;
	int fd, error;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = folder_names(dup(fd), &names);
	if (!error && names.len)
		error = ENOTEMPTY;
	if (!error && mkdirat(fd, "sockets", 0700) < 0)
		error = errno;
	if (!error)
		return fd;
	close(fd);
	return -error;
}

struct source *source_recorder(struct source *inner, const char *dir, const char *program,
			       struct errors *errors)
{
	struct recorder *recorder = xcalloc(1, sizeof *recorder);

	recorder->source.ops = &recorder_ops;
	recorder->inner = inner;
	recorder->arena = arena_new();
	recorder->program = arena_strdup(recorder->arena, program);
	recorder->name = xstrdup(dir);
	recorder->dir = make_folder(dir);
	if (recorder->dir < 0) {
		errors_add(errors, "%s: %s", dir, strerror(-recorder->dir));
		recorder_free(recorder, errors);
		return NULL;
	}
	take_manifest(recorder);
	return &recorder->source;
}
