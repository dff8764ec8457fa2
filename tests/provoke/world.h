/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h: the private place a condition is made in: namespaces, addresses, sysctls. What is not
 * set here is not to be relied on: hosts differ. */
#ifndef PROVOKE_WORLD_H
#define PROVOKE_WORLD_H

#include "base/buf.h"

/* Addresses that are there, all on lo. The first two are not loopback addresses to the kernel
 * (which treats those apart, see tcp_tw_reuse). */
#define WORLD_IPV4 "10.7.7.7"
#define WORLD_IPV6 "fd07::7"

struct world {
	bool rootless; /* it took a user namespace: who enters needs 'nsenter -U' */
	int diag;      /* sock_diag of the place */
};

/* Moves the calling process, and so all its children, into new namespaces: network, mount and,
 * for who is not root, user. lo is up and every sysctl of world_known has its value. Returns 0, or
 * -1 after a fault. */
int world_make(struct world *world);
/* Moves a helper process into a network namespace of its own, made the same way. */
int world_another(void);

/* Sysctls by dotted name. Settings are 'KEY=VALUE; KEY=VALUE'; '?KEY=VALUE' passes over a key that
 * this kernel does not have. Return 0, or -1 after a fault that names the key. */
int world_set(const char *key, const char *value);
int world_set_all(const char *settings);
/* 0 when all of settings are in force, else -1 after a fault. */
int world_check_all(const char *settings);
/* 0 when the kernel has the keys of all of settings. */
int world_has_all(const char *settings);
bool world_has(const char *key);

/* Hides the host's sysctl.d files behind empty folders, and puts settings into a file of
 * /etc/sysctl.d, or none when settings is NULL: what is configured, not what is in force. */
int world_configure(const char *settings);

/* Gives lo one more IPv4 address, 'label' 1 to 99. */
int world_address(const char *address, unsigned label);
int world_remove_address(unsigned label); /* WORLD_IPV4 has 7 */

#endif
