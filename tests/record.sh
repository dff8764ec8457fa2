#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/record.sh [CONDITION...]: makes the recordings of tests/recordings anew, and their golden
# reports: each condition that fires a rule is provoked for real and recorded (as root, some three
# minutes). tests/recordings.sh replays them without privileges. NAME.options holds options of the
# replay, such as a shorter age. HOST_WIDE=--host-wide also makes those that the whole host feels;
# else their recordings stay as they are. Of these all three forms are recorded, for tests/proof.sh.
# Read the diff afterwards.
set -eu
: "${HOST_WIDE=}"
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
data=$srcdir/tests/recordings
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$TCP_PROVOKE" --table >"$tmp/table"

# field CONDITION N: of the table.
field() {
	awk -F '\t' -v name="$1" -v n="$2" '$1 == name && $n != "-" { print $n }' "$tmp/table"
}

# Growth needs a window, so none of 0.
window() {
	field "$1" 3 | sed -n 's/.*--window \([^ ]*\).*/\1/p' | sed 's/^0$/500ms/' | grep . || echo 2s
}

# borrows CONDITION: whether options of sockets must be recorded.
borrows() {
	field "$1" 3 | grep -om1 -e --socket-options || true
}

# felt_by_host CONDITION: whether --host-wide is what it takes.
felt_by_host() {
	! "$TCP_PROVOKE" "$1" --check >/dev/null 2>&1
}

# keep CONDITION [FORM...]: provokes it in that form and packs what tcp-advise records of it, as
# CONDITION--FORM.
keep() {
	form=${2-} at=$tmp/$1$form
	# shellcheck disable=SC2046,SC2086
	"$TCP_PROVOKE" "$@" $HOST_WIDE -- \
		"$TCP_ADVISE" record "$at" $(borrows "$1") --window "$(window "$1" | head -n 1)" >/dev/null ||
		[ $? -le 2 ]
	tar --sort=name --owner=0 --group=0 --numeric-owner -C "$at" -cf - . |
		gzip -9n >"$data/$1$form.tar.gz"
}

# settings: what the plain form's report proposes, as --set KEY=VALUE ...
settings() {
	tr -d '\n' <"$tmp/report" | grep -o '"set": \[[^]]*\]' | grep -o '{[^}]*}' |
		sed -n 's/.*"key": "\([^"]*\)",.*"value": "\{0,1\}\([0-9][0-9 ]*\).*/--set=\1=\2/p'
}

record() {
	name=$1
	# shellcheck disable=SC2086
	if ! reason=$("$TCP_PROVOKE" "$name" $HOST_WIDE --check 2>&1); then
		echo "not recorded: $name: $reason"
		return
	fi
	keep "$name"
	options=$(field "$name" 3 | head -n 1 | sed 's/--window [^ ]* *//; s/--socket-options *//; s/ *$//')
	# Options are words.
	# shellcheck disable=SC2086
	"$TCP_ADVISE" --from "$tmp/$name" $options --format json >"$tmp/report" || [ $? -le 2 ]
	for rule in $(field "$name" 2); do
		grep -q "\"rule\": \"$rule\"" "$tmp/report" || echo "$name: the recording lacks $rule"
	done
	rm -f "$data/$name.options"
	[ -z "$options" ] || echo "$options" >"$data/$name.options"
	if felt_by_host "$name"; then
		keep "$name" --healthy
		# shellcheck disable=SC2046
		keep "$name" --fixed $(settings)
	fi
	rm -rf "${tmp:?}/$name" "$tmp/$name--healthy" "$tmp/$name--fixed"
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- healthy-traffic $(awk -F '\t' '$2 != "-" && !seen[$1]++ { print $1 }' "$tmp/table")
	printf '%s\n' "$@" >"$tmp/names"
	for archive in "$data"/*.tar.gz; do
		name=$(basename "$archive" .tar.gz)
		name=${name%--*}
		grep -qx -- "$name" "$tmp/names" ||
			rm -f "$archive" "$data/$name.options" "$srcdir/tests/golden/$name".*
	done
fi
for condition; do
	record "$condition"
done
UPDATE=1 sh "$srcdir/tests/recordings.sh" | tail -n 3
du -sh "$data" "$srcdir/tests/golden"
