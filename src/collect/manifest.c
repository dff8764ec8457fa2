/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.ini of a recording. Written and read here only, so the reader knows just the lines
 * that the writer makes: sections, 'key = value', comments at line start. */
#include "collect/manifest.h"

#include <endian.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

enum {
	FORMAT = 1,
	LINE_BYTES_MAX = 1000,
	TEXT_BYTES_MAX = 400, /* printable text can be four times as long as what it shows */
};

/* Netlink messages are in the byte order of the machine. */
#if __BYTE_ORDER == __LITTLE_ENDIAN
static const char byte_order[] = "little";
#else
static const char byte_order[] = "big";
#endif

/* Keys of [recording] that are texts and numbers of struct manifest. */
static const struct {
	const char *key;
	size_t offset;
	int decimals;
} texts[] = {
	{ .key = "program", .offset = offsetof(struct manifest, program) },
	{ .key = "kind", .offset = offsetof(struct manifest, kind) },
	{ .key = "hostname", .offset = offsetof(struct manifest, hostname) },
	{ .key = "kernel", .offset = offsetof(struct manifest, kernel) },
	{ .key = "netns", .offset = offsetof(struct manifest, netns) },
	{ .key = "name", .offset = offsetof(struct manifest, name) },
	{ .key = "sockets", .offset = offsetof(struct manifest, sockets) },
}, numbers[] = {
	{ .key = "window", .offset = offsetof(struct manifest, window), .decimals = 6 },
	{ .key = "page-size", .offset = offsetof(struct manifest, page_size) },
};

static const char *const dump_files[RECORDING_DUMPS] = {
	[2 * PASS_LISTEN] = "listen.inet",
	[2 * PASS_LISTEN + 1] = "listen.inet6",
	[2 * PASS_SOCKETS] = "sockets.inet",
	[2 * PASS_SOCKETS + 1] = "sockets.inet6",
	[2 * PASS_INFO] = "info.inet",
	[2 * PASS_INFO + 1] = "info.inet6",
	[2 * PASSES] = "earlier-listen.inet",
	[2 * PASSES + 1] = "earlier-listen.inet6",
};

/* Only listeners are read in the first sample. */
unsigned dump_number(unsigned sample, enum pass pass, int family)
{
	return 2 * (sample == SAMPLE_BEFORE ? PASSES : (unsigned)pass) + (family == AF_INET6);
}

void dump_path(struct buf *out, unsigned number)
{
	buf_printf(out, "sockets/%s", dump_files[number]);
}

void recorded_path(struct buf *out, unsigned sample, const char *path)
{
	static const char *const folders[] = {
		[SAMPLE_BEFORE] = "earlier/", [SAMPLE_NOW] = "", [SAMPLE_FIRST] = "host/",
	};

	buf_printf(out, "%s%s", folders[sample], path);
}

static const char *const dump_ends[] = {
	[DUMP_COMPLETE] = "complete", [DUMP_DEADLINE] = "deadline", [DUMP_CUT] = "cut",
	[DUMP_NO_DIAG] = "no-diag",   [DUMP_REFUSED] = "refused",
	[DUMP_NOT_RECORDED] = "not-recorded",
};

static const char time_format[] = "%Y-%m-%dT%H:%M:%SZ";

/* ---- writing ---- */

static void write_text(struct buf *out, const char *key, const char *value)
{
	if (value)
		buf_printf(out, "%s = %.*s\n", key, TEXT_BYTES_MAX, value);
}

static void write_recording(struct buf *out, const struct manifest *manifest)
{
	const char *base = (const char *)manifest;
	char utc[32] = "";
	struct tm tm;
	size_t i;

	buf_printf(out, "format = %d\n", FORMAT);
	write_text(out, "byte-order", byte_order);
	for (i = 0; i < countof(texts); i++)
		write_text(out, texts[i].key, *(const char *const *)(base + texts[i].offset));
	for (i = 0; i < countof(numbers); i++)
		buf_printf(out, "%s = %.*f\n", numbers[i].key, numbers[i].decimals,
			   *(const double *)(base + numbers[i].offset));
	if (gmtime_r(&manifest->time, &tm) && strftime(utc, sizeof utc, time_format, &tm))
		write_text(out, "time", utc);
}

void manifest_write(struct buf *out, const struct recorded *recorded)
{
	unsigned i;

	buf_puts(out, "# A recording of TCP sockets, settings and counters. To see its sockets:\n"
		      "#     TCPDIAG_FILE=sockets/sockets.inet ss -tan\n"
		      "[recording]\n");
	write_recording(out, &recorded->manifest);
	buf_puts(out, "\n[dumps]\n");
	for (i = 0; i < RECORDING_DUMPS; i++) {
		if (!recorded->dumps[i].known)
			continue;
		buf_printf(out, "%s = %s", dump_files[i], dump_ends[recorded->dumps[i].end]);
		if (recorded->dumps[i].reason)
			buf_printf(out, ": %.*s", TEXT_BYTES_MAX, recorded->dumps[i].reason);
		buf_putc(out, '\n');
	}
}

/* ---- reading ---- */

