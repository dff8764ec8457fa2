/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host.h: the few sysctls that all namespaces share and only the first one shows. What is changed
 * here is felt by the whole host, and is put back when the program ends, however it ends. */
#ifndef PROVOKE_HOST_H
#define PROVOKE_HOST_H

#include "base/base.h"

enum { HOST_KEYS = 3 };

struct host {
	int first;  /* the namespace the user started the program in */
	int inside; /* the drill's own, once it is made */
	int lock;   /* one such drill at a time */
	char saved[HOST_KEYS][128]; /* empty: this kernel has none */
};

/* In the first namespace, before the drill's own is made. Waits a few seconds for another program
 * that does the same. 0, or -1 after a fault. */
int host_remember(struct host *host);
/* In the drill's own namespace: from now on it can be left and entered again. */
int host_leave(struct host *host);

/* Sets a sysctl out there, and returns to the drill's namespace. */
int host_set(const struct host *host, const char *key, const char *value);
/* The same for one number. */
int host_set_number(const struct host *host, const char *key, unsigned long value);
/* Settings as in world.h. */
int host_set_all(const struct host *host, const char *settings);
/* The three values of net.ipv4.tcp_mem, in pages, as they were. */
void host_memory(const struct host *host, unsigned long pages[3]);
/* A sysctl of one number, as it is out there; 0 when it is not there. */
unsigned long host_number(const struct host *host, const char *key);

/* Moves the caller out there for good, as for COMMAND. 0, or -1 after a fault. */
int host_enter(const struct host *host);
/* Puts back what was. */
void host_restore(const struct host *host);

#endif
