/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function for each enum host_rule, and one table of what each rests on. */
#include "collect/derive.h"

#include <linux/capability.h>
#include <string.h>

#include "collect/nearby.h"
#include "collect/proctext.h"

#define PORT_LOW "net.ipv4.ip_local_port_range.low"
#define PORT_HIGH "net.ipv4.ip_local_port_range.high"
#define PORTS_RESERVED "net.ipv4.ip_local_reserved_ports"
#define TCP_MEM "net.ipv4.tcp_mem.low"
#define TW_REUSE "net.ipv4.tcp_tw_reuse"
#define TW_REUSE_DELAY "net.ipv4.tcp_tw_reuse_delay"
#define ADDRESSES4 "host.ipv4_addresses"
#define ADDRESSES6 "host.ipv6_addresses"
#define TIMESTAMPS "net.ipv4.tcp_timestamps"
#define CONGESTION "net.ipv4.tcp_congestion_control"
#define CONGESTION_ALLOWED "net.ipv4.tcp_allowed_congestion_control"

enum { TIME_WAIT_MS = 60000 }; /* TCP_TIMEWAIT_LEN, include/net/tcp.h */

static const struct reading *reading_of(const struct sample *sample, const char *name)
{
	static const struct reading none = { .why = WHY_ABSENT };
	unsigned fact = fact_find(name);

	return fact == FACT_NONE ? &none : &sample->readings[fact];
}

static struct reading derived(enum why why, double number)
{
	return (struct reading){ .why = why, .number = number };
}

static bool is_port(double number)
{
	return number >= 0 && number <= UINT16_MAX;
}

/* net/ipv4/tcp_ipv4.c tcp_twsk_unique. Kernels without the delay compare whole seconds, so that a
 * second is what an entry must be old at most. */
static void read_reuse(struct local_ports *ports, const struct sample *sample)
{
	const struct reading *reuse = reading_of(sample, TW_REUSE);
	const struct reading *delay = reading_of(sample, TW_REUSE_DELAY);
	const struct reading *timestamps = reading_of(sample, TIMESTAMPS);
	bool fixed = delay->why == WHY_ABSENT;

	ports->reuse = reuse->why != WHY_KNOWN ? reuse->why : timestamps->why;
	if (ports->reuse == WHY_KNOWN && !fixed)
		ports->reuse = delay->why;
	ports->tw_reuse = REUSE_NEVER;
	if (timestamps->number != 0 && reuse->number != 0)
		ports->tw_reuse = reuse->number == 1 ? REUSE_ALWAYS : REUSE_LOOPBACK;
	ports->reuse_left = TIME_WAIT_MS - (fixed ? 1000 : delay->number * 1e3);
}

void local_ports_read(struct local_ports *ports, const struct sample *sample)
{
	const struct reading *low = reading_of(sample, PORT_LOW);
	const struct reading *high = reading_of(sample, PORT_HIGH);
	const struct reading *reserved = reading_of(sample, PORTS_RESERVED);

	ports->low = ports->high = 0;
	ports->range = low->why != WHY_KNOWN ? low->why : high->why;
	if (ports->range == WHY_KNOWN) {
		if (is_port(low->number) && is_port(high->number) && low->number <= high->number) {
			ports->low = (unsigned)low->number;
			ports->high = (unsigned)high->number;
		} else {
			ports->range = WHY_MALFORMED;
		}
	}
	read_reuse(ports, sample);
	ports->holes = reserved->why;
	if (port_set_parse(&ports->reserved, reserved->text ? reserved->text : "") < 0 &&
	    ports->holes == WHY_KNOWN)
		ports->holes = WHY_MALFORMED;
}

static struct reading ephemeral_ports(const struct sample *sample)
{
	struct local_ports ports;

	local_ports_read(&ports, sample);
	if (ports.range != WHY_KNOWN || ports.holes != WHY_KNOWN)
		return derived(ports.range != WHY_KNOWN ? ports.range : ports.holes, 0);
	return derived(WHY_KNOWN, ports.high - ports.low + 1 -
					  port_set_count(&ports.reserved, ports.low, ports.high));
}

/* net/ipv4/sysctl_net_ipv4.c ipv4_table, unlike ipv4_net_table, is registered for init_net only. */
static struct reading first_namespace(const struct sample *sample)
{
	const struct reading *memory = reading_of(sample, TCP_MEM);

	if (memory->why == WHY_NOT_RECORDED)
		return derived(memory->why, 0);
	return derived(WHY_KNOWN, memory->why != WHY_ABSENT && memory->why != WHY_HOST_WIDE &&
					  !memory->elsewhere);
}

static bool is_word(const char *at, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(at, word, len) == 0;
}

