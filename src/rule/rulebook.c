/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files to rules: finding the files, their checksum, the order of the rules. One section becomes
 * one rule in section.c. */
#include "rule/rulebook.h"

#include "base/file.h"
#include "rule/edition.h"
#include "rule/reader.h"
#include "rule/roles.h"
#include "rule/section.h"
#include "rule/tuning.h"
#include "rule/worse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { FILES_MAX = 1000, RULES_MAX = 2000 };

static const char *const severity_names[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_NOTICE] = "notice",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};

const char *severity_name(enum severity severity)
{
	return severity_names[severity];
}

static const char *const grouping_names[] = {
	[PER_HOST] = "host",	       [PER_LISTENER] = "listener", [PER_DESTINATION] = "destination",
	[PER_PATH] = "path",	       [PER_REMOTE] = "remote",	    [PER_PROCESS] = "process",
	[PER_SERVICE] = "service",
};

const char *grouping_name(enum grouping_key per)
{
	return grouping_names[per];
}

/* A number may be one word of a sysctl, so the fact says which; a text is the whole of it. */
void setting_print(struct buf *out, const struct setting *setting)
{
	bool whole = setting->value->kind == EXPR_TEXT;

	buf_printf(out, "%s = ", whole ? setting->key : fact_catalogue[setting->fact].name);
	if (whole)
		buf_puts(out, setting->value->text);
	else
		expr_print(out, setting->value);
}

/* ---- files ---- */

struct files {
	char *paths[FILES_MAX];
	unsigned count;
};

static void files_fini(struct files *files)
{
	while (files->count)
		free(files->paths[--files->count]);
}

static int add_file(struct files *files, const char *path, struct errors *errors)
{
	if (files->count == FILES_MAX)
		return errors_add(errors, "%s: more than %d rule files", path, FILES_MAX);
	files->paths[files->count++] = xstrdup(path);
	return 0;
}

static int is_rule_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".ini") == 0;
}

/* By byte, whatever the locale: the order decides the checksum. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct files *files, const char *path, struct errors *errors)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_rule_file, by_name), i;

	if (count < 0)
		return errors_add(errors, "%s: %s", path, strerror(errno));
	if (count == 0)
		errors_add(errors, "%s: no rule files (*.ini) in this folder", path);
	for (i = 0; i < count; i++) {
		autobuf struct buf name = BUF_INIT;

		buf_printf(&name, "%s/%s", path, entries[i]->d_name);
		add_file(files, buf_text(&name), errors);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static void find_files(struct files *files, const char *const *paths, unsigned count,
		       struct errors *errors)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		autoclose int folder = open(paths[i], O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (folder >= 0)
			add_folder(files, paths[i], errors);
		else
			add_file(files, paths[i], errors);
	}
}

/* ---- rules ---- */

struct loader {
	struct rulebook *book;
	struct section *section; /* the rule or role being read, ... */
	bool in_section;	 /* ... if there is one */
	bool role;		 /* it is one of a role */
	bool role_lost;		 /* one had errors: which roles there are is not known */
	struct edition edition;
	bool in_edition;	 /* its section is being read */
	struct place *seen;	 /* of every section, also of those with errors */
	const char **ids;
	unsigned seen_count;
	const struct rulebook_options *options;
	struct tunings tunings;
	struct errors *errors;
};

static void end_section(struct loader *loader)
{
	struct rulebook *book = loader->book;
	struct rule *rule;

	if (loader->in_edition)
		edition_check(&loader->edition, loader->errors);
	loader->in_edition = false;
	if (!loader->in_section)
		return;
	rule = section_compile(loader->section, loader->options, &loader->tunings, loader->errors);
	loader->in_section = false;
	loader->role_lost |= loader->role && !rule;
	if (rule && rule->role)
		book->roles[book->role_count++] = rule;
	else if (rule)
		book->rules[book->count++] = rule;
}

/* Notes that a section was seen; its id must be new and there must be room. */
static bool is_new(struct loader *loader, const struct ini_line *line)
{
	unsigned i;

	for (i = 0; i < loader->seen_count && strcmp(loader->ids[i], line->section) != 0; i++)
		;
	if (i < loader->seen_count) {
		errors_add_at(loader->errors, &line->place, "%s'%s' stands already at %s:%u",
			      loader->role ? "" : "rule ", line->section, loader->seen[i].file, loader->seen[i].line);
		return false;
	}
	if (i == RULES_MAX) {
		errors_add_at(loader->errors, &line->place, "more than %d rules", RULES_MAX);
		return false;
	}
	loader->seen[i] = line->place;
	loader->ids[i] = line->section;
	loader->seen_count++;
	return true;
}

