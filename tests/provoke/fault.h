/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h: what went wrong, as one line on stderr in the user's terms. Said once, where it is
 * known; on the way up only -1 travels, and the program ends with status 3. */
#ifndef PROVOKE_FAULT_H
#define PROVOKE_FAULT_H

#include "base/base.h"

enum { EXIT_FAULT = 3 };

/* Both print  tcp-provoke: MESSAGE  and return -1; the second adds what errno says. */
int fault(const char *format, ...) PRINTF_LIKE(1, 2);
int fault_errno(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
