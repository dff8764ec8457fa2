#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Replays each recording of tests/recordings in every format and compares with the golden report; checks
# that push-down changes no report, that one fault is one finding, that JSON keeps its schema and the other
# formats their grammar, and that a recording that is cut short never crashes the program. Regenerate with
# UPDATE=1, then read the diff.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
export TCP_ADVISE_RULES="$srcdir/rules"
data=$srcdir/tests
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# The report of a recording in a format, with further options; anything above 2 is no report.
report() {
	recording=$1 format=$2
	shift 2
	"$TCP_ADVISE" --from "$recording" --format "$format" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status -le 2 ] || { fail "$recording $format $*: no report: $(cat "$tmp/err")"; return 1; }
}

golden() {
	[ -n "${UPDATE-}" ] && cp "$tmp/out" "$data/golden/$1"
	if diff -u "$data/golden/$1" "$tmp/out"; then pass; else fail "$1: not the golden report"; fi
}

# A site's rulebook grows; goldens must not change with the checksum of ours. Counters and settings are
# those of the recording, a page each.
steady() {
	sed -i '/^    "\(counters\|sysctls\)": {$/,/^    }/d
		s/"sha256": "[0-9a-f]*"/"sha256": "-"/; s/[0-9]* of [0-9]* rules evaluated/N rules evaluated/;
		s/"\(rules\|quiet\)": [0-9]*/"\1": 0/
		s/sha256\(="\| `\)[0-9a-f]*/sha256\1-/; s/{state="\(quiet\|not_asked\)"} [0-9]*/{state="\1"} N/
		/^tcp_advise_findings{.* 0$/d
		/^TCP-ADVISE /{ s/;[0-9][0-9]*\( \|$\)/;N\1/g; s/quiet=[0-9]*/quiet=N/ }
		/"needs_socket_options": \[\]/d; /"needs_socket_options": \[$/,/^  \],/d' "$tmp/out"
	sed -zi 's/, [0-9]* more with --socket-options; \([a-z0-9. ]*;\)\n/; \1 /
		s/, [0-9]* more with --socket-options;/;/g' "$tmp/out"
}

# Reports of every shape, whose other formats have goldens too: nothing found, one subject and many,
# IPv6, settings of a number and of words, roles, names that are hostile, nearly nothing evaluated.
shown=" accept-queue-overflow-somaxconn autotuning-off bind-before-connect conntrack-table-full
 dead-keys-configured destination-not-answering half-open-pile healthy-traffic hostile-cgroup-path hostile-process-names
 port-exhaustion-ipv6 proxy-narrow-range tcp-memory-pressure time-wait-server "
shown=$(echo "$shown" | tr '\n' ' ')

# Conditions that two rules at warning or above find, each with a remedy of its own: a setting beside the
# fault that it makes worse, or another group of programs that it hits.
twice=" abort-on-overflow-resets no-reuse-no-stamps no-reuse-no-stamps-loopback port-exhaustion-held
 tw-recycle-one-address "
twice=$(echo "$twice" | tr '\n' ' ')

# One fault is one finding: of all others only one rule finds something at warning or above.
finds_once() {
	rules=$(awk -F '"' '$2 == "rule" { rule = $4 }
		$2 == "severity" && ($4 == "warning" || $4 == "critical") { print rule }' "$1" | sort -u)
	most=1
	case $twice in *" $name "*) most=2 ;; esac
	if [ "$(echo "$rules" | wc -l)" -le $most ]; then pass; else
		fail "$name: one fault is found by $(echo "$rules" | tr '\n' ' ')"
	fi
}

# Every recording in the formats for people and machines that look at many hosts.
other_formats() {
	for format in markdown nagios prometheus; do
		report "$tmp/$name" $format "$@" || continue
		cp "$tmp/out" "$tmp/formats/$name.$format"
		if [ $format = nagios ]; then
			read -r _ word _ <"$tmp/out"
			case "$status $word" in
			"0 OK:" | "1 WARNING:" | "2 CRITICAL:") ;;
			*) fail "$name: status $status, and nagios is told $word" ;;
			esac
		fi
		case $shown in *" $name "*) steady && golden "$name.$format" ;; esac
	done
}

mkdir "$tmp/formats"
for archive in "$data"/recordings/*.tar.gz; do
	name=$(basename "$archive" .tar.gz)
	case $name in *--*) continue ;; esac # a control, for tests/proof.sh
	mkdir "$tmp/$name" && tar -xzf "$archive" -C "$tmp/$name" || { fail "$name: cannot unpack"; continue; }
	# Options, one a word, such as a shorter age: a condition is held for a second, not an hour.
	set --
	# shellcheck disable=SC2046
	[ -f "$data/recordings/$name.options" ] && set -- $(cat "$data/recordings/$name.options")
	for format in text json; do
		report "$tmp/$name" $format "$@" || continue
		cp "$tmp/out" "$tmp/pushed"
		[ $format = json ] && cp "$tmp/out" "$tmp/$name.json" && finds_once "$tmp/out"
		report "$tmp/$name" $format --no-push-down "$@" || continue
		if cmp -s "$tmp/pushed" "$tmp/out"; then pass; else
			diff "$tmp/pushed" "$tmp/out" | head -20
			fail "$name: push-down changes the $format report"
		fi
		steady
		golden "$name.$format"
	done
	other_formats "$@"
done

if awk -f "$data/formats.awk" "$tmp"/formats/* >"$tmp/out"; then pass; else
	cat "$tmp/out"
	fail "a format does not keep its grammar"
fi
# What a reader of Markdown makes of it: no link, no HTML of ours, no picture.
if command -v cmark-gfm >/dev/null; then
	for page in "$tmp"/formats/*.markdown; do
		cmark-gfm -e table -e autolink -e strikethrough "$page" >"$tmp/out" || fail "$page: not Markdown"
		if grep -E '<a |<img|<del>|raw HTML omitted' "$tmp/out"; then
			fail "$page: a text became markup"
		else
			pass
		fi
	done
else
	skip "cmark-gfm is not installed: no reader of Markdown was asked"
fi

"$PYTHON" "$srcdir/tests/schema.py" "$tmp"/*.json
case $? in
0) pass ;;
77) skip "its schema was not tried" ;;
*) fail "JSON does not keep its schema" ;;
esac

# A recording cut at any file: a report, or one clear error; never a crash.
name=$(ls "$data/recordings" | sed -n '1s/.tar.gz//p')
for file in $(cd "$tmp/$name" && find . -type f | sort | awk 'NR % 9 == 0 || /sockets|manifest|files/'); do
	rm -rf "$tmp/cut" && cp -r "$tmp/$name" "$tmp/cut"
	size=$(wc -c <"$tmp/cut/$file")
	for at in 0 $((size / 3)) $((size - 1)); do
		[ "$at" -ge 0 ] || continue
		head -c "$at" "$tmp/$name/$file" >"$tmp/cut/$file"
		"$TCP_ADVISE" --from "$tmp/cut" >"$tmp/out" 2>"$tmp/err"
		status=$?
		if [ $status -le 2 ] && [ -s "$tmp/out" ]; then pass
		elif [ $status -eq 3 ] && [ -s "$tmp/err" ]; then pass
		else fail "$file cut at $at of $size: status $status: $(cat "$tmp/err")"; fi
	done
done
verdict
