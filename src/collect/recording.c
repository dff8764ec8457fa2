/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source that is a recording made by the recorder, or what else --from may name. Recordings come
 * from other hosts: everything in them is bounded, and nothing outside them is opened. */
#include "collect/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "collect/beneath.h"
#include "collect/capture.h"
#include "collect/dumpfile.h"
#include "collect/inventory.h"
#include "collect/manifest.h"
#include "collect/ssfile.h"

struct recording {
	struct source source; /* first: a source is the recording it begins */
	struct arena *arena;
	int dir;
	struct recorded recorded;
	struct buf inventory;
};

/* ---- files ---- */

/* What is not in the recording was perhaps not there when it was made. */
static int why_missing(const struct recording *recording, const char *path, int error)
{
	return error == ENOENT ? inventory_find(&recording->inventory, path) : error;
}

static int recording_read(struct source *source, unsigned sample, const char *path,
			  struct buf *out)
{
	struct recording *recording = (struct recording *)source;
	autobuf struct buf real = BUF_INIT;

	recorded_path(&real, sample, path);
	return why_missing(recording, buf_text(&real),
			   beneath_read(recording->dir, buf_text(&real), RECORDING_FILE_MAX, out));
}

static int recording_open(struct source *source, unsigned sample, const char *path)
{
	struct recording *recording = (struct recording *)source;
	autobuf struct buf real = BUF_INIT;
	int fd;

	recorded_path(&real, sample, path);
	fd = beneath_open(recording->dir, buf_text(&real));
	return fd < 0 ? -why_missing(recording, buf_text(&real), -fd) : fd;
}

/* The files that were recorded and those that could not be, as they stood in the folder. */
static int recording_list(struct source *source, const char *path, struct buf *names)
{
	struct recording *recording = (struct recording *)source;
	int fd = beneath_folder(recording->dir, path);
	int error = fd < 0 ? why_missing(recording, path, -fd) : folder_names(fd, names);

	if (error && error != EISDIR)
		return error; /* EISDIR: a folder of which no file could be recorded */
	inventory_names(&recording->inventory, path, names);
	names_sort(names);
	return 0;
}

/* ---- sockets ---- */

/* How a dump that did not end well ended when it was recorded. */
static enum dump_end ended(const struct recording *recording, unsigned number, struct buf *reason)
{
	const char *why = recording->recorded.dumps[number].reason;

	buf_puts(reason, why ? why : "the dump was not complete when it was recorded");
	return recording->recorded.dumps[number].end;
}

static enum dump_end recording_dump(struct source *source, unsigned sample, enum pass pass,
				    int family, const struct query *query, datagram_fn *fn,
				    void *arg, struct buf *reason)
{
	struct recording *recording = (struct recording *)source;
	const unsigned number = dump_number(sample, pass, family);
	const bool failed = recording->recorded.dumps[number].known &&
			    recording->recorded.dumps[number].end != DUMP_COMPLETE;
	struct dumpfile dump = { .family = family, .states = query->states };
	autobuf struct buf path = BUF_INIT;
	autoclose int fd = -1;
	enum dump_end end;

	dump_path(&path, number);
	fd = beneath_open(recording->dir, path.text);
	if (fd < 0 && failed)
		return ended(recording, number, reason);
	if (fd < 0) {
		buf_printf(reason, "the recording has no %s", path.text);
		return DUMP_NOT_RECORDED;
	}
	dump.fd = fd;
	dump.name = path.text;
	end = dumpfile_deliver(&dump, fn, arg, reason);
	return end == DUMP_COMPLETE && failed ? ended(recording, number, reason) : end;
}

/* ---- owners ---- */

static int read_lines(struct source *source, const char *name, struct buf *out)
{
	struct recording *recording = (struct recording *)source;
	int error = beneath_read(recording->dir, name, RECORDING_LINES_MAX, out);

	return error == ENOENT ? ENODATA : error;
}

/* It holds what was wanted then, which was everything. */
static int recording_owners(struct source *source, struct inodes *wanted, bool descriptors,
			    struct buf *out)
{
	(void)wanted;
	(void)descriptors;
	return read_lines(source, "owners.txt", out);
}

static int recording_cgroups(struct source *source, struct buf *out)
{
	return read_lines(source, "cgroups.txt", out);
}

/* ---- socket options ---- */

static int recording_options(struct source *source, struct buf *out)
{
	return read_lines(source, "options.txt", out);
}

/* ---- the rest ---- */

