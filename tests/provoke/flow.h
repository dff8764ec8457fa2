/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.h: bulk data from a client to a server, without ever blocking. */
#ifndef PROVOKE_FLOW_H
#define PROVOKE_FLOW_H

#include "peer.h"

/* Writes what the kernel takes, at most 'most' bytes; returns how much that was. */
size_t flow_write(int fd, size_t most);
/* Reads and forgets what is there, at most 'most' bytes; returns how much that was. */
size_t flow_read(int fd, size_t most);

/* Keeps the client's send buffer full for so many ms. The server reads 'piece' bytes every
 * 'every_ms'; with 0, at once. */
void flow_run(const struct pair *pair, long ms, size_t piece, long every_ms);

/* Sends so many bytes and reads them all, within bound_ms. Whether it succeeded. */
bool flow_transfer(const struct pair *pair, size_t bytes, long bound_ms);

#endif
