#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/provoke/badinput.sh: what tcp-provoke says and returns when asked for nonsense, and where the
# machine lacks something. That nothing is left behind is tests/leftovers.sh's.
set -u
: "${TCP_PROVOKE:?}"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 skipped=0

# expect STATUS TEXT COMMAND...: the status, and the text in what it says; one line of error.
expect() {
	status=$1 text=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	if [ $got -ne "$status" ] ||
	   { [ -n "$text" ] && ! grep -qF -- "$text" "$tmp/err" "$tmp/out"; }; then
		echo "FAIL: $*: status $got, expected $status and '$text'; got: $(cat "$tmp/err")"
		failed=$((failed + 1))
	elif [ "$status" -eq 3 ] && [ "$(grep -c '^tcp-provoke: ' "$tmp/err")" -ne 1 ]; then
		echo "FAIL: $*: not one line on standard error: $(cat "$tmp/err")"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

# ---- the command line ----
expect 3 "'close-wait-leek' is not a condition; did you mean 'close-wait-leak'?" \
	"$TCP_PROVOKE" close-wait-leek
expect 3 "'xyzzy' is not a condition" "$TCP_PROVOKE" xyzzy
expect 3 "which condition?" "$TCP_PROVOKE"
expect 3 "no such option" "$TCP_PROVOKE" --helthy close-wait-leak
expect 3 "lacks its value" "$TCP_PROVOKE" sack-off --fixed --set
expect 3 "--set goes with --fixed" "$TCP_PROVOKE" sack-off --set net.ipv4.tcp_sack=1
for setting in net.ipv4.tcp_sack =1 'net.ipv4.tcp_sack=1;x=2'; do
	expect 3 "wants KEY=VALUE" "$TCP_PROVOKE" sack-off --fixed --set "$setting"
done
expect 0 "usage: tcp-provoke" "$TCP_PROVOKE" --help
expect 0 "close-wait-leak" "$TCP_PROVOKE" --list
expect 3 "No space left on device" sh -c '"$0" --list >/dev/full' "$TCP_PROVOKE"

# ---- conditions ----
if reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	expect 3 "net.ipv4.no_such_key" \
		"$TCP_PROVOKE" sack-off --fixed --set net.ipv4.no_such_key=1 -- true
	expect 3 "net.ipv4.tcp_sack" \
		"$TCP_PROVOKE" sack-off --fixed --set net.ipv4.tcp_sack=many -- true
	expect 3 "/nonexistent" "$TCP_PROVOKE" healthy-traffic -- /nonexistent
	expect 3 "/etc/passwd" "$TCP_PROVOKE" healthy-traffic -- /etc/passwd
	expect 3 "no-such-command" "$TCP_PROVOKE" healthy-traffic -- no-such-command
	expect 7 "" "$TCP_PROVOKE" healthy-traffic -- sh -c 'exit 7'
	expect 137 "" "$TCP_PROVOKE" healthy-traffic -- sh -c 'kill -KILL $$'
else
	echo "SKIP: $reason"
	skipped=$((skipped + 1))
fi

# ---- what a machine may lack, by strace's fault injection ----
if [ -z "${reason-}" ] && strace -qq -o /dev/null true 2>/dev/null; then
	without() {
		text=$1
		shift
		expect 3 "$text" env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null "$@"
	}
	without "user namespace" -e inject=unshare:error=EPERM "$TCP_PROVOKE" healthy-traffic -- true
	without "net.ipv4.tcp_sack" -P /proc/sys/net/ipv4/tcp_sack \
		-e inject=open,openat,access,faccessat,faccessat2:error=ENOENT \
		"$TCP_PROVOKE" sack-off -- true
	without "IPv6" -P /proc/net/if_inet6 -e inject=access,faccessat,faccessat2:error=ENOENT \
		"$TCP_PROVOKE" close-wait-leak-ipv6 -- true
	# A veth pair stands in for TUN.
	expect 0 "" env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -P /dev/net/tun \
		-e inject=open,openat:error=ENOENT "$TCP_PROVOKE" syn-flood-spoofed -- true
else
	echo "SKIP: strace may not trace here, so no faults are injected"
	skipped=$((skipped + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
