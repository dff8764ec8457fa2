/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sysctl after another: play both programs' writes through, compare, say what differs. */
#include "lint/drift.h"

#include <string.h>

/* ---- at the next boot ---- */

/* A write that fails leaves what an earlier one set. */
static void play(struct drift_boot *boot, const struct config *config, enum config_reader reader,
		 const struct drift_key *key, struct arena *arena)
{
	const struct config_line *lines[CONFIG_WRITES_MAX];
	const char *path = fact_catalogue[key->fact].path + strlen("proc/sys/");
	unsigned i, count = config_writes(config, reader, path, lines, countof(lines));

	boot->value = key->initial;
	for (i = 0; i < count; i++) {
		autobuf struct buf after = BUF_INIT;
		struct sysctl_write write;

		sysctl_write(&write, key->fact, lines[i]->value);
		sysctl_after(&after, key->fact, &write, lines[i]->value, boot->value);
		if (write.taken || write.count > 0)
			boot->line = lines[i];
		boot->refused = write.taken ? NULL : lines[i];
		if (!write.taken)
			boot->reason = arena_strdup(arena, buf_text(&write.reason));
		boot->value = arena_strdup(arena, buf_text(&after));
		buf_fini(&write.reason);
	}
}

/* Whether the file may read 'a' after 'b' was written: word by word, and what is not known does not
 * differ. */
static bool same_words(unsigned fact, const char *a, const char *b, bool at_most)
{
	unsigned i, words = sysctl_words(fact);

	if (fact_catalogue[fact].unit == UNIT_TEXT)
		return strcmp(a, b) == 0;
	for (i = 0; i < words; i++) {
		size_t a_len = strcspn(a, " "), b_len = strcspn(b, " ");
		bool known = *a != '?' && *b != '?' && a_len && b_len;
		bool less = at_most && fact_catalogue[fact + i].sized &&
			    strtod(a, NULL) < strtod(b, NULL);

		if (known && !less &&
		    !sysctl_same(&fact_catalogue[fact + i], strtod(b, NULL), strtod(a, NULL)))
			return false;
		a += a_len + strspn(a + a_len, " ");
		b += b_len + strspn(b + b_len, " ");
	}
	return true;
}

/* ---- what to say ---- */

static void say_refused(struct drift *drift, const struct drift_key *key, enum config_reader reader)
{
	const struct drift_boot *boot = &key->boot[reader];
	const struct remark remark = { .severity = SEVERITY_WARNING,
				       .check = "refused-value",
				       .key = key->key,
				       .line = boot->refused };

	if (!boot->refused || (reader > 0 && boot->refused == key->boot[0].refused))
		return;
	remarks_say(&drift->remarks, &remark, "%s:%u sets '%s', which the kernel refuses: %s.",
		    boot->refused->file, boot->refused->line, boot->refused->value, boot->reason);
}

static void say_absent(struct drift *drift, const struct drift_key *key)
{
	const struct drift_boot *boot = &key->boot[READER_SYSTEMD];
	const struct config_line *line = boot->line ? boot->line : key->boot[READER_PROCPS].line;
	const struct remark remark = {
		.severity = SEVERITY_NOTICE, .check = "absent-key", .key = key->key, .line = line
	};

	/* A pattern means what is there. */
	if (!line || line->pattern)
		return;
	if (strncmp(key->key, "net.netfilter.", 14) == 0)
		remarks_say(
			&drift->remarks, &remark,
			"%s:%u sets it, and it is not there: connection tracking is not loaded, and"
			" must be before the files are read at boot.",
			line->file, line->line);
	else
		remarks_say(&drift->remarks, &remark,
			    "%s:%u sets it, and this kernel, or this namespace, has no such key.",
			    line->file, line->line);
}

static void say_unexplained(struct drift *drift, const struct drift_key *key)
{
	const struct remark remark = { .severity = SEVERITY_NOTICE,
				       .check = "no-file-explains",
				       .key = key->key };

	remarks_say(&drift->remarks, &remark,
		    "It is '%s', which no file explains; the kernel's own is '%s', and will be back"
		    " after the next boot unless a program, or the kernel's command line, sets it.",
		    key->running, key->initial);
}

static void say_changes(struct drift *drift, const struct drift_key *key)
{
	const struct drift_boot *boot = &key->boot[READER_SYSTEMD];
	const char *other = key->boot[READER_PROCPS].value;
	const struct remark remark = { .severity = SEVERITY_WARNING,
				       .check = "changes-at-boot",
				       .key = key->key,
				       .line = boot->line };

	remarks_say(&drift->remarks, &remark,
		    "It is '%s', and will be '%s' after the next boot: %s:%u sets it.%s",
		    key->running, boot->value, boot->line->file, boot->line->line,
		    other && same_words(key->fact, key->running, other, false)
			    ? " What runs is as 'sysctl --system' sets it."
			    : "");
}

