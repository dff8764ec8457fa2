/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table of words: which field of struct tcp_info each stands for, in which unit, since when,
 * and what it means that it is not there. */
#include "collect/ssinfo.h"

#include <math.h>

#include "base/text.h"

enum absent {
	ABSENT_ZERO,
	ABSENT_THREE,  /* printed unless 3 */
	ABSENT_UNTOLD, /* 0, or something else that is not printed either */
};

/* 'ss' counts the times ss learned new words, as far as their order matters; 'kernel' is the one
 * that first had the field, 4.19 as 419. */
static const struct word {
	const char *text, *fact;
	double scale;	    /* of what is printed, to the kernel's number; 0: 1 */
	unsigned char part; /* 1: what follows a slash or comma */
	unsigned char absent;
	unsigned char ss;
	unsigned short kernel;
} words[] = {
	{ .text = "ts", .fact = "ts_ok" },
	{ .text = "sack", .fact = "sack_ok" },
	{ .text = "ecn", .fact = "ecn_ok" },
	{ .text = "ecnseen", .fact = "ecn_seen" },
	{ .text = "fastopen", .fact = "syn_data" },
	{ .text = "wscale", .fact = "snd_wscale" },
	{ .text = "wscale", .fact = "rcv_wscale", .part = 1 },
	{ .text = "rto", .fact = "rto", .scale = 1e3, .absent = ABSENT_UNTOLD }, /* 0, or 3 s */
	{ .text = "backoff", .fact = "backoff" },
	{ .text = "rtt", .fact = "rtt", .scale = 1e3 },
	{ .text = "rtt", .fact = "rttvar", .scale = 1e3, .part = 1, .absent = ABSENT_UNTOLD },
	{ .text = "ato", .fact = "ato", .scale = 1e3 },
	{ .text = "mss", .fact = "snd_mss" },
	{ .text = "cwnd", .fact = "snd_cwnd" },
	{ .text = "ssthresh", .fact = "snd_ssthresh", .absent = ABSENT_UNTOLD }, /* 65535 or more */
	{ .text = "lastsnd", .fact = "last_data_sent" },
	{ .text = "lastrcv", .fact = "last_data_recv" },
	{ .text = "lastack", .fact = "last_ack_recv" },
	{ .text = "unacked", .fact = "unacked" },
	{ .text = "retrans", .fact = "retrans" },
	{ .text = "retrans", .fact = "total_retrans", .part = 1 },
	{ .text = "lost", .fact = "lost" },
	{ .text = "sacked", .fact = "sacked" },
	{ .text = "reordering", .fact = "reordering", .absent = ABSENT_THREE },
	{ .text = "rcv_rtt", .fact = "rcv_rtt", .scale = 1e3 },
	{ .text = "rcv_space", .fact = "rcv_space" },
	/* 0, or without limit. In bits a second. */
	{ .text = "pacing_rate", .fact = "pacing_rate", .scale = 0.125, .absent = ABSENT_UNTOLD,
	  .ss = 1, .kernel = 315 },
	{ .text = "pacing_rate", .fact = "max_pacing_rate", .scale = 0.125, .part = 1,
	  .absent = ABSENT_UNTOLD, .ss = 1, .kernel = 315 },
	{ .text = "bytes_acked", .fact = "bytes_acked", .ss = 2, .kernel = 401 },
	{ .text = "bytes_received", .fact = "bytes_received", .ss = 2, .kernel = 401 },
	{ .text = "segs_out", .fact = "segs_out", .ss = 3, .kernel = 402 },
	{ .text = "segs_in", .fact = "segs_in", .ss = 3, .kernel = 402 },
	{ .text = "rcv_ssthresh", .fact = "rcv_ssthresh", .ss = 4 },
	{ .text = "minrtt", .fact = "min_rtt", .scale = 1e3, .absent = ABSENT_UNTOLD, .ss = 4,
	  .kernel = 406 },
	{ .text = "notsent", .fact = "notsent_bytes", .ss = 4, .kernel = 406 },
	{ .text = "data_segs_out", .fact = "data_segs_out", .ss = 5, .kernel = 406 },
	{ .text = "data_segs_in", .fact = "data_segs_in", .ss = 5, .kernel = 406 },
	{ .text = "delivery_rate", .fact = "delivery_rate", .scale = 0.125,
	  .ss = 6, .kernel = 409 },
	{ .text = "app_limited", .fact = "app_limited", .ss = 6, .kernel = 409 },
	{ .text = "busy", .fact = "busy_time", .scale = 1e3, .ss = 7, .kernel = 410 },
	{ .text = "rwnd_limited", .fact = "rwnd_limited", .scale = 1e3, .ss = 7, .kernel = 410 },
	{ .text = "sndbuf_limited", .fact = "sndbuf_limited", .scale = 1e3,
	  .ss = 7, .kernel = 410 },
	{ .text = "rcvmss", .fact = "rcv_mss", .ss = 8 },
	{ .text = "advmss", .fact = "advmss", .ss = 8 },
	{ .text = "pmtu", .fact = "pmtu", .ss = 9 },
	{ .text = "delivered", .fact = "delivered", .ss = 10, .kernel = 418 },
	{ .text = "delivered_ce", .fact = "delivered_ce", .ss = 10, .kernel = 418 },
	{ .text = "bytes_sent", .fact = "bytes_sent", .ss = 11, .kernel = 419 },
	{ .text = "bytes_retrans", .fact = "bytes_retrans", .ss = 11, .kernel = 419 },
	{ .text = "dsack_dups", .fact = "dsack_dups", .ss = 11, .kernel = 419 },
	{ .text = "reord_seen", .fact = "reord_seen", .ss = 11, .kernel = 419 },
	{ .text = "rcv_ooopack", .fact = "rcv_ooopack", .ss = 12, .kernel = 504 },
	{ .text = "snd_wnd", .fact = "snd_wnd", .ss = 12, .kernel = 504 },
	{ .text = "rcv_wnd", .fact = "rcv_wnd", .ss = 13, .kernel = 602 },
	{ .text = "rehash", .fact = "rehash", .ss = 13, .kernel = 602 },
};

