/* SPDX-License-Identifier: GPL-2.0-or-later */
/* repair.h: TCP_REPAIR: connections without a handshake, without a peer, and ends without a FIN.
 * CAP_NET_ADMIN in the namespace is enough, so this works rootless too. */
#ifndef PROVOKE_REPAIR_H
#define PROVOKE_REPAIR_H

#include <sys/socket.h>

#include "base/base.h"

/* An ESTABLISHED connection from one address to the other, that nobody knows of. Its send window
 * is open. Returns a socket, or -1 after a fault. */
int repair_establish(const struct sockaddr *from, const struct sockaddr *to, socklen_t len);
/* Gives such a connection timestamps, SACK and window scaling, as a handshake would have. */
int repair_modern(int fd);
/* Closes the socket without a word to the peer. */
int repair_vanish(int fd);
/* Shifts the clock of the timestamps that the socket sends, in ms. When it goes back, the peer
 * rejects what comes (PAWS). */
int repair_shift_clock(int fd, int32_t ms);
/* The sequence number that the next byte sent will have. */
int repair_next_sequence(int fd, uint32_t *sequence);

#endif
