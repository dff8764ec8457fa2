#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rule files: the shipped ones compile and are complete; each bad file below tests/rules gives
# exactly the errors that stand in its .expected, and exit status 3. Regenerate with UPDATE=1.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
status=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAIL: $*"
	status=1
}

"$TCP_ADVISE" rules --check "$srcdir"/rules/*.ini || fail "the shipped rules have errors"

data=$(cd "$srcdir/tests/rules" && pwd)
for file in "$data"/*.ini; do
	name=$(basename "$file" .ini)
	(cd "$data" && "$TCP_ADVISE" rules --check "$name.ini") >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 3 ] || fail "$name: exit status is not 3"
	[ -s "$tmp/out" ] && fail "$name: wrote to standard output"
	[ -n "${UPDATE-}" ] && cp "$tmp/err" "$data/$name.expected"
	diff -u "$data/$name.expected" "$tmp/err" || fail "$name: other errors than expected"
done

# What no text file can hold well.
printf '[nul]\ntitle = a\0b\n' >"$tmp/nul.ini"
printf '[control]\ntitle = a\033[31mb\n' >"$tmp/control.ini"
printf '' >"$tmp/none.ini"
head -c 1100000 /dev/zero | tr '\0' '#' >"$tmp/huge.ini"
printf '\357\273\277[mark]\r\ntitle = t\r\nseverity = info\r\nwhen = 1 == 1\r\n' >"$tmp/mark.ini"
expect() {
	"$TCP_ADVISE" rules --rules "$tmp/$1" >"$tmp/out" 2>&1
	grep -qF "$2" "$tmp/out" || fail "$1: expected '$2', got: $(cat "$tmp/out")"
}
expect nul.ini "nul.ini:2:10: this line contains a NUL byte"
expect control.ini "control.ini:2:10: this line contains a control byte"
expect none.ini "no rules were found"
expect huge.ini "longer than 1 MiB"
expect missing.ini "No such file or directory"
expect mark.ini "mark"
if grep -q "$(printf '\033')" "$tmp/out"; then
	fail "a control byte reached the terminal"
fi

# A site's own rule need not be complete, only a shipped one.
"$TCP_ADVISE" rules --ids --rules "$data/incomplete.ini" >"$tmp/out" || fail "an incomplete site rule is refused"
[ "$(cat "$tmp/out")" = incomplete ] || fail "rules --ids"

# Thresholds from the command line.
threshold() {
	"$TCP_ADVISE" rules --rules "$srcdir/rules" --ids --let "$1" >"$tmp/out" 2>&1
	grep -qF "$2" "$tmp/out" || fail "--let $1: expected '$2', got: $(cat "$tmp/out")"
}
threshold no-such-rule.many=5 "there is no rule 'no-such-rule'"
threshold close-wait-leak.mny=5 "has no threshold of that name"
threshold close-wait-leak.many=5s "expected count"
threshold close-wait-leak.many=x "expected a number with its unit"
threshold close-wait-leak "expected ID.NAME=VALUE"
threshold close-wait-leak.many=500 "close-wait-leak"
exit $status
