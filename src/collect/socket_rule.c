/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The derived socket facts. */
#include "collect/socket_rule.h"

#include <arpa/inet.h>

#include "base/text.h"
#include "collect/address.h"

/* Bytes of struct tcp_info (linux/tcp.h), all in milliseconds. */
enum { LAST_DATA_SENT = 44, LAST_DATA_RECV = 52, LAST_ACK_RECV = 56 };

/* A bound, unconnected socket is on no side: a number without a symbol makes every comparison
 * certainly false. */
enum { SIDE_NEITHER = SIDE_LISTEN + 1 };

static double unknown(unsigned char *why, enum why reason)
{
	*why = (unsigned char)reason;
	return NAN;
}

static bool in_states(const struct rule_view *v, unsigned states)
{
	return states >> v->row->state & 1;
}

/* ---- in the message ---- */

static double rule_state(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return v->row->state;
}

static double rule_timer(struct rule_view *v, unsigned char *why)
{
	unsigned timer = DIAG_U8(&v->message, idiag_timer);

	(void)why;
	return timer <= TIMER_DELAYED_ACK ? timer : TIMER_NONE;
}

static double rule_local_port(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return v->row->local_port;
}

static double rule_remote_port(struct rule_view *v, unsigned char *why)
{
	if (v->row->state == STATE_LISTEN)
		return unknown(why, WHY_NO_VALUE);
	return v->row->remote_port;
}

static double rule_cookie(struct rule_view *v, unsigned char *why)
{
	if (v->proc)
		return unknown(why, WHY_NO_DIAG);
	return (double)v->row->cookie;
}

static double rule_family(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return v->row->local.family;
}

static double rule_owned(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return DIAG_U32(&v->message, idiag_inode) != 0;
}

/* ---- queues ---- */

/* For LISTEN the kernel puts the accept queue and its limit in the places of the bytes
 * (net/ipv4/tcp_diag.c tcp_diag_get_info). */
static double rule_recv_q(struct rule_view *v, unsigned char *why)
{
	if (v->row->state == STATE_LISTEN)
		return unknown(why, WHY_NO_VALUE);
	return DIAG_U32(&v->message, idiag_rqueue);
}

static double rule_send_q(struct rule_view *v, unsigned char *why)
{
	if (v->row->state == STATE_LISTEN)
		return unknown(why, WHY_NO_VALUE);
	return DIAG_U32(&v->message, idiag_wqueue);
}

static double rule_accept_queue(struct rule_view *v, unsigned char *why)
{
	if (v->row->state != STATE_LISTEN)
		return unknown(why, WHY_NO_VALUE);
	return DIAG_U32(&v->message, idiag_rqueue);
}

static double rule_backlog(struct rule_view *v, unsigned char *why)
{
	if (v->row->state != STATE_LISTEN)
		return unknown(why, WHY_NO_VALUE);
	if (v->proc)
		return unknown(why, WHY_NO_DIAG);
	return DIAG_U32(&v->message, idiag_wqueue);
}

/* ---- addresses and ports ---- */

static double rule_side(struct rule_view *v, unsigned char *why)
{
	/* Half-open connections outlive their listener. */
	if (v->belongs || in_states(v, 1 << STATE_SYN_RECV))
		return SIDE_SERVER;
	switch (v->row->state) {
	case STATE_LISTEN:
		return SIDE_LISTEN;
	case STATE_SYN_SENT:
		return SIDE_CLIENT;
	case STATE_CLOSE:
		return SIDE_NEITHER;
	default:
		return v->listeners->why == WHY_KNOWN ? SIDE_CLIENT :
							unknown(why, v->listeners->why);
	}
}

static double rule_ephemeral(struct rule_view *v, unsigned char *why)
{
	const struct local_ports *ports = v->ports;

	if (ports->range != WHY_KNOWN)
		return unknown(why, ports->range);
	return v->row->local_port >= ports->low && v->row->local_port <= ports->high;
}

/* connect() prefers ports of the parity of the range's low end, bind() to port 0 the others
 * (net/ipv4/inet_hashtables.c __inet_hash_connect, inet_connection_sock.c
 * inet_csk_find_open_port). */
static double rule_bind_half(struct rule_view *v, unsigned char *why)
{
	double in_range = rule_ephemeral(v, why);

	return in_range == 1 ? (v->row->local_port - v->ports->low) & 1 : in_range;
}

static double rule_reserved(struct rule_view *v, unsigned char *why)
{
	if (v->ports->holes != WHY_KNOWN)
		return unknown(why, v->ports->holes);
	return port_set_has(&v->ports->reserved, v->row->local_port);
}

/* connect() passes over a port whose bucket bind() has been at, whatever the addresses
 * (net/ipv4/inet_hashtables.c __inet_hash_connect: fastreuse >= 0). Of a connection it cannot be
 * told whether it was bound before. */
static double rule_held(struct rule_view *v, unsigned char *why)
{
	const uint16_t port = v->row->local_port;

	if (in_states(v, STATES_LISTEN | 1 << STATE_CLOSE) || port_set_has(v->bound, port) ||
	    port_set_has(&v->listeners->ports, port))
		return 1;
	return v->listeners->why == WHY_KNOWN ? 0 : unknown(why, v->listeners->why);
}