_Static_assert(countof(words) <= SSINFO_WORDS, "a bit for each word");

/* ---- parts of a line ---- */

bool span_word(struct span *rest, struct span *word)
{
	const char *p = rest->p;

	while (p < rest->end && (*p == ' ' || *p == '\t' || *p == '\n'))
		p++;
	word->p = p;
	while (p < rest->end && *p != ' ' && *p != '\t' && *p != '\n')
		p++;
	word->end = rest->p = p;
	return word->end > word->p;
}

bool span_is(struct span span, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(span.end - span.p) == len && memcmp(span.p, text, len) == 0;
}

unsigned span_state(struct span name, const char *const *names)
{
	unsigned i;

	for (i = 1; i < STATES; i++)
		if (names[i] && span_is(name, names[i]))
			return i;
	return 0;
}

bool span_skip(struct span *span, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(span->end - span->p) < len || memcmp(span->p, text, len) != 0)
		return false;
	span->p += len;
	return true;
}

static unsigned digit_of(char c)
{
	return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
	       : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
				      : 99;
}

bool span_number(struct span *span, unsigned base, uint64_t *value)
{
	const char *start = span->p;

	for (*value = 0; span->p < span->end && digit_of(*span->p) < base; span->p++) {
		if (*value > (UINT64_MAX - base) / base)
			return false;
		*value = *value * base + digit_of(*span->p);
	}
	return span->p > start;
}

/* ---- words ---- */

void sstongue_init(struct sstongue *tongue)
{
	size_t i;

	*tongue = (struct sstongue){ .ss = 0 };
	for (i = 0; i < countof(words); i++)
		tongue->facts[i] = (unsigned short)fact_find(words[i].fact);
}

/* There are 35 words a socket, and most differ from those of the table in the first letter. */
static inline bool is_word(struct span span, const struct word *word)
{
	return span.p < span.end && *span.p == *word->text && span_is(span, word->text);
}

/* A number as "%g" prints it. */
static bool take_decimal(struct span *span, double *value)
{
	char text[40];
	size_t len = 0;

	while (span->p < span->end && strchr("0123456789.e+-", *span->p) && *span->p &&
	       len < sizeof text - 1)
		text[len++] = *span->p++;
	text[len] = '\0';
	return len > 0 && text_double(text, value) && *value >= 0;
}

/* A number of this machine's byte order in 'width' bytes. */
static void put_number(unsigned char *to, unsigned width, uint64_t value)
{
	const uint32_t four = (uint32_t)value;
	const uint16_t two = (uint16_t)value;
	const uint8_t one = (uint8_t)value;

	switch (width) {
	case 8: memcpy(to, &value, 8); break;
	case 4: memcpy(to, &four, 4); break;
	case 2: memcpy(to, &two, 2); break;
	default: *to |= one; break; /* may be bits among others */
	}
}

static bool put_field(struct ssinfo *info, const struct fact *fact, double number)
{
	const double most = ldexp(1, (int)(fact->bits ? fact->bits : 8 * fact->width));

	if (fact->offset + fact->width > SSINFO_SIZE || nearbyint(number) >= most)
		return false;
	put_number(info->bytes + fact->offset, fact->width,
		   (uint64_t)nearbyint(number) << fact->shift);
	return true;
}

