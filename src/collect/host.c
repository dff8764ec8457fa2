/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host facts: each file is read once, whatever the number of facts in it. */
#include "collect/host.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/derive.h"
#include "collect/proctext.h"
#include "collect/scaling.h"
#include "collect/sysctld.h"

/* One collection. */
struct host {
	struct source *source;
	const struct plan *plan;
	unsigned which;
	struct sample *sample;
	bool asked_namespace, first_namespace;
};

struct sample *sample_new(void)
{
	struct sample *sample = xcalloc(1, sizeof *sample);
	unsigned i;

	sample->texts = arena_new();
	sample->readings = xcalloc(fact_count, sizeof *sample->readings);
	for (i = 0; i < fact_count; i++)
		sample->readings[i].why = WHY_NOT_RECORDED;
	sample->configured = WHY_NOT_RECORDED;
	return sample;
}

void sample_free(struct sample *sample)
{
	if (!sample)
		return;
	arena_free(sample->texts);
	free(sample->readings);
	free(sample);
}

enum why why_of_errno(int error)
{
	static const struct {
		int error;
		enum why why;
	} table[] = {
		{ 0, WHY_KNOWN },
		{ ENOENT, WHY_ABSENT },
		{ EACCES, WHY_DENIED },
		{ EPERM, WHY_DENIED },
		{ ENODATA, WHY_NOT_RECORDED },
	};
	unsigned i;

	for (i = 0; i < countof(table); i++)
		if (table[i].error == error)
			return table[i].why;
	return WHY_MALFORMED;
}

/* Asked only when a file is missing that the whole host shares; tcp_mem tells, as it is one of
 * them (net/ipv4/sysctl_net_ipv4.c ipv4_table). */
static bool in_first_namespace(struct host *host)
{
	autobuf struct buf text = BUF_INIT;

	if (!host->asked_namespace) {
		host->first_namespace = host->source->ops->read(host->source, host->which,
								"proc/sys/net/ipv4/tcp_mem",
								&text) != ENOENT;
		host->asked_namespace = true;
	}
	return host->first_namespace;
}

/* What only the first namespace shows is asked for there; 'elsewhere' says so. */
static enum why read_text(struct host *host, const struct fact *fact, struct buf *text,
			  bool *elsewhere)
{
	const struct source_ops *ops = host->source->ops;
	int error = ops->read(host->source, host->which, fact->path, text);

	*elsewhere = error == ENOENT && fact->host_wide && !in_first_namespace(host);
	if (!*elsewhere)
		return why_of_errno(error);
	error = ops->read(host->source, SAMPLE_FIRST, fact->path, text);
	return error == 0 || error == ENOENT ? why_of_errno(error) : WHY_HOST_WIDE;
}

/* The words of a file on one line, printable: sysctl vectors are separated by tabs. */
static const char *words_of(struct arena *arena, const char *text)
{
	autobuf struct buf out = BUF_INIT;
	size_t len;

	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		len = strcspn(text, " \t\n");
		if (out.len)
			buf_putc(&out, ' ');
		text_printable(&out, text, len);
		text += len;
	}
	return arena_strndup(arena, buf_text(&out), out.len);
}

static void set_text(struct host *host, struct reading *reading, const char *text)
{
	reading->why = WHY_KNOWN;
	reading->text = text;
	reading->number = names_intern(host->plan->names, text, strlen(text));
}

static void set_number(struct reading *reading, const struct fact *fact, const char *text)
{
	struct proc_number n = { 0, 0 };

	reading->why = proctext_find(text, fact, &n);
	if (reading->why == WHY_KNOWN && fact->none && n.raw == fact->none)
		reading->why = WHY_NO_VALUE;
	reading->raw = n.raw;
	reading->number = scaling_apply(scaling_of(fact), n.number);
}

/* A run of facts from one file. */
static void read_file(struct host *host, const unsigned short *facts, unsigned count)
{
	const char *words = NULL;
	autobuf struct buf text = BUF_INIT;
	bool elsewhere;
	enum why why = read_text(host, &fact_catalogue[facts[0]], &text, &elsewhere);
	unsigned i;

	for (i = 0; i < count; i++) {
		const struct fact *fact = &fact_catalogue[facts[i]];
		struct reading *reading = &host->sample->readings[facts[i]];

		reading->why = why;
		reading->elsewhere = elsewhere;
		if (why != WHY_KNOWN)
			continue;
		if (!words && (fact->origin == FROM_SYSCTL || fact->unit == UNIT_TEXT))
			words = words_of(host->sample->texts, buf_text(&text));
		if (fact->origin == FROM_HOST_RULE)
			*reading = derive_text(host->sample->texts, fact, buf_text(&text));
		else if (fact->unit == UNIT_TEXT)
			set_text(host, reading, words);
		else
			set_number(reading, fact, buf_text(&text));
		if (fact->origin == FROM_SYSCTL)
			reading->text = words;
	}
}

static int by_path(const void *a, const void *b)
{
	unsigned x = *(const unsigned short *)a, y = *(const unsigned short *)b;
	int order = strcmp(fact_catalogue[x].path, fact_catalogue[y].path);

	return order ? order : (int)x - (int)y;
}

static void read_files(struct host *host, const bool *wanted)
{
	autofree unsigned short *facts = xcalloc(fact_count, sizeof *facts);
	unsigned count = 0, i, end;

	for (i = 0; i < fact_count; i++) {
		if (wanted[i] && fact_catalogue[i].path)
			facts[count++] = (unsigned short)i;
	}
	qsort(facts, count, sizeof *facts, by_path);
	for (i = 0; i < count; i = end) {
		const char *path = fact_catalogue[facts[i]].path;

		for (end = i + 1; end < count; end++)
			if (strcmp(fact_catalogue[facts[end]].path, path) != 0)
				break;
		read_file(host, facts + i, end - i);
	}
}

/* The manifest's texts are printable already. */
static void read_manifest(struct host *host, const bool *wanted)
{
	const struct manifest *m = &host->source->manifest;
	const struct {
		const char *key, *text;
		double number;
	} table[] = {
		{ "netns", m->netns, 0 },
		{ "page_size", NULL, m->page_size },
	};
	unsigned i, j;

	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];
		struct reading *reading = &host->sample->readings[i];

		if (!wanted[i] || fact->origin != FROM_MANIFEST)
			continue;
		for (j = 0; j < countof(table); j++) {
			if (strcmp(table[j].key, fact->key) != 0)
				continue;
			if (table[j].text)
				set_text(host, reading, arena_strdup(host->sample->texts,
								     table[j].text));
			else if (table[j].number > 0)
				*reading = (struct reading){ .number = table[j].number };
		}
	}
}

void collect_host(struct source *source, const struct plan *plan, unsigned which,
		  struct sample *sample)
{
	struct host host = { .source = source, .plan = plan, .which = which, .sample = sample };
	autofree bool *wanted = xcalloc(fact_count, sizeof *wanted);

	memcpy(wanted, which == SAMPLE_BEFORE ? plan->fact_twice : plan->fact_used,
	       fact_count * sizeof *wanted);
	if (which != SAMPLE_BEFORE)
		derive_needs(plan, wanted);
	read_files(&host, wanted);
	read_manifest(&host, wanted);
	derive_host(wanted, sample);
	if (which != SAMPLE_BEFORE && plan->configured)
		sysctld_read(source, plan, sample);
}
