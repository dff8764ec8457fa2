/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking things up in the catalogue. */
#include "fact/fact.h"

#include <linux/inet_diag.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

/* The numbers of the facts by the hash of their names, with FACT_NONE for a free place: a rulebook
 * asks some six thousand times. Made before main() begins, constant from then on. */
enum { PLACES = 2048 };
static unsigned short places[PLACES];

static unsigned place_of(const char *name, size_t length)
{
	unsigned place = (unsigned)hash_bytes(name, length) % PLACES;

	while (places[place] != FACT_NONE &&
	       (fact_catalogue[places[place]].length != length ||
		memcmp(fact_catalogue[places[place]].name, name, length) != 0))
		place = (place + 1) % PLACES;
	return place;
}

__attribute__((constructor)) static void fill_places(void)
{
	unsigned i;

	for (i = 0; i < PLACES; i++)
		places[i] = FACT_NONE;
	for (i = 0; i < fact_count; i++)
		places[place_of(fact_catalogue[i].name, fact_catalogue[i].length)] = (unsigned short)i;
}

unsigned fact_find(const char *name)
{
	return places[place_of(name, strlen(name))];
}

void fact_nearest(struct nearest *nearest, enum fact_scope scope)
{
	for (unsigned i = 0; i < fact_count; i++)
		if (fact_catalogue[i].scope == scope)
			nearest_try(nearest, fact_catalogue[i].name);
}

#define EXT(attr) (1u << ((attr) - 1))

/* inet_diag.h of the kernel says which attributes ride on the bit of another, since idiag_ext
 * has eight bits only; net/ipv4/inet_diag.c inet_sk_diag_fill() and net/ipv4/tcp_diag.c
 * tcp_diag_get_aux() act on it. What is not here comes unasked. */
static const unsigned char ext_bits[INET_DIAG_MAX + 1] = {
	[INET_DIAG_MEMINFO] = EXT(INET_DIAG_MEMINFO),
	[INET_DIAG_INFO] = EXT(INET_DIAG_INFO),
	[INET_DIAG_VEGASINFO] = EXT(INET_DIAG_VEGASINFO),
	[INET_DIAG_CONG] = EXT(INET_DIAG_CONG),
	[INET_DIAG_TOS] = EXT(INET_DIAG_TOS),
	[INET_DIAG_TCLASS] = EXT(INET_DIAG_TCLASS),
	[INET_DIAG_SKMEMINFO] = EXT(INET_DIAG_SKMEMINFO),
	[INET_DIAG_DCTCPINFO] = EXT(INET_DIAG_VEGASINFO),
	[INET_DIAG_BBRINFO] = EXT(INET_DIAG_VEGASINFO),
	[INET_DIAG_CLASS_ID] = EXT(INET_DIAG_TCLASS),
	[INET_DIAG_MD5SIG] = EXT(INET_DIAG_INFO),
	[INET_DIAG_ULP_INFO] = EXT(INET_DIAG_INFO),
};

unsigned fact_ext(const struct fact *fact)
{
	if (fact->scope != FACT_SOCKET || fact->attr >= countof(ext_bits))
		return 0;
	return ext_bits[fact->attr];
}

bool fact_is_address(const struct fact *fact)
{
	return fact->origin == FROM_SOCKET_RULE && fact->field >= SOCKET_LOCAL &&
	       fact->field <= SOCKET_LISTENER;
}

static bool has_rule(const struct fact *fact, enum socket_rule rule)
{
	return fact->origin == FROM_SOCKET_RULE && fact->field == rule;
}

bool fact_needs_holder(const struct fact *fact)
{
	return has_rule(fact, SOCKET_PROCESS) || fact_of_process(fact);
}

bool fact_of_process(const struct fact *fact)
{
	return fact->origin == FROM_DESCRIPTORS;
}

bool fact_of_both(const struct fact *fact)
{
	return has_rule(fact, SOCKET_PROCESS);
}

double fact_option(const struct fact *fact, int32_t raw)
{
	uint32_t number = (uint32_t)raw >> fact->shift;

	if (fact->bits)
		return number & ((UINT32_C(1) << fact->bits) - 1);
	if (fact->unit == UNIT_BOOL)
		return raw != 0;
	return fact->scale > 0 && fact->scale < 1 ? raw / nearbyint(1 / fact->scale) : raw;
}

bool fact_needs_info(const struct fact *fact)
{
	return fact_ext(fact) == EXT(INET_DIAG_INFO);
}

bool fact_is_vital(const struct fact *fact)
{
	return (fact->origin == FROM_SYSCTL && fact->key) || fact->origin == FROM_TABLE ||
	       fact->origin == FROM_SOCKSTAT || fact->origin == FROM_PER_CPU;
}

const char *fact_symbol(const struct fact *fact, unsigned value)
{
	for (const struct symbol *symbol = fact->symbols; symbol && symbol->name; symbol++)
		if (symbol->value == value)
			return symbol->name;
	return NULL;
}
