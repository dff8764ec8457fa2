/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket filters of a few instructions. Data begins at the TCP header (tcp_filter() in
 * net/ipv4/tcp_ipv4.c). */
#include "deaf.h"

#include <sys/socket.h>

#include "fault.h"

enum { TCP_SEQUENCE = 4, TCP_FLAGS = 13, KEEP = 0xffff, DROP = 0 };

int deaf_by(int fd, const struct sock_filter *program, size_t len)
{
	struct sock_fprog filter = { .len = (unsigned short)len, .filter = NULL };

	filter.filter = (struct sock_filter *)(uintptr_t)program; /* the kernel only reads it */
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0)
		return fault_errno("cannot attach a socket filter");
	return 0;
}

int deaf(int fd)
{
	static const struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, DROP) };

	return deaf_by(fd, all, countof(all));
}

int hear(int fd)
{
	int unused = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) < 0)
		return fault_errno("cannot detach a socket filter");
	return 0;
}

int deaf_to_flags(int fd, uint8_t flags)
{
	const struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, DROP),
		BPF_STMT(BPF_RET | BPF_K, KEEP),
	};

	return deaf_by(fd, program, countof(program));
}

int deaf_to_sequence(int fd, uint32_t sequence)
{
	const struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, TCP_SEQUENCE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sequence, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, DROP),
		BPF_STMT(BPF_RET | BPF_K, KEEP),
	};

	return deaf_by(fd, program, countof(program));
}

/* Longer than any header without data: 60 bytes. */
int deaf_to_percent(int fd, unsigned percent)
{
	const uint32_t bound = percent * (UINT32_MAX / 100);
	const struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 60, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_RANDOM),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, bound, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, DROP),
		BPF_STMT(BPF_RET | BPF_K, KEEP),
	};

	return deaf_by(fd, program, countof(program));
}
