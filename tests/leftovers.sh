#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/leftovers.sh: tcp-provoke leaves nothing behind: no process, namespace, mount, cgroup or
# socket, however it ends: by itself, by a fault, by a signal, or by SIGKILL of any of its
# processes.
set -eu

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

others_as_before() {
	[ "$(mounts) $(cgroups)" = "$others_before" ]
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
		echo "FAILED: $1: mounts, cgroups: $others_before before, $(mounts) $(cgroups) now"
		faults=$((faults + 1))
	else
		echo "passed: $1"
	fi
}

begin() {
	orphans_before=$(orphans)
	others_before="$(mounts) $(cgroups)"
}

# held WHICH SIGNAL: ends one that holds 120 orphans by a signal to its WHICH-th process.
held() {
	begin
	: >"$work/out"
	"$work/$name" fin-wait1-dead-peer >"$work/out" 2>&1 &
	until_true shown || echo "it did not begin: $(cat "$work/out")"
	kill -s "$2" "$(processes | sed -n "$1p")"
	wait $! 2>/dev/null || true
	check "SIG$2 to process $1 of 3"
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
		held "$process" "$signal"
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
