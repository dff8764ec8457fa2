/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/fakesource.h: a source made of a table of files and a table of dumps. */
#ifndef TESTS_UNIT_FAKESOURCE_H
#define TESTS_UNIT_FAKESOURCE_H

#include "collect/source.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

struct fake_file {
	const char *path;
	const char *text;
	int error; /* in place of the text */
};

struct fake_dump {
	unsigned sample;
	enum pass pass;
	int family;
	enum dump_end end;
	const void *data;
	size_t len;
};

struct fake_source {
	struct source source;
	const struct fake_file *files; /* ends with a NULL path */
	const struct fake_file *first; /* of the first network namespace; NULL: it is out of reach */
	const struct fake_dump *dumps;
	unsigned dump_count;
	int missing;		/* errno of files not in the table */
	unsigned reads, asked; /* files read, dumps asked for */
};

static inline struct fake_source *fake_of(struct source *source)
{
	return (struct fake_source *)source; /* its first member */
}

static inline int fake_read(struct source *source, unsigned sample, const char *path,
			    struct buf *out)
{
	const bool first = sample == SAMPLE_FIRST;
	const struct fake_file *file = first ? fake_of(source)->first : fake_of(source)->files;

	fake_of(source)->reads++;
	buf_clear(out);
	if (first && !file)
		return ENODATA;
	for (; file && file->path; file++) {
		if (strcmp(file->path, path) != 0)
			continue;
		if (!file->error)
			buf_puts(out, file->text);
		return file->error;
	}
	return fake_of(source)->missing;
}

static inline int fake_open(struct source *source, unsigned sample, const char *path)
{
	autobuf struct buf text = BUF_INIT;
	int error = fake_read(source, sample, path, &text), fd;

	if (error)
		return -error;
	fd = memfd_create("fake", MFD_CLOEXEC);
	if (write(fd, buf_text(&text), text.len) != (ssize_t)text.len)
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Names of the files below the folder; one with an error and a path that ends in '/' is the
 * folder's own error. */
static inline int fake_list(struct source *source, const char *path, struct buf *names)
{
	const struct fake_file *file = fake_of(source)->files;
	size_t len = strlen(path);
	int error = fake_of(source)->missing;

	buf_clear(names);
	for (; file && file->path; file++) {
		if (strncmp(file->path, path, len) != 0 || file->path[len] != '/')
			continue;
		if (file->path[len + 1] == '\0')
			return file->error;
		buf_write(names, file->path + len + 1, strlen(file->path + len + 1) + 1);
		error = 0;
	}
	return error;
}

static inline enum dump_end fake_dump(struct source *source, unsigned sample, enum pass pass,
				      int family, const struct query *query, datagram_fn *fn,
				      void *arg, struct buf *reason)
{
	struct fake_source *fake = fake_of(source);
	enum dump_end end = DUMP_COMPLETE;
	unsigned i;

	(void)query;
	fake->asked++;
	for (i = 0; i < fake->dump_count; i++) {
		const struct fake_dump *dump = &fake->dumps[i];

		if (dump->sample != sample || dump->pass != pass || dump->family != family)
			continue;
		if (dump->len)
			fn(arg, dump->data, dump->len);
		if (dump->end != DUMP_COMPLETE)
			end = dump->end;
	}
	if (end != DUMP_COMPLETE)
		buf_puts(reason, "the fake said so");
	return end;
}

static const struct source_ops fake_ops = {
	.read = fake_read, .open = fake_open, .list = fake_list, .dump = fake_dump,
};

static inline struct fake_source fake_source(const struct fake_file *files)
{
	return (struct fake_source){
		.source = { .ops = &fake_ops }, .files = files, .missing = ENOENT,
	};
}

#endif
