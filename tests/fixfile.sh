#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/fixfile.sh: makes conditions that a setting mends, writes the fix file, lints it, applies it
# there with sysctl(8) as it stands, and looks again: the rule must be quiet, and undone it must fire.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:=$(dirname "$TCP_ADVISE")/../tests/provoke/tcp-provoke}" "${srcdir:=.}"
TCP_ADVISE=$(realpath "$TCP_ADVISE") TCP_PROVOKE=$(realpath "$TCP_PROVOKE") TCP_ADVISE_RULES=$(realpath "$srcdir/rules")
export TCP_ADVISE TCP_PROVOKE TCP_ADVISE_RULES
command -v sysctl >/dev/null || { echo "no sysctl(8) here"; exit 77; }
"$TCP_PROVOKE" sack-off -- true >/dev/null 2>&1 || { echo "no private namespaces here"; exit 77; }
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
export tmp
. "$srcdir/tests/count.sh"

# In the condition's namespace: RULE KEY.
cat >"$tmp/inside" <<'END'
rule=$1 key=$2
look() {
	"$TCP_ADVISE" --window 0 --only "$rule" "$@" 2>&1
}
look --format sysctl >"$tmp/fix.conf"
[ $? -le 2 ] || { echo "no fix file: $(cat "$tmp/fix.conf")"; exit 1; }
grep -q "^$key = " "$tmp/fix.conf" || { echo "the fix file does not set $key: $(cat "$tmp/fix.conf")"; exit 1; }
"$TCP_ADVISE" lint "$tmp/fix.conf" >"$tmp/lint" || { echo "its own lint: $(cat "$tmp/lint")"; exit 1; }
grep -q '^nothing to advise' "$tmp/lint" || { echo "lint is not clean: $(cat "$tmp/lint")"; exit 1; }
sysctl -p "$tmp/fix.conf" >/dev/null || { echo "sysctl -p fails"; exit 1; }
look >"$tmp/after"
grep -q '^nothing to advise' "$tmp/after" || { echo "not silenced: $(cat "$tmp/after")"; exit 1; }
sed -n "s/^# undo: *//p" "$tmp/fix.conf" | sh >/dev/null || { echo "cannot be undone"; exit 1; }
look | grep -q "\[$rule\]" || { echo "undone, it is still quiet"; exit 1; }
END

try() {
	condition=$1 rule=$2 key=$3
	if "$TCP_PROVOKE" "$condition" -- sh "$tmp/inside" "$rule" "$key" >"$tmp/out" 2>&1; then
		pass
	else
		fail "$condition: $(cat "$tmp/out")"
	fi
}

try sack-off sack-off net.ipv4.tcp_sack
try dsack-off dsack-off net.ipv4.tcp_dsack
try timestamps-off timestamps-off net.ipv4.tcp_timestamps
try tw-reuse-without-timestamps tw-reuse-without-timestamps net.ipv4.tcp_timestamps
try window-scaling-off window-scaling-off net.ipv4.tcp_window_scaling
try fin-timeout-90 fin-timeout-shorter-than-set net.ipv4.tcp_fin_timeout
try fin-timeout-5 fin-timeout-too-short net.ipv4.tcp_fin_timeout
try syncookies-always syncookies-always net.ipv4.tcp_syncookies
try abort-on-overflow abort-on-overflow-resets-clients net.ipv4.tcp_abort_on_overflow

verdict
