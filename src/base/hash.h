/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/hash.h: one good 64-bit hash. The seed is fixed: a recording must replay to the same
 * report, also where a bounded table had to forget something. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The finaliser of MurmurHash3 (public domain), a bijection on 64 bits. */
static inline uint64_t hash_u64(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static inline uint64_t hash_bytes(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t hash = len, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		hash = hash_u64(hash ^ word);
	}
	word = 0;
	memcpy(&word, p, len);
	return hash_u64(hash ^ word);
}

#endif