static void recording_wait(struct source *source, double seconds)
{
	(void)source;
	(void)seconds;
}

static int recording_close(struct source *source, struct errors *errors)
{
	struct recording *recording = (struct recording *)source;

	(void)errors;
	close(recording->dir);
	arena_free(recording->arena);
	buf_fini(&recording->inventory);
	free(recording);
	return 0;
}

static const struct source_ops recording_ops = {
	.read = recording_read,
	.open = recording_open,
	.list = recording_list,
	.printed = true, /* it may be of a capture */
	.dump = recording_dump,
	.owners = recording_owners,
	.cgroups = recording_cgroups,
	.options = recording_options,
	.wait = recording_wait,
	.close = recording_close,
};

static int load_manifest(struct recording *recording, const char *path, struct errors *errors)
{
	autobuf struct buf name = BUF_INIT;
	autobuf struct buf text = BUF_INIT;
	int error = beneath_read(recording->dir, "manifest.ini", RECORDING_FILE_MAX, &text);

	if (error == ENOENT)
		return errors_add(errors, "%s: is not a recording, or one that was not finished:"
				  " it has no manifest.ini; nor a sosreport: it has neither"
				  " sos_commands nor proc/net", path);
	buf_printf(&name, "%s/manifest.ini", path);
	if (error)
		return errors_add(errors, "%s: %s", name.text, strerror(error));
	return manifest_read(&recording->recorded, recording->arena, &text, name.text, errors);
}

static struct source *open_folder(int dir, const char *path, struct errors *errors)
{
	struct recording *recording = xcalloc(1, sizeof *recording);

	recording->source.ops = &recording_ops;
	recording->arena = arena_new();
	recording->dir = dir;
	recording->recorded.manifest.kind = "kernel";
	if (load_manifest(recording, path, errors) < 0) {
		recording_close(&recording->source, errors);
		return NULL;
	}
	if (beneath_read(dir, "files.txt", RECORDING_FILE_MAX, &recording->inventory) != 0)
		buf_clear(&recording->inventory);
	recording->source.manifest = recording->recorded.manifest;
	return &recording->source;
}

/* Says which there are. */
static void refuse_inside(const char *name, const struct buf *names, struct errors *errors)
{
	enum { NAMED_MAX = 20 };
	struct nearest nearest = { .name = name };
	autobuf struct buf list = BUF_INIT, hint = BUF_INIT;
	unsigned count = 0;
	size_t pos;

	nearest_try(&nearest, "host");
	for (pos = 0; pos < names->len; pos += strlen(names->text + pos) + 1) {
		nearest_try(&nearest, names->text + pos);
		if (++count > NAMED_MAX)
			continue;
		buf_puts(&list, ", ");
		text_printable(&list, names->text + pos, strlen(names->text + pos));
	}
	if (count > NAMED_MAX)
		buf_printf(&list, " and %u more", count - NAMED_MAX);
	errors_add(errors, "--netns %s: nothing that is read was captured of it, but of host%s%s",
		   name, buf_text(&list), nearest_hint(&nearest, &hint));
}

struct source *source_inside(struct source *source, const char *name, struct errors *errors)
{
	autobuf struct buf names = BUF_INIT;
	struct source *inside = NULL;
	size_t pos;

	if (strcmp(name, "host") == 0 && source->ops->namespaces)
		return source;
	if (!source->ops->namespaces || source->ops->namespaces(source, &names) != 0) {
		errors_add(errors, "--netns %s: a recording is of one network namespace, so --from"
			   " goes without", name);
	} else {
		for (pos = 0; pos < names.len && strcmp(names.text + pos, name) != 0;)
			pos += strlen(names.text + pos) + 1;
		if (pos < names.len)
			inside = source->ops->inside(source, name, errors);
		else
			refuse_inside(name, &names, errors);
	}
	source->ops->close(source, errors);
	return inside;
}

struct source *source_recording(const char *path, struct errors *errors)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum capture_kind capture;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		errors_add(errors, "%s: %s", path, strerror(errno));
		cleanup_close(&fd);
		return NULL;
	}
	capture = capture_kind(fd, &st);
	if (capture != CAPTURE_NONE)
		return source_capture(fd, capture, path, errors);
	if (S_ISDIR(st.st_mode))
		return open_folder(fd, path, errors);
	if (S_ISREG(st.st_mode))
		return source_ssfile(fd, path, errors);
	errors_add(errors, "%s: is neither a recording nor a file", path);
	close(fd);
	return NULL;
}