/* A number, and the unit behind it. A rate in larger units than bits was rounded, by an ss that was
 * not asked for numbers: it is not believed. */
static bool take_quantity(struct span *value, double *number)
{
	if (!take_decimal(value, number))
		return false;
	span_skip(value, "ms");
	span_skip(value, "bps");
	return value->p == value->end || !strchr("KkMGT", *value->p);
}

/* Takes one part of a value for all the words that want it. */
static void take_part(struct ssinfo *info, const struct sstongue *tongue, struct span name,
		      unsigned part, struct span *value)
{
	double number = 0;
	const bool good = take_quantity(value, &number);
	size_t i;

	for (i = 0; i < countof(words); i++) {
		const uint64_t bit = UINT64_C(1) << i;

		if (words[i].part != part || !is_word(name, &words[i]) ||
		    (info->seen | info->wrong) & bit)
			continue;
		info->any = true;
		if (words[i].scale > 0)
			number *= words[i].scale;
		if (good && put_field(info, &fact_catalogue[tongue->facts[i]], number))
			info->seen |= bit;
		else
			info->wrong |= bit;
	}
}

static void take_value(struct ssinfo *info, const struct sstongue *tongue, struct span name,
		       struct span value)
{
	take_part(info, tongue, name, 0, &value);
	if (span_skip(&value, "/") || span_skip(&value, ","))
		take_part(info, tongue, name, 1, &value);
}

/* A word without a colon: a flag, or the name of the congestion control, which stands behind the
 * first of them. */
static void take_bare(struct ssinfo *info, const struct sstongue *tongue, struct span word)
{
	static const char one[] = "1";
	struct span value = { one, one + 1 };
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (is_word(word, &words[i])) {
			take_part(info, tongue, word, 0, &value);
			return;
		}
	if (!info->congestion.p)
		info->congestion = word;
}

static bool is_rate(struct span word)
{
	return span_is(word, "pacing_rate") || span_is(word, "delivery_rate") ||
	       span_is(word, "send");
}

void ssinfo_read(struct ssinfo *info, const struct sstongue *tongue, struct span rest)
{
	struct span word, name;

	*info = (struct ssinfo){ .any = false };
	while (span_word(&rest, &word)) {
		name = (struct span){ word.p, memchr(word.p, ':', (size_t)(word.end - word.p)) };
		if (span_skip(&word, "tcp-ulp-")) {
			info->ulp = word;
			return; /* what follows is of that protocol */
		}
		if (is_rate(word)) {
			name = word;
			if (span_word(&rest, &word))
				take_value(info, tongue, name, word);
		} else if (name.end) {
			take_value(info, tongue, name, (struct span){ name.end + 1, word.end });
		} else {
			take_bare(info, tongue, word);
		}
	}
}

void sstongue_hear(struct sstongue *tongue, const struct ssinfo *info)
{
	size_t i;

	for (i = 0; i < countof(words); i++) {
		if (!(info->seen & UINT64_C(1) << i))
			continue;
		tongue->ss = words[i].ss > tongue->ss ? words[i].ss : tongue->ss;
		tongue->kernel =
			words[i].kernel > tongue->kernel ? words[i].kernel : tongue->kernel;
	}
}

/* Whether it would stand there, were it anything else. */
static bool is_told(const struct sstongue *tongue, const struct word *word)
{
	return word->absent != ABSENT_UNTOLD && word->ss <= tongue->ss &&
	       word->kernel <= tongue->kernel;
}

void ssinfo_finish(struct ssinfo *info, const struct sstongue *tongue,
		   unsigned char untold[UNTOLD_BYTES])
{
	const unsigned wscale = fact_find("wscale_ok");
	bool told[8 * UNTOLD_BYTES] = { false };
	size_t i;

	for (i = 0; i < countof(words); i++) {
		const bool seen = info->seen >> i & 1, wrong = info->wrong >> i & 1;

		told[tongue->facts[i] % countof(told)] =
			seen || (!wrong && is_told(tongue, &words[i]));
		if (!seen && words[i].absent == ABSENT_THREE)
			put_field(info, &fact_catalogue[tongue->facts[i]], 3);
		if (seen && strcmp(words[i].text, "wscale") == 0)
			put_field(info, &fact_catalogue[wscale], 1);
	}
	told[wscale] = true;
	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].origin == FROM_ATTRIBUTE &&
		    fact_catalogue[i].attr == INET_DIAG_INFO && !told[i])
			untold_add(untold, (unsigned)i);
}
