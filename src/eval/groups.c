/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries lie side by side, an index by hash (open addressing, at most half full) finds them.
 * When the table is full, the lightest go:
 *
 *     entries    [k1 w=812 m=0] [k2 w=3 m=0] [k3 w=40 m=2] ...
 *                                   | dropped: its bound was 3
 *     forgotten  ..0 0 3 0 0..    cell of hash(k2): no dropped key of this cell had more
 *
 * A key that comes back starts with missed = its cell. One number for the whole table would do
 * too (Misra and Gries; Metwally's Space-Saving), but it grows with rows / entries; the cells, at
 * 4 bytes, are many more than entries can be. */
#include "eval/groups.h"

#include <string.h>

#include "base/hash.h"
#include "eval/key.h"

enum {
	SIZE_FIRST = 16,
	SLOTS_PER_ENTRY = 2,
	CELLS_PER_ENTRY = 4,
	SAMPLE = 255, /* entries looked at to find the quartile */
};

struct groups {
	unsigned char *entries;
	uint32_t *slots;     /* number of the entry + 1; 0: free */
	uint32_t *forgotten; /* NULL before the first purge */
	size_t entry_size, max_bytes, bytes;
	size_t *memory;
	unsigned count, size; /* size is a power of two */
	unsigned cells;
	unsigned purges;
	uint64_t offset; /* the largest cell */
};

/* The cells are made at the first purge but paid for from the beginning. */
static size_t bytes_of(const struct groups *groups, unsigned size)
{
	return size * (groups->entry_size + (SLOTS_PER_ENTRY + CELLS_PER_ENTRY) * sizeof(uint32_t));
}

static struct group *entry(const struct groups *groups, unsigned i)
{
	return (struct group *)(void *)(groups->entries + i * groups->entry_size);
}

static uint32_t *slot_of(const struct groups *groups, uint64_t hash)
{
	return &groups->slots[hash & (groups->size * SLOTS_PER_ENTRY - 1)];
}

static uint32_t *next_slot(const struct groups *groups, uint32_t *slot)
{
	return ++slot == groups->slots + groups->size * SLOTS_PER_ENTRY ? groups->slots : slot;
}

/* The low bits choose the slot, the high ones the cell. */
static uint32_t *cell_of(const struct groups *groups, uint64_t hash)
{
	return &groups->forgotten[(hash >> 32) & (groups->cells - 1)];
}

static void index_entries(struct groups *groups)
{
	unsigned i;

	memset(groups->slots, 0, groups->size * SLOTS_PER_ENTRY * sizeof *groups->slots);
	for (i = 0; i < groups->count; i++) {
		uint32_t *slot = slot_of(groups, entry(groups, i)->hash);

		while (*slot)
			slot = next_slot(groups, slot);
		*slot = i + 1;
	}
}

static void resize(struct groups *groups, unsigned size)
{
	groups->entries = xrealloc(groups->entries, size, groups->entry_size);
	groups->slots = xrealloc(groups->slots, size, SLOTS_PER_ENTRY * sizeof *groups->slots);
	groups->size = size;
	groups->bytes = bytes_of(groups, size);
	index_entries(groups);
}

/* Once something was forgotten the size stays: the cells belong to it. */
static bool grow(struct groups *groups)
{
	size_t bytes = bytes_of(groups, 2 * groups->size), more = bytes - groups->bytes;

	if (groups->forgotten || bytes > groups->max_bytes || more > *groups->memory)
		return false;
	*groups->memory -= more;
	resize(groups, 2 * groups->size);
	return true;
}

struct groups *groups_new(size_t tail, size_t max_bytes, size_t *memory)
{
	struct groups *groups = xcalloc(1, sizeof *groups);

	groups->entry_size = sizeof(struct group) + (tail + 7) / 8 * 8;
	groups->max_bytes = max_bytes;
	groups->memory = memory;
	groups->size = SIZE_FIRST;
	groups->bytes = bytes_of(groups, SIZE_FIRST);
	*memory -= groups->bytes < *memory ? groups->bytes : *memory;
	return groups;
}

void groups_free(struct groups *groups)
{
	if (!groups)
		return;
	free(groups->entries);
	free(groups->slots);
	free(groups->forgotten);
	free(groups);
}

/* ---- forgetting ---- */

static uint64_t bound(const struct group *group)
{
	return group->weight + group->missed;
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Near enough the lower quartile of all bounds, and always one of them. The median would make room
 * for longer, but drop heavy groups as soon as half of all are. Even steps through the entries
 * could fall in with a pattern in the rows. */
static uint64_t low_bound(const struct groups *groups)
{
	uint64_t sample[SAMPLE];
	unsigned i;

	for (i = 0; i < SAMPLE; i++) {
		uint64_t any = hash_u64((uint64_t)groups->purges << 32 | (i + 1));

		sample[i] = bound(entry(groups, (unsigned)(any % groups->count)));
	}
	qsort(sample, SAMPLE, sizeof *sample, compare_u64);
	return sample[SAMPLE / 4];
}

/* A cell at its limit says nothing: the offset of the whole table does. */
static uint64_t forgotten_rows(const struct groups *groups, uint64_t hash)
{
	uint32_t cell = groups->forgotten ? *cell_of(groups, hash) : 0;

	return cell == UINT32_MAX ? groups->offset : cell;
}

static void forget(struct groups *groups, const struct group *group)
{
	uint64_t rows = bound(group);
	uint32_t *cell = cell_of(groups, group->hash);

	if (rows > groups->offset)
		groups->offset = rows;
	if (rows >= UINT32_MAX)
		*cell = UINT32_MAX;
	else if (rows > *cell)
		*cell = (uint32_t)rows;
}

/* Drops what is below the limit and, of what is at it, the entries whose hash has the bit of this
 * turn: when all are equal, half of them should go. */
static unsigned drop(struct groups *groups, uint64_t limit, bool all_equal)
{
	unsigned before = groups->count, kept = 0, turn = groups->purges++ % 64, i;

	for (i = 0; i < before; i++) {
		struct group *group = entry(groups, i);
		bool equal = bound(group) == limit && (all_equal || group->hash >> turn & 1);

		if (equal || bound(group) < limit)
			forget(groups, group);
		else if (kept++ != i)
			memcpy(entry(groups, kept - 1), group, groups->entry_size);
	}
	groups->count = kept;
	return before - kept;
}

static void purge(struct groups *groups)
{
	uint64_t limit = low_bound(groups);

	if (!groups->forgotten) {
		groups->cells = groups->size * CELLS_PER_ENTRY;
		groups->forgotten = xcalloc(groups->cells, sizeof *groups->forgotten);
	}
	/* Fewer than an eighth would make the next purge come too soon. */
	if (drop(groups, limit, false) < groups->size / 8)
		drop(groups, limit, true);
	index_entries(groups);
}

/* ---- rows ---- */

static struct group *find(const struct groups *groups, const struct key *key, uint64_t scope,
			  uint64_t hash)
{
	uint32_t *slot;

	for (slot = slot_of(groups, hash); *slot; slot = next_slot(groups, slot)) {
		struct group *group = entry(groups, *slot - 1);

		if (group->hash == hash && group->scope == scope && key_equal(&group->key, key))
			return group;
	}
	return NULL;
}

static struct group *admit(struct groups *groups, const struct key *key, uint64_t scope,
			   uint64_t hash)
{
	struct group *group;
	uint32_t *slot;

	if (groups->count == groups->size && !grow(groups))
		purge(groups);
	slot = slot_of(groups, hash);
	while (*slot)
		slot = next_slot(groups, slot);
	group = entry(groups, groups->count++);
	*slot = groups->count;
	memset(group, 0, groups->entry_size);
	group->hash = hash;
	group->scope = scope;
	group->key = *key;
	group->missed = forgotten_rows(groups, hash);
	return group;
}

struct group *groups_touch(struct groups *groups, const struct key *key, uint64_t hash,
			   uint64_t scope)
{
	struct group *group;

	if (scope)
		hash = hash_u64(hash ^ scope);
	if (!groups->slots) /* few tables ever see a row */
		resize(groups, groups->size);
	group = find(groups, key, scope, hash);
	if (!group)
		group = admit(groups, key, scope, hash);
	group->weight++;
	return group;
}

unsigned groups_count(const struct groups *groups)
{
	return groups->count;
}

const struct group *groups_at(const struct groups *groups, unsigned i)
{
	return entry(groups, i);
}

uint64_t groups_offset(const struct groups *groups)
{
	return groups->offset;
}

size_t groups_bytes(const struct groups *groups)
{
	return groups->bytes;
}