/* net/ipv4/tcp_ipv4.c tcp_twsk_unique: 2 asks for an address of the loopback network, or for the
 * interface, whose number is 1 in every namespace. */
static bool goes_through_lo(const struct row *row)
{
	enum { LOOPBACK_IFINDEX = 1 };

	return row->interface == LOOPBACK_IFINDEX || address_is_loopback(&row->local) ||
	       address_is_loopback(&row->remote);
}

static double rule_reusable(struct rule_view *v, unsigned char *why)
{
	const struct local_ports *ports = v->ports;

	if (v->row->state != STATE_TIME_WAIT)
		return 0;
	if (ports->reuse != WHY_KNOWN)
		return unknown(why, ports->reuse);
	if (ports->tw_reuse == REUSE_NEVER ||
	    (ports->tw_reuse == REUSE_LOOPBACK && !goes_through_lo(v->row)))
		return 0;
	return DIAG_U32(&v->message, idiag_expires) < ports->reuse_left;
}

static double rule_loopback(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return address_is_loopback(&v->row->local) || address_is_loopback(&v->row->remote);
}

static double rule_to_itself(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return !in_states(v, STATES_LISTEN | 1 << STATE_CLOSE) &&
	       v->row->local_port == v->row->remote_port &&
	       address_equal(&v->row->local, &v->row->remote);
}

/* To reach itself, a host takes the address it goes to as its own (net/ipv4/route.c
 * ip_route_output_key_hash_rcu): that needs no list. */
static bool is_self(const struct row *row)
{
	return address_is_loopback(&row->remote) || address_equal(&row->local, &row->remote);
}

static double rule_own(struct rule_view *v, unsigned char *why)
{
	const struct address *remote = &v->row->remote;

	if (address_is_unspecified(remote))
		return 0;
	if (is_self(v->row))
		return 1;
	if (nearby_why(v->nearby, remote) != WHY_KNOWN)
		return unknown(why, nearby_why(v->nearby, remote));
	return nearby_has(&v->nearby->own, remote);
}

static double rule_shared(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return address_is_shared(&v->row->remote);
}

static double rule_public(struct rule_view *v, unsigned char *why)
{
	const struct address *remote = &v->row->remote;

	if (!address_is_public(remote) || is_self(v->row))
		return 0;
	if (nearby_why(v->nearby, remote) != WHY_KNOWN)
		return unknown(why, nearby_why(v->nearby, remote));
	return !nearby_has(&v->nearby->near, remote);
}

static double rule_wildcard(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return address_is_unspecified(&v->row->local);
}

/* ---- time ---- */

/* SO_KEEPALIVE is not sent, but its timer shows when no more urgent one runs
 * (net/ipv4/inet_diag.c inet_sk_diag_fill): retransmission and probes hide it. In FIN_WAIT2
 * an orphan has the same timer for another purpose (tcp_fin_timeout). */
static double rule_keepalive(struct rule_view *v, unsigned char *why)
{
	const unsigned shown = 1 << STATE_ESTABLISHED | 1 << STATE_CLOSE_WAIT;
	bool held = v->row->state == STATE_FIN_WAIT2 && DIAG_U32(&v->message, idiag_inode) != 0;

	if (held || in_states(v, shown)) {
		switch (DIAG_U8(&v->message, idiag_timer)) {
		case TIMER_KEEPALIVE:
			return 1;
		case TIMER_NONE:
		case TIMER_DELAYED_ACK:
			return 0;
		}
	}
	return unknown(why, WHY_NO_VALUE);
}

static double rule_idle(struct rule_view *v, unsigned char *why)
{
	const unsigned char *info = message_data(&v->message, INET_DIAG_INFO);
	uint32_t sent, received, acked;

	if (message_len(&v->message, INET_DIAG_INFO) < LAST_ACK_RECV + 4)
		return unknown(why, WHY_SHORT);
	sent = load_u32(info + LAST_DATA_SENT);
	received = load_u32(info + LAST_DATA_RECV);
	acked = load_u32(info + LAST_ACK_RECV);
	if (received < sent)
		sent = received;
	return (acked < sent ? acked : sent) / 1e3;
}

/* ---- names ---- */

static double intern(struct names *names, const unsigned char *name, size_t len)
{
	autobuf struct buf text = BUF_INIT;

	text_printable(&text, (const char *)name, strnlen((const char *)name, len));
	return names_intern(names, buf_text(&text), text.len);
}

/* The number of a name of at most NAME_BYTES (TCP_CA_NAME_MAX, TCP_ULP_NAME_MAX). Its bytes are
 * compared as two words that overlap when there are fewer than sixteen. */
