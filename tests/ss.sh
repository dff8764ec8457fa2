#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The text of ss in a sosreport says of sockets what sock_diag does. ss prints the very messages of recordings
# (TCPDIAG_FILE), and each column it becomes is compared with that of the recording; SS_RECORDINGS=all takes
# them all. Then what it printed of live sockets: their holders too. tests/unit/test_sstext.c has the rest.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}" "${SS_COLUMNS:?}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"
command -v ss >/dev/null || { echo "needs ss, of iproute2"; exit 77; }

# ---- of recordings ----
some='healthy-traffic accept-queue-full close-wait-leak close-wait-leak-mapped fin-wait1-dead-peer-ipv6
	fin-wait2-orphan half-open-pile keepalive-missing keepalive-missing-mapped last-ack
	listener-in-ephemeral-range time-wait-client retransmission-loss window-closed'
[ "${SS_RECORDINGS:-}" != all ] || some=$(find "$srcdir/tests/recordings" -name '*.tar.gz' | sed 's|.*/||; s|\.tar\.gz$||')

# sos_of RECORDING FOLDER: a sosreport of what it holds, its sockets as ss prints them.
sos_of() {
	mkdir -p "$2/sos_commands/networking" && cp -r "$1/proc" "$2/" || exit 99
	rm -f "$2/proc/net/tcp" "$2/proc/net/tcp6"
	for file in listen.inet info.inet listen.inet6 info.inet6; do
		[ -s "$1/sockets/$file" ] && TCPDIAG_FILE="$1/sockets/$file" ss -tpeaonmi 2>/dev/null
	done | awk 'NR == 1 || !/^State/' >"$2/sos_commands/networking/ss_-peaonmi"
}

compared=0
for name in $some; do
	archive=$srcdir/tests/recordings/$name.tar.gz
	[ -f "$archive" ] || continue
	rm -rf "$tmp/recording" "$tmp/sos"
	mkdir "$tmp/recording" && tar xzf "$archive" -C "$tmp/recording" || exit 99
	sos_of "$tmp/recording" "$tmp/sos"
	if "$SS_COLUMNS" "$tmp/recording" "$tmp/sos" >"$tmp/out" 2>&1; then
		pass
	else
		fail "$name: ss and the recording differ:"
		tail -n 5 "$tmp/out"
	fi
	compared=$((compared + $(sed -n 's/.* printed, \([0-9]*\) columns.*/\1/p' "$tmp/out")))
done
[ "$compared" -gt 1000 ] || fail "only $compared columns were compared"

# found RULE: the sosreport of that recording has the finding, as the recording itself has.
for pair in fin-wait1-dead-peer:fin-wait1-peer-unreachable accept-queue-full:accept-queue-overflow-application; do
	rm -rf "$tmp/recording" "$tmp/sos"
	mkdir "$tmp/recording" && tar xzf "$srcdir/tests/recordings/${pair%:*}.tar.gz" -C "$tmp/recording" || exit 99
	sos_of "$tmp/recording" "$tmp/sos"
	"$TCP_ADVISE" --from "$tmp/sos" >"$tmp/out" 2>&1
	if grep -qF "[${pair#*:}]" "$tmp/out" &&
		tr -s '\n ' ' ' <"$tmp/out" | grep -qF 'note: sockets are as ss printed them (sos_commands/networking/ss_-peaonmi)'; then
		pass
	else
		fail "$pair: not found in what ss printed:"
		cat "$tmp/out"
	fi
done

# A recording made of it knows as little.
"$TCP_ADVISE" record "$tmp/again" --from "$tmp/sos" >"$tmp/out" 2>&1
"$TCP_ADVISE" --from "$tmp/again" >"$tmp/replay" 2>&1
if "$SS_COLUMNS" "$tmp/sos" "$tmp/again" >"$tmp/columns" 2>&1 &&
	grep -q 'sockets are as ss printed them' "$tmp/replay" && cmp "$tmp/out" "$tmp/replay"; then
	pass
else
	fail "a recording of a sosreport says something else: $(tail -n 3 "$tmp/columns")"
fi

# ---- of live sockets: whom they belong to ----
if "$TCP_PROVOKE" close-wait-leak -- true >"$tmp/out" 2>&1; then
	mkdir -p "$tmp/live/sos_commands/networking"
	told="--window 0 --only close-wait-leak --let close-wait-leak.age=1ms --let close-wait-leak.many=5"
	export told tmp TCP_ADVISE
	# shellcheck disable=SC2016
	"$TCP_PROVOKE" close-wait-leak -- sh -c '"$TCP_ADVISE" $told --format json >"$tmp/live.json"
		ss -peaonmi >"$tmp/live/sos_commands/networking/ss_-peaonmi"' >"$tmp/out" 2>&1
	# shellcheck disable=SC2086
	"$TCP_ADVISE" $told --from "$tmp/live" --format json >"$tmp/printed.json"
	"${PYTHON:-python3}" "$srcdir/tests/schema.py" "$tmp/printed.json" >"$tmp/out" 2>&1
	[ $? -ne 1 ] && pass || fail "JSON does not keep its schema: $(cat "$tmp/out")"
	for what in '"command": "[^"]*"' '"pid": [0-9]*' '"value": [0-9]*'; do
		live=$(grep -o "$what" "$tmp/live.json" | head -n 1)
		printed=$(grep -o "$what" "$tmp/printed.json" | head -n 1)
		if [ -n "$live" ] && [ "$live" = "$printed" ]; then
			pass
		else
			fail "live '$live', of what ss printed '$printed'"
		fi
	done
	# As sos has it without the modules that ss wants.
	if command -v netstat >/dev/null; then
		sos=$tmp/netstat/sos_commands/networking
		mkdir -p "$sos"
		export sos
		"$TCP_PROVOKE" close-wait-leak -- sh -c '"$TCP_ADVISE" --window 0 --format json >"$tmp/live.json"
			netstat -W -neopa >"$sos/netstat_-W_-neopa"' >"$tmp/out" 2>&1
		"$TCP_ADVISE" --from "$tmp/netstat" --format json >"$tmp/printed.json"
		for file in live printed; do
			sed -n '/"states": {/,/}/p' "$tmp/$file.json" >"$tmp/$file.states"
		done
		if grep -q '"close_wait": [1-9]' "$tmp/live.states" && cmp "$tmp/live.states" "$tmp/printed.states"; then
			pass
		else
			fail "netstat tells other states: $(cat "$tmp/live.states" "$tmp/printed.states")"
		fi
	fi
else
	echo "conditions cannot be made here: live sockets are not compared"
fi

verdict
