/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prefixes to ranges, sorted: a question asked of a million sockets is a binary search. */
#include "collect/nearby.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "base/text.h"

/* A network on the link this wide is a tunnel's "everything this way", no neighbourhood. */
enum { IPV4_WIDEST = 8, IPV6_WIDEST = 16, LINE = 128 };

#define IPV4_ADDRESSES "host.ipv4_addresses"
#define IPV6_ADDRESSES "host.ipv6_addresses"

/* ---- files to words ---- */

static struct reading words_of(struct arena *arena, const struct buf *words, unsigned count)
{
	return (struct reading){
		.why = WHY_KNOWN,
		.number = count,
		.raw = count,
		.text = arena_strdup(arena, buf_text(words)),
	};
}

static void put_word(struct buf *out, const char *kind, const char *address, unsigned bits)
{
	buf_printf(out, "%s%s %s/%u", out->len ? " " : "", kind, address, bits);
}

/* The line alone, cut to LINE; sscanf() would measure all of the text each time. */
static void copy_line(char line[LINE], const char *text)
{
	snprintf(line, LINE, "%.*s", (int)strcspn(text, "\n"), text);
}

/* A leaf of the trie and one of its routes (net/ipv4/fib_trie.c fib_trie_seq_show):
 *
 *	|-- 10.0.0.0
 *	   /24 link UNICAST
 *
 * Until there are routing rules, the tables Main and Local are one and are printed twice. */
struct reading nearby_ipv4(struct arena *arena, const char *fib_trie)
{
	char line[LINE], address[INET_ADDRSTRLEN] = "", scope[16], type[16];
	autobuf struct buf words = BUF_INIT;
	unsigned count = 0, bits;
	bool again = false;
	struct in_addr in;

	for (; *fib_trie; fib_trie = text_next_line(fib_trie)) {
		copy_line(line, fib_trie);
		if (line[0] != ' ')
			again = count && strncmp(line, "Local", 5) == 0;
		if (again || sscanf(line, " |-- %15[0-9.]", address) == 1 ||
		    sscanf(line, " /%2u %15s %15s", &bits, scope, type) != 3)
			continue;
		if (bits > 32 || inet_pton(AF_INET, address, &in) != 1)
			return (struct reading){ .why = WHY_MALFORMED };
		if (strcmp(type, "LOCAL") == 0) {
			put_word(&words, "local", address, bits);
			count += bits == 32;
		} else if (strcmp(type, "UNICAST") == 0 && strcmp(scope, "link") == 0 &&
			   bits >= IPV4_WIDEST) {
			put_word(&words, "link", address, bits);
		}
	}
	return words_of(arena, &words, count);
}

/* "fe80...0001 02 40 20 80 eth0": address, interface, length of the prefix, scope, flags
 * (net/ipv6/addrconf.c if6_seq_show). */
struct reading nearby_ipv6(struct arena *arena, const char *if_inet6)
{
	autobuf struct buf words = BUF_INIT;
	unsigned count = 0, bits, i, n;
	char line[LINE], hex[33], text[INET6_ADDRSTRLEN];
	struct in6_addr in;

	for (; *if_inet6; if_inet6 = text_next_line(if_inet6)) {
		copy_line(line, if_inet6);
		if (sscanf(line, "%32[0-9a-f] %*x %x", hex, &bits) != 2 || strlen(hex) != 32 ||
		    bits > 128)
			return (struct reading){ .why = WHY_MALFORMED };
		for (i = 0; i < 16 && sscanf(hex + 2 * i, "%2x", &n) == 1; i++)
			in.s6_addr[i] = (unsigned char)n;
		inet_ntop(AF_INET6, &in, text, sizeof text);
		put_word(&words, "local", text, 128);
		if (bits >= IPV6_WIDEST && bits < 128)
			put_word(&words, "link", text, bits);
		count++;
	}
	return words_of(arena, &words, count);
}

/* ---- words to ranges ---- */

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static void add(struct address_ranges *ranges, const unsigned char *bytes, unsigned bits)
{
	struct address_range *range;
	unsigned i;

	if (ranges->count == ranges->size) {
		ranges->size = ranges->size ? 2 * ranges->size : 32;
		ranges->list = xrealloc(ranges->list, ranges->size, sizeof *ranges->list);
	}
	range = &ranges->list[ranges->count++];
	memcpy(range->first, bytes, 16);
	memcpy(range->last, bytes, 16);
	for (i = 0; i < 16; i++) {
		unsigned host = bits >= 8 * (i + 1) ? 0 : bits <= 8 * i ? 0xff : 0xffu >> (bits - 8 * i);

		range->first[i] &= (unsigned char)~host;
		range->last[i] |= (unsigned char)host;
	}
}