static double name_number(struct name_cache *cache, const unsigned char *name, size_t len)
{
	uint64_t low = 0, high = 0;
	unsigned i;

	if (len > NAME_BYTES)
		len = NAME_BYTES;
	if (len >= 8) {
		low = load_u64(name);
		high = load_u64(name + len - 8);
	} else if (len >= 4) {
		low = load_u32(name);
		high = load_u32(name + len - 4);
	} else {
		memcpy(&low, name, len);
	}
	for (i = 0; i < cache->count; i++)
		if (cache->entries[i].low == low && cache->entries[i].high == high &&
		    cache->entries[i].len == len)
			return cache->entries[i].number;
	i = cache->next++ % NAMES_CACHED;
	if (cache->count < NAMES_CACHED)
		cache->count++;
	cache->entries[i].low = low;
	cache->entries[i].high = high;
	cache->entries[i].len = len;
	cache->entries[i].number = intern(cache->names, name, len);
	return cache->entries[i].number;
}

static double rule_congestion(struct rule_view *v, unsigned char *why)
{
	(void)why;
	return name_number(&v->names, message_data(&v->message, INET_DIAG_CONG),
			   message_len(&v->message, INET_DIAG_CONG));
}

static double rule_cgroup(struct rule_view *v, unsigned char *why)
{
	if (message_len(&v->message, INET_DIAG_CGROUP_ID) < 8)
		return unknown(why, WHY_SHORT);
	return (double)load_u64(message_data(&v->message, INET_DIAG_CGROUP_ID));
}

/* The kernel tells of an upper layer protocol only where there is one. Who is told the mark is
 * told of it too (net/ipv4/tcp_diag.c tcp_diag_get_aux, CAP_NET_ADMIN), so the mark alone means
 * that there is none. */
static double rule_ulp(struct rule_view *v, unsigned char *why)
{
	const unsigned char *name = NULL;
	size_t len;

	if (v->message.present & HAS_ULP)
		name = message_nested(&v->message, INET_DIAG_ULP_INFO, INET_ULP_INFO_NAME, &len);
	else if (v->message.present & HAS_MARK)
		return name_number(&v->names, (const unsigned char *)"none", 4);
	return name ? name_number(&v->names, name, len) : unknown(why, WHY_NO_ATTRIBUTE);
}

/* ---- who holds it ---- */

static double rule_process(struct rule_view *v, unsigned char *why)
{
	unsigned number;

	if (!v->row->who.inode)
		return 0;
	if (!v->owners)
		return unknown(why, WHY_SECOND_LOOK);
	if (owners_why(v->owners) != WHY_KNOWN)
		return unknown(why, owners_why(v->owners));
	number = owners_number(v->owners, &v->row->who);
	if (owners_at(v->owners, number) && owners_at(v->owners, number)->kind != OWNER_UNKNOWN)
		return number;
	return unknown(why, owners_late(v->owners) ? WHY_OWNERS_LATE : WHY_SECOND_LOOK);
}

static double rule_service(struct rule_view *v, unsigned char *why)
{
	enum why services = v->owners ? owners_services_why(v->owners) : WHY_NOT_RECORDED;

	if (services != WHY_KNOWN)
		return unknown(why, services);
	if (message_len(&v->message, INET_DIAG_CGROUP_ID) < 8)
		return unknown(why, WHY_SHORT);
	return owners_service(v->owners, load_u64(message_data(&v->message, INET_DIAG_CGROUP_ID)));
}

socket_rule_fn *socket_rule(unsigned rule)
{
	static socket_rule_fn *const rules[] = {
		[SOCKET_STATE] = rule_state,
		[SOCKET_TIMER] = rule_timer,
		[SOCKET_LOCAL_PORT] = rule_local_port,
		[SOCKET_REMOTE_PORT] = rule_remote_port,
		[SOCKET_COOKIE] = rule_cookie,
		[SOCKET_SIDE] = rule_side,
		[SOCKET_OWNED] = rule_owned,
		[SOCKET_KEEPALIVE] = rule_keepalive,
		[SOCKET_EPHEMERAL] = rule_ephemeral,
		[SOCKET_BIND_HALF] = rule_bind_half,
		[SOCKET_RESERVED] = rule_reserved,
		[SOCKET_HELD] = rule_held,
		[SOCKET_REUSABLE] = rule_reusable,
		[SOCKET_LOOPBACK] = rule_loopback,
		[SOCKET_TO_ITSELF] = rule_to_itself,
		[SOCKET_OWN] = rule_own,
		[SOCKET_SHARED] = rule_shared,
		[SOCKET_PUBLIC] = rule_public,
		[SOCKET_WILDCARD] = rule_wildcard,
		[SOCKET_RECV_Q] = rule_recv_q,
		[SOCKET_SEND_Q] = rule_send_q,
		[SOCKET_ACCEPT_QUEUE] = rule_accept_queue,
		[SOCKET_BACKLOG] = rule_backlog,
		[SOCKET_FAMILY] = rule_family,
		[SOCKET_IDLE] = rule_idle,
		[SOCKET_CONGESTION] = rule_congestion,
		[SOCKET_CGROUP] = rule_cgroup,
		[SOCKET_ULP] = rule_ulp,
		[SOCKET_PROCESS] = rule_process,
		[SOCKET_SERVICE] = rule_service,
	};

	return rule < countof(rules) ? rules[rule] : NULL;
}
