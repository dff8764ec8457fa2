/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys are made of parts of a row; a table says which. Two listeners that differ only in the
 * interface they are bound to are one: a connection does not tell which of them it came from
 * (net/ipv6/tcp_ipv6.c tcp_v6_syn_recv_sock binds children of link-local peers by itself). */
#include "eval/key.h"

#include <math.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"

enum part {
	LOCAL = 1 << 0,
	REMOTE = 1 << 1,
	NET = 1 << 2, /* of the remote address */
	REMOTE_PORT = 1 << 3,
	LISTENER = 1 << 4,
	COOKIE = 1 << 5,
};

static const unsigned char parts_of[] = {
	[SOCKET_LOCAL] = LOCAL,
	[SOCKET_REMOTE] = REMOTE,
	[SOCKET_REMOTE_NET] = REMOTE | NET,
	[SOCKET_DESTINATION] = REMOTE | REMOTE_PORT,
	[SOCKET_PATH] = LOCAL | REMOTE | REMOTE_PORT,
	[SOCKET_LISTENER] = LISTENER,
	[SOCKET_COOKIE] = COOKIE,
	[SOCKET_SERVICE] = 0, /* the last one */
};

static int find_column(const struct plan *plan, unsigned fact)
{
	unsigned i;

	for (i = 0; i < plan->column_count; i++)
		if (plan->columns[i].fact == fact)
			return (int)i;
	return -1;
}

struct key_source key_source_of_fact(const struct plan *plan, unsigned fact)
{
	const struct fact *f = &fact_catalogue[fact];
	struct key_source source = {
		.fact = (unsigned short)fact,
		.column = (short)find_column(plan, fact),
		.kind = SOCKET_NUMBER,
	};

	if (f->origin != FROM_SOCKET_RULE)
		return source;
	source.parts = parts_of[f->field];
	if (fact_is_address(f))
		source.fact = FACT_NONE;
	if (f->field >= SOCKET_LOCAL)
		source.kind = (uint8_t)f->field;
	return source;
}

static bool is_set(const struct address *address)
{
	static const unsigned char zero[16];

	return address->family && memcmp(address->bytes, zero, sizeof zero) != 0;
}

/* Behind a NAT64 (RFC 6052 section 2.1) all of IPv4 is one IPv6 network. */
static void take_out_ipv4(struct address *address)
{
	static const unsigned char nat64[12] = { 0, 0x64, 0xff, 0x9b };

	if (address->family != AF_INET6 || memcmp(address->bytes, nat64, sizeof nat64) != 0)
		return;
	memmove(address->bytes, address->bytes + 12, 4);
	memset(address->bytes + 4, 0, 12);
	address->family = AF_INET;
}

static void keep_net(struct address *address)
{
	size_t bytes;

	take_out_ipv4(address);
	bytes = address->family == AF_INET ? 24 / 8 : 48 / 8;
	memset(address->bytes + bytes, 0, sizeof address->bytes - bytes);
}

static enum key_result number_key(const struct key_source *source, const struct row *row,
				  struct key *key)
{
	double number = source->column < 0 ? NAN : row->value[source->column];

	/* What no process can hold, and what has no cgroup, is of nobody's group. */
	if (source->kind != SOCKET_NUMBER &&
	    (number == 0 || (isnan(number) && row->unknown[source->column] == WHY_NO_VALUE)))
		return KEY_NONE;
	if (isnan(number))
		return KEY_UNKNOWN;
	/* Out of range, the conversion would be undefined behaviour. */
	if (number >= 0x1p64)
		key->number = UINT64_MAX;
	else if (number > 0)
		key->number = (uint64_t)number;
	return KEY_READY;
}

static enum key_result listener_key(const struct row *row, struct key *key)
{
	bool self = row->state == STATE_LISTEN && !row->listener_address.family;
	const struct address *address = self ? &row->local : &row->listener_address;

	if (!address->family)
		return KEY_NONE;
	key->local = *address;
	key->local_port = row->local_port;
	return KEY_READY;
}