/* As memcmp() of 16 bytes, which would take longer to be called. */
static inline int order(const unsigned char a[16], const unsigned char b[16])
{
	uint64_t x, y;

	memcpy(&x, a, 8);
	memcpy(&y, b, 8);
	if (x == y) {
		memcpy(&x, a + 8, 8);
		memcpy(&y, b + 8, 8);
	}
	x = be64toh(x);
	y = be64toh(y);
	return (x > y) - (x < y);
}

static int by_first(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

/* One sorted list without overlaps: LOCAL addresses lie inside networks on the link. */
static void sort(struct address_ranges *ranges)
{
	unsigned i, kept = 0;

	if (!ranges->count)
		return;
	qsort(ranges->list, ranges->count, sizeof *ranges->list, by_first);
	for (i = 1; i < ranges->count; i++) {
		struct address_range *last = &ranges->list[kept];

		if (order(ranges->list[i].first, last->last) > 0)
			ranges->list[++kept] = ranges->list[i];
		else if (order(ranges->list[i].last, last->last) > 0)
			memcpy(last->last, ranges->list[i].last, 16);
	}
	ranges->count = kept + 1;
}

static bool parse_prefix(const char *word, unsigned char *bytes, unsigned *bits)
{
	char text[INET6_ADDRSTRLEN] = "";
	size_t len = strcspn(word, "/ ");

	if (word[len] != '/' || len >= sizeof text)
		return false;
	memcpy(text, word, len);
	*bits = (unsigned)strtoul(word + len + 1, NULL, 10);
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return *bits <= 128;
	memcpy(bytes, mapped, sizeof mapped);
	*bits += 96;
	return inet_pton(AF_INET, text, bytes + 12) == 1 && *bits <= 128;
}

static void add_words(struct nearby *nearby, const char *text)
{
	unsigned char bytes[16];
	unsigned bits;
	bool own;

	while (text && *text) {
		own = strncmp(text, "local", 5) == 0;
		text += strcspn(text, " ");
		text += strspn(text, " ");
		if (parse_prefix(text, bytes, &bits)) {
			if (own)
				add(&nearby->own, bytes, bits);
			add(&nearby->near, bytes, bits);
		}
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
}

static const struct reading *reading_of(const struct sample *sample, const char *name)
{
	return &sample->readings[fact_find(name)];
}

void nearby_read(struct nearby *nearby, const struct sample *sample)
{
	const struct reading *ipv4 = reading_of(sample, IPV4_ADDRESSES);
	const struct reading *ipv6 = reading_of(sample, IPV6_ADDRESSES);

	nearby->ipv4 = ipv4->why;
	/* A kernel without IPv6 has no addresses of it. */
	nearby->ipv6 = ipv6->why == WHY_ABSENT ? WHY_KNOWN : ipv6->why;
	if (nearby->texts[0] == ipv4->text && nearby->texts[1] == ipv6->text)
		return;
	nearby->texts[0] = ipv4->text;
	nearby->texts[1] = ipv6->text;
	nearby->own.count = nearby->near.count = 0;
	add_words(nearby, ipv4->text);
	add_words(nearby, ipv6->text);
	sort(&nearby->own);
	sort(&nearby->near);
}

void nearby_fini(struct nearby *nearby)
{
	free(nearby->own.list);
	free(nearby->near.list);
}

/* ---- questions ---- */

bool nearby_has(const struct address_ranges *ranges, const struct address *address)
{
	unsigned low = 0, high = ranges->count, middle;
	unsigned char bytes[16];

	memcpy(bytes, address->bytes, 16);
	if (address->family == AF_INET) {
		memcpy(bytes, mapped, sizeof mapped);
		memcpy(bytes + 12, address->bytes, 4);
	}
	while (low < high) {
		middle = low + (high - low) / 2;
		if (order(ranges->list[middle].last, bytes) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranges->count && order(ranges->list[low].first, bytes) <= 0;
}

enum why nearby_why(const struct nearby *nearby, const struct address *address)
{
	return address->family == AF_INET ? nearby->ipv4 : nearby->ipv6;
}