/* What is set as default becomes one that everybody may choose, and stays so when another is set
 * (net/ipv4/tcp_cong.c tcp_set_default_congestion_control). Reno always is. */
static struct reading congestion_alternatives(const struct sample *sample)
{
	const struct reading *now = reading_of(sample, CONGESTION);
	const struct reading *allowed = reading_of(sample, CONGESTION_ALLOWED);
	enum why why = now->why != WHY_KNOWN ? now->why : allowed->why;
	const char *at = why == WHY_KNOWN ? allowed->text : "";
	unsigned count = 0;
	size_t len;

	for (; *(at += strspn(at, " ")); at += len) {
		len = strcspn(at, " ");
		count += !is_word(at, len, "reno") && !is_word(at, len, now->text);
	}
	return derived(why, count);
}

static const struct host_rule_spec {
	struct reading (*compute)(const struct sample *sample);
	const char *needs[3]; /* what it computes from */
	unsigned bit;	      /* or, of a fact with a file: which bit of the mask there, */
	struct reading (*read)(struct arena *arena, const char *text); /* or what to make of it */
} host_rules[] = {
	[HOST_EPHEMERAL_PORTS] = { ephemeral_ports, { PORT_LOW, PORT_HIGH, PORTS_RESERVED }, 0, NULL },
	[HOST_FIRST_NAMESPACE] = { first_namespace, { TCP_MEM }, 0, NULL },
	[HOST_CONGESTION_ALTERNATIVES] = { congestion_alternatives, { CONGESTION, CONGESTION_ALLOWED },
					   0, NULL },
	[HOST_CAP_NET_ADMIN] = { .bit = CAP_NET_ADMIN },
	[HOST_CAP_SYS_PTRACE] = { .bit = CAP_SYS_PTRACE },
	[HOST_CAP_DAC_READ_SEARCH] = { .bit = CAP_DAC_READ_SEARCH },
	[HOST_IPV4_ADDRESSES] = { .read = nearby_ipv4 },
	[HOST_IPV6_ADDRESSES] = { .read = nearby_ipv6 },
};

/* What socket facts rest on, beside the socket. */
static const struct socket_need {
	enum socket_rule rule;
	const char *needs[3];
} socket_needs[] = {
	{ SOCKET_EPHEMERAL, { PORT_LOW, PORT_HIGH } },
	{ SOCKET_BIND_HALF, { PORT_LOW, PORT_HIGH } },
	{ SOCKET_RESERVED, { PORTS_RESERVED } },
	{ SOCKET_OWN, { ADDRESSES4, ADDRESSES6 } },
	{ SOCKET_PUBLIC, { ADDRESSES4, ADDRESSES6 } },
	{ SOCKET_REUSABLE, { TW_REUSE, TW_REUSE_DELAY, TIMESTAMPS } },
};

static void want(bool *wanted, const char *const *names)
{
	unsigned i, fact;

	for (i = 0; i < 3 && names[i]; i++) {
		fact = fact_find(names[i]);
		if (fact != FACT_NONE)
			wanted[fact] = true;
	}
}

static const struct host_rule_spec *spec_of(const struct fact *fact)
{
	if (fact->origin != FROM_HOST_RULE || fact->field >= countof(host_rules))
		return NULL;
	return &host_rules[fact->field];
}

void derive_needs(const struct plan *plan, bool *wanted)
{
	const struct host_rule_spec *spec;
	unsigned i, j;

	for (i = 0; i < fact_count; i++) {
		spec = wanted[i] ? spec_of(&fact_catalogue[i]) : NULL;
		if (spec)
			want(wanted, spec->needs);
	}
	for (i = 0; i < plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[plan->columns[i].fact];

		for (j = 0; j < countof(socket_needs); j++)
			if (fact->origin == FROM_SOCKET_RULE && fact->field == socket_needs[j].rule)
				want(wanted, socket_needs[j].needs);
	}
}

/* The file is of whoever read the source: this process, or the recorder. */
struct reading derive_text(struct arena *arena, const struct fact *fact, const char *text)
{
	const struct host_rule_spec *spec = spec_of(fact);
	uint64_t mask = 0;
	enum why why;

	if (spec && spec->read)
		return spec->read(arena, text);
	if (!spec || !fact->key)
		return derived(WHY_ABSENT, 0);
	why = proctext_mask(text, fact->key, &mask);
	return derived(why, (double)(mask >> spec->bit & 1));
}

void derive_host(const bool *wanted, struct sample *sample)
{
	const struct host_rule_spec *spec;
	unsigned i;

	for (i = 0; i < fact_count; i++) {
		spec = wanted[i] ? spec_of(&fact_catalogue[i]) : NULL;
		if (spec && spec->compute)
			sample->readings[i] = spec->compute(sample);
	}
}