static enum key_result address_key(unsigned parts, const struct row *row, struct key *key)
{
	if ((parts & LOCAL && !row->local.family) || (parts & REMOTE && !is_set(&row->remote)))
		return KEY_NONE;
	if (parts & LOCAL)
		key->local = row->local;
	if (parts & REMOTE)
		key->remote = row->remote;
	if (parts & NET)
		keep_net(&key->remote);
	if (parts & REMOTE_PORT)
		key->remote_port = row->remote_port;
	return KEY_READY;
}

enum key_result key_make(const struct key_source *source, const struct row *row, struct key *key)
{
	memset(key, 0, sizeof *key);
	key->kind = source->kind;
	if (source->kind == SOCKET_NUMBER)
		key->fact = source->fact;
	if (source->parts & LISTENER)
		return listener_key(row, key);
	if (source->parts & COOKIE)
		key->number = row->cookie;
	else if (source->parts)
		return address_key(source->parts, row, key);
	else
		return number_key(source, row, key);
	return KEY_READY;
}

const struct made_key *key_of_row(struct made_key *made, const struct row *row, uint64_t number)
{
	if (made->row == number)
		return made;
	made->row = number;
	made->result = key_make(&made->source, row, &made->key);
	if (made->result == KEY_READY)
		made->hash = key_hash(&made->key);
	return made;
}

struct made_key *made_keys_find(struct made_keys *keys, struct arena *arena, const struct plan *plan,
				unsigned fact)
{
	unsigned i;

	for (i = 0; i < keys->count; i++)
		if (keys->list[i]->fact == fact)
			return keys->list[i];
	keys->list = xrealloc(keys->list, i + 1, sizeof *keys->list);
	keys->list[i] = arena_alloc(arena, sizeof **keys->list);
	keys->list[i]->fact = fact;
	keys->list[i]->source = key_source_of_fact(plan, fact);
	keys->count++;
	return keys->list[i];
}

/* No process and no name has this number. */
struct key key_of_somebody(const struct key_source *source)
{
	struct key key;

	memset(&key, 0, sizeof key);
	key.kind = source->kind;
	key.number = UINT64_MAX;
	return key;
}

bool key_is_somebody(const struct key *key)
{
	return (key->kind == SOCKET_PROCESS || key->kind == SOCKET_SERVICE) &&
	       key->number == UINT64_MAX;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

enum { WORDS = sizeof(struct key) / sizeof(uint64_t) };
_Static_assert(sizeof(struct key) == WORDS * sizeof(uint64_t), "keys compare word by word");

/* Word by word: a key was written just now, and words forward from its stores where a load of two at
 * once, as of a copy or memcmp(), would have to wait for them. */
static inline uint64_t word_of(const struct key *key, unsigned i)
{
	uint64_t word;

	memcpy(&word, (const unsigned char *)key + i * sizeof word, sizeof word);
	return word;
}

/* Padding is zero, so all bytes tell. */
bool key_equal(const struct key *a, const struct key *b)
{
	uint64_t difference = 0;
	unsigned i;

	for (i = 0; i < WORDS; i++)
		difference |= word_of(a, i) ^ word_of(b, i);
	return difference == 0;
}

int key_compare(const struct key *a, const struct key *b)
{
	int order = memcmp(&a->local, &b->local, sizeof a->local);

	if (!order)
		order = memcmp(&a->remote, &b->remote, sizeof a->remote);
	if (!order)
		order = compare_u64(a->local_port, b->local_port);
	if (!order)
		order = compare_u64(a->remote_port, b->remote_port);
	if (!order)
		order = compare_u64((uint64_t)a->kind << 16 | a->fact,
				    (uint64_t)b->kind << 16 | b->fact);
	return order ? order : compare_u64(a->number, b->number);
}

/* Each word by a factor of its own, which takes no turn after another, and the sum mixed once. */
uint64_t key_hash(const struct key *key)
{
	static const uint64_t factors[WORDS] = {
		0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0xd6e8feb86659fd93,
		0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3, 0x589965cc75374cc3, 0x1d8e4e27c47d124f,
	};
	uint64_t hash = 0;
	unsigned i;

	for (i = 0; i < WORDS; i++)
		hash += word_of(key, i) * factors[i];
	return hash_u64(hash);
}
