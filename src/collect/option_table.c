/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines out of answers, a table out of lines. The lines may come from another host. */
#include "collect/option_table.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { ENTRIES_MAX = 1 << 16 };

static const struct {
	const char *word;
	enum why why;
} ends[LOAN_ENDS] = {
	[LOAN_READ] = { "read", WHY_KNOWN },	   [LOAN_DENIED] = { "denied", WHY_DENIED },
	[LOAN_GONE] = { "gone", WHY_NO_HOLDER },   [LOAN_LATE] = { "late", WHY_NO_HOLDER },
	[LOAN_NOBODY] = { "nobody", WHY_NO_HOLDER }, [LOAN_UNABLE] = { "unable", WHY_NO_HOLDER },
};

/* ---- writing ---- */

static void put_listener(struct buf *out, uint64_t cookie, const struct answer *answer)
{
	unsigned short facts[OPTIONS_MAX];
	unsigned count = option_facts(facts), i;

	buf_printf(out, "listener\t%llu", (unsigned long long)cookie);
	for (i = 0; i < count; i++) {
		buf_printf(out, "\t%s=", fact_catalogue[facts[i]].name);
		if (answer->missing[i])
			buf_putc(out, '?');
		else
			buf_printf(out, "%d", answer->raw[i]);
	}
	buf_putc(out, '\n');
}

void option_lines(struct buf *out, const struct loan *loans, const struct answer *answers,
		  unsigned count)
{
	float held = 0;
	unsigned i;

	for (i = 0; i < count; i++) {
		if (answers[i].end == LOAN_READ)
			put_listener(out, loans[i].cookie, &answers[i]);
		else
			buf_printf(out, "unread\t%llu\t%s\n", (unsigned long long)loans[i].cookie,
				   ends[answers[i].end].word);
		held = answers[i].held > held ? answers[i].held : held;
	}
	buf_printf(out, "held\t%.0f\nend\n", ceil((double)held * 1e6));
}

/* ---- reading ---- */

static struct option_entry *add_entry(struct option_table *table, const char *cookie)
{
	struct option_entry *entry;
	uint64_t number;
	unsigned i;

	if (!cookie || !text_u64(cookie, &number) || table->count == ENTRIES_MAX)
		return NULL;
	if (table->count == table->size) {
		table->size = table->size ? 2 * table->size : 32;
		table->entries = xrealloc(table->entries, table->size, sizeof *table->entries);
	}
	entry = &table->entries[table->count++];
	*entry = (struct option_entry){ .cookie = number, .why = WHY_KNOWN };
	for (i = 0; i < OPTIONS_MAX; i++)
		entry->value[i] = NAN;
	return entry;
}

/* An int of the kernel, of either sign. */
static bool read_raw(const char *word, int32_t *raw)
{
	bool minus = *word == '-';
	uint64_t number;

	if (!text_u64(word + minus, &number) || number > (uint64_t)INT32_MAX + minus)
		return false;
	*raw = (int32_t)(minus ? -(int64_t)number : (int64_t)number);
	return true;
}

/* so_linger=1 */
static void read_option(struct option_entry *entry, char *word)
{
	unsigned short facts[OPTIONS_MAX];
	unsigned count = option_facts(facts), i;
	char *value = strchr(word, '=');
	int32_t raw;

	if (!value || !read_raw(value + 1, &raw))
		return;
	*value = '\0';
	for (i = 0; i < count; i++)
		if (strcmp(fact_catalogue[facts[i]].name, word) == 0)
			entry->value[i] = fact_option(&fact_catalogue[facts[i]], raw);
}

static void read_listener(struct option_table *table, char *words)
{
	struct option_entry *entry = add_entry(table, strsep(&words, "\t"));
	char *word;

	while (entry && (word = strsep(&words, "\t")) != NULL)
		read_option(entry, word);
	table->by_end[LOAN_READ] += entry != NULL;
}

static void read_unread(struct option_table *table, char *words)
{
	struct option_entry *entry = add_entry(table, strsep(&words, "\t"));
	unsigned end = LOAN_READ + 1;

	if (!entry)
		return;
	while (end < LOAN_ENDS - 1 && (!words || strcmp(words, ends[end].word) != 0))
		end++;
	entry->why = ends[end].why;
	table->by_end[end]++;
}

static void read_line(struct option_table *table, char *line)
{
	const char *kind = strsep(&line, "\t");
	uint64_t held;

	if (!line)
		table->why = strcmp(kind, "end") == 0 ? WHY_NO_HOLDER : table->why;
	else if (strcmp(kind, "listener") == 0)
		read_listener(table, line);
	else if (strcmp(kind, "unread") == 0)
		read_unread(table, line);
	else if (strcmp(kind, "held") == 0 && text_u64(line, &held) && held < UINT32_MAX)
		table->held = (double)held / 1e6;
}

static int compare(const void *a, const void *b)
{
	const struct option_entry *x = a, *y = b;

	return x->cookie < y->cookie ? -1 : x->cookie > y->cookie;
}

void option_table_read(struct option_table *table, const struct buf *lines)
{
	autofree char *text = xstrdup(buf_text(lines));
	char *rest = text, *line;

	table->why = WHY_CUT;
	while ((line = strsep(&rest, "\n")) != NULL)
		read_line(table, line);
	if (table->count)
		qsort(table->entries, table->count, sizeof *table->entries, compare);
}

void option_table_fini(struct option_table *table)
{
	free(table->entries);
	table->entries = NULL;
}

const struct option_entry *option_table_find(const struct option_table *table, uint64_t cookie)
{
	const struct option_entry key = { .cookie = cookie };

	if (!table->count)
		return NULL;
	return bsearch(&key, table->entries, table->count, sizeof key, compare);
}

/* ---- the note ---- */

/* "; the options of 3 listeners" and what became of them; nothing for 0. */
static void put_part(struct buf *out, unsigned count, const char *what)
{
	if (count)
		buf_printf(out, "%ssocket options of %u listener%s %s", out->len ? "; " : "", count,
			   count == 1 ? "" : "s", what);
}

void option_table_note(const struct option_table *table, struct buf *out)
{
	const unsigned *by_end = table->by_end;

	put_part(out, by_end[LOAN_READ], "were read");
	if (by_end[LOAN_READ])
		buf_printf(out, ", each of them held open for at most %.0f us", table->held * 1e6);
	put_part(out, by_end[LOAN_DENIED],
		 "may not be read: it takes CAP_SYS_PTRACE, and a sandbox that allows it");
	put_part(out, by_end[LOAN_UNABLE], "cannot be read by this kernel (needs 5.6)");
	put_part(out, by_end[LOAN_NOBODY], "were not read: /proc shows no process that has them");
	put_part(out, by_end[LOAN_GONE] + by_end[LOAN_LATE],
		 "were not read: their process ended, closed them or did not answer in time");
}
