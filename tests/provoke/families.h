/* SPDX-License-Identifier: GPL-2.0-or-later */
/* families.h: the tables of conditions, one a file. Each ends with an empty line. */
#ifndef PROVOKE_FAMILIES_H
#define PROVOKE_FAMILIES_H

#include "drill.h"

extern const struct condition family_healthy[];
extern const struct condition family_listen[];
extern const struct condition family_syn_queue[];
extern const struct condition family_syn_sent[];
extern const struct condition family_close_wait[];
extern const struct condition family_fin_wait[];
extern const struct condition family_time_wait[];
extern const struct condition family_ports[];
extern const struct condition family_bind[];
extern const struct condition family_held[];
extern const struct condition family_reset[];
extern const struct condition family_option[];
extern const struct condition family_remote[];
extern const struct condition family_keepalive[];
extern const struct condition family_paws[];
extern const struct condition family_sysctl[];
extern const struct condition family_config[];
extern const struct condition family_window[];
extern const struct condition family_buffers[];
extern const struct condition family_retransmission[];
extern const struct condition family_path[];
extern const struct condition family_feature[];
extern const struct condition family_memory[];
extern const struct condition family_conntrack[];
extern const struct condition family_below[];
extern const struct condition family_environment[];
extern const struct condition family_mptcp[];
extern const struct condition family_elsewhere[];
extern const struct condition family_host_wide[];

#endif