struct reader {
	struct recorded *recorded;
	struct arena *arena;
	struct errors *errors;
	struct place place;
	bool format; /* the line was seen */
	void (*section)(struct reader *reader, const char *key, const char *value);
};

/* The writer wrote printable text, in which a backslash begins \xNN and must stay as it is. */
static const char *printable(struct arena *arena, const char *s)
{
	autobuf struct buf text = BUF_INIT;
	size_t len;

	for (; *s; s += len) {
		len = strcspn(s, "\\");
		text_printable(&text, s, len);
		if (s[len] == '\\')
			buf_putc(&text, s[len++]);
	}
	return arena_strdup(arena, buf_text(&text));
}

static void bad_value(struct reader *reader, const char *key)
{
	errors_add_at(reader->errors, &reader->place, "'%s' has no good value", key);
}

static void read_format(struct reader *reader, const char *value)
{
	uint64_t format = 0;

	reader->format = true;
	if (!text_u64(value, &format) || format < FORMAT)
		bad_value(reader, "format");
	else if (format > FORMAT)
		errors_add_at(reader->errors, &reader->place,
			      "the recording was made by a newer tcp-advise");
}

static void read_time(struct reader *reader, const char *value)
{
	struct tm tm = { 0 };
	const char *end = strptime(value, time_format, &tm);

	if (!end || *end)
		bad_value(reader, "time");
	else
		reader->recorded->manifest.time = timegm(&tm);
}

static void read_number(struct reader *reader, const char *key, const char *value, void *where)
{
	double number;

	if (text_double(value, &number) && number >= 0 && number <= 1e12)
		memcpy(where, &number, sizeof number);
	else
		bad_value(reader, key);
}

static void read_recording(struct reader *reader, const char *key, const char *value)
{
	char *base = (char *)&reader->recorded->manifest;
	size_t i;

	if (strcmp(key, "format") == 0)
		read_format(reader, value);
	if (strcmp(key, "time") == 0)
		read_time(reader, value);
	if (strcmp(key, "byte-order") == 0 && strcmp(value, byte_order) != 0)
		errors_add_at(reader->errors, &reader->place,
			      "the recording was made on a machine with another byte order");
	for (i = 0; i < countof(texts); i++)
		if (strcmp(key, texts[i].key) == 0)
			*(const char **)(base + texts[i].offset) = printable(reader->arena, value);
	for (i = 0; i < countof(numbers); i++)
		if (strcmp(key, numbers[i].key) == 0)
			read_number(reader, key, value, base + numbers[i].offset);
}

/* info.inet = deadline: reading tcp_info stalled */
static void read_dump(struct reader *reader, const char *key, const char *value)
{
	size_t len = strcspn(value, ":"), end, i;

	for (i = 0; i < RECORDING_DUMPS && strcmp(key, dump_files[i]) != 0; i++)
		;
	for (end = 0; end < countof(dump_ends); end++)
		if (strlen(dump_ends[end]) == len && memcmp(dump_ends[end], value, len) == 0)
			break;
	if (i == RECORDING_DUMPS)
		return;
	if (end == countof(dump_ends)) {
		bad_value(reader, key);
		return;
	}
	reader->recorded->dumps[i].known = true;
	reader->recorded->dumps[i].end = (enum dump_end)end;
	if (value[len])
		reader->recorded->dumps[i].reason =
			printable(reader->arena, value + len + 1 + strspn(value + len + 1, " "));
}

static void read_nothing(struct reader *reader, const char *key, const char *value)
{
	(void)reader;
	(void)key;
	(void)value;
}

/* One line without its newline; it is cut into its parts. */
static void read_line(struct reader *reader, char *line)
{
	char *value;

	if (!*line || *line == '#' || *line == ';')
		return;
	if (*line == '[') {
		reader->section = strcmp(line, "[recording]") == 0 ? read_recording :
				  strcmp(line, "[dumps]") == 0	   ? read_dump :
								     read_nothing;
		return;
	}
	value = strstr(line, " = ");
	if (!value) {
		errors_add_at(reader->errors, &reader->place, "expected 'key = value'");
		return;
	}
	*value = '\0';
	reader->section(reader, line, value + 3);
}

int manifest_read(struct recorded *recorded, struct arena *arena, const struct buf *text,
		  const char *file, struct errors *errors)
{
	struct reader reader = {
		.recorded = recorded,
		.arena = arena,
		.errors = errors,
		.place = { .file = file, .line = 1, .column = 1 },
		.section = read_nothing,
	};
	const unsigned before = errors->count;
	const char *p = buf_text(text), *end = p + text->len;
	char line[LINE_BYTES_MAX + 1];
	size_t len;

	for (; p < end; p += len + 1, reader.place.line++) {
		len = strcspn(p, "\n");
		if (len > LINE_BYTES_MAX || p[len] != (p + len < end ? '\n' : '\0'))
			return errors_add_at(errors, &reader.place, "this is no line of text");
		memcpy(line, p, len);
		line[len] = '\0';
		read_line(&reader, line);
	}
	if (!reader.format && errors->count == before)
		errors_add(errors, "%s: is not a manifest: 'format' is missing", file);
	return errors->count == before ? 0 : -1;
}
