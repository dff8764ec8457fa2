/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/unit.h: what every unit test includes, in the order cmocka wants. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

/* The same numbers in every run: a test that fails must fail again. */
static inline uint64_t unit_random(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL; /* splitmix64 */
	uint64_t z = *state;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

#endif
