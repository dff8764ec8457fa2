/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deaf.h: sockets that hear nothing. A socket filter (SO_ATTACH_FILTER) makes the kernel drop
 * segments just before TCP sees them: the peer is dead, unreachable or lossy, without privilege, a
 * second namespace or a trace in any counter. A filter of a connecting or listening socket passes
 * on to what it becomes or accepts. */
#ifndef PROVOKE_DEAF_H
#define PROVOKE_DEAF_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* All return 0, or -1 after a fault. */
int deaf(int fd); /* to everything */
int hear(int fd); /* again */
/* To segments with any of these flags (TH_SYN, TH_FIN, TH_RST, TH_ACK, ...). */
int deaf_to_flags(int fd, uint8_t flags);
/* To the segments that begin with this sequence number. */
int deaf_to_sequence(int fd, uint32_t sequence);
/* To a share of the segments that carry data, at random. */
int deaf_to_percent(int fd, unsigned percent);
/* A classic BPF program; the data begins at the TCP header, returning 0 drops. */
int deaf_by(int fd, const struct sock_filter *program, size_t len);

#endif
