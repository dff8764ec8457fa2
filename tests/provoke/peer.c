/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listeners, clients and pairs. */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "deaf.h"
#include "fault.h"
#include "world.h"

static int family(const struct drill *drill, bool client)
{
	enum ip ip = drill->condition->ip;

	return ip == IPV6 || (ip == IPV4_MAPPED && !client) ? AF_INET6 : AF_INET;
}

void peer_address(const struct drill *drill, bool client, uint16_t port,
		  struct sockaddr_storage *address, socklen_t *len)
{
	const char *special = drill->condition->address;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	memset(address, 0, sizeof *address);
	if (family(drill, client) == AF_INET) {
		inet_pton(AF_INET, special ? special : WORLD_IPV4, &in.sin_addr);
		memcpy(address, &in, sizeof in);
		*len = sizeof in;
	} else {
		if (drill->condition->ip == IPV6)
			inet_pton(AF_INET6, WORLD_IPV6, &in6.sin6_addr);
		memcpy(address, &in6, sizeof in6);
		*len = sizeof in6;
	}
}

int peer_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof value) < 0)
		return fault_errno("cannot set socket option %d of level %d", option, level);
	return 0;
}

static int bounded_socket(int domain)
{
	const struct timeval bound = { .tv_sec = WATCH_BOUND_MS / 1000 };
	int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fault_errno("cannot make a socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
	return fd;
}

int peer_client(const struct drill *drill)
{
	return bounded_socket(family(drill, true));
}

int peer_server(const struct drill *drill)
{
	int fd = bounded_socket(family(drill, false));

	if (fd >= 0 && peer_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0)
		return -1;
	return fd;
}

int peer_start_listening(const struct drill *drill, int fd, uint16_t port, int backlog)
{
	struct sockaddr_storage address;
	socklen_t len;

	peer_address(drill, false, port, &address, &len);
	if (bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, backlog) < 0)
		return fault_errno("cannot listen on port %u", port);
	return 0;
}

int peer_listen(const struct drill *drill, uint16_t port, int backlog)
{
	int fd = peer_server(drill);

	return fd < 0 || peer_start_listening(drill, fd, port, backlog) < 0 ? -1 : fd;
}

int peer_listen_anywhere(const struct drill *drill, uint16_t port, int backlog)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = peer_server(drill);

	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)&any, sizeof any) < 0 || listen(fd, backlog) < 0)
		return fault_errno("cannot listen on port %u", port);
	return fd;
}

int peer_connect(const struct drill *drill, int fd, uint16_t port)
{
	struct sockaddr_storage address;
	socklen_t len;

	peer_address(drill, true, port, &address, &len);
	return connect(fd, (struct sockaddr *)&address, len);
}

int peer_start_connecting(const struct drill *drill, int fd, uint16_t port)
{
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return fault_errno("cannot make a socket non-blocking");
	if (peer_connect(drill, fd, port) < 0 && errno != EINPROGRESS)
		return fault_errno("cannot connect");
	return 0;
}

int peer_start_clients(struct drill *drill, unsigned count, bool are_deaf)
{
	while (count--) {
		int fd = peer_client(drill);

		if (fd < 0 || (are_deaf && deaf(fd) < 0) ||
		    peer_start_connecting(drill, fd, PEER_PORT) < 0)
			return -1;
		drill_hold(drill, fd);
	}
	return 0;
}

int peer_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	return fd < 0 ? fault_errno("cannot accept a connection") : fd;
}

int peer_accept_all(int listener, unsigned count)
{
	while (count--)
		if (peer_accept(listener) < 0)
			return -1;
	return 0;
}

int peer_pair(const struct drill *drill, int listener, struct pair *pair)
{
	uint16_t port = peer_local_port(listener);

	pair->client = peer_client(drill);
	if (pair->client < 0)
		return -1;
	if (peer_connect(drill, pair->client, port) < 0)
		return fault_errno("cannot connect to port %u", port);
	pair->server = peer_accept(listener);
	return pair->server < 0 ? -1 : 0;
}

int peer_pairs(const struct drill *drill, int listener, struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (peer_pair(drill, listener, &pairs[i]) < 0)
			return -1;
	return 0;
}

static int pass(int from, int to, size_t bytes)
{
	static const char data[4096];
	char sink[4096];
	size_t n;

	for (; bytes; bytes -= n) {
		n = bytes < sizeof data ? bytes : sizeof data;
		if (send(from, data, n, MSG_NOSIGNAL) != (ssize_t)n)
			return fault_errno("cannot send");
		if (recv(to, sink, n, MSG_WAITALL) != (ssize_t)n)
			return fault_errno("what was sent did not arrive");
	}
	return 0;
}

int peer_exchange(const struct pair *pair, size_t bytes)
{
	if (pass(pair->client, pair->server, bytes) < 0)
		return -1;
	return pass(pair->server, pair->client, bytes);
}

int peer_read_eof(int fd)
{
	char sink[4096];
	ssize_t n;

	while ((n = recv(fd, sink, sizeof sink, 0)) > 0)
		;
	return n < 0 ? fault_errno("no end of file came") : 0;
}

uint16_t peer_local_port(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof address;

	getsockname(fd, (struct sockaddr *)&address, &len);
	/* struct sockaddr_in6 has its port at the same place. */
	return ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
}
