/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/ssplace.h: the columns ss prints first: state, queues, both ends. */
#ifndef COLLECT_SSPLACE_H
#define COLLECT_SSPLACE_H

#include "collect/ssinfo.h"

/* What the columns are. */
struct ssform {
	bool netid; /* before them stands which protocol it is */
	bool bare;  /* IPv6 without brackets, '*' for 0.0.0.0: ss before 4.14 */
};

/* Other interfaces than lo are told by name: one name gets one number, which is not the kernel's.
 */
enum { LOOPBACK_INTERFACE = 1 };

/* Takes the columns off the front. False: they are not those of a TCP socket. */
bool ssplace_read(struct span *rest, const struct ssform *form, struct inet_diag_msg *diag);
/* Reads one end: "10.0.0.1:80", "[::1]%lo:80", "*:*". */
bool ssplace_end(struct span text, unsigned family, uint32_t address[4], uint16_t *port);
/* Whether a line has an IPv6 address without brackets. */
bool ssplace_is_bare(struct span first);

#endif
