/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The k smallest hashes, in a sorted array: past the first k keys nearly every hash is larger than
 * the last one kept, which one comparison tells. */
#include "eval/distinct.h"

#include <math.h>
#include <string.h>

/* Where the hash is or belongs. Written so that it compiles without branches: which half a hash is
 * in cannot be foretold. */
static unsigned place_of(const struct distinct *d, uint64_t hash)
{
	unsigned first = 0, n = d->count;

	while (n > 1) {
		first += n / 2 * (d->hash[first + n / 2 - 1] < hash);
		n -= n / 2;
	}
	return first + (n && d->hash[first] < hash);
}

void distinct_add(struct distinct *d, unsigned k, uint64_t hash)
{
	bool full = d->count == k;
	unsigned place;

	if (hash == d->last && d->count)
		return;
	d->last = hash;
	if (full && hash > d->hash[k - 1]) {
		d->more = true;
		return;
	}
	place = place_of(d, hash);
	if (place < d->count && d->hash[place] == hash)
		return;
	if (full) {
		d->more = true;
		d->count--;
	}
	memmove(&d->hash[place + 1], &d->hash[place], (d->count - place) * sizeof *d->hash);
	d->hash[place] = hash;
	d->count++;
}

void distinct_range(const struct distinct *d, double *lo, double *hi)
{
	double k = d->count, estimate, error;

	*lo = *hi = k;
	if (!d->more)
		return;
	estimate = (k - 1) / ((double)d->hash[d->count - 1] * 0x1p-64);
	error = 3 / sqrt(k - 2);
	*lo = fmax(k + 1, floor(estimate * (1 - error)));
	*hi = fmax(*lo, ceil(estimate * (1 + error)));
}
