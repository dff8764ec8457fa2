/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders, masking and order follow sysctl.d(5); sysctl.conf comes last, as in procps. */
#include "collect/sysctld.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "collect/host.h"

enum {
	FILES_MAX = 4096,
	KEY_MAX = 256,
	STARS_MAX = 4, /* fnmatch() may backtrack for each; nobody writes more than two */
};

/* Highest precedence first: a name in an earlier folder hides the same name in later ones, also
 * where it is an empty file or a link to /dev/null. */
static const char *const folders[] = {
	"etc/sysctl.d",	    "run/sysctl.d", "usr/local/lib/sysctl.d",
	"usr/lib/sysctl.d", "lib/sysctl.d",
};

struct place_in_file {
	const char *path; /* NULL: nowhere */
	unsigned line;
};

/* A sysctl somebody asks for. */
struct wanted {
	unsigned short fact;
	const char *key; /* "net/ipv4/tcp_rmem" */
	struct place_in_file set, by_pattern;
	bool excluded; /* "-key" without a value: patterns do not set it */
};

struct file {
	const char *name;
	unsigned folder;
};

struct sysctld {
	struct source *source;
	struct arena *arena; /* names and paths, until the end */
	struct file *files;
	unsigned file_count;
	struct wanted *wanted;
	unsigned wanted_count;
	enum why why;
};

static void note_error(struct sysctld *s, int error)
{
	/* A folder or file that is not there sets nothing, nor does a link to /dev/null, which is
	 * no regular file (EINVAL). */
	if (error && error != ENOENT && error != ENOTDIR && error != EINVAL && error != EISDIR)
		s->why = why_of_errno(error);
}

/* ---- files ---- */

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && name[0] != '.' && !strchr(name, '/') &&
	       strcmp(name + len - 5, ".conf") == 0;
}

static void list_folder(struct sysctld *s, unsigned folder)
{
	autobuf struct buf names = BUF_INIT;
	size_t at = 0, len;

	note_error(s, s->source->ops->list(s->source, folders[folder], &names));
	for (; at < names.len; at += len + 1) {
		const char *name = names.text + at;

		len = strlen(name);
		if (!is_conf(name))
			continue;
		if (s->file_count == FILES_MAX) {
			s->why = WHY_MALFORMED;
			return;
		}
		s->files[s->file_count++] = (struct file){
			arena_strndup(s->arena, name, len), folder,
		};
	}
}

static int by_name(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)x->folder - (int)y->folder;
}

/* ---- lines ---- */

/* Keys as paths: the first separator tells whether dots or slashes separate, the other kind
 * belongs to the names (net.ipv4.conf.eth0/100.rp_filter). false: too long. */
static bool normalise_key(const char *s, size_t len, char key[KEY_MAX])
{
	const char *separator;
	size_t i;
	bool dots;

	if (len >= KEY_MAX)
		return false;
	memcpy(key, s, len);
	key[len] = '\0';
	separator = strpbrk(key, "./");
	dots = separator && *separator == '.';
	for (i = 0; dots && i < len; i++)
		key[i] = key[i] == '.' ? '/' : key[i] == '/' ? '.' : key[i];
	return len > 0;
}

/* Whether a pattern means this key; patterns do not cross a separator (glob(7)). */
static bool pattern_matches(const char *pattern, const char *key)
{
	unsigned stars = 0;
	const char *p;

	for (p = pattern; *p; p++)
		stars += *p == '*';
	return stars <= STARS_MAX && fnmatch(pattern, key, FNM_PATHNAME) == 0;
}

static void assign(struct sysctld *s, const char *key, bool has_value, struct place_in_file place)
{
	bool pattern = strpbrk(key, "*?[") != NULL;
	unsigned i;

	for (i = 0; i < s->wanted_count; i++) {
		struct wanted *w = &s->wanted[i];

		if (pattern ? !pattern_matches(key, w->key) : strcmp(key, w->key) != 0)
			continue;
		if (!has_value)
			w->excluded = true;
		else if (pattern)
			w->by_pattern = place;
		else
			w->set = place;
	}
}

