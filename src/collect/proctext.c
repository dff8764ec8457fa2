/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms /proc tables come in, one function each. */
#include "collect/proctext.h"

#include <string.h>

#include "base/text.h"

enum { WORD_MAX = 31 }; /* longest number: 20 digits, or digits with a point */

/* A word of a line, or a whole line. */
struct word {
	const char *text;
	size_t len;
};

/* The next word of the line at *text, which moves past it; false at the end of the line. */
static bool next_word(const char **text, struct word *word)
{
	const char *p = *text + strspn(*text, " \t");

	word->text = p;
	word->len = strcspn(p, " \t\n");
	*text = p + word->len;
	return word->len > 0;
}

static bool word_is(struct word word, const char *s)
{
	return strncmp(word.text, s, word.len) == 0 && s[word.len] == '\0';
}

/* Whether the line at text begins with "label:"; the rest of it. */
static const char *after_label(const char *text, const char *label)
{
	size_t len = strlen(label);

	return strncmp(text, label, len) == 0 && text[len] == ':' ? text + len + 1 : NULL;
}

static const char *find_label(const char *text, const char *label)
{
	const char *rest = NULL;

	for (; *text && !rest; text = text_next_line(text))
		rest = after_label(text, label);
	return rest;
}

/* A counter is digits only; settings and gauges may be negative (Tcp.MaxConn is -1, a shared
 * tcp_ehash_entries is negative) or have a fraction (uptime). */
static enum why parse_number(struct word word, enum fact_kind kind, struct proc_number *out)
{
	char copy[WORD_MAX + 1];

	if (word.len == 0 || word.len > WORD_MAX)
		return WHY_MALFORMED;
	memcpy(copy, word.text, word.len);
	copy[word.len] = '\0';
	if (text_u64(copy, &out->raw)) {
		out->number = (double)out->raw;
		return WHY_KNOWN;
	}
	out->raw = 0;
	/* No letters: strtod would take exponents and hexadecimal. */
	if (kind == FACT_COUNTER || strspn(copy, "-.0123456789") != word.len)
		return WHY_MALFORMED;
	return text_double(copy, &out->number) ? WHY_KNOWN : WHY_MALFORMED;
}

static bool parse_hex(struct word word, uint64_t *value)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	size_t i;

	*value = 0;
	if (word.len == 0 || word.len > 16)
		return false;
	for (i = 0; i < word.len; i++) {
		digit = memchr(digits, word.text[i] | 0x20, 16);
		if (!digit || word.text[i] < '0')
			return false;
		*value = *value << 4 | (uint64_t)(digit - digits);
	}
	return true;
}

/* "4096\t131072\t6291456": word number 'field'. */
static enum why find_in_sysctl(const char *text, const struct fact *fact, struct proc_number *out)
{
	struct word word;
	unsigned i;

	for (i = 0; i <= fact->field; i++)
		if (!next_word(&text, &word))
			return WHY_MALFORMED;
	return parse_number(word, fact->kind, out);
}

/* net/ipv4/proc.c netstat_seq_show: a line of names, then a line of numbers, both with the same
 * label. Both must have as many words, or the numbers belong to other names. */
static enum why find_in_table(const char *text, const struct fact *fact, struct proc_number *out)
{
	const char *names = find_label(text, fact->prefix), *numbers;
	struct word name, number, found = { NULL, 0 };
	bool more_names, more_numbers;

	if (!names)
		return WHY_ABSENT;
	numbers = after_label(text_next_line(names), fact->prefix);
	if (!numbers)
		return WHY_MALFORMED;
	for (;;) {
		more_names = next_word(&names, &name);
		more_numbers = next_word(&numbers, &number);
		if (!more_names || !more_numbers)
			break;
		if (!found.text && word_is(name, fact->key))
			found = number;
	}
	if (more_names || more_numbers)
		return WHY_MALFORMED;
	return found.text ? parse_number(found, fact->kind, out) : WHY_ABSENT;
}

/* "TCP: inuse 1 orphan 0 tw 0": the number behind its name. */
static enum why find_in_sockstat(const char *text, const struct fact *fact, struct proc_number *out)
{
	const char *line = find_label(text, fact->prefix);
	struct word name, number;

	if (!line)
		return WHY_ABSENT;
	while (next_word(&line, &name)) {
		if (!next_word(&line, &number))
			return WHY_MALFORMED;
		if (word_is(name, fact->key))
			return parse_number(number, fact->kind, out);
	}
	return WHY_ABSENT;
}

/* "MemTotal:  24000 kB"; the unit is the fact's scale. */
static enum why find_labelled(const char *text, const struct fact *fact, struct proc_number *out)
{
	const char *line = find_label(text, fact->key);
	struct word word;

	if (!line)
		return WHY_ABSENT;
	return next_word(&line, &word) ? parse_number(word, fact->kind, out) : WHY_MALFORMED;
}

enum why proctext_mask(const char *text, const char *label, uint64_t *mask)
{
	const char *line = find_label(text, label);
	struct word word;

	if (!line)
		return WHY_ABSENT;
	return next_word(&line, &word) && parse_hex(word, mask) ? WHY_KNOWN : WHY_MALFORMED;
}

/* The column of a head line's name; false where it has none. */
static bool find_column(const char *line, const char *key, unsigned *column)
{
	struct word word;

	for (*column = 0; next_word(&line, &word); ++*column)
		if (word_is(word, key))
			return true;
	return false;
}

/* One line for each CPU, hexadecimal (net/core/net-procfs.c softnet_seq_show, and
 * net/netfilter/nf_conntrack_standalone.c ct_cpu_seq_show below a head line): the sum. */
static enum why find_per_cpu(const char *text, const struct fact *fact, struct proc_number *out)
{
	unsigned column = fact->field, i, lines = 0;
	enum why too_short;
	const char *line = text;
	struct word word;
	uint64_t value;

	if (fact->key && !find_column(text, fact->key, &column))
		return WHY_ABSENT;
	if (fact->key)
		line = text_next_line(line);
	*out = (struct proc_number){ 0, 0 };
	for (; *line; line = text_next_line(line), lines++) {
		const char *p = line;

		for (i = 0; i <= column; i++) {
			/* Older kernels have fewer columns, but all CPUs as many. */
			too_short = lines == 0 && i > 0 && !fact->key ? WHY_ABSENT : WHY_MALFORMED;
			if (!next_word(&p, &word))
				return too_short;
		}
		if (!parse_hex(word, &value))
			return WHY_MALFORMED;
		out->raw += value;
	}
	out->number = (double)out->raw;
	return lines > 0 ? WHY_KNOWN : WHY_MALFORMED;
}

enum why proctext_find(const char *text, const struct fact *fact, struct proc_number *out)
{
	static enum why (*const find[])(const char *, const struct fact *, struct proc_number *) = {
		[FROM_SYSCTL] = find_in_sysctl,
		[FROM_TABLE] = find_in_table,
		[FROM_SOCKSTAT] = find_in_sockstat,
		[FROM_PER_CPU] = find_per_cpu,
		[FROM_LABELLED] = find_labelled,
	};

	if (fact->origin >= countof(find) || !find[fact->origin])
		return WHY_ABSENT;
	return find[fact->origin](text, fact, out);
}
