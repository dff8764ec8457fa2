/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kept are a count and the sum of all hashes, which are equal only for equal sets, since when they are,
 * and of at most a few hundred sockets, those with the smallest hashes, when each was first seen:
 *
 *     {"n":812,"sum":-123,"since":300,"seen":[[-8,0],[17,300],...]}                          */
#include "history/same.h"

#include <jansson.h>
#include <string.h>

struct seen {
	uint64_t hash;
	double age; /* of the episode, when it was first there */
};

static int by_hash(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static int by_age(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return (x->age > y->age) - (x->age < y->age);
}

static double number(const json_t *object, const char *key, double otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : otherwise;
}

/* The caller frees. */
static struct seen *read_seen(const json_t *list, size_t *count)
{
	struct seen *seen = xcalloc(json_array_size(list) + 1, sizeof *seen);
	size_t i;

	*count = json_array_size(list);
	for (i = 0; i < *count; i++) {
		const json_t *pair = json_array_get(list, i);

		seen[i].hash = (uint64_t)json_integer_value(json_array_get(pair, 0));
		seen[i].age = json_number_value(json_array_get(pair, 1));
	}
	qsort(seen, *count, sizeof *seen, by_hash);
	return seen;
}

/* Who was there before keeps its age. */
static struct seen *see(const struct flagged *flagged, const json_t *before, double age)
{
	struct seen *now = xcalloc(flagged->hash_count + 1, sizeof *now), *then, *found;
	size_t count, i;

	then = read_seen(before, &count);
	for (i = 0; i < flagged->hash_count; i++) {
		now[i] = (struct seen){ flagged->hash[i], age };
		found = count ? bsearch(&now[i], then, count, sizeof *then, by_hash) : NULL;
		if (found && found->age >= 0 && found->age < age)
			now[i].age = found->age;
	}
	free(then);
	return now;
}

static void put_keep(struct buf *keep, const struct flagged *flagged, const struct seen *seen,
		     double since)
{
	unsigned i;

	buf_printf(keep, "{\"n\":%llu,\"sum\":%lld,\"since\":%.0f,\"seen\":[",
		   (unsigned long long)flagged->count, (long long)flagged->sum, since);
	for (i = 0; i < flagged->hash_count; i++)
		buf_printf(keep, "%s[%lld,%.0f]", i ? "," : "", (long long)seen[i].hash,
			   seen[i].age);
	buf_puts(keep, "]}");
}

static void put_count(struct buf *out, uint64_t count)
{
	unit_print(out, UNIT_COUNT, (double)count);
	buf_puts(out, count == 1 ? " socket" : " sockets");
}

/* Most that were there as long ago as half of those that are known. Sorts 'seen' by age. */
static void put_some(struct buf *phrase, const struct flagged *flagged, struct seen *seen,
		     double age)
{
	unsigned half = (flagged->hash_count + 1) / 2, count;

	if (!flagged->hash_count)
		return;
	qsort(seen, flagged->hash_count, sizeof *seen, by_age);
	for (count = half; count < flagged->hash_count && seen[count].age <= seen[half - 1].age;)
		count++;
	if (!(age - seen[half - 1].age >= 1))
		return;
	buf_puts(phrase, flagged->hash_count < flagged->count ? "at least " : "");
	buf_printf(phrase, "%u of these ", count);
	put_count(phrase, flagged->count);
	buf_puts(phrase, count == 1 ? " was there " : " were there ");
	unit_print(phrase, UNIT_SECONDS, floor(age - seen[half - 1].age));
	buf_puts(phrase, " ago");
}

void same_advance(struct buf *keep, struct buf *phrase, const char *before,
		  const struct flagged *flagged, double age)
{
	json_t *last = json_loads(before, 0, NULL);
	bool same = json_integer_value(json_object_get(last, "n")) == (json_int_t)flagged->count &&
		    json_integer_value(json_object_get(last, "sum")) == (json_int_t)flagged->sum;
	double since = same ? fmin(age, fmax(0, number(last, "since", age))) : age;
	struct seen *seen = see(flagged, json_object_get(last, "seen"), age);

	put_keep(keep, flagged, seen, since);
	if (same && age - since >= 1) {
		buf_puts(phrase, "the same ");
		put_count(phrase, flagged->count);
		buf_puts(phrase, " as ");
		unit_print(phrase, UNIT_SECONDS, floor(age - since));
		buf_puts(phrase, " ago");
	} else {
		put_some(phrase, flagged, seen, age);
	}
	json_decref(last);
	free(seen);
}
