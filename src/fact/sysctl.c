/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's side of a sysctl: kernel/sysctl.c proc_get_long(), __do_proc_dointvec(),
 * do_proc_douintvec_w(), proc_do_large_bitmap(). */
#include "fact/sysctl.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* proc_get_long() refuses a number that fills its TMPBUFLEN - 1. */
enum { NUMBER_MAX = 20, NAME_MAX_BYTES = 15, SHOWN = 40 };

unsigned kernel_version(const char *text)
{
	char *end;
	unsigned long major, minor;

	if (!isdigit((unsigned char)*text))
		return 0;
	major = strtoul(text, &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]))
		return 0;
	minor = strtoul(end + 1, &end, 10);
	if (isalnum((unsigned char)*end) || major == 0 || major > 999 || minor > 999)
		return 0;
	return (unsigned)(major << 16 | minor);
}

/* ---- names ---- */

bool sysctl_is(const struct fact *fact)
{
	return fact->origin == FROM_SYSCTL && fact->key && strncmp(fact->key, "net.", 4) == 0;
}

unsigned sysctl_find(const char *key)
{
	unsigned i;

	for (i = 0; i < fact_count; i++)
		if (sysctl_is(&fact_catalogue[i]) && strcmp(fact_catalogue[i].key, key) == 0)
			return i;
	return FACT_NONE;
}

unsigned sysctl_words(unsigned first)
{
	unsigned i = first;

	while (i < fact_count && sysctl_is(&fact_catalogue[i]) &&
	       strcmp(fact_catalogue[i].key, fact_catalogue[first].key) == 0)
		i++;
	return i - first;
}

void sysctl_nearest(struct nearest *nearest)
{
	unsigned i;

	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (sysctl_is(fact) && (!fact->until || fact->inert))
			nearest_try(nearest, fact->key);
	}
}

/* ---- what the kernel has of its own ---- */

/* One word: "128 5.4:4096 6.16:..." is a value and then the kernels that changed it. */
static bool word_initial(struct buf *out, struct sysctl_initial *initial, const struct fact *fact,
			 unsigned kernel)
{
	const char *at = fact->initial, *value = at;

	if (!at)
		return false;
	for (; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		const char *colon = memchr(at, ':', len);
		unsigned since = colon ? kernel_version(at) : 0;

		if (kernel && since > kernel) {
			if (!initial->until || since < initial->until)
				initial->until = since;
			break;
		}
		value = colon ? colon + 1 : at;
		if (since > initial->since)
			initial->since = since;
		at += len;
	}
	buf_write(out, value, strcspn(value, " "));
	return true;
}

bool sysctl_initial(struct sysctl_initial *initial, unsigned first, unsigned kernel)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i, words = sysctl_words(first);

	*initial = (struct sysctl_initial){ .sized = false };
	for (i = 0; i < words; i++) {
		if (i > 0)
			buf_putc(&text, ' ');
		if (!word_initial(&text, initial, &fact_catalogue[first + i], kernel))
			return false;
		initial->sized |= fact_catalogue[first + i].sized;
	}
	if (text.len >= sizeof initial->text)
		return false;
	memcpy(initial->text, buf_text(&text), text.len + 1);
	return true;
}

/* ---- writing ---- */

/* The text is printable; a long one is cut, not within a character. */
static void refuse(struct sysctl_write *write, const char *word, size_t len, const char *why)
{
	size_t cut = len < SHOWN ? len : SHOWN;

	while (cut < len && cut > 0 && ((unsigned char)word[cut] & 0xc0) == 0x80)
		cut--;
	write->taken = false;
	buf_putc(&write->reason, '\'');
	buf_write(&write->reason, word, cut);
	buf_printf(&write->reason, "%s' %s", cut < len ? "..." : "", why);
}

static bool refuse_number(struct sysctl_write *write, const char *word)
{
	size_t len = strcspn(word, " \t"), digits = strspn(word, "0123456789");
	const char *why = "is not a number";

	if (*word == '"' || *word == '\'')
		why = "is not a number: quotes are no part of the syntax";
	else if (digits > NUMBER_MAX)
		why = "has more digits than the kernel reads";
	else if (digits && word[digits] == ',')
		why = "is not a number: blanks separate values, not commas";
	else if (digits && isalpha((unsigned char)word[digits]) && digits + 3 >= len)
		why = "is not a number: the kernel knows no units";
	else if (digits > 1 && *word == '0')
		why = "is not a number: a leading 0 means octal, 0x hexadecimal";
	refuse(write, word, len, why);
	return false;
}

/* One number, as the kernel reads it: decimal, octal after 0, hexadecimal after 0x. */
static bool take_number(struct sysctl_write *write, const char **at, double *number)
{
	const char *word = *at, *digits = word + (*word == '-');
	size_t len = strcspn(word, " \t");
	char text[NUMBER_MAX + 1], *end;

	if (!isdigit((unsigned char)*digits) || len > NUMBER_MAX)
		return refuse_number(write, word);
	memcpy(text, digits, len - (size_t)(digits - word));
	text[len - (size_t)(digits - word)] = '\0';
	errno = 0;
	*number = (double)strtoull(text, &end, 0);
	if (*end || errno)
		return refuse_number(write, word);
	if (*word == '-')
		*number = -*number;
	*at = word + len;
	return true;
}

