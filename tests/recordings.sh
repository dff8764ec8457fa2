#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Replays each recording of tests/recordings in every format and compares with the golden report;
# checks that push-down changes no report, that JSON keeps its schema, and that a recording that
# is cut short never crashes the program. Regenerate with UPDATE=1, then read the diff.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
export TCP_ADVISE_RULES="$srcdir/rules"
data=$srcdir/tests
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 skipped=0

pass() {
	passed=$((passed + 1))
}

fail() {
	echo "FAIL: $*"
	failed=$((failed + 1))
}

# The report of a recording in a format, with further options; anything above 2 is no report.
report() {
	recording=$1 format=$2
	shift 2
	"$TCP_ADVISE" --from "$recording" --format "$format" "$@" >"$tmp/out" 2>"$tmp/err"
	[ $? -le 2 ] || { fail "$recording $format $*: no report: $(cat "$tmp/err")"; return 1; }
}

golden() {
	[ -n "${UPDATE-}" ] && cp "$tmp/out" "$data/golden/$1"
	if diff -u "$data/golden/$1" "$tmp/out"; then pass; else fail "$1: not the golden report"; fi
}

# A site's rulebook grows; goldens must not change with the checksum of ours.
steady() {
	sed -i 's/"sha256": "[0-9a-f]*"/"sha256": "-"/; s/[0-9]* of [0-9]* rules evaluated/N rules evaluated/;
		s/"\(rules\|quiet\)": [0-9]*/"\1": 0/' "$tmp/out"
}

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
		[ $format = json ] && cp "$tmp/out" "$tmp/$name.json"
		report "$tmp/$name" $format --no-push-down "$@" || continue
		if cmp -s "$tmp/pushed" "$tmp/out"; then pass; else
			diff "$tmp/pushed" "$tmp/out" | head -20
			fail "$name: push-down changes the $format report"
		fi
		steady
		golden "$name.$format"
	done
done

"$PYTHON" "$srcdir/tests/schema.py" "$tmp"/*.json
case $? in
0) pass ;;
77) skipped=$((skipped + 1)) ;;
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
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
