#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/leftovers.sh: tcp-provoke leaves nothing behind: no process, namespace, mount, cgroup or
# socket, however it ends: by itself, by a fault, by a signal, or by SIGKILL of any of its
# processes. With HOST_WIDE=--host-wide also that the host gets its limits back.
set -eu

: "${HOST_WIDE=}"
: "${srcdir:=.}" "${builddir:=$srcdir/build}"
: "${TCP_PROVOKE:=$builddir/tests/provoke/tcp-provoke}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	echo "$reason"
	exit 77
fi

# A name of our own, so that others who run the program do not count.
name=provoke-$$
cp "$TCP_PROVOKE" "$work/$name"
mkdir "$work/bin"
cp "$(command -v sleep)" "$work/bin/$name"

processes() {
	for comm in /proc/[0-9]*/comm; do
		if read -r line 2>/dev/null <"$comm" && [ "$line" = "$name" ]; then
			pid=${comm#/proc/}
			echo "${pid%/comm}"
		fi
	done | sort -n
}

# Orphans are counted for the whole host (net/ipv4/proc.c sockstat_seq_show).
orphans() {
	awk '$1 == "TCP:" { print $5 }' /proc/net/sockstat
}

mounts() {
	wc -l </proc/self/mounts
}

cgroups() {
	find /sys/fs/cgroup -type d -name 'tcp-provoke*' 2>/dev/null | wc -l
}

# until TEST...: polls, 5 s at most.
until_true() {
	tries=250
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

all_gone() {
	[ -z "$(processes)" ]
}

shown() {
	grep -q 'until interrupted' "$work/out"
}

all_there() {
	[ "$(processes | wc -l)" -eq 3 ]
}

no_more_orphans() {
	[ "$(orphans)" -le "$orphans_before" ]
}

# What all namespaces share and tcp-provoke may change.
limits() {
	cat /proc/sys/net/ipv4/tcp_mem /proc/sys/net/ipv4/tcp_max_orphans \
		/proc/sys/net/netfilter/nf_conntrack_max 2>/dev/null | tr '\n' ' '
}

others() {
	echo "mounts $(mounts), cgroups $(cgroups), limits $(limits)"
}

others_as_before() {
	[ "$(others)" = "$others_before" ]
}

faults=0
check() {
	if ! until_true all_gone; then
		echo "FAILED: $1: processes left: $(processes | tr '\n' ' ')"
		faults=$((faults + 1))
	elif ! until_true no_more_orphans; then
		echo "FAILED: $1: orphans: $orphans_before before, $(orphans) now"
		faults=$((faults + 1))
	elif ! until_true others_as_before; then
		echo "FAILED: $1: before: $others_before; now: $(others)"
		faults=$((faults + 1))
	else
		echo "passed: $1"
	fi
}

begin() {
	orphans_before=$(orphans)
	others_before=$(others)
}

# held CONDITION WHICH SIGNAL: ends one that is held by a signal to its WHICH-th process.
held() {
	begin
	: >"$work/out"
	# shellcheck disable=SC2086
	"$work/$name" "$1" $HOST_WIDE >"$work/out" 2>&1 &
	until_true shown || echo "it did not begin: $(cat "$work/out")"
	kill -s "$3" "$(processes | sed -n "$2p")"
	wait $! 2>/dev/null || true
	check "$1, SIG$3 to process $2 of 3"
}

begin
"$work/$name" fin-wait1-dead-peer -- true || faults=$((faults + 1))
check "COMMAND ends"

begin
"$work/$name" fin-wait1-dead-peer -- sh -c "$work/bin/$name 1000 & exit 0" || faults=$((faults + 1))
check "COMMAND leaves a process"

begin
"$work/$name" fin-wait1-dead-peer -- /nonexistent 2>/dev/null && faults=$((faults + 1))
check "COMMAND does not exist"

for process in 1 2 3; do
	for signal in INT TERM KILL; do
		held fin-wait1-dead-peer "$process" "$signal" # 120 orphans
	done
done

# Orphans of the other kind, and half-open connections of a device that goes.
for condition in last-ack-ipv6 half-open-pile-spoofed ${HOST_WIDE:+tcp-mem-exceeds-memory}; do
	# shellcheck disable=SC2086
	if ! reason=$("$work/$name" "$condition" $HOST_WIDE --check 2>&1); then
		echo "not tried: $reason"
		continue
	fi
	for process in 1 2 3; do
		held "$condition" "$process" KILL
	done
done

begin
"$work/$name" fin-wait1-dead-peer >/dev/null 2>&1 &
until_true all_there || true
kill -s TERM $!
wait $! 2>/dev/null || true
check "SIGTERM during set-up"

# Network namespaces cannot be listed. Where no more are allowed than a run needs (kernel/ucount.c),
# a second one tells whether those of the first are gone. The kernel takes its time to free them.
if unshare -Ur true 2>/dev/null; then
	begin
	unshare -Ur sh -c '
		echo 3 >/proc/sys/user/max_net_namespaces
		for run in 1 2 3; do
			tries=10
			until "$0" close-wait-leak -- true 2>/dev/null; do
				tries=$((tries - 1))
				[ "$tries" -gt 0 ] || exit 1
				sleep 0.3 # a try that fails makes some too
			done
		done' "$work/$name" || {
		echo "FAILED: network namespaces stay"
		faults=$((faults + 1))
	}
	check "three in turn where the namespaces of one are allowed"
else
	echo "not tried: user namespaces, in which to allow one network namespace"
fi

[ "$faults" -eq 0 ]
