/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/message.h: one sock_diag message about a socket: struct inet_diag_msg and the netlink
 * attributes behind it, which end where the bytes end, whatever their lengths say. */
#ifndef COLLECT_MESSAGE_H
#define COLLECT_MESSAGE_H

#include "base/base.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <string.h>

enum {
	MESSAGE_SIZE = sizeof(struct inet_diag_msg),
	ATTRIBUTES = 32, /* types from here on are newer than this program */
	LAYOUT_MAX = 16,
	HAS_INFO = 1 << INET_DIAG_INFO,
	HAS_V6ONLY = 1 << INET_DIAG_SKV6ONLY,
	HAS_MARK = 1 << INET_DIAG_MARK,
	HAS_ULP = 1 << INET_DIAG_ULP_INFO,
	HAS_CGROUP = 1 << INET_DIAG_CGROUP_ID,
	/* No kernel's, but of messages made of text: the facts it does not tell, a bit for each. */
	MESSAGE_UNTOLD = ATTRIBUTES - 1,
};
#define HAS_UNTOLD (UINT32_C(1) << MESSAGE_UNTOLD)

struct message {
	const unsigned char *diag; /* MESSAGE_SIZE bytes at least */
	uint32_t present;	   /* 1 << type */
	uint16_t at[ATTRIBUTES];   /* of those present: offset of struct nlattr from diag */
	/* The layout of the message before. Nearly all sockets of a dump have the same one, and
	 * comparing a few headers where they should be is faster than following them, since no
	 * load has to wait for the one before. */
	struct {
		size_t len; /* of the message; 0: none is known */
		uint32_t present;
		unsigned count;
		uint32_t header[LAYOUT_MAX];
		uint16_t at[LAYOUT_MAX];
	} layout;
};

static inline uint16_t load_u16(const void *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof value);
	return value;
}

static inline uint32_t load_u32(const void *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof value);
	return value;
}

static inline uint64_t load_u64(const void *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof value);
	return value;
}

/* The messages of a datagram, one after the other. */
struct messages {
	const unsigned char *at;
	size_t left; /* at the end: bytes that are no message */
};

/* False at the end. A length that cannot be ends the datagram: where the next message begins is not
 * known. */
static inline bool messages_next(struct messages *messages, unsigned *type,
				 const unsigned char **payload, size_t *len)
{
	const unsigned char *p = messages->at;
	size_t size, step;

	if (messages->left < NLMSG_HDRLEN)
		return false;
	size = load_u32(p + offsetof(struct nlmsghdr, nlmsg_len));
	if (size < NLMSG_HDRLEN || size > messages->left)
		return false;
	*type = load_u16(p + offsetof(struct nlmsghdr, nlmsg_type));
	*payload = p + NLMSG_HDRLEN;
	*len = size - NLMSG_HDRLEN;
	step = NLMSG_ALIGN(size) < messages->left ? NLMSG_ALIGN(size) : messages->left;
	messages->at += step;
	messages->left -= step;
	return true;
}

/* A member of struct inet_diag_msg. */
#define DIAG_AT(message, member) ((message)->diag + offsetof(struct inet_diag_msg, member))
#define DIAG_U8(message, member) (*DIAG_AT(message, member))
#define DIAG_U32(message, member) load_u32(DIAG_AT(message, member))

/* The payload of an attribute that is present. */
static inline const unsigned char *message_data(const struct message *message, unsigned type)
{
	return message->diag + message->at[type] + NLA_HDRLEN;
}

static inline size_t message_len(const struct message *message, unsigned type)
{
	return load_u16(message->diag + message->at[type] + offsetof(struct nlattr, nla_len)) -
	       NLA_HDRLEN;
}

/* Forgets the message before: 'wanted' will be another. */
static inline void message_forget(struct message *message)
{
	message->layout.len = 0;
}

/* Fills present and at from what follows struct inet_diag_msg in a message of len bytes, until
 * all of 'wanted' (a mask of types) were seen. A length that cannot be ends the list. */
void message_attributes(struct message *message, size_t len, uint32_t wanted);

/* Finds an attribute nested in one that is present; *len is its length. NULL: not there. */
const unsigned char *message_nested(const struct message *message, unsigned type, unsigned inner,
				    size_t *len);

#endif