static bool in_range(struct sysctl_write *write, const struct fact *fact, const char *word,
		     double number)
{
	autobuf struct buf why = BUF_INIT;

	if (number >= fact->least && number <= fact->most)
		return true;
	buf_printf(&why, "is outside %.0f to %.0f", fact->least, fact->most);
	refuse(write, word, strcspn(word, " \t"), buf_text(&why));
	return false;
}

static void write_numbers(struct sysctl_write *write, unsigned first, const char *text)
{
	unsigned words = sysctl_words(first);
	const char *at = text;

	for (; write->count < words; write->count++) {
		const char *word = at += strspn(at, " \t");
		double number = 0;

		if (!*at && write->count > 0)
			break;
		if (!take_number(write, &at, &number) ||
		    !in_range(write, &fact_catalogue[first + write->count], word, number))
			return;
		write->numbers[write->count] = number;
	}
	write->rest = at + strspn(at, " \t");
	write->taken = true;
}

enum { PORTS = 65536 };

/* "8080,9000-9010": no blanks; nothing but a comma may follow. */
static bool take_ports(const char *at, bool *taken)
{
	while (isdigit((unsigned char)*at)) {
		char *end;
		unsigned long low = strtoul(at, &end, 0), high = low;

		if (*end == '-' && isdigit((unsigned char)end[1]))
			high = strtoul(end + 1, &end, 0);
		if (low > high || high >= PORTS)
			return false;
		memset(taken + low, true, high - low + 1);
		at = end + (*end == ',');
		if (*end != ',')
			break;
	}
	return !*at;
}

static void write_ports(struct sysctl_write *write, const char *text)
{
	autofree bool *ports = xcalloc(PORTS, sizeof *ports);

	write->taken = take_ports(text, ports);
	if (!write->taken)
		refuse(write, text, strlen(text), "is not a list of ports such as 8080,9000-9010");
}

/* As the kernel prints them: in order, neighbours joined (proc_do_large_bitmap()). */
static void print_ports(struct buf *out, const char *text)
{
	autofree bool *ports = xcalloc(PORTS, sizeof *ports);
	const char *comma = "";
	unsigned low, high;

	take_ports(text, ports);
	for (low = 0; low < PORTS; low = high + 1) {
		high = low;
		if (!ports[low])
			continue;
		while (high + 1 < PORTS && ports[high + 1])
			high++;
		buf_printf(out, "%s%u", comma, low);
		if (high > low)
			buf_printf(out, "-%u", high);
		comma = ",";
	}
}

static bool is_ports(const struct fact *fact)
{
	return strcmp(fact->key, "net.ipv4.ip_local_reserved_ports") == 0;
}

static bool is_list(const struct fact *fact)
{
	return strcmp(fact->key, "net.ipv4.tcp_allowed_congestion_control") == 0;
}

/* The name of a congestion control or queueing discipline; whether there is one of that name, the
 * kernel it is written to must say. */
static void write_name(struct sysctl_write *write, const struct fact *fact, const char *text)
{
	size_t len = strcspn(text, " \t");

	write->taken = is_list(fact) || (len > 0 && len <= NAME_MAX_BYTES && !text[len] &&
					 *text != '"' && *text != '\'');
	if (!write->taken)
		refuse(write, text, strlen(text), "is not one name, with nothing before or after it");
}

void sysctl_write(struct sysctl_write *write, unsigned first, const char *text)
{
	const struct fact *fact = &fact_catalogue[first];

	*write = (struct sysctl_write){ .rest = "" };
	if (fact->read_only)
		buf_puts(&write->reason, "it can only be read");
	else if (is_ports(fact))
		write_ports(write, text);
	else if (fact->unit == UNIT_TEXT)
		write_name(write, fact, text);
	else
		write_numbers(write, first, text);
}

void sysctl_after(struct buf *out, unsigned first, const struct sysctl_write *write,
		  const char *text, const char *before)
{
	unsigned i, words = sysctl_words(first);

	if (write->taken && is_ports(&fact_catalogue[first])) {
		print_ports(out, text);
		return;
	}
	if (fact_catalogue[first].unit == UNIT_TEXT) {
		buf_puts(out, write->taken ? text : before ? before : "?");
		return;
	}
	for (i = 0; i < words; i++) {
		size_t len = before ? strcspn(before, " \t") : 0;

		if (i > 0)
			buf_putc(out, ' ');
		if (i < write->count)
			buf_printf(out, "%.0f", write->numbers[i]);
		else
			buf_write(out, len ? before : "?", len ? len : 1);
		if (before)
			before += len + strspn(before + len, " \t");
	}
}

/* proc_dointvec_ms_jiffies() holds milliseconds as ticks, of which one is 10 ms at most. */
bool sysctl_same(const struct fact *fact, double written, double read)
{
	if (strcmp(fact->key, "net.ipv4.tcp_invalid_ratelimit") == 0)
		return read >= written && read < written + 10;
	return written == read;
}
