/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of addresses, as tables of prefixes. */
#include "collect/address.h"

struct prefix {
	unsigned char bytes[16];
	unsigned bits;
};

static bool in_prefix(const unsigned char *bytes, const struct prefix *prefix)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	if (memcmp(bytes, prefix->bytes, whole) != 0)
		return false;
	return rest == 0 || (bytes[whole] ^ prefix->bytes[whole]) >> (8 - rest) == 0;
}

bool address_is_loopback(const struct address *address)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (address->family == AF_INET)
		return address->bytes[0] == 127;
	return address->family == AF_INET6 && memcmp(address->bytes, one, sizeof one) == 0;
}

bool address_is_shared(const struct address *address)
{
	static const struct prefix carrier = { { 100, 64 }, 10 };

	return address->family == AF_INET && in_prefix(address->bytes, &carrier);
}

/* iana-ipv4-special-registry, and multicast. */
static bool ipv4_is_public(const unsigned char *bytes)
{
	static const struct prefix special[] = {
		{ { 0 }, 8 },		   /* this network, RFC 791 */
		{ { 10 }, 8 },		   /* private, RFC 1918 */
		{ { 100, 64 }, 10 },	   /* shared address space, RFC 6598 */
		{ { 127 }, 8 },		   /* loopback */
		{ { 169, 254 }, 16 },	   /* link-local, RFC 3927 */
		{ { 172, 16 }, 12 },	   /* private */
		{ { 192, 0, 0 }, 24 },	   /* IETF protocol assignments */
		{ { 192, 0, 2 }, 24 },	   /* documentation, RFC 5737 */
		{ { 192, 168 }, 16 },	   /* private */
		{ { 198, 18 }, 15 },	   /* benchmarking, RFC 2544 */
		{ { 198, 51, 100 }, 24 },  /* documentation */
		{ { 203, 0, 113 }, 24 },   /* documentation */
		{ { 224 }, 4 },		   /* multicast */
		{ { 240 }, 4 },		   /* reserved, and broadcast */
	};
	unsigned i;

	for (i = 0; i < countof(special); i++)
		if (in_prefix(bytes, &special[i]))
			return false;
	return true;
}

/* iana-ipv6-special-registry: global unicast is 2000::/3 (RFC 4291 section 2.4) less these. */
static bool ipv6_is_public(const unsigned char *bytes)
{
	static const struct prefix nat64 = { { 0, 0x64, 0xff, 0x9b }, 96 }; /* RFC 6052 */
	static const struct prefix to4 = { { 0x20, 0x02 }, 16 };	     /* RFC 3056 */
	static const struct prefix global = { { 0x20 }, 3 };
	static const struct prefix special[] = {
		{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation, RFC 3849 */
		{ { 0x3f, 0xff }, 20 },			/* documentation, RFC 9637 */
		{ { 0x20, 0x01, 0, 2 }, 48 },		/* benchmarking, RFC 5180 */
	};
	unsigned i;

	if (in_prefix(bytes, &nat64))
		return ipv4_is_public(bytes + 12);
	if (in_prefix(bytes, &to4))
		return ipv4_is_public(bytes + 2);
	if (!in_prefix(bytes, &global))
		return false;
	for (i = 0; i < countof(special); i++)
		if (in_prefix(bytes, &special[i]))
			return false;
	return true;
}

bool address_is_public(const struct address *address)
{
	if (address->family == AF_INET)
		return ipv4_is_public(address->bytes);
	return address->family == AF_INET6 && ipv6_is_public(address->bytes);
}