/* Rules of a site, read in addition to those of the program, make no rulebook of their own. */
static void begin_edition(struct loader *loader, const struct ini_line *line)
{
	const struct place *already = &loader->edition.place;

	if (already->line) {
		errors_add_at(loader->errors, &line->place, "[" EDITION_SECTION "] stands already at %s:%u, "
			      "and a rulebook has one version", already->file, already->line);
		return;
	}
	loader->edition.place = line->place;
	loader->in_edition = true;
}

static void load_line(void *arg, const struct ini_line *line)
{
	struct loader *loader = arg;

	if (line->name) {
		if (loader->in_edition)
			edition_add(&loader->edition, line, loader->errors);
		else if (loader->in_section)
			section_add(loader->section, line, loader->errors);
		return;
	}
	end_section(loader);
	loader->role = role_of_section(line->section) != NULL;
	if (strcmp(line->section, EDITION_SECTION) == 0) {
		begin_edition(loader, line);
	} else if (is_new(loader, line)) {
		section_begin(loader->section, line, loader->errors);
		loader->in_section = true;
	}
}

static void load_file(struct loader *loader, const char *path)
{
	struct arena *arena = loader->book->arena;
	const char *name = arena_strdup(arena, path), *slash = strrchr(name, '/');
	char *bytes;
	autobuf struct buf text = BUF_INIT;
	int error = file_read(AT_FDCWD, path, INI_FILE_MAX, &text);

	if (error) {
		errors_add(loader->errors, "%s: %s", path,
			   error == EFBIG ? "longer than 1 MiB, which is no rule file" : strerror(error));
		return;
	}
	bytes = arena_strndup(arena, buf_text(&text), text.len);
	checksum_add(loader->book->checksum, arena, slash ? slash + 1 : name, bytes, text.len);
	ini_read(arena, name, bytes, text.len, load_line, loader, loader->errors);
	end_section(loader);
}

static int by_severity(const void *a, const void *b)
{
	const struct rule *x = *(struct rule *const *)a, *y = *(struct rule *const *)b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	return strcmp(x->id, y->id);
}

struct rulebook *rulebook_load(const char *const *paths, unsigned count,
			       const struct rulebook_options *options, struct errors *errors)
{
	struct rulebook *book = xcalloc(1, sizeof *book);
	struct loader loader = { .book = book, .options = options, .errors = errors };
	struct files files = { .count = 0 };
	unsigned before = errors->count, i;

	book->arena = arena_new();
	book->checksum = arena_alloc(book->arena, sizeof *book->checksum);
	book->rules = arena_alloc(book->arena, RULES_MAX * sizeof *book->rules);
	book->roles = arena_alloc(book->arena, RULES_MAX * sizeof *book->roles);
	loader.seen = arena_alloc(book->arena, RULES_MAX * sizeof *loader.seen);
	loader.ids = arena_alloc(book->arena, RULES_MAX * sizeof *loader.ids);
	if (options->site)
		site_read(&book->site, book->arena, options->site, errors);
	loader.tunings = tunings_gather(book, options, errors);
	find_files(&files, paths, count, errors);
	loader.section = section_new(book->arena);
	for (i = 0; i < files.count; i++)
		load_file(&loader, files.paths[i]);
	section_free(loader.section);
	files_fini(&files);
	book->version = loader.edition.version.text;
	book->licence = loader.edition.licence.text;
	qsort(book->rules, book->count, sizeof *book->rules, by_severity);
	qsort(book->roles, book->role_count, sizeof *book->roles, by_severity);
	if (!loader.role_lost)
		roles_settle(book, options, errors);
	if (errors->count == before)
		worse_check(book, errors);
	if (errors->count == before)
		tunings_check_rules(&loader.tunings, book, errors);
	if (errors->count == before && book->count == 0)
		errors_add(errors, "no rules were found");
	if (errors->count == before)
		return book;
	rulebook_free(book);
	return NULL;
}

void rulebook_free(struct rulebook *book)
{
	if (!book)
		return;
	arena_free(book->arena);
	free(book);
}

static const struct rule *find(struct rule *const *rules, unsigned count, const char *id)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (strcmp(rules[i]->id, id) == 0)
			return rules[i];
	return NULL;
}

const struct rule *rulebook_find(const struct rulebook *book, const char *id)
{
	return find(book->rules, book->count, id);
}

const struct rule *rulebook_find_role(const struct rulebook *book, const char *name)
{
	return find(book->roles, book->role_count, name);
}