/* "key = value", "-key = value", or "-key". Comments stand at the start of a line only. */
static void parse_line(struct sysctld *s, const char *line, size_t len, struct place_in_file place)
{
	static const char blanks[] = " \t\r";
	const char *end = line + len, *equals;
	char key[KEY_MAX];
	bool dash;

	while (line < end && memchr(blanks, *line, 3))
		line++;
	if (line == end || *line == '#' || *line == ';')
		return;
	dash = *line == '-';
	line += dash;
	equals = memchr(line, '=', (size_t)(end - line));
	if (!equals && !dash)
		return;
	if (equals)
		end = equals;
	while (line < end && memchr(blanks, *line, 3))
		line++;
	while (line < end && *line == '/')
		line++;
	while (end > line && memchr(blanks, end[-1], 3))
		end--;
	if (normalise_key(line, (size_t)(end - line), key))
		assign(s, key, equals != NULL, place);
}

static void read_conf(struct sysctld *s, const char *path)
{
	autobuf struct buf text = BUF_INIT;
	int error = s->source->ops->read(s->source, 1, path, &text);
	struct place_in_file place = { path, 0 };
	const char *line, *end;
	size_t len;

	note_error(s, error);
	if (error)
		return;
	end = buf_text(&text) + text.len;
	for (line = buf_text(&text); line < end; line += len + 1) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));

		len = (size_t)((newline ? newline : end) - line);
		place.line++;
		parse_line(s, line, len, place);
	}
}

/* ---- all of it ---- */

static void read_files(struct sysctld *s)
{
	unsigned i;

	for (i = 0; i < countof(folders); i++)
		list_folder(s, i);
	qsort(s->files, s->file_count, sizeof *s->files, by_name);
	for (i = 0; i < s->file_count; i++) {
		const struct file *file = &s->files[i];

		/* Masked; where /lib is /usr/lib the second finding of the same file too. */
		if (i > 0 && strcmp(file[-1].name, file->name) == 0)
			continue;
		read_conf(s, arena_printf(s->arena, "%s/%s", folders[file->folder], file->name));
	}
	/* Debian's /etc/sysctl.d/99-sysctl.conf is a link to it: read twice, no harm. */
	read_conf(s, "etc/sysctl.conf");
}

static void find_wanted(struct sysctld *s, const struct plan *plan)
{
	static const char root[] = "proc/sys/";
	unsigned i;

	for (i = 0; i < plan->leaf_count; i++) {
		const struct leaf *leaf = &plan->leaves[i];
		const struct fact *fact = &fact_catalogue[leaf->fact];

		if (leaf->call != CALL_CONFIGURED || fact->origin != FROM_SYSCTL ||
		    strncmp(fact->path, root, sizeof root - 1) != 0)
			continue;
		s->wanted[s->wanted_count++] = (struct wanted){
			.fact = leaf->fact,
			.key = fact->path + sizeof root - 1,
		};
	}
}

/* A key of its own is never set by a pattern, wherever that stands (sysctl.d(5)). */
static void store(const struct sysctld *s, struct sample *sample)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i;

	for (i = 0; i < s->wanted_count; i++) {
		const struct wanted *w = &s->wanted[i];
		const struct place_in_file *place = &w->set;

		if (!place->path && !w->excluded)
			place = &w->by_pattern;
		if (!place->path)
			continue;
		buf_clear(&text);
		buf_putc(&text, '/');
		text_printable(&text, place->path, strlen(place->path));
		buf_printf(&text, ":%u", place->line);
		sample->readings[w->fact].configured = arena_strdup(sample->texts, buf_text(&text));
	}
}

void sysctld_read(struct source *source, const struct plan *plan, struct sample *sample)
{
	autofree struct file *files = xcalloc(FILES_MAX, sizeof *files);
	autofree struct wanted *wanted = xcalloc(plan->leaf_count + 1, sizeof *wanted);
	struct sysctld s = {
		.source = source,
		.arena = arena_new(),
		.files = files,
		.wanted = wanted,
		.why = WHY_KNOWN,
	};

	find_wanted(&s, plan);
	read_files(&s);
	store(&s, sample);
	sample->configured = s.why;
	arena_free(s.arena);
}
