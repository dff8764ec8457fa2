/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peer.h: applications in one line each: listeners, clients, pairs of both. Addresses follow the
 * condition's 'ip'. Every blocking call of these sockets is bounded by 2 s. */
#ifndef PROVOKE_PEER_H
#define PROVOKE_PEER_H

#include <sys/socket.h>

#include "drill.h"

enum { PEER_PORT = 8080 }; /* outside every ephemeral range used here */

/* How reports name a listener there. */
#define PEER_LISTENER(ip) \
	((ip) == IPV6 ? "[fd07::7]:8080" : (ip) == IPV4_MAPPED ? "*:8080" : "10.7.7.7:8080")
/* And the destination of its clients. */
#define PEER_DESTINATION(ip) ((ip) == IPV6 ? "[fd07::7]:8080" : "10.7.7.7:8080")

struct pair {
	int client;
	int server; /* the accepted socket */
};

/* Unless said otherwise these return a socket, or 0; -1 after a fault. */

/* A socket of the family that clients or listeners of this drill have, for options that must be
 * set before connecting or listening. */
int peer_client(const struct drill *drill);
int peer_server(const struct drill *drill); /* with SO_REUSEADDR */
int peer_start_listening(const struct drill *drill, int fd, uint16_t port, int backlog);
/* Both in one. */
int peer_listen(const struct drill *drill, uint16_t port, int backlog);
/* On every IPv4 address: for peers made of packets. */
int peer_listen_anywhere(const struct drill *drill, uint16_t port, int backlog);

/* Connects and waits for it. Returns 0, or -1 with errno and without a fault: it may be meant. */
int peer_connect(const struct drill *drill, int fd, uint16_t port);
/* Sends the SYN and does not wait; the socket becomes non-blocking. */
int peer_start_connecting(const struct drill *drill, int fd, uint16_t port);
/* Many at PEER_PORT; deaf ones never finish the handshake. They are held for a while. */
int peer_start_clients(struct drill *drill, unsigned count, bool are_deaf);
int peer_accept(int listener);
/* So many, and holds them as long as the drill lives. Returns 0. */
int peer_accept_all(int listener, unsigned count);

/* One or many connections, both ends in hand. */
int peer_pair(const struct drill *drill, int listener, struct pair *pair);
int peer_pairs(const struct drill *drill, int listener, struct pair *pairs, size_t count);

/* A request and its answer of so many bytes, read to the last one. */
int peer_exchange(const struct pair *pair, size_t bytes);
/* Reads until the end of file: 0 when it came. */
int peer_read_eof(int fd);

int peer_option(int fd, int level, int option, int value);
void peer_address(const struct drill *drill, bool client, uint16_t port,
		  struct sockaddr_storage *address, socklen_t *len);
uint16_t peer_local_port(int fd);

#endif
