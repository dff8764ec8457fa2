/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hostile text made printable, nearest names, wrapping, strict numbers. */
#include "base/text.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <string.h>

/* Decodes one UTF-8 sequence (RFC 3629: no overlong forms, no surrogates); 0 if invalid. */
static unsigned utf8_decode(const unsigned char *s, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	unsigned i;

	if (n == 0 || n > len)
		return 0;
	*code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
}

/* What a terminal could act on or a reader be misled by: controls (C0, DEL, C1), line and
 * paragraph separators, zero-width and bidirectional controls (Unicode TR 36), tags. */
static bool code_is_hostile(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xffff) ||
	       c >= 0xe0000;
}

/* Of eight bytes: the high bit of the lowest one that is 'byte' is set in what comes back; so may be
 * those of some above it. */
static uint64_t bytes_equal(uint64_t word, unsigned char byte)
{
	uint64_t difference = word ^ 0x0101010101010101 * byte;

	return (difference - 0x0101010101010101) & ~difference & 0x8080808080808080;
}

size_t text_plain(const char *s, size_t len)
{
	uint64_t word, other;
	size_t n;

	for (n = 0; len - n >= 8; n += 8) {
		memcpy(&word, s + n, 8);
		word = le64toh(word);
		other = (word | (word - 0x2020202020202020)) & 0x8080808080808080;
		other |= bytes_equal(word, 0x7f) | bytes_equal(word, '\\') | bytes_equal(word, ';');
		if (other)
			return n + (unsigned)__builtin_ctzll(other) / 8;
	}
	for (; n < len; n++)
		if (s[n] < ' ' || s[n] >= 0x7f || s[n] == '\\' || s[n] == ';')
			break;
	return n;
}

static void put_printable(struct buf *out, const char *s, size_t len, const char *kept)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t code = 0;
	size_t n, i;

	for (; len > 0; p += n, len -= n) {
		n = text_plain((const char *)p, len);
		if (n) {
			buf_write(out, p, n);
			continue;
		}
		n = utf8_decode(p, len, &code);
		if (n && ((!code_is_hostile(code) && code != '\\') ||
			  (code && code < 0x80 && strchr(kept, (int)code)))) {
			buf_write(out, p, n);
			continue;
		}
		n = n ? n : 1;
		for (i = 0; i < n; i++)
			buf_printf(out, "\\x%02x", p[i]);
	}
}

void text_printable(struct buf *out, const char *s, size_t len)
{
	put_printable(out, s, len, "");
}

void text_harmless(struct buf *out, const char *s, size_t len)
{
	put_printable(out, s, len, "\\\n");
}

void text_one_line(struct buf *out, const char *s)
{
	const char *end;

	for (; *s; s = *end ? end + 1 : end) {
		end = s + strcspn(s, "\n");
		text_harmless(out, s, (size_t)(end - s));
		if (*end)
			buf_putc(out, ' ');
	}
}

unsigned text_distance(const char *a, const char *b, unsigned max)
{
	enum { LONGEST = 64 };
	unsigned before[LONGEST + 1], above[LONGEST + 1], row[LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > LONGEST || lb > LONGEST)
		return max + 1;
	memset(before, 0, sizeof before);
	for (j = 0; j <= lb; j++)
		above[j] = (unsigned)j;
	for (i = 1; i <= la; i++) {
		row[0] = (unsigned)i;
		for (j = 1; j <= lb; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		memcpy(before, above, sizeof before);
		memcpy(above, row, sizeof above);
	}
	return above[lb] <= max ? above[lb] : max + 1;
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	/* A third of the letters wrong is a different word, not a misspelling. */
	unsigned max = (unsigned)strlen(nearest->name) / 3 + 1, distance;

	if (nearest->best && nearest->distance <= max)
		max = nearest->distance - (nearest->distance > 0);
	distance = text_distance(nearest->name, candidate, max);
	if (distance > max || (nearest->best && distance >= nearest->distance))
		return;
	nearest->best = candidate;
	nearest->distance = distance;
}

const char *nearest_hint(const struct nearest *nearest, struct buf *out)
{
	buf_clear(out);
	if (nearest->best)
		buf_printf(out, "; did you mean '%s'?", nearest->best);
	return buf_text(out);
}

/* Columns a word takes: its code points. Wide East Asian letters do not occur in our texts. */
static unsigned word_columns(const char *s, size_t len)
{
	unsigned columns = 0;
	size_t i;

	for (i = 0; i < len; i++)
		columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	return columns;
}

static void new_line(struct buf *out, unsigned indent, unsigned *column)
{
	buf_putc(out, '\n');
	for (*column = 0; *column < indent; ++*column)
		buf_putc(out, ' ');
}

void text_wrap(struct buf *out, const char *s, unsigned indent, unsigned column, unsigned width)
{
	bool fresh = true; /* nothing but the indent stands on this line */

	while (column < indent) {
		buf_putc(out, ' ');
		column++;
	}
	while (*s) {
		size_t len = strcspn(s, " \n");
		unsigned columns = word_columns(s, len);

		if (len) {
			if (!fresh && column + 1 + columns > width) {
				new_line(out, indent, &column);
				fresh = true;
			}
			if (!fresh) {
				buf_putc(out, ' ');
				column++;
			}
			buf_write(out, s, len);
			column += columns;
			fresh = false;
			s += len;
		}
		if (*s == '\n') {
			new_line(out, indent, &column);
			fresh = true;
		}
		s += *s != '\0';
	}
	buf_putc(out, '\n');
}

const char *text_next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* Only the last '*' need ever be tried again, so this takes at most strlen(s) * strlen(pattern). */
bool text_matches(const char *s, const char *pattern)
{
	const char *star = NULL, *again = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = pattern++;
			again = s;
		} else if (*pattern == '?' || *pattern == *s) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star + 1;
			s = ++again;
		} else {
			return false;
		}
	}
	return !pattern[strspn(pattern, "*")];
}

bool text_u64(const char *s, uint64_t *value)
{
	char *end;
	unsigned long long n;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno || *end)
		return false;
	*value = n;
	return true;
}

bool text_double(const char *s, double *value)
{
	char *end;
	double n;

	if (s[strspn(s, "0123456789.eE+-")] || *s == '+')
		return false; /* strtod() also takes 0x10, nan and what stands behind blanks */
	errno = 0;
	n = strtod(s, &end);
	if (end == s || *end || errno || !isfinite(n))
		return false;
	*value = n;
	return true;
}
