/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/host.h: what the readers of host facts share. */
#ifndef COLLECT_HOST_H
#define COLLECT_HOST_H

#include "fact/value.h"

/* Why a file could not be read, from the errno of source_ops.read. */
enum why why_of_errno(int error);

#endif
