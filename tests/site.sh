#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tcp-advise.ini: what is wrong in it is told with its place; what it waives is listed apart in every
# format and does not count, for as long as the waiver holds; what it tunes is tuned.
# UPDATE=1 makes tests/site/*.expected anew: read the diff.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
data=$(cd "$srcdir/tests/site" && pwd)
# Rules of its own: those that are shipped change.
export TCP_ADVISE_RULES="$data/book.ini"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# golden NAME FILE: compares with tests/site/NAME.expected.
golden() {
	[ -n "${UPDATE-}" ] && cp "$2" "$data/$1.expected"
	if diff -u "$data/$1.expected" "$2"; then pass; else fail "$1: other than expected"; fi
}

for name in wrong rules values; do
	(cd "$data" && "$TCP_ADVISE" --window 0 --config $name.ini) >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 3 ] || fail "$name: exit status is not 3"
	[ -s "$tmp/out" ] && fail "$name: wrote to standard output"
	golden $name "$tmp/err"
done

# More than is kept: the lines of such a section are passed over.
awk 'BEGIN {
	for (i = 0; i < 250; i++) print "[waive test-host]\nreason = r\nuntil = never"
	print "[waive test-host]\nreason = r\nuntil = soon\n  or so"
	print "[tune test-host]"
	for (i = 0; i < 999; i++) print "severity = info"
	print "severity = info\n  or so\n[tune test-path]\nseverity = info\n  or so"
}' >"$tmp/many.ini"
"$TCP_ADVISE" --window 0 --config "$tmp/many.ini" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 3 ] || fail "more than is kept: exit status is not 3"
grep -o 'ini:[0-9]*:[0-9]*: .*' "$tmp/err" >"$tmp/messages"
golden many "$tmp/messages"

mkdir "$tmp/recording"
tar -xzf "$srcdir/tests/recordings/bind-before-connect.tar.gz" -C "$tmp/recording" || exit 99

# report STATUS CONFIG OPTION...: of the recording, into $tmp/out.
report() {
	expected=$1 config=$2
	shift 2
	"$TCP_ADVISE" --from "$tmp/recording" --config "$config" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status -eq "$expected" ] || fail "$config $*: status $status, expected $expected: $(cat "$tmp/err")"
}

# has TEXT, lacks TEXT: the report, its lines joined.
has() {
	if tr -s '\n ' '  ' <"$tmp/out" | grep -qF -- "$1"; then pass; else fail "does not have: $1"; fi
}

lacks() {
	if tr -s '\n ' '  ' <"$tmp/out" | grep -qF -- "$1"; then fail "has: $1"; else pass; fi
}

# ---- every format ----

for format in text json markdown nagios prometheus sysctl; do
	(cd "$data" && report 0 waive.ini --format $format)
	cp "$tmp/out" "$tmp/waive.$format"
	golden waive.$format "$tmp/out"
done
awk -f "$srcdir/tests/formats.awk" "$tmp/waive.markdown" "$tmp/waive.nagios" "$tmp/waive.prometheus" ||
	fail "a format does not keep its grammar"
"$PYTHON" "$srcdir/tests/schema.py" "$tmp/waive.json"
case $? in
0) pass ;;
77) skip "its schema was not tried" ;;
*) fail "JSON does not keep its schema" ;;
esac
(cd "$data" && report 0 waive.ini --format html)
"$PYTHON" "$srcdir/tests/page.py" "$tmp/out" || fail "HTML is not what it should be"
has "&lt;b&gt;Ports"

# ---- what holds, and until when ----

config() {
	printf '%s\n' "$@" >"$tmp/site.ini"
}

config "[waive test-host]" "reason = r" "until = never"
report 0 "$tmp/site.ini"
has "1 notice, 1 waived: "
has "waived: test-host, host: r (never ends)"
lacks "waiver:"
# The recording is of the 21st, which is the last day.
config "[waive test-host]" "reason = r" "until = 2026-11-21"
report 0 "$tmp/site.ini"
lacks "waiver:"
config "[waive test-host]" "reason = r" "until = 2026-11-20" "owner = o"
report 1 "$tmp/site.ini"
has "waiver: $tmp/site.ini:1: test-host: it has expired on 2026-11-20 (owner o)"
has "1 warning, 1 notice: "
lacks "waived"
# One subject of two: the rule goes on to fire.
config "[waive test-path]" "reason = r" "until = never" "subject = *:8080"
report 1 "$tmp/site.ini"
has "1 warning, 1 notice: "
has "waived: test-path, 10.7.7.7 -> 10.7.7.7:8080: r (never ends)"
lacks "waiver:"
# What is not looked at says nothing of waivers for it.
report 1 "$tmp/site.ini" --only test-host
lacks "waive"
# An expired waiver beside one that holds.
config "[waive test-path]" "reason = old" "until = 2026-01-01" \
	"[waive test-path]" "reason = new" "until = never"
report 1 "$tmp/site.ini"
has "8080: new (never ends)"
has "site.ini:1: test-path: it has expired on 2026-01-01"

# ---- tuning ----

config "[tune test-host]" "severity = critical"
report 2 "$tmp/site.ini"
report 0 "$tmp/site.ini" --let test-host.severity=info
config "[tune test-quiet]" "many = 7"
"$TCP_ADVISE" explain test-quiet --config "$tmp/site.ini" >"$tmp/out"
has "with many = 7, as $tmp/site.ini:2 has it"
"$TCP_ADVISE" explain test-quiet --config "$tmp/site.ini" --let test-quiet.many=8 >"$tmp/out"
has "with many = 8, which --let"
"$TCP_ADVISE" rules --config "$tmp/none.ini" >"$tmp/out" 2>&1
[ $? -eq 3 ] || fail "a file that is not there is read"
has "none.ini: No such file or directory"

verdict
