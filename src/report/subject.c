/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as text: one function for each kind of key. */
#include "report/subject.h"

#include "report/ownership.h"

#include <arpa/inet.h>
#include <inttypes.h>

static bool is_wildcard(const struct address *address)
{
	unsigned i, any = 0;

	for (i = 0; i < sizeof address->bytes; i++)
		any |= address->bytes[i];
	return any == 0;
}

static void print_address(struct buf *out, const struct address *address)
{
	char text[INET6_ADDRSTRLEN];

	if (address->family == AF_INET6 && is_wildcard(address))
		buf_putc(out, '*');
	else if (address->family && inet_ntop(address->family, address->bytes, text, sizeof text))
		buf_puts(out, text);
	else
		buf_puts(out, "(none)");
}

/* Colons of an IPv6 address stand in brackets where a port follows (RFC 5952 section 6). */
static void print_endpoint(struct buf *out, const struct address *address, unsigned port)
{
	bool brackets = address->family == AF_INET6 && !is_wildcard(address);

	if (brackets)
		buf_putc(out, '[');
	print_address(out, address);
	if (brackets)
		buf_putc(out, ']');
	buf_printf(out, ":%u", port);
}

static void print_local(struct buf *out, const struct key *key)
{
	print_address(out, &key->local);
}

static void print_remote(struct buf *out, const struct key *key)
{
	print_address(out, &key->remote);
}

static void print_remote_net(struct buf *out, const struct key *key)
{
	char text[INET6_ADDRSTRLEN] = "(none)";

	/* Not print_address(): the network of all zeroes is no wildcard. */
	if (key->remote.family)
		inet_ntop(key->remote.family, key->remote.bytes, text, sizeof text);
	buf_printf(out, "%s%s", text, key->remote.family == AF_INET6 ? "/48" : "/24");
}

static void print_destination(struct buf *out, const struct key *key)
{
	print_endpoint(out, &key->remote, key->remote_port);
}

static void print_path(struct buf *out, const struct key *key)
{
	print_address(out, &key->local);
	buf_puts(out, " -> ");
	print_endpoint(out, &key->remote, key->remote_port);
}

static void print_listener(struct buf *out, const struct key *key)
{
	print_endpoint(out, &key->local, key->local_port);
	if (key->number)
		buf_printf(out, " on interface %" PRIu64, key->number);
}

/* Sizes and times print with their unit. All else is a name when it is a key, also a count: the
 * window scale "7", the mark "4096" and not "4,096". */
static bool is_size(enum unit unit)
{
	return unit == UNIT_RATIO || unit == UNIT_BYTES || unit == UNIT_SECONDS ||
	       unit == UNIT_PAGES || unit == UNIT_PER_SECOND || unit == UNIT_BYTES_PER_SECOND;
}

static void print_number(struct buf *out, const struct key *key, const struct names *names)
{
	const struct fact *fact = key->fact < fact_count ? &fact_catalogue[key->fact] : NULL;
	const char *symbol = fact ? fact_symbol(fact, (unsigned)key->number) : NULL;
	enum unit unit = fact ? fact->unit : UNIT_COUNT;

	if (symbol)
		buf_puts(out, symbol);
	else if (unit == UNIT_TEXT)
		buf_puts(out, names_text(names, (unsigned)key->number));
	else if (unit == UNIT_BOOL || is_size(unit))
		unit_print(out, unit, (double)key->number);
	else
		buf_printf(out, "%" PRIu64, key->number);
}

static void print_process(struct buf *out, const struct key *key, const struct wording *wording)
{
	const struct owner *owner =
		wording->owners ? owners_at(wording->owners, (unsigned)key->number) : NULL;

	struct owner printed;

	if (!owner) {
		buf_puts(out, "(unknown)");
		return;
	}
	printed = *owner;
	printed.sharers = wording->lasting ? 0 : owner->sharers;
	owner_print(out, &printed);
}

void subject_print(struct buf *out, const struct key *key, const struct wording *wording)
{
	static void (*const prints[])(struct buf *, const struct key *) = {
		[SOCKET_LOCAL] = print_local,
		[SOCKET_REMOTE] = print_remote,
		[SOCKET_REMOTE_NET] = print_remote_net,
		[SOCKET_DESTINATION] = print_destination,
		[SOCKET_PATH] = print_path,
		[SOCKET_LISTENER] = print_listener,
	};

	if (key->kind < countof(prints) && prints[key->kind])
		prints[key->kind](out, key);
	else if (key->kind == SOCKET_PROCESS)
		print_process(out, key, wording);
	else if (key->kind == SOCKET_SERVICE)
		buf_puts(out, names_text(wording->names, (unsigned)key->number));
	else
		print_number(out, key, wording->names);
}