static void say_readers(struct drift *drift, const struct drift_key *key)
{
	const struct drift_boot *a = &key->boot[READER_SYSTEMD], *b = &key->boot[READER_PROCPS];
	const struct remark remark = { .severity = SEVERITY_NOTICE,
				       .check = "readers-differ",
				       .key = key->key,
				       .line = a->line ? a->line : b->line };
	autobuf struct buf text = BUF_INIT;
	unsigned reader;

	for (reader = 0; reader < READERS; reader++) {
		const struct drift_boot *boot = &key->boot[reader];

		buf_printf(&text, "%s'%s' ", reader ? ", " : "", config_reader_name(reader));
		if (boot->line)
			buf_printf(&text, "sets '%s' (%s:%u)", boot->value, boot->line->file,
				   boot->line->line);
		else
			buf_puts(&text, "does not set it");
	}
	remarks_say(&drift->remarks, &remark, "The two programs that read the files differ: %s.",
		    buf_text(&text));
}

static bool readers_differ(const struct drift_key *key)
{
	const char *a = key->boot[READER_SYSTEMD].value, *b = key->boot[READER_PROCPS].value;

	if (!a || !b)
		return a != b;
	return !same_words(key->fact, a, b, false);
}

static void compare(struct drift *drift, struct drift_key *key)
{
	const struct drift_boot *boot = &key->boot[READER_SYSTEMD];
	unsigned before = drift->remarks.count;

	if (key->why == WHY_ABSENT) {
		say_absent(drift, key);
		return;
	}
	say_refused(drift, key, READER_SYSTEMD);
	say_refused(drift, key, READER_PROCPS);
	if (readers_differ(key))
		say_readers(drift, key);
	if (key->running && boot->line && !same_words(key->fact, key->running, boot->value, false))
		say_changes(drift, key);
	else if (key->running && !boot->line && key->initial &&
		 !same_words(key->fact, key->running, key->initial, true) &&
		 !(key->boot[READER_PROCPS].line && !readers_differ(key)))
		say_unexplained(drift, key);
	key->differs = drift->remarks.count > before;
	drift->set += boot->line || key->boot[READER_PROCPS].line;
}

/* ---- all keys ---- */

static void add_key(struct drift *drift, unsigned fact, const struct config *config,
		    const struct sample *sample, unsigned kernel)
{
	struct drift_key *key = &drift->keys[drift->count++];
	const struct reading *reading = &sample->readings[fact];
	struct sysctl_initial initial;
	unsigned reader;

	*key = (struct drift_key){ .fact = fact,
				   .key = fact_catalogue[fact].key,
				   .why = reading->why };
	if (reading->why == WHY_KNOWN)
		key->running = reading->text;
	if (sysctl_initial(&initial, fact, kernel)) {
		key->initial = arena_strdup(drift->remarks.arena, initial.text);
		key->sized = initial.sized;
	}
	for (reader = 0; reader < READERS; reader++)
		play(&key->boot[reader], config, reader, key, drift->remarks.arena);
	compare(drift, key);
}

/* A setting of TCP or its surroundings; what cannot be set cannot drift. */
static bool is_setting(const struct fact *fact)
{
	return sysctl_is(fact) && !fact->read_only && fact->field == 0;
}

static void add_namespace(struct drift *drift, const struct sample *sample)
{
	unsigned fact = fact_find("host.first_namespace");

	if (fact == FACT_NONE || sample->readings[fact].why != WHY_KNOWN)
		return;
	drift->namespace_known = true;
	drift->first_namespace = sample->readings[fact].number != 0;
}

struct drift *drift_new(const struct config *config, const struct sample *sample,
			const char *kernel)
{
	struct drift *drift = xcalloc(1, sizeof *drift);
	unsigned i, version = kernel ? kernel_version(kernel) : 0;

	remarks_init(&drift->remarks);
	drift->kernel = kernel;
	drift->keys = xcalloc(fact_count, sizeof *drift->keys);
	for (i = 0; i < fact_count; i++)
		if (is_setting(&fact_catalogue[i]))
			add_key(drift, i, config, sample, version);
	add_namespace(drift, sample);
	return drift;
}

void drift_free(struct drift *drift)
{
	if (!drift)
		return;
	remarks_fini(&drift->remarks);
	free(drift->keys);
	free(drift);
}
