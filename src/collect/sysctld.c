/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders, masking and order follow sysctl.d(5); only sysctl(8) reads hidden files, and
 * sysctl.conf after all others. */
#include "collect/sysctld.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "collect/host.h"

enum { FILES_MAX = 4096 };

/* Highest precedence first: a name in an earlier folder hides the same name in later ones, also
 * where it is an empty file or a link to /dev/null. */
static const char *const folders[] = {
	"etc/sysctl.d",	    "run/sysctl.d", "usr/local/lib/sysctl.d",
	"usr/lib/sysctl.d", "lib/sysctl.d",
};

struct file {
	const char *name;
	unsigned folder;
};

struct sysctld {
	struct source *source;
	struct config *config;
	struct file *files;
	unsigned file_count;
	enum why why;
};

static void note_error(struct sysctld *s, int error)
{
	/* A folder or file that is not there sets nothing, nor does a link to /dev/null, which is
	 * no regular file (EINVAL). */
	if (error && error != ENOENT && error != ENOTDIR && error != EINVAL && error != EISDIR)
		s->why = why_of_errno(error);
}

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return len >= 5 && !strchr(name, '/') && strcmp(name + len - 5, ".conf") == 0;
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
			arena_strndup(s->config->arena, name, len), folder,
		};
	}
}

static int by_name(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)x->folder - (int)y->folder;
}

static void read_conf(struct sysctld *s, const char *path, unsigned readers)
{
	autobuf struct buf text = BUF_INIT, name = BUF_INIT;
	int error = s->source->ops->read(s->source, 1, path, &text);

	note_error(s, error);
	if (error)
		return;
	buf_printf(&name, "/%s", path);
	config_add(s->config, buf_text(&name), readers, buf_text(&text), text.len);
}

enum why sysctld_load(struct source *source, struct config *config)
{
	autofree struct file *files = xcalloc(FILES_MAX, sizeof *files);
	struct sysctld s = { source, config, files, 0, WHY_KNOWN };
	unsigned i;

	for (i = 0; i < countof(folders); i++)
		list_folder(&s, i);
	qsort(s.files, s.file_count, sizeof *s.files, by_name);
	for (i = 0; i < s.file_count; i++) {
		const struct file *file = &s.files[i];

		/* Masked; where /lib is /usr/lib the second finding of the same file too. */
		if (i > 0 && strcmp(file[-1].name, file->name) == 0)
			continue;
		read_conf(&s, arena_printf(config->arena, "%s/%s", folders[file->folder], file->name),
			  *file->name == '.' ? FOR_PROCPS : FOR_BOTH);
	}
	/* systemd-sysctl has it only where /etc/sysctl.d/99-sysctl.conf is a link to it. */
	read_conf(&s, "etc/sysctl.conf", FOR_PROCPS);
	return config->cut && s.why == WHY_KNOWN ? WHY_MALFORMED : s.why;
}

/* ---- configured() ---- */

static void find_line(const struct config *config, struct sample *sample, unsigned number)
{
	static const char root[] = "proc/sys/";
	const struct fact *fact = &fact_catalogue[number];
	const struct config_line *line;
	autobuf struct buf text = BUF_INIT;

	if (fact->origin != FROM_SYSCTL || strncmp(fact->path, root, sizeof root - 1) != 0)
		return;
	line = config_winner(config, READER_PROCPS, fact->path + sizeof root - 1);
	if (!line)
		line = config_winner(config, READER_SYSTEMD, fact->path + sizeof root - 1);
	if (!line)
		return;
	buf_printf(&text, "%s:%u", line->file, line->line);
	sample->readings[number].configured = arena_strdup(sample->texts, buf_text(&text));
}

void sysctld_read(struct source *source, const struct plan *plan, struct sample *sample)
{
	struct config *config = config_new();
	unsigned i;

	sample->configured = sysctld_load(source, config);
	for (i = 0; i < plan->leaf_count; i++)
		if (plan->leaves[i].call == CALL_CONFIGURED)
			find_line(config, sample, plan->leaves[i].fact);
	config_free(config);
}
